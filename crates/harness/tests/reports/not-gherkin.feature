Feature: broken
  Scenario: one
    Given the policy "linux-desktop-public-egress"
    this is no step
