Feature: What the baseline hides
  The system's own services are expected to talk to the outside. Each scenario says which exclusion hides them.

  Background:
    Given the policy "linux-desktop-public-egress"

  Scenario: Defender's command channel
    When the program is "/opt/microsoft/mdatp/sbin/sensecm"
    And the user is "root"
    Then it is hidden by "sensecm"

  Scenario Outline: the Snap daemon at <path>
    When the program is "<path>"
    And the user is "root"
    And the host is "api.snapcraft.io"
    Then it is hidden by "snapd"

    Examples:
      | path                                  |
      | /usr/lib/snapd/snapd                  |
      | /snap/snapd/21759/usr/lib/snapd/snapd |

  Scenario: NetworkManager, where the sensor lower-cases names
    When the program is "/usr/sbin/NetworkManager"
    And the process name is "networkmanager"
    Then it is hidden by "networkmanager"

  Scenario: the firmware client
    When the program is "/usr/bin/fwupdmgr"
    And the command line is "/usr/bin/fwupdmgr refresh"
    Then it is hidden by "fwupdmgr"

  Scenario Outline: APT's methods: <path>
    When the program is "<path>"
    And the user is "_apt"
    And the parent is "apt-get"
    And the port is 80
    Then it is hidden by "apt-methods"

    Examples:
      | path                        |
      | /usr/lib/apt/methods/http   |
      | /usr/lib/apt/methods/https  |
      | /usr/lib/apt/methods/mirror |
      | /USR/LIB/APT/methods/http   |

  Scenario Outline: the release upgrader: <command line>
    When the program is "/usr/bin/python3.12"
    And the command line is "<command line>"
    Then it is hidden by "release-upgrader"

    Examples:
      | command line                                                            |
      | /usr/bin/python3 /usr/lib/ubuntu-release-upgrader/check-new-release -q  |
      | /usr/bin/python3 /tmp/ubuntu-release-upgrader-k3xq/noble --mode=desktop |
      | /usr/bin/python3 /usr/lib/Ubuntu-Release-Upgrader/check-new-release     |

  Scenario: the Snap daemon as a whole event, every field stated
    When the fields are
      | ActionType                      | ConnectionSuccess    |
      | InitiatingProcessFileName       | snapd                |
      | InitiatingProcessFolderPath     | /usr/lib/snapd/snapd |
      | InitiatingProcessCommandLine    | /usr/lib/snapd/snapd |
      | InitiatingProcessAccountName    | root                 |
      | InitiatingProcessParentFileName | systemd              |
      | RemoteIP                        | 185.125.188.54       |
      | RemoteUrl                       | api.snapcraft.io     |
    And the device field "OSDistribution" is "Ubuntu"
    And the protocol is "TcpV4"
    And the field "LocalPort" is "40022"
    Then it is hidden by "snapd"

  Scenario: two reasons at once are both named
    When the program is "/usr/lib/apt/methods/http"
    And the command line is "/usr/lib/apt/methods/http --for ubuntu-release-upgrader"
    Then it is hidden by "apt-methods" and "release-upgrader"
    And it is hidden by "apt-methods" when the command line is "/usr/lib/apt/methods/http"
    And it is hidden by "release-upgrader" among others
    And it is hidden
