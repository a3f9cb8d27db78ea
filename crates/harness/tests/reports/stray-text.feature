Feature: broken elsewhere
  Scenario: one
    Given the policy "linux-desktop-public-egress"
    Then it is kept
      | a | b
      | c | d | e |
