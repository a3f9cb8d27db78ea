Feature: What the baselines look at
  Public traffic of Linux devices in the last 24 hours. The first condition that fails is the one that is named.

  Rule: Both baselines look at the last 24 hours of Linux devices

    Scenario Outline: devices that are not Linux stay out of <policy>
      Given the policy "<policy>"
      When the device runs "Linux"
      Then it is kept
      And it is out of scope because of "devices" when the device runs "Windows10"
      And it is out of scope because of "devices" when the device runs "Windows11"
      And it is out of scope because of "devices" when the device runs "WindowsServer2022"
      And it is out of scope because of "devices" when the device runs "macOS"
      And it is out of scope because of "devices" when the device runs "linux"
      And it is out of scope because of "devices" when the device runs "LinuxServer"
      And it is out of scope because of "devices" when the device runs "EmbeddedLinux"
      And it is out of scope because of "devices" when the device is unknown

      Examples:
        | policy                               |
        | linux-desktop-public-egress          |
        | linux-desktop-public-egress-hardened |

    Scenario Outline: <policy> looks at the last 24 hours, not a second more, and at clocks that are ahead
      Given the policy "<policy>"
      And the time is 2026-02-03T00:00:00Z
      When it happened at 2026-02-02T00:00:00.0000001Z
      Then it is kept
      And it is out of scope because of "lookback" when it happened at 2026-02-02T00:00:00Z
      And it is out of scope because of "lookback" when it happened 25 hours ago
      And it is kept when it happened 23 hours ago
      And it is kept when it happened at 2026-02-03T00:05:00Z

      Examples:
        | policy                               |
        | linux-desktop-public-egress          |
        | linux-desktop-public-egress-hardened |

  Rule: The published hunt goes by the sensor's word on the address

    Background:
      Given the policy "linux-desktop-public-egress"

    Scenario Outline: destinations that are not public: <destination>
      When the destination is "<destination>"
      And the address type is "<type>"
      Then it is out of scope because of "RemoteIPType"

      Examples:
        | destination        | type      |
        | 10.0.0.5           | Private   |
        | 192.168.1.1        | Private   |
        | fe80::1            | Reserved  |
        | 127.0.0.1          | Loopback  |
        | 255.255.255.255    | Broadcast |
        | 2001:0:53aa:64c::1 | Teredo    |

    Scenario: a type that is only spelled like Public is another one
      When the address type is "public", "PublicTest" or "NonPublic"
      Then it is out of scope because of "RemoteIPType"

    Scenario: a loopback address that is typed public all the same
      When the destination is "127.0.0.53"
      And the address type is "Public"
      Then it is out of scope because of "RemoteIP"
      And it is kept when the destination is "128.0.0.1"
      And it is kept when the destination is "54.127.0.1"

    Scenario: public IPv6
      When the destination is "2a00:1450:4001:82a::200e"
      Then it is kept

    Scenario: what is out of scope is not hidden, whoever sent it
      When the program is "/usr/lib/snapd/snapd"
      And the destination is "10.0.0.5"
      And the address type is "Private"
      Then it is out of scope
