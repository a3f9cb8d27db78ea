//! What a Linux desktop does by itself. Every row of the facts about background software has one entry here.

use super::{Account, Behaviour, Life, SERVICE};
use crate::destination as to;

pub(crate) const SERVICES: &[Behaviour] = &[
    // The names with capitals are real; sensors that write everything in lower case are the device's doing.
    Behaviour {
        name: "networkmanager-connectivity",
        weight: 330,
        program: &["/usr/sbin/NetworkManager"],
        command: &["/usr/sbin/NetworkManager --no-daemon"],
        talks_to: &[to::CONNECTIVITY_CHECK],
        ..SERVICE
    },
    Behaviour {
        name: "networkmanager-dhcp",
        weight: 60,
        program: &["/usr/sbin/NetworkManager"],
        command: &["/usr/sbin/NetworkManager --no-daemon"],
        talks_to: &[to::BROADCAST, to::SITE_RESOLVER],
        ..SERVICE
    },
    Behaviour {
        name: "snapd-refresh",
        weight: 950,
        program: &["/usr/lib/snapd/snapd", "/snap/snapd/{rev}/usr/lib/snapd/snapd"],
        talks_to: &[to::SNAP_STORE],
        ..SERVICE
    },
    Behaviour {
        name: "apt-methods",
        weight: 900,
        program: &["/usr/lib/apt/methods/http", "/usr/lib/apt/methods/http", "/usr/lib/apt/methods/https"],
        copy_of: Some("/usr/lib/apt/methods/http"), // `https` is a link to it
        account: Account::System("_apt"),
        parent: &["apt-get", "apt-get", "apt"],
        life: Life::Once,
        talks_to: &[to::UBUNTU_ARCHIVE],
        ..SERVICE
    },
    Behaviour {
        name: "unattended-upgrades",
        weight: 350,
        program: &["/usr/lib/apt/methods/http"],
        account: Account::System("_apt"),
        parent: &["python3", "unattended-upgrade"],
        life: Life::Once,
        talks_to: &[to::UBUNTU_ARCHIVE],
        ..SERVICE
    },
    Behaviour {
        name: "unattended-upgrade-itself",
        weight: 30,
        program: &["/usr/bin/python3.10", "/usr/bin/python3.12"],
        command: &["/usr/bin/python3 /usr/bin/unattended-upgrade"],
        life: Life::Once,
        talks_to: &[to::ITSELF, to::PROXY],
        ..SERVICE
    },
    Behaviour {
        name: "release-check",
        weight: 140,
        program: &["/usr/bin/python3.10", "/usr/bin/python3.12"],
        command: &["/usr/bin/python3 /usr/lib/ubuntu-release-upgrader/check-new-release -q"],
        life: Life::Once,
        talks_to: &[to::UBUNTU_RELEASES],
        ..SERVICE
    },
    Behaviour {
        name: "release-upgrade",
        weight: 25,
        program: &["/usr/bin/python3.12"],
        command: &[
            "/usr/bin/python3 /tmp/ubuntu-release-upgrader-{hex}/noble --mode=desktop --frontend=DistUpgradeViewGtk3",
        ],
        parent: &["do-release-upgrade", "pkexec"],
        life: Life::Once,
        talks_to: &[to::UBUNTU_ARCHIVE, to::UBUNTU_RELEASES],
        ..SERVICE
    },
    // Does not contain the name that the first policy looks for.
    Behaviour {
        name: "do-release-upgrade",
        weight: 20,
        program: &["/usr/bin/python3.12"],
        command: &["/usr/bin/python3 /usr/bin/do-release-upgrade -c"],
        parent: &["sudo", "bash"],
        life: Life::Once,
        talks_to: &[to::UBUNTU_RELEASES],
        ..SERVICE
    },
    Behaviour {
        name: "fwupdmgr-refresh",
        weight: 180,
        program: &["/usr/bin/fwupdmgr"],
        command: &["/usr/bin/fwupdmgr refresh"],
        account: Account::System("fwupd-refresh"),
        life: Life::Once,
        talks_to: &[to::FIRMWARE],
        ..SERVICE
    },
    Behaviour {
        name: "fwupd-daemon",
        weight: 50,
        program: &["/usr/libexec/fwupd/fwupd"],
        talks_to: &[to::FIRMWARE],
        ..SERVICE
    },
    Behaviour {
        name: "defender-wdavdaemon",
        weight: 330,
        program: &["/opt/microsoft/mdatp/sbin/wdavdaemon"],
        command: &[
            "/opt/microsoft/mdatp/sbin/wdavdaemon",
            "/opt/microsoft/mdatp/sbin/wdavdaemon edr 16 15 --log_level info",
        ],
        account: Account::System("mdatp"),
        parent: &["systemd", "wdavdaemon"],
        talks_to: &[to::DEFENDER_CLOUD],
        ..SERVICE
    },
    Behaviour {
        name: "defender-telemetryd",
        weight: 250,
        program: &["/opt/microsoft/mdatp/sbin/telemetryd_v2"],
        account: Account::System("mdatp"),
        parent: &["wdavdaemon"],
        talks_to: &[to::DEFENDER_CLOUD],
        ..SERVICE
    },
    Behaviour {
        name: "defender-sensecm",
        weight: 650,
        program: &["/opt/microsoft/mdatp/sbin/sensecm"],
        parent: &["wdavdaemon"],
        talks_to: &[to::DEFENDER_CLOUD],
        ..SERVICE
    },
    Behaviour {
        name: "motd-news",
        weight: 70,
        program: &["/usr/bin/curl"],
        command: &[
            "curl --connect-timeout 60 --max-time 60 -A curl/8.5.0-2ubuntu10.6 Ubuntu/24.04.2/LTS GNU/Linux/6.8.0-60-generic/x86_64 -o- https://motd.ubuntu.com",
            "curl --connect-timeout 60 --max-time 60 -A curl/7.81.0-1ubuntu1.20 Ubuntu/22.04.5/LTS GNU/Linux/5.15.0-140-generic/x86_64 -o- https://motd.ubuntu.com",
        ],
        parent: &["50-motd-news"],
        life: Life::Once,
        talks_to: &[to::UBUNTU_NEWS],
        ..SERVICE
    },
    Behaviour {
        name: "packagekitd",
        weight: 60,
        program: &["/usr/libexec/packagekitd"],
        talks_to: &[to::UBUNTU_ARCHIVE],
        ..SERVICE
    },
    Behaviour {
        name: "gnome-software",
        weight: 80,
        program: &["/usr/bin/gnome-software"],
        command: &["/usr/bin/gnome-software --gapplication-service"],
        account: Account::Person,
        talks_to: &[to::SNAP_STORE, to::PACKAGES],
        ..SERVICE
    },
    Behaviour {
        name: "geoclue",
        weight: 40,
        program: &["/usr/libexec/geoclue"],
        account: Account::System("geoclue"),
        talks_to: &[to::LOCATION],
        ..SERVICE
    },
    Behaviour {
        name: "goa-daemon",
        weight: 50,
        program: &["/usr/libexec/goa-daemon"],
        account: Account::Person,
        talks_to: &[to::INTUNE],
        ..SERVICE
    },
    Behaviour {
        name: "evolution-sources",
        weight: 60,
        program: &[
            "/usr/libexec/evolution-source-registry",
            "/usr/libexec/evolution-calendar-factory",
            "/usr/libexec/evolution-addressbook-factory",
        ],
        account: Account::Person,
        talks_to: &[to::MAIL, to::INTUNE],
        ..SERVICE
    },
    Behaviour {
        name: "timesyncd",
        weight: 140,
        program: &["/usr/lib/systemd/systemd-timesyncd"],
        account: Account::System("systemd-timesync"),
        talks_to: &[to::TIME_SERVERS],
        ..SERVICE
    },
    Behaviour {
        name: "chronyd",
        weight: 60,
        program: &["/usr/sbin/chronyd"],
        command: &["/usr/sbin/chronyd -F 1"],
        account: Account::System("_chrony"),
        talks_to: &[to::TIME_SERVERS],
        ..SERVICE
    },
    Behaviour {
        name: "systemd-resolved",
        weight: 620,
        program: &["/usr/lib/systemd/systemd-resolved"],
        account: Account::System("systemd-resolve"),
        talks_to: &[to::SITE_RESOLVER, to::SITE_RESOLVER, to::SITE_RESOLVER, to::PUBLIC_RESOLVERS],
        ..SERVICE
    },
    // Some sensors cut names at 15 characters; this one does it on every device.
    Behaviour {
        name: "systemd-resolved-cut",
        weight: 60,
        program: &["/usr/lib/systemd/systemd-resolved"],
        shown_as: Some("systemd-resolve"),
        account: Account::System("systemd-resolve"),
        talks_to: &[to::SITE_RESOLVER, to::PUBLIC_RESOLVERS],
        ..SERVICE
    },
    Behaviour {
        name: "avahi",
        weight: 200,
        program: &["/usr/sbin/avahi-daemon"],
        command: &["avahi-daemon: running [{user}-desktop.local]"],
        account: Account::System("avahi"),
        talks_to: &[to::MULTICAST],
        ..SERVICE
    },
    Behaviour {
        name: "cups-browsed",
        weight: 130,
        program: &["/usr/sbin/cups-browsed", "/usr/sbin/cupsd"],
        command: &["{path} -l", "{path}"],
        talks_to: &[to::PRINTERS, to::ITSELF],
        ..SERVICE
    },
    Behaviour {
        name: "sssd",
        weight: 190,
        program: &["/usr/libexec/sssd/sssd_be"],
        command: &["/usr/libexec/sssd/sssd_be --domain corp.example.com --uid 0 --gid 0 --logger=files"],
        parent: &["sssd"],
        talks_to: &[to::DIRECTORY],
        ..SERVICE
    },
    Behaviour {
        name: "dockerd",
        weight: 90,
        program: &["/usr/bin/dockerd"],
        command: &["/usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock"],
        talks_to: &[to::REGISTRY, to::CONTAINERS],
        ..SERVICE
    },
    Behaviour {
        name: "ubuntu-pro",
        weight: 60,
        program: &["/usr/bin/python3.10", "/usr/bin/python3.12"],
        command: &[
            "/usr/bin/python3 /usr/lib/ubuntu-advantage/timer.py",
            "/usr/bin/python3 /usr/lib/ubuntu-advantage/apt_news.py",
        ],
        life: Life::Once,
        talks_to: &[to::UBUNTU_PRO],
        ..SERVICE
    },
    Behaviour {
        name: "intune-agent",
        weight: 110,
        program: &["/opt/microsoft/intune/bin/intune-agent", "/opt/microsoft/intune/bin/intune-daemon"],
        account: Account::Person,
        talks_to: &[to::INTUNE],
        ..SERVICE
    },
    Behaviour {
        name: "identity-broker",
        weight: 50,
        program: &["/opt/microsoft/identity-broker/bin/microsoft-identity-broker"],
        account: Account::Person,
        talks_to: &[to::INTUNE],
        ..SERVICE
    },
    Behaviour {
        name: "sshd-accepts",
        serves: &[22],
        weight: 90,
        program: &["/usr/sbin/sshd"],
        command: &["sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups"],
        talks_to: &[to::SCANNERS, to::SITE_CLIENTS],
        action: &["InboundConnectionAccepted", "InboundConnectionAccepted", "InboundConnectionAttempt"],
        ..SERVICE
    },
    Behaviour {
        name: "listening",
        serves: &[3389, 5900],
        weight: 90,
        program: &["/usr/libexec/gnome-remote-desktop-daemon"],
        command: &["/usr/libexec/gnome-remote-desktop-daemon --system"],
        talks_to: &[to::SCANNERS, to::SITE_CLIENTS],
        action: &["ListeningConnectionCreated"],
        ..SERVICE
    },
    // What the sensor reads off the wire, it cannot lay at a process's door.
    Behaviour {
        name: "inspected-web",
        weight: 200,
        parent: &[],
        command: &[],
        talks_to: &[to::WEBSITES, to::UBUNTU_ARCHIVE, to::INTRANET],
        action: &["HttpConnectionInspected", "SslConnectionInspected"],
        ..SERVICE
    },
    Behaviour {
        name: "inspected-dns",
        weight: 120,
        parent: &[],
        command: &[],
        talks_to: &[to::SITE_RESOLVER, to::SITE_RESOLVER, to::PUBLIC_RESOLVERS],
        action: &["DnsConnectionInspected"],
        ..SERVICE
    },
    Behaviour {
        name: "inspected-ping",
        weight: 30,
        parent: &[],
        command: &[],
        talks_to: &[to::PUBLIC_PING],
        action: &["IcmpConnectionInspected"],
        ..SERVICE
    },
];
