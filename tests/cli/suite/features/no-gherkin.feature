Feature: broken
  Scenario: one
    Given the policy "updates"
    It is kept
