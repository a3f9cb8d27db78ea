Feature: unread
  Scenario Outline: nothing <x>
    Given the policy "linux-desktop-public-egress"
    Then it is kept

    Examples:
      | x |
