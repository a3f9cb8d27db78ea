//! What the devices do that are no Linux desktops: they are in the same table, and out of scope.

use super::{Account, Behaviour, Life, PERSON, SERVICE};
use crate::destination as to;

pub(crate) const WINDOWS: &[Behaviour] = &[
    Behaviour {
        name: "windows-update",
        weight: 300,
        program: &["C:\\Windows\\System32\\svchost.exe"],
        command: &["svchost.exe -k netsvcs -p -s wuauserv"],
        account: Account::System("system"),
        parent: &["services.exe"],
        talks_to: &[to::WINDOWS_UPDATE, to::SITE_RESOLVER],
        ..SERVICE
    },
    Behaviour {
        name: "windows-sense",
        weight: 250,
        program: &["C:\\Program Files\\Windows Defender Advanced Threat Protection\\MsSense.exe"],
        command: &["\"MsSense.exe\""],
        account: Account::System("system"),
        parent: &["services.exe"],
        talks_to: &[to::DEFENDER_CLOUD],
        ..SERVICE
    },
    Behaviour {
        name: "windows-edge",
        weight: 300,
        program: &["C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe"],
        command: &[
            "\"msedge.exe\" --type=utility --utility-sub-type=network.mojom.NetworkService --lang=en-US",
        ],
        parent: &["msedge.exe"],
        life: Life::Session,
        talks_to: &[to::WEBSITES, to::INTRANET],
        ..PERSON
    },
    Behaviour {
        name: "windows-curl",
        weight: 60,
        program: &["C:\\Windows\\System32\\curl.exe"],
        command: &["curl.exe -o %TEMP%\\{file} {url}"],
        parent: &["powershell.exe", "cmd.exe"],
        talks_to: &[to::WEBSITES],
        ..PERSON
    },
    Behaviour {
        name: "windows-listening",
        serves: &[135, 445],
        weight: 60,
        program: &["C:\\Windows\\System32\\lsass.exe"],
        command: &["lsass.exe"],
        account: Account::System("system"),
        parent: &["wininit.exe"],
        talks_to: &[to::SITE_CLIENTS],
        action: &["ListeningConnectionCreated", "InboundConnectionAccepted"],
        ..SERVICE
    },
    // A subsystem shows Linux paths on a device that is none.
    Behaviour {
        name: "windows-subsystem-apt",
        weight: 40,
        program: &["/usr/lib/apt/methods/http"],
        account: Account::System("_apt"),
        parent: &["apt-get"],
        life: Life::Once,
        talks_to: &[to::UBUNTU_ARCHIVE],
        ..SERVICE
    },
];

pub(crate) const MACOS: &[Behaviour] = &[
    Behaviour {
        name: "macos-defender",
        weight: 200,
        program: &[
            "/Applications/Microsoft Defender.app/Contents/MacOS/wdavdaemon_enterprise.app/Contents/MacOS/wdavdaemon_enterprise",
        ],
        parent: &["launchd"],
        talks_to: &[to::DEFENDER_CLOUD],
        ..SERVICE
    },
    Behaviour {
        name: "macos-mdns",
        weight: 120,
        program: &["/usr/sbin/mDNSResponder"],
        account: Account::System("_mdnsresponder"),
        parent: &["launchd"],
        talks_to: &[to::MULTICAST, to::SITE_RESOLVER],
        ..SERVICE
    },
    Behaviour {
        name: "macos-browser",
        weight: 250,
        program: &["/Applications/Firefox.app/Contents/MacOS/firefox"],
        parent: &["launchd"],
        life: Life::Session,
        talks_to: &[to::WEBSITES, to::QUIC, to::INTRANET],
        ..PERSON
    },
    Behaviour {
        name: "macos-curl",
        weight: 60,
        program: &["/usr/bin/curl"],
        command: &["curl -fsSL {url}"],
        parent: &["zsh"],
        talks_to: &[to::WEBSITES, to::GITHUB_COM],
        ..PERSON
    },
];
