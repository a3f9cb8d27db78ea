@updates
Feature: Every outcome <of> a scenario & its "formats"

  Background:
    Given the policy "updates"

  Scenario: APT is hidden
    When the program is "/usr/lib/apt/methods/https"
    Then it is hidden by "apt"
    And it is kept when the path is "/tmp/https"

  Scenario Outline: a tool # of <user>
    When the program is "/usr/bin/curl"
    And the user is "<user>"
    Then it is kept

    Examples:
      | user |
      | anna |
      | root |

  Rule: an expired exclusion hides nothing

    Scenario: the old agent is visible
      When the program is "/opt/agent/agentd"
      Then it is kept

    Scenario: somebody thinks that it still hides <this>
      When the program is "/opt/agent/agentd"
      Then it is hidden by "old-agent"

  @skip
  Scenario: not yet
    Then it is kept

  @slow @allow.skipped
  Scenario: a step for later
    When the moon is full
    Then it is kept

  @wip
  Scenario: a step that nobody knows
    When the user is called "anna"
    Then it is kept
