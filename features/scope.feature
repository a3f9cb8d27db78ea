Feature: What the baseline looks at
  Public traffic of Linux devices in the last 24 hours. The first condition that fails is the one that is named.

  Background:
    Given the policy "linux-desktop-public-egress"
    And the time is 2026-02-03T00:00:00Z

  Scenario Outline: destinations that are not public: <destination>
    When the destination is "<destination>"
    And the address type is "<type>"
    Then it is out of scope because of "RemoteIPType"

    Examples:
      | destination         | type      |
      | 10.0.0.5            | Private   |
      | 192.168.1.1         | Private   |
      | fe80::1             | Reserved  |
      | 127.0.0.1           | Loopback  |
      | 255.255.255.255     | Broadcast |
      | 2001:0:53aa:64c::1  | Teredo    |

  Scenario: a loopback address that is typed public all the same
    When the destination is "127.0.0.53"
    And the address type is "Public"
    Then it is out of scope because of "RemoteIP"
    And it is kept when the destination is "128.0.0.1"

  Scenario: public IPv6
    When the destination is "2a00:1450:4001:82a::200e"
    Then it is kept

  Scenario Outline: devices that are not Linux: <platform>
    When the device runs "<platform>"
    Then it is out of scope because of "devices"

    Examples:
      | platform          |
      | Windows10         |
      | Windows11         |
      | WindowsServer2022 |
      | macOS             |
      | linux             |

  Scenario: a device that DeviceInfo does not know
    When the device is unknown
    Then it is out of scope because of "devices"

  Scenario: the last 24 hours, not a second more
    When it happened at 2026-02-02T00:00:00.0000001Z
    Then it is kept
    And it is out of scope because of "lookback" when it happened at 2026-02-02T00:00:00Z
    And it is out of scope because of "lookback" when it happened 25 hours ago
    And it is kept when it happened 23 hours ago

  Scenario: an event from a clock that is ahead
    When it happened at 2026-02-03T00:05:00Z
    Then it is kept

  Scenario: what is out of scope is not hidden, whoever sent it
    When the program is "/usr/lib/snapd/snapd"
    And the destination is "10.0.0.5"
    And the address type is "Private"
    Then it is out of scope
