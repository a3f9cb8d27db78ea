Feature: verdicts that are not the expected ones

  Background:
    Given the policy "linux-desktop-public-egress"

  Scenario: kept
    When the process name is "snapd"
    Then it is kept

  Scenario: hidden
    Then it is hidden

  Scenario: by another
    When the process name is "snapd"
    Then it is hidden by "fwupdmgr"

  Scenario: by more
    When the process name is "snapd"
    And the path is "/usr/lib/apt/x"
    Then it is hidden by "snapd" among others
    And it is hidden by "snapd"

  Scenario: out of scope, for another reason
    When it happened 30 hours ago
    Then it is out of scope because of "devices"

  Scenario: a near miss that is not one
    When the process name is "snapd"
    Then it is hidden by "snapd"
    And it is kept when the path is "/tmp/snapd"

  Scenario: a change is taken back
    When the process name is "snapd"
    Then it is kept when the process name is "curl"
    And it is kept

  Scenario: one of several paths
    When the process name is "snapd"
    Then it stays visible when the process name is "curl", "snapd" or "wget"

  Scenario: a near miss in the same line
    When the process name is "snapd"
    Then it is hidden by "snapd" and stays visible when the path is "/tmp/x" and the user is "root"

  Scenario: one of several events
    When the events are
      | InitiatingProcessFileName |
      | curl                      |
      | snapd                     |
    Then it is kept

  Scenario: fewer than are asked for
    When the events are
      | InitiatingProcessFileName | RemotePort |
      | curl                      | 443        |
      | snapd                     | 443        |
      | fwupdmgr                  | 80         |
    Then at least 2 are kept

  Scenario: none but another
    When the process name is "snapd"
    Then it is hidden by none but "fwupdmgr" and "apt-methods"

  Scenario: not within the time
    When it happened 10 hours ago
    Then at least one is kept within 9 hours
