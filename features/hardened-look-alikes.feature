Feature: Look-alikes of the hardened baseline's services
  What is nearly an expected service is none. Each scenario takes one service and changes one thing that its exclusion
  rests on to the nearest other value: with something added before or behind, in another letter case, one letter off, one
  port further. A pin that somebody loosens (`equals` to `starts_with`, `ignore_case`, an entry more) fails here.

  Background:
    Given the policy "linux-desktop-public-egress-hardened"

  Rule: Daemons are pinned to name, path, account, parent and port

    Scenario: nearly the Snap daemon
      When the program is "/usr/lib/snapd/snapd"
      And the user is "root"
      And the parent is "systemd"
      Then it is hidden by "snapd"
      And stays visible when the process name is "snapd2", "mysnapd" or "Snapd"
      And stays visible when the path is "/usr/lib/snapd/snapd.old", "/tmp/usr/lib/snapd/snapd" or "/usr/lib/snapd/Snapd"
      And stays visible when the path is "/snap/snapd/21759/usr/lib/snapd/snapd.old" or "/snap/snapd/21759/usr/lib/snapd/Snapd"
      And stays visible when the user is "root2", "toroot" or "Root"
      And stays visible when the parent is "systemd-run", "mysystemd" or "Systemd"
      And stays visible when the port is 442 or 444

    Scenario Outline: nearly Defender's <name>
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

    Scenario: nearly the firmware daemon
      When the program is "/usr/libexec/fwupd/fwupd"
      And the user is "root"
      And the parent is "systemd"
      Then it is hidden by "fwupd-daemon"
      And stays visible when the process name is "fwupd-helper", "myfwupd" or "Fwupd"
      And stays visible when the path is "/usr/libexec/fwupd/fwupd-helper", "/tmp/usr/libexec/fwupd/fwupd" or "/usr/libexec/fwupd/Fwupd"
      And stays visible when the user is "root2", "toroot" or "Root"
      And stays visible when the parent is "systemd-run", "mysystemd" or "Systemd"
      And stays visible when the host is "fwupd.org.example.com", "notfwupd.org", "FWUPD.org" or "cdn.fwvpd.org"
      And stays visible when the port is 442 or 444

    Scenario: nearly NetworkManager, whose letter case alone is free
      When the program is "/usr/sbin/NetworkManager"
      And the user is "root"
      And the parent is "systemd"
      And the port is 80
      Then it is hidden by "networkmanager"
      And it is hidden by "networkmanager" when the process name is "NETWORKMANAGER"
      And stays visible when the process name is "NetworkManager-dispatcher" or "myNetworkManager"
      And stays visible when the path is "/usr/sbin/NetworkManager.old" or "/tmp/usr/sbin/NetworkManager"
      And stays visible when the user is "root2", "toroot" or "Root"
      And stays visible when the parent is "systemd-run", "mysystemd" or "Systemd"
      And stays visible when the host is "nmcheck.gnome.org.example.com", "notnmcheck.gnome.org", "NMcheck.gnome.org" or "nmcheck.hnome.org"
      And stays visible when the port is 79 or 81

    Scenario Outline: nearly the time service <exclusion>
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

    Scenario: nearly a spelling that is expected as well
      When the program is "/usr/lib/systemd/systemd-timesyncd"
      And the process name is "systemd-timesyn"
      And the user is "systemd-timesync"
      And the port is 123
      Then it is hidden by "timesyncd" and stays visible when the process name is "systemd-timesy" or "systemd-uimesyn"

    Scenario: nearly chronyd's other account and its other port
      When the program is "/usr/sbin/chronyd"
      And the user is "root"
      And the port is 4460
      Then it is hidden by "chronyd"
      And stays visible when the user is "root2", "toroot" or "ropt"
      And stays visible when the port is 4459 or 4461

  Rule: Jobs that run a general tool are pinned to their command line as well

    Scenario: nearly the firmware client's timer
      When the program is "/usr/bin/fwupdmgr"
      And the command line is "/usr/bin/fwupdmgr refresh"
      And the user is "root"
      And the parent is "systemd"
      Then it is hidden by "fwupdmgr-refresh"
      And stays visible when the process name is "fwupdmgr2", "myfwupdmgr" or "Fwupdmgr"
      And stays visible when the path is "/usr/bin/fwupdmgr.old", "/tmp/usr/bin/fwupdmgr" or "/usr/bin/Fwupdmgr"
      And stays visible when the command line is "/usr/bin/fwupdmgr refresh --force", "sudo /usr/bin/fwupdmgr refresh" or "/usr/bin/fwupdmgr Refresh"
      And stays visible when the user is "fwupd-refresh2", "toroot", "Root" or "ropt"
      And stays visible when the parent is "systemd-run", "mysystemd" or "Systemd"
      And stays visible when the port is 442 or 444

    Scenario: nearly APT's method
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

    Scenario: nearly a program that starts APT's methods
      When the program is "/usr/lib/apt/methods/http"
      And the user is "_apt"
      And the parent is "unattended-upgrade" or "python3.12"
      And the host is "archive.ubuntu.com"
      Then it is hidden by "apt-methods"
      And stays visible when the parent is "apt-helper", "sudo-apt" or "Apt"
      And stays visible when the parent is "unattended-upgrades" or "unattendee-upgrade"
      And stays visible when the parent is "python3.12-dbg", "ipython3", "Python3", "python3-12" or "python2"

    Scenario: nearly an archive of Ubuntu's
      When the program is "/usr/lib/apt/methods/http"
      And the user is "_apt"
      And the parent is "apt-get"
      And the host is "archive.ubuntu.com" or "de.archive.ubuntu.com"
      Then it is hidden by "apt-methods"
      And stays visible when the host is "archive.ubuntu.com.example.com", "myarchive.ubuntu.com" or "Archive.ubuntu.com"
      And stays visible when the host is "de-archive.ubuntu.com", "archive-ubuntu.com" or "archive.ubuntu-com"

    Scenario: nearly the check for a new release
      When the program is "/usr/bin/python3.12"
      And the command line is "/usr/bin/python3 /usr/lib/ubuntu-release-upgrader/check-new-release -q"
      And the user is "root"
      Then it is hidden by "release-check"
      And stays visible when the process name is "python3.12-dbg", "ipython3", "Python3" or "python3-12"
      And stays visible when the path is "/usr/bin/python3.12-dbg", "/tmp/usr/bin/python3.12", "/usr/bin/Python3.12" or "/usr/bin/python3-12"
      And stays visible when the command line is "/usr/bin/python3 /usr/lib/ubuntu-release-upgrader/check-new-release -qd" or "/usr/bin/python3 /usr/lib/ubuntu-release-upgrader/check-new-release -Q"
      And stays visible when the user is "root2", "toroot" or "Root"
      And stays visible when the host is "changelogs.ubuntu.com.example.com", "notchangelogs.ubuntu.com", "Changelogs.ubuntu.com" or "https://changelogs.ubvntu.com/meta-release"
      And stays visible when the port is 79, 81, 442 or 444

    Scenario: nearly the message of the day
      When the program is "/usr/bin/curl"
      And the command line is "curl --connect-timeout 60 --max-time 60 -A curl/8.5.0 -o- https://motd.ubuntu.com"
      And the user is "root"
      And the parent is "sh"
      Then it is hidden by "motd-news"
      And stays visible when the process name is "curl2", "mycurl" or "Curl"
      And stays visible when the path is "/usr/bin/curl2", "/tmp/usr/bin/curl" or "/usr/bin/Curl"
      And stays visible when the command line is "sudo curl --connect-timeout 60 --max-time 60 -A curl/8.5.0 -o- https://motd.ubuntu.com"
      And stays visible when the command line is "curl --connect-timeout 60 --max-time 60 -a curl/8.5.0 -o- https://motd.ubuntu.com"
      And stays visible when the command line is "curl --connect-timeout 60 --max-time 60 -A curl/8.5.0 -o- https://motd-ubuntu.com"
      And stays visible when the user is "root2", "toroot" or "Root"
      And stays visible when the parent is "ssh", "sh2", "SH" or "si"
      And stays visible when the host is "motd.ubuntu.com.example.com", "notmotd.ubuntu.com", "MOTD.ubuntu.com" or "https://mote.ubuntu.com"
      And stays visible when the port is 442 or 444
