Feature: Near misses
  The smallest change that brings a hidden event back, for each exclusion. An edit that widens one fails here.

  Background:
    Given the policy "linux-desktop-public-egress"

  Scenario Outline: a name that is nearly <exclusion>
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

  Scenario: a path that is nearly APT's
    When the path is "/usr/lib/apt/methods/http"
    Then it is hidden by "apt-methods"
    And it is kept when the path is "/usr/lib/apt"
    And it is kept when the path is "/usr/lib/apt-methods/http"
    And it is kept when the path is "/tmp/usr/lib/apt/methods/http"
    And it is kept when the path is "/usr/lib64/apt/methods/http"
    And it is hidden by "apt-methods" when the path is "/usr/lib/APT/x"

  Scenario: a command line that is nearly the upgrader's
    When the command line is "python3 /usr/lib/ubuntu-release-upgrader/check-new-release"
    Then it is hidden by "release-upgrader"
    And it is kept when the command line is "python3 /usr/lib/ubuntu_release_upgrader/check-new-release"
    And it is kept when the command line is "python3 /usr/lib/ubuntu-release-upgrade/r"
    And it is hidden by "release-upgrader" when the command line is "xUBUNTU-RELEASE-UPGRADERx"

  Scenario: a name where a path is asked, and the reverse
    When the process name is "/usr/lib/apt/methods/http"
    Then it is kept
    And it is kept when the path is "/usr/bin/snapd"
    And it is kept when the command line is "snapd"
