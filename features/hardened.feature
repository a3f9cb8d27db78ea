Feature: The hardened baseline
  The same quiet for the system's own services, each pinned to its path, account, parent and port, so that copying a
  name, a path's beginning or a command line hides nothing.

  Background:
    Given the policy "linux-desktop-public-egress-hardened"

  Rule: What the system really does is hidden

    Scenario Outline: the Snap daemon at <path>
      When the program is "<path>"
      And the user is "root"
      And the parent is "systemd"
      Then it is hidden by "snapd"
      And it is kept when the user is "anna"
      And it is kept when the parent is "bash"
      And it is kept when the port is 8443
      And it is kept when the process name is "snap"

      Examples:
        | path                                  |
        | /usr/lib/snapd/snapd                  |
        | /snap/snapd/21759/usr/lib/snapd/snapd |

    Scenario Outline: Defender's agent: <name>
      When the program is "/opt/microsoft/mdatp/sbin/<name>"
      And the user is "root"
      Then it is hidden by "<exclusion>"
      And it is hidden by "<exclusion>" when the user is "mdatp"
      And it is kept when the user is "anna"
      And it is kept when the path is "/opt/microsoft/mdatp/sbin/../../../../tmp/<name>"
      And it is kept when the process name is "curl"
      And it is kept when the port is 4444

      Examples:
        | name          | exclusion  |
        | wdavdaemon    | wdavdaemon |
        | telemetryd_v2 | telemetryd |
        | sensecm       | sensecm    |

    Scenario: Defender's engine fetches definitions in plain HTTP, its other parts do not
      When the program is "/opt/microsoft/mdatp/sbin/wdavdaemon"
      And the user is "root"
      And the port is 80
      Then it is hidden by "wdavdaemon"
      And it is kept when the program is "/opt/microsoft/mdatp/sbin/telemetryd_v2"
      And it is kept when the program is "/opt/microsoft/mdatp/sbin/sensecm"

    Scenario Outline: NetworkManager's connectivity check, as <sensor> spells it
      When the process name is "<name>"
      And the path is "<path>"
      And the user is "root"
      And the parent is "systemd"
      And the port is 80
      Then it is hidden by "networkmanager"
      And it is hidden by "networkmanager" when the host is "connectivity-check.ubuntu.com", "network-test.debian.org" or "nmcheck.gnome.org"
      And it is kept when the process name is "nmcli"
      And it is kept when the path is "/tmp/NetworkManager"
      And it is kept when the user is "anna"
      And it is kept when the parent is "bash"
      And it is kept when the host is "drop.example.com"
      And it is kept when the port is 443

      Examples:
        | sensor                    | name           | path                     |
        | most sensors              | NetworkManager | /usr/sbin/NetworkManager |
        | a sensor without capitals | networkmanager | /usr/sbin/networkmanager |

    Scenario: the firmware client on its timer
      When the program is "/usr/bin/fwupdmgr"
      And the command line is "/usr/bin/fwupdmgr refresh"
      And the user is "fwupd-refresh"
      And the parent is "systemd"
      Then it is hidden by "fwupdmgr-refresh"
      And it is hidden by "fwupdmgr-refresh" when the user is "root"
      And it is kept when the process name is "fwupdtool"
      And it is kept when the path is "/tmp/fwupdmgr"
      And it is kept when the parent is "bash"
      And it is kept when the port is 8443
      And it is kept when the command line is "/usr/bin/fwupdmgr refresh https://drop.example.com"
      And it is kept when the command line is "/usr/bin/fwupdmgr install https://drop.example.com/x.cab"
      And it is kept when the user is "anna"

    Scenario: the firmware daemon
      When the program is "/usr/libexec/fwupd/fwupd"
      And the user is "root"
      And the parent is "systemd"
      Then it is hidden by "fwupd-daemon"
      And it is hidden by "fwupd-daemon" when the host is "cdn.fwupd.org" or "fwupd.org"
      And it is kept when the process name is "fwupdtool"
      And it is kept when the path is "/tmp/fwupd"
      And it is kept when the user is "anna"
      And it is kept when the parent is "bash"
      And it is kept when the port is 8443
      And it is kept when the host is "cdn.fwupd.org.example.com"

    Scenario Outline: APT's methods, started by <parent>
      When the program is "/usr/lib/apt/methods/http"
      And the user is "_apt"
      And the parent is "<parent>"
      And the port is 80
      And the host is "archive.ubuntu.com"
      Then it is hidden by "apt-methods"
      And it is hidden by "apt-methods" when the program is "/usr/lib/apt/methods/https"
      And it is hidden by "apt-methods" when the port is 443

      Examples:
        | parent             |
        | apt                |
        | apt-get            |
        | aptd               |
        | packagekitd        |
        | unattended-upgr    |
        | unattended-upgrade |
        | python3            |
        | python3.12         |

    Scenario: APT's method with one thing changed
      When the program is "/usr/lib/apt/methods/http"
      And the user is "_apt"
      And the parent is "apt-get"
      And the port is 80
      And the host is "archive.ubuntu.com"
      Then it is hidden by "apt-methods"
      And it is kept when the process name is "ftp"
      And it is kept when the path is "/tmp/apt/methods/http"
      And it is kept when the command line is "/usr/lib/apt/methods/http https://drop.example.com"
      And it is kept when the user is "root"
      And it is kept when the parent is "python3-evil"
      And it is kept when the port is 8080

    Scenario: APT's method and the sources of packages
      When the program is "/usr/lib/apt/methods/http"
      And the user is "_apt"
      And the parent is "apt-get"
      And the host is "security.ubuntu.com"
      Then it is hidden by "apt-methods"
      And it is hidden by "apt-methods" when the host is "de.archive.ubuntu.com", "ports.ubuntu.com", "esm.ubuntu.com" or "http://archive.ubuntu.com/ubuntu/dists/noble/InRelease"
      And it is kept when the host is "drop.example.com" or "ppa.launchpadcontent.net"

    Scenario Outline: APT's method to Canonical's <network>, where the sensor saw no host
      When the program is "/usr/lib/apt/methods/http"
      And the user is "_apt"
      And the parent is "apt-get"
      And the destination is in "<network>"
      Then it is hidden by "apt-methods"
      And it is kept when the host is "drop.example.com"
      And it is kept when the destination is "<the address before>" or "<the address after>"

      Examples: the first and the last address of each network, and their neighbours outside
        | network           | the address before                    | the address after |
        | 91.189.88.0/21    | 91.189.87.255                         | 91.189.96.0       |
        | 162.213.32.0/22   | 162.213.31.255                        | 162.213.36.0      |
        | 185.125.188.0/22  | 185.125.187.255                       | 185.125.192.0     |
        | 2620:2d:4000::/44 | 2620:2d:3fff:ffff:ffff:ffff:ffff:ffff | 2620:2d:4010::    |

    Scenario: APT's method to Canonical's network, the address written as IPv6
      When the program is "/usr/lib/apt/methods/http"
      And the user is "_apt"
      And the parent is "apt-get"
      And the destination is "::ffff:185.125.190.36"
      Then it is hidden by "apt-methods"
      And it is kept when the destination is "::ffff:140.82.121.4"

    Scenario: the check for a new release
      When the program is "/usr/bin/python3.12"
      And the command line is "/usr/bin/python3 /usr/lib/ubuntu-release-upgrader/check-new-release -q"
      And the user is "root"
      Then it is hidden by "release-check"
      And it is hidden by "release-check" when the host is "changelogs.ubuntu.com", "https://changelogs.ubuntu.com/meta-release" or "https://changelogs.ubuntu.com/meta-release-lts"
      And it is hidden by "release-check" when the port is 80
      And it is hidden by "release-check" when the process name is "python3" and the path is "/usr/bin/python3"
      And it is kept when the port is 8080
      And it is kept when the process name is "python2"
      And it is kept when the host is "drop.example.com"
      And it is kept when the user is "anna"
      And it is kept when the path is "/home/anna/python3.12"

    Scenario: the message of the day, with the system's own curl
      When the program is "/usr/bin/curl"
      And the command line is "curl --connect-timeout 60 --max-time 60 -A curl/8.5.0-2ubuntu10.6 Ubuntu/24.04.1/LTS GNU/Linux/6.8.0-45-generic/x86_64 -o- https://motd.ubuntu.com"
      And the user is "root"
      And the parent is "50-motd-news"
      Then it is hidden by "motd-news"
      And it is hidden by "motd-news" when the host is "motd.ubuntu.com" or "https://motd.ubuntu.com"
      And it is hidden by "motd-news" when the parent is "dash" or "sh"
      And it is kept when the process name is "wget"
      And it is kept when the port is 8443
      And it is kept when the host is "drop.example.com"
      And it is kept when the user is "anna"
      And it is kept when the parent is "bash"
      And it is kept when the path is "/tmp/curl"
      And it is kept when the command line is "curl -o- https://motd.ubuntu.com"

    Scenario Outline: the message of the day, <spelled>
      When the program is "/usr/bin/curl"
      And the command line is '<command line>'
      And the user is "root"
      And the parent is "50-motd-news"
      Then it is hidden by "motd-news"

      Examples:
        | spelled                  | command line                                                                                                               |
        | curl by its path         | /usr/bin/curl --connect-timeout 60 --max-time 60 -A curl/8.5.0-2ubuntu10.6 -o- https://motd.ubuntu.com                     |
        | the user agent in quotes | curl --connect-timeout 60 --max-time 60 -A "curl/8.5.0-2ubuntu10.6 Ubuntu/24.04.1/LTS" -o- https://motd.ubuntu.com         |
        | a backported curl        | curl --connect-timeout 60 --max-time 60 -A curl/8.5.0-2ubuntu10.6+esm1~24.04 -o- https://motd.ubuntu.com                   |
        | the processor named      | curl --connect-timeout 60 --max-time 60 -A curl/8.5.0 Intel(R)/Core(TM)/i7-8650U/CPU/@/1.90GHz -o- https://motd.ubuntu.com |
        | other marks in its name  | curl --connect-timeout 60 --max-time 60 -A curl/8.5.0 AMD/Ryzen/7;/8/cores,/16/threads -o- https://motd.ubuntu.com         |

    Scenario Outline: time synchronisation: <path> as <user>
      When the program is "<path>"
      And the user is "<user>"
      And the port is 123
      And the protocol is "Udp"
      Then it is hidden by "<exclusion>"
      And it is kept when the port is 443
      And it is kept when the user is "anna"
      And it is kept when the process name is "ntpdate"
      And it is kept when the path is "/tmp/<exclusion>"

      Examples:
        | path                               | user             | exclusion |
        | /usr/lib/systemd/systemd-timesyncd | systemd-timesync | timesyncd |
        | /usr/sbin/chronyd                  | _chrony          | chronyd   |
        | /usr/sbin/chronyd                  | root             | chronyd   |

    Scenario: timesyncd, where the sensor cuts names at 15 letters
      When the program is "/usr/lib/systemd/systemd-timesyncd"
      And the process name is "systemd-timesyn"
      And the user is "systemd-timesync"
      And the port is 123
      Then it is hidden by "timesyncd"

    Scenario: chronyd over NTS
      When the program is "/usr/sbin/chronyd"
      And the user is "_chrony"
      And the port is 4460
      Then it is hidden by "chronyd"

  Rule: What rode the published hunt stays visible

    Scenario Outline: a tool under an expected name: <path>
      When the program is "<path>"
      And the user is "<user>"
      And the parent is "systemd"
      Then it is kept

      Examples: copied by a person, or by root to a place that anybody can write
        | path                                      | user |
        | /tmp/snapd                                | anna |
        | /tmp/snapd                                | root |
        | /dev/shm/fwupdmgr                         | root |
        | /home/anna/.cache/sensecm                 | root |
        | /var/tmp/networkmanager                   | root |
        | /snap/snapd/x1/usr/lib/snapd/snapd        | root |
        | /tmp/snap/snapd/1/usr/lib/snapd/snapd     | root |
        | /snap/snapd/../../tmp/usr/lib/snapd/snapd | root |

    Scenario: APT's method, lent by apt-helper
      When the program is "/usr/lib/apt/methods/http"
      And the user is "anna"
      And the parent is "apt-helper"
      And the port is 80
      And the host is "archive.ubuntu.com"
      Then it is kept
      And it is kept when the user is "_apt"
      And it is kept when the parent is "apt-get"

    Scenario Outline: the upgrader's name in any command line: <command line>
      When the program is "<program>"
      And the command line is "<command line>"
      And the user is "<user>"
      Then it is kept

      Examples:
        | program             | user | command line                                                                     |
        | /usr/bin/curl       | root | curl -A ubuntu-release-upgrader https://drop.example.com                         |
        | /tmp/implant        | root | /usr/bin/python3 /usr/lib/ubuntu-release-upgrader/check-new-release -q           |
        | /usr/bin/python3.12 | anna | /usr/bin/python3 /usr/lib/ubuntu-release-upgrader/check-new-release -q           |
        | /usr/bin/python3.12 | root | /usr/bin/python3 /usr/lib/ubuntu-release-upgrader/check-new-release -q /tmp/x.py |
        | /usr/bin/python3.12 | root | /usr/bin/python3 /tmp/ubuntu-release-upgrader-k3xq/noble                         |

    Scenario: a service that the sensor could not place stays visible
      When the process name is "snapd"
      And the field "InitiatingProcessFolderPath" is missing
      And the user is "root"
      And the parent is "systemd"
      Then it is kept

    Scenario: resolvers stay visible, because anybody can make them speak
      When the program is "/usr/lib/systemd/systemd-resolved"
      And the user is "systemd-resolve"
      And the port is 53
      Then it is kept

  Rule: What root can still ride is known

    Scenario: another host inside the user agent of the message of the day, where the sensor saw no host
      When the program is "/usr/bin/curl"
      And the command line is "curl --connect-timeout 60 --max-time 60 -A curl/8 drop.example.com -o- https://motd.ubuntu.com"
      And the user is "root"
      And the parent is "sh"
      Then it is hidden by "motd-news"
      And it is kept when the host is "drop.example.com"
      And it is kept when the user is "anna"

  Rule: The scope loses no public egress

    Scenario: a v4-mapped public address
      When the destination is "::ffff:140.82.121.4"
      And the address type is "FourToSixMapping"
      Then it is kept
      And it is out of scope when the destination is "::ffff:10.0.0.5"

    Scenario: an address that the sensor did not type
      When the field "RemoteIPType" is missing
      Then it is kept
      And it is kept when the destination is "64:ff9b::8c52:7904" or "2001:0:53aa:64c::1"
      And it is out of scope when the destination is "10.0.0.5", "fe80::1" or "127.0.0.1"
      And it is out of scope when the destination is "100.64.0.10", "198.18.0.10", "203.0.113.10", "224.0.0.251" or "240.0.0.1"

    Scenario: an address that only the sensor calls public
      When the destination is "203.0.113.7"
      And the address type is "Public"
      Then it is kept
      And it is kept when the address type is "Teredo"
      And it is out of scope when the address type is "Reserved", "public", "PublicTest", "NonPublic" or "Terfdo"

    Scenario Outline: what is not outbound: <action>
      When the action is "<action>"
      Then it is out of scope

      Examples:
        | action                       |
        | InboundConnectionAccepted    |
        | InboundConnectionAttempt     |
        | InboundInternetScanInspected |
        | ListeningConnectionCreated   |
        | NetworkSignatureInspected    |
        | HttpConnectionInspected      |
        | DnsConnectionInspected       |
        | SslConnectionInspected       |
        | SshConnectionInspected       |
        | SmtpConnectionInspected      |
        | FtpConnectionInspected       |
        | IcmpConnectionInspected      |
        | DnsQueryResponse             |

    Scenario Outline: what is outbound, and what is not known: <action>
      When the action is "<action>"
      Then it is kept

      Examples:
        | action                |
        | ConnectionSuccess     |
        | ConnectionFailed      |
        | ConnectionRequest     |
        | ConnectionAttempt     |
        | ConnectionFound       |
        | QuicConnectionStarted |

    Scenario: an action that is only spelled like a passive one is noise to look at, not a blind spot
      When the action is "InboundConnectionAcceptedV2", "LateDnsQueryResponse", "dnsqueryresponse" or "DnsQuerySesponse"
      Then it is kept

    Scenario: an action that the source did not supply
      When the field "ActionType" is missing
      Then it is kept

  Rule: People's tools stay visible

    Scenario Outline: <program> of <user>
      When the program is "<program>"
      And the user is "<user>"
      Then it is kept

      Examples:
        | program                                    | user |
        | /usr/bin/curl                              | anna |
        | /usr/bin/curl                              | root |
        | /usr/bin/wget                              | root |
        | /usr/bin/python3.12                        | root |
        | /usr/bin/node                              | anna |
        | /usr/bin/ssh                               | root |
        | /snap/firefox/4848/usr/lib/firefox/firefox | anna |
        | /usr/bin/gnome-software                    | anna |
