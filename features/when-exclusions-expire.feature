Feature: When exclusions expire
  An exclusion hides to the end of its last day, in UTC, and not a second longer: the day after, its service is back in
  sight, until somebody decides anew. A day moved by an edit, in either direction, fails here.

  Rule: In the published hunt

    Background:
      Given the policy "linux-desktop-public-egress"

    Scenario Outline: <exclusion> hides to the end of <last day>, and no longer
      When the program is "<program>"
      Given the time is <last day>T23:59:59Z
      Then it is hidden by "<exclusion>"
      Given the time is <day after>T00:00:00Z
      Then it is kept

      Examples:
        | exclusion        | last day   | day after  | program                                            |
        | sensecm          | 2027-02-02 | 2027-02-03 | /opt/microsoft/mdatp/sbin/sensecm                  |
        | snapd            | 2027-02-02 | 2027-02-03 | /usr/lib/snapd/snapd                               |
        | networkmanager   | 2027-02-02 | 2027-02-03 | /usr/sbin/networkmanager                           |
        | fwupdmgr         | 2027-02-02 | 2027-02-03 | /usr/bin/fwupdmgr                                  |
        | apt-methods      | 2027-02-02 | 2027-02-03 | /usr/lib/apt/methods/http                          |
        | release-upgrader | 2027-02-02 | 2027-02-03 | /usr/lib/ubuntu-release-upgrader/check-new-release |

  Rule: In the hardened baseline

    Background:
      Given the policy "linux-desktop-public-egress-hardened"

    Scenario Outline: <exclusion> hides its daemon to the end of <last day>, and no longer
      When the program is "<program>"
      And the user is "<user>"
      And the parent is "systemd"
      And the port is <port>
      Given the time is <last day>T23:59:59Z
      Then it is hidden by "<exclusion>"
      Given the time is <day after>T00:00:00Z
      Then it is kept

      Examples:
        | exclusion      | last day   | day after  | program                                 | user             | port |
        | snapd          | 2027-02-02 | 2027-02-03 | /usr/lib/snapd/snapd                    | root             | 443  |
        | wdavdaemon     | 2027-02-02 | 2027-02-03 | /opt/microsoft/mdatp/sbin/wdavdaemon    | root             | 443  |
        | telemetryd     | 2027-02-02 | 2027-02-03 | /opt/microsoft/mdatp/sbin/telemetryd_v2 | root             | 443  |
        | sensecm        | 2027-02-02 | 2027-02-03 | /opt/microsoft/mdatp/sbin/sensecm       | root             | 443  |
        | fwupd-daemon   | 2027-02-02 | 2027-02-03 | /usr/libexec/fwupd/fwupd                | root             | 443  |
        | networkmanager | 2027-02-02 | 2027-02-03 | /usr/sbin/NetworkManager                | root             | 80   |
        | timesyncd      | 2027-02-02 | 2027-02-03 | /usr/lib/systemd/systemd-timesyncd      | systemd-timesync | 123  |
        | chronyd        | 2027-02-02 | 2027-02-03 | /usr/sbin/chronyd                       | _chrony          | 123  |

    Scenario Outline: <exclusion> hides its job to the end of <last day>, and no longer
      When the program is "<program>"
      And the command line is "<command line>"
      And the user is "<user>"
      And the parent is "<parent>"
      And the destination is "185.125.190.36"
      Given the time is <last day>T23:59:59Z
      Then it is hidden by "<exclusion>"
      Given the time is <day after>T00:00:00Z
      Then it is kept

      Examples:
        | exclusion        | last day   | day after  | program                   | command line                                                                      | user          | parent       |
        | fwupdmgr-refresh | 2027-02-02 | 2027-02-03 | /usr/bin/fwupdmgr         | /usr/bin/fwupdmgr refresh                                                         | fwupd-refresh | systemd      |
        | apt-methods      | 2027-02-02 | 2027-02-03 | /usr/lib/apt/methods/http | /usr/lib/apt/methods/http                                                         | _apt          | apt-get      |
        | release-check    | 2027-02-02 | 2027-02-03 | /usr/bin/python3.12       | /usr/bin/python3 /usr/lib/ubuntu-release-upgrader/check-new-release -q            | root          | release-upgr |
        | motd-news        | 2027-02-02 | 2027-02-03 | /usr/bin/curl             | curl --connect-timeout 60 --max-time 60 -A curl/8.5.0 -o- https://motd.ubuntu.com | root          | 50-motd-news |
