Feature: What the quiet desktop keeps and hides
  Each exclusion has a scenario that shows it hiding, and near misses that must stay visible.
  `lownoise test --steps` lists every step.

  Background:
    Given the policy "quiet-desktop"

  Scenario: a person's tools stay visible
    When the program is "/usr/bin/curl"
    And the command line is "curl -T notes.tar.gz https://files.example.net/"
    Then it is kept
    And it is kept when the program is "/usr/bin/python3"
    And it is out of scope because of "RemoteIP" when the destination is "192.168.1.10"

  Scenario: APT fetches packages
    When the program is "/usr/lib/apt/methods/http"
    And the user is "_apt"
    Then it is hidden by "apt-methods"
    And it is kept when the user is "anna"
    And it is kept when the path is "/tmp/usr/lib/apt/methods/http"

  Scenario Outline: the Snap daemon at <path>
    When the program is "<path>"
    And the user is "root"
    Then it is hidden by "snapd"
    And it is kept when the process name is "curl"
    And it is kept when the user is "anna"
    And it is kept when the path is "/tmp/snapd"

    Examples:
      | path                                  |
      | /usr/lib/snapd/snapd                  |
      | /snap/snapd/21759/usr/lib/snapd/snapd |

  Scenario: the clock
    When the program is "/usr/lib/systemd/systemd-timesyncd"
    And the port is 123
    Then it is hidden by "time-synchronisation"
    And it is kept when the port is 443
    And it is kept when the path is "/home/anna/systemd-timesyncd"
