Feature: What fails

  Background:
    Given the policy "linux-desktop-public-egress"

  Scenario: the wrong exclusion
    When the process name is "snapd"
    Then it is hidden by "fwupdmgr"

  Scenario: an unknown step
    When the proces name is "snapd"
    Then it is kept
