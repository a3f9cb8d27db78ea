Feature: mistakes of an author

  Scenario: no policy
    When the path is "/usr/bin/curl"
    Then it is kept

  Scenario: an unknown policy
    Given the policy "linux-desktop"
    Then it is kept

  Scenario: an undefined step
    Given the policy "linux-desktop-public-egress"
    When the pth is "/usr/bin/curl"
    Then it is kept

  Scenario: a step nothing like any other
    Given the policy "linux-desktop-public-egress"
    When somebody does something altogether different
    Then it is kept

  Scenario: a step after the wrong keyword
    Given the policy "linux-desktop-public-egress"
    Then the path is "/usr/bin/curl"

  Scenario: nothing is expected
    Given the policy "linux-desktop-public-egress"
    When the path is "/usr/bin/curl"

  Scenario: an unknown column
    Given the policy "linux-desktop-public-egress"
    When the field "RemoteIp" is "10.0.0.1"
    Then it is kept

  Scenario: a value of another type
    Given the policy "linux-desktop-public-egress"
    When the field "RemotePort" is "https"
    Then it is kept

  Scenario: an unknown exclusion
    Given the policy "linux-desktop-public-egress"
    Then it is hidden by "snap"

  Scenario: an unknown condition
    Given the policy "linux-desktop-public-egress"
    Then it is out of scope because of "age"

  Scenario: an escape that means nothing
    Given the policy "linux-desktop-public-egress"
    When the command line is "a\qb"
    Then it is kept

  Scenario: a change that is no step
    Given the policy "linux-desktop-public-egress"
    Then it is kept when the moon is full

  Scenario: a time that is none
    Given the time is 2026-02-30T00:00:00Z
    Then it is kept

  Scenario: a table that is missing
    Given the policy "linux-desktop-public-egress"
    When the fields are
    Then it is kept

  Scenario: a table with too many cells
    Given the policy "linux-desktop-public-egress"
    When the fields are
      | RemotePort | 80 | 443 |
    Then it is kept
