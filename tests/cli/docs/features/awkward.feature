Feature: awkward words

  Background:
    Given the policy "awkward"

  Scenario: bars | <b>and</b> ticks `
    When the command line is "x <SCRIPT> | y"
    Then it is hidden by "bars" and stays visible when the command line is "x <SCRIPTS | y"

  Scenario: a table
    When the events are
      | InitiatingProcessFileName | RemotePort |
      | curl                      | 443        |
      | <i>wget</i>               | 8443       |
    Then all are kept
