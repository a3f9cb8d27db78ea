Feature: Several events at once
  What holds of one event and of its nearest neighbours is said in a line; what holds of many is said in a table, or of
  a file of recorded events.

  Background:
    Given the policy "linux-desktop-public-egress-hardened"

  Scenario: the Snap daemon, and who else might call itself so
    When the program is "/usr/lib/snapd/snapd"
    And the user is "root"
    And the parent is "systemd"
    Then it is hidden by "snapd" and stays visible when the path is "/tmp/snapd", "/home/anna/snapd" or "/dev/shm/snapd"
    And stays visible when the user is "anna", "www-data" or "nobody"
    And stays visible when the program is "/tmp/snapd" and the user is "anna"
    And it is hidden by none but "snapd"

  Scenario: a person's tools stay visible wherever they connect to
    When the program is "/usr/bin/curl", "/usr/bin/wget" or "/usr/bin/python3"
    Then it stays visible
    And it stays visible when the destination is a public address
    And it stays visible when the destination is in "198.252.206.0/24"
    And it stays visible when the domain is "snapcraft.io"
    And it stays visible when the port is 80, 443 or 8443
    And it stays visible when the device is "build-1.example.org"

  Scenario: what leads nowhere public is not looked at
    Then it is out of scope when the destination is a private address
    And it is out of scope when the destination is a loopback address
    And it is out of scope when the destination is a link-local address
    And it is out of scope when the destination is a multicast address
    And it is out of scope when the destination is a broadcast address
    And it is out of scope when the destination is a shared address
    And it is out of scope when the destination is a documentation address
    And it is out of scope when the destination is a benchmarking address
    And it is out of scope when the destination is a reserved address

  Scenario: one table, many verdicts
    When the events are
      | InitiatingProcessFileName | InitiatingProcessFolderPath | InitiatingProcessAccountName | InitiatingProcessParentFileName |
      | snapd                     | /usr/lib/snapd/snapd        | root                         | systemd                         |
      | snapd                     | /tmp/snapd                  | root                         | systemd                         |
      | curl                      | /usr/bin/curl               |                              |                                 |
    Then exactly 1 is hidden by "snapd"
    And at least two are kept
    And at most 2 are kept
    And none is out of scope

  Scenario: recorded traffic
    Given the time is 2026-02-03T00:00:00Z
    Given the events of "../fixtures/events.ndjson"
    And the devices of "../fixtures/devices.ndjson"
    Then at least 1 is hidden by "snapd" within 24 hours
    And at least 20 are kept
