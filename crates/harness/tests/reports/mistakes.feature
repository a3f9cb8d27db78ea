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

  Scenario: a table where none belongs
    Given the policy "linux-desktop-public-egress"
    When the path is "/usr/bin/curl"
      | RemotePort | 80 |
    Then it is kept

  Scenario: a text where none belongs
    Given the policy "linux-desktop-public-egress"
    Then it is kept
      """
      really
      """

  Scenario: a table of events with an unknown column
    Given the policy "linux-desktop-public-egress"
    When the events are
      | InitiatingProcesFileName | RemotePort |
      | snapd                    | 443        |
    Then it is kept

  Scenario: a table of events without an event
    Given the policy "linux-desktop-public-egress"
    When the events are
      | InitiatingProcessFileName |
    Then it is kept

  Scenario: a table of events with a value of another type
    Given the policy "linux-desktop-public-egress"
    When the events are
      | RemotePort |
      | https      |
    Then it is kept

  Scenario: a file that is not there
    Given the policy "linux-desktop-public-egress"
    And the events of "absent.ndjson"
    Then it is kept

  Scenario: a network that is none
    Given the policy "linux-desktop-public-egress"
    When the destination is in "203.0.113.1/24"
    Then it is kept

  Scenario: two policies where one is meant
    Given the policy "linux-desktop-public-egress" or "another"
    Then it is kept

  Scenario: a count of a verdict that is none
    Given the policy "linux-desktop-public-egress"
    Then at least 2 are visible
