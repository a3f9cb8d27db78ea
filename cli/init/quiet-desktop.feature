Feature: What the quiet desktop keeps and hides
  Each exclusion has a scenario that shows it hiding, and its nearest neighbours that must stay visible: another user,
  another path, other capitals, one letter more. Whoever widens an exclusion, even by accident, makes one of them fail.
  `lownoise test --steps` lists every step.

  Background:
    Given the policy "quiet-desktop"

  Scenario: a person's tools stay visible
    When the program is "/usr/bin/curl", "/usr/bin/wget" or "/usr/bin/python3"
    Then it is kept
    And it is kept when the destination is a public address
    And it is out of scope because of "RemoteIP" when the destination is a private address
    And it is out of scope because of "RemoteIP" when the destination is a loopback address

  Scenario: APT fetches packages
    When the program is "/usr/lib/apt/methods/http"
    And the user is "_apt"
    Then it is hidden by "apt-methods"
    And stays visible when the user is "anna", "root", "_APT", "_apt2" or "my_apt"
    And stays visible when the path is "/usr/lib/apt/apt-helper", "/usr/lib/apt/methods-old/http" or "/tmp/usr/lib/apt/methods/http"
    And stays visible when the path is "/usr/lib/apt/METHODS/http"

  Scenario Outline: the Snap daemon at <path>
    When the program is "<path>"
    And the user is "root"
    Then it is hidden by "snapd"
    And stays visible when the process name is "curl", "Snapd", "snapd2" or "mysnapd"
    And stays visible when the user is "anna", "Root", "root2" or "toor-root"
    And stays visible when the path is "/tmp/snapd", "<path>2", "/tmp<path>" or "/usr/lib/SNAPD/snapd"
    And stays visible when the path is "/snap/snapd/x1/usr/lib/snapd/snapd" or "/snap/snapd//usr/lib/snapd/snapd"

    Examples:
      | path                                  |
      | /usr/lib/snapd/snapd                  |
      | /snap/snapd/21759/usr/lib/snapd/snapd |
      | /snap/snapd/7/usr/lib/snapd/snapd     |

  Scenario: the clock
    When the program is "/usr/lib/systemd/systemd-timesyncd"
    And the port is 123
    Then it is hidden by "time-synchronisation"
    And stays visible when the port is 122, 124 or 443
    And stays visible when the path is "/home/anna/systemd-timesyncd" or "/tmp/usr/lib/systemd/systemd-timesyncd"
    And stays visible when the path is "/usr/lib/systemd/systemd-timesyncd2" or "/usr/lib/systemd/Systemd-timesyncd"
