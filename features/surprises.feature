Feature: Surprises of the published hunt
  What an exclusion says and what it does are not always the same. These scenarios record what the hunt really does, so
  that nobody has to find out again; the hardened baseline mends them.

  Background:
    Given the policy "linux-desktop-public-egress"

  Scenario: the real NetworkManager stays, because the name's case matters
    When the program is "/usr/sbin/NetworkManager"
    And the command line is "/usr/sbin/NetworkManager --no-daemon"
    Then it is kept
    And it is hidden by "networkmanager" when the process name is "networkmanager"

  Scenario: do-release-upgrade does not contain the upgrader's name
    When the program is "/usr/bin/python3.12"
    And the command line is "/usr/bin/python3 /usr/bin/do-release-upgrade"
    Then it is kept

  Scenario Outline: any tool under an expected name is hidden: <path>
    When the program is "<path>"
    Then it is hidden by "<exclusion>"

    Examples:
      | path                      | exclusion      |
      | /tmp/snapd                | snapd          |
      | /dev/shm/fwupdmgr         | fwupdmgr       |
      | /home/anna/.cache/sensecm | sensecm        |
      | /var/tmp/networkmanager   | networkmanager |

  Scenario: anybody can lend themselves APT's method
    When the program is "/usr/lib/apt/methods/http"
    And the user is "anna"
    And the parent is "apt-helper"
    Then it is hidden by "apt-methods"

  Scenario Outline: anybody can write the upgrader's name: <command line>
    When the program is "<program>"
    And the command line is "<command line>"
    Then it is hidden by "release-upgrader"

    Examples:
      | program       | command line                                             |
      | /usr/bin/curl | curl -A ubuntu-release-upgrader https://drop.example.com |
      | /tmp/implant  | ubuntu-release-upgrader                                  |

  Scenario: accepted connections and listening sockets count as egress
    When the action is "InboundConnectionAccepted"
    Then it is kept
    And it is kept when the action is "ListeningConnectionCreated"

  Scenario: a v4-mapped address is public egress, and is not looked at
    When the destination is "::ffff:140.82.121.4"
    And the address type is "FourToSixMapping"
    Then it is out of scope because of "RemoteIPType"

  Scenario: an address that the sensor did not type is not looked at
    When the field "RemoteIPType" is missing
    Then it is out of scope because of "RemoteIPType"
