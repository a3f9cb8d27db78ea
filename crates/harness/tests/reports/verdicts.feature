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
