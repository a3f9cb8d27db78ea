//! Where connections go: hosts, the networks they live in, ports. Knows no processes.
//!
//! Nobody is disturbed by these addresses. Ranges of well-known vendors (Canonical, Fastly, GitHub,
//! Microsoft) stand for the real world, other hosts have names of the documentation domains (RFC 2606), and
//! the intruder lives in the documentation networks of RFC 5737, which the sensor here types `Public`: a
//! real one would type them `Reserved`, but then no policy would ever see the intruder.

/// A set of hosts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Destination {
    /// Their names; none: addresses only.
    pub(crate) hosts: &'static [&'static str],
    /// Their IPv4 networks: the first address, and how many bits of it are fixed.
    pub(crate) v4: &'static [([u8; 4], u8)],
    /// Their IPv6 networks: the first 64 bits.
    pub(crate) v6: &'static [[u16; 4]],
    /// Their ports; none: they are clients.
    pub(crate) ports: &'static [u16],
    /// The transport protocol.
    pub(crate) transport: Transport,
    /// What the sensor calls such addresses.
    pub(crate) realm: Realm,
    /// Whether the sensor also sees them as IPv6, as v4-mapped, and without a type.
    pub(crate) varied: bool,
}

/// A transport protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// ICMP, which has no ports.
    Icmp,
}

/// The kinds of networks that the sensor tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Realm {
    /// The internet.
    Public,
    /// The site's own networks.
    Private,
    /// The device itself.
    Loopback,
    /// Multicast, and what else is set aside.
    Reserved,
    /// Everybody on the link.
    Broadcast,
}

impl Realm {
    /// The text of `RemoteIPType`.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Public => "Public",
            Self::Private => "Private",
            Self::Loopback => "Loopback",
            Self::Reserved => "Reserved",
            Self::Broadcast => "Broadcast",
        }
    }
}

const WEB: Destination = Destination {
    hosts: &[],
    v4: FASTLY,
    v6: FASTLY_V6,
    ports: &[443],
    transport: Transport::Tcp,
    realm: Realm::Public,
    varied: true,
};

const CANONICAL: &[([u8; 4], u8)] = &[([185, 125, 188, 0], 22), ([91, 189, 91, 0], 24)];
const CANONICAL_V6: &[[u16; 4]] = &[[0x2620, 0x2d, 0x4000, 1], [0x2620, 0x2d, 0x4002, 1]];
const FASTLY: &[([u8; 4], u8)] = &[([151, 101, 0, 0], 16)];
const FASTLY_V6: &[[u16; 4]] = &[[0x2a04, 0x4e42, 0, 0], [0x2a04, 0x4e42, 0x200, 0]];
const GITHUB: &[([u8; 4], u8)] = &[([140, 82, 112, 0], 20)];
const MICROSOFT: &[([u8; 4], u8)] = &[([20, 42, 64, 0], 20), ([20, 189, 172, 0], 23), ([20, 50, 80, 0], 22)];
const MICROSOFT_V6: &[[u16; 4]] = &[[0x2603, 0x1030, 0x408, 6], [0x2620, 0x1ec, 0x21, 0]];
const DOCUMENTATION: &[([u8; 4], u8)] = &[([203, 0, 113, 0], 24), ([198, 51, 100, 0], 24)];

pub(crate) const SNAP_STORE: Destination = Destination {
    hosts: &["api.snapcraft.io", "canonical-lgw01.cdn.snapcraftcontent.com"],
    v4: CANONICAL,
    v6: CANONICAL_V6,
    ..WEB
};
pub(crate) const UBUNTU_ARCHIVE: Destination = Destination {
    hosts: &["archive.ubuntu.com", "security.ubuntu.com", "ppa.launchpadcontent.net"],
    ports: &[80, 80, 443],
    ..SNAP_STORE
};
pub(crate) const UBUNTU_RELEASES: Destination =
    Destination { hosts: &["changelogs.ubuntu.com"], ..SNAP_STORE };
pub(crate) const UBUNTU_NEWS: Destination = Destination { hosts: &["motd.ubuntu.com"], ..SNAP_STORE };
pub(crate) const UBUNTU_PRO: Destination =
    Destination { hosts: &["contracts.canonical.com", "esm.ubuntu.com"], ..SNAP_STORE };
pub(crate) const CONNECTIVITY_CHECK: Destination =
    Destination { hosts: &["connectivity-check.ubuntu.com"], ports: &[80], ..SNAP_STORE };
pub(crate) const TIME_SERVERS: Destination =
    Destination { hosts: &["ntp.ubuntu.com"], ports: &[123], transport: Transport::Udp, ..SNAP_STORE };
pub(crate) const FIRMWARE: Destination = Destination { hosts: &["cdn.fwupd.org", "fwupd.org"], ..WEB };
pub(crate) const DEFENDER_CLOUD: Destination = Destination {
    hosts: &[
        "winatp-gw-weu.microsoft.com",
        "eu-v20.events.endpoint.security.microsoft.com",
        "x.cp.wd.microsoft.com",
        "eu-cdn.x.cp.wd.microsoft.com",
    ],
    v4: MICROSOFT,
    v6: MICROSOFT_V6,
    ..WEB
};
pub(crate) const INTUNE: Destination =
    Destination { hosts: &["manage.microsoft.com", "login.microsoftonline.com"], ..DEFENDER_CLOUD };
pub(crate) const WINDOWS_UPDATE: Destination = Destination {
    hosts: &["fe2cr.update.microsoft.com", "settings-win.data.microsoft.com"],
    ..DEFENDER_CLOUD
};
pub(crate) const GITHUB_COM: Destination =
    Destination { hosts: &["github.com", "api.github.com"], v4: GITHUB, v6: &[], ..WEB };
pub(crate) const GITHUB_SSH: Destination = Destination { hosts: &["github.com"], ports: &[22], ..GITHUB_COM };
pub(crate) const WEBSITES: Destination = Destination {
    hosts: &[
        "www.example.com",
        "news.example.org",
        "mail.example.net",
        "video.example.com",
        "static.example.net",
        "docs.example.org",
        "chat.example.com",
        "shop.test",
        "xn--caf-dma.test",
    ],
    ports: &[443, 443, 443, 80],
    ..WEB
};
pub(crate) const QUIC: Destination = Destination { transport: Transport::Udp, ports: &[443], ..WEBSITES };
pub(crate) const UPLOADS: Destination =
    Destination { hosts: &["files.example.com", "drop.example.net", "share.test"], ports: &[443], ..WEB };
pub(crate) const PACKAGES: Destination =
    Destination { hosts: &["packages.example.org", "mirror.example.net"], ..WEB };
pub(crate) const REGISTRY: Destination =
    Destination { hosts: &["registry.example.org", "blobs.example.org"], v4: MICROSOFT, ..WEB };
pub(crate) const MAIL: Destination =
    Destination { hosts: &["imap.example.net", "smtp.example.net"], ports: &[993, 587], ..WEB };
pub(crate) const LOCATION: Destination = Destination { hosts: &["location.example.org"], ..WEB };
pub(crate) const SERVERS: Destination = Destination {
    hosts: &["bastion.example.com", "build.example.net"],
    v4: MICROSOFT,
    v6: MICROSOFT_V6,
    ports: &[22],
    ..WEB
};
pub(crate) const REMOTE_DESKTOPS: Destination = Destination { ports: &[3389, 5900], ..SERVERS };
pub(crate) const PUBLIC_RESOLVERS: Destination = Destination {
    hosts: &[],
    v4: &[([8, 8, 8, 8], 32), ([9, 9, 9, 9], 32)],
    v6: &[],
    ports: &[53, 53, 853],
    transport: Transport::Udp,
    ..WEB
};
pub(crate) const PUBLIC_PING: Destination = Destination { transport: Transport::Icmp, ..PUBLIC_RESOLVERS };

pub(crate) const INTRANET: Destination = Destination {
    hosts: &["intranet.corp.example.com", "git.corp.example.com", "wiki.corp.example.com"],
    v4: &[([10, 20, 0, 0], 16), ([192, 168, 1, 0], 24), ([172, 16, 4, 0], 22)],
    v6: &[[0xfd12, 0x3456, 0x789a, 1], [0xfe80, 0, 0, 0]],
    ports: &[443, 443, 80, 8443],
    realm: Realm::Private,
    ..WEB
};
pub(crate) const PROXY: Destination =
    Destination { hosts: &["proxy.corp.example.com"], ports: &[3128], v6: &[], ..INTRANET };
pub(crate) const SITE_RESOLVER: Destination =
    Destination { hosts: &[], v6: &[], ports: &[53], transport: Transport::Udp, ..INTRANET };
pub(crate) const SITE_SSH: Destination =
    Destination { hosts: &["build.corp.example.com", "git.corp.example.com"], ports: &[22], ..INTRANET };
pub(crate) const DIRECTORY: Destination =
    Destination { hosts: &["ldap.corp.example.com"], ports: &[389, 636, 88], ..INTRANET };
pub(crate) const FILE_SERVERS: Destination =
    Destination { hosts: &["nas.corp.example.com"], ports: &[445, 873], ..INTRANET };
pub(crate) const DATABASES: Destination =
    Destination { hosts: &["db.corp.example.com"], ports: &[5432], ..INTRANET };
pub(crate) const CLUSTER: Destination =
    Destination { hosts: &["k8s.corp.example.com"], ports: &[6443], ..INTRANET };
pub(crate) const PRINTERS: Destination =
    Destination { hosts: &["printer.corp.example.com"], ports: &[631, 9100], ..INTRANET };
pub(crate) const SITE_DESKTOPS: Destination =
    Destination { hosts: &[], v6: &[], ports: &[3389, 5900], ..INTRANET };
pub(crate) const SITE_CLIENTS: Destination = Destination { hosts: &[], ports: &[], ..INTRANET };
pub(crate) const CONTAINERS: Destination =
    Destination { hosts: &[], v4: &[([172, 17, 0, 0], 24)], v6: &[], ports: &[8080, 5432, 6379], ..INTRANET };
pub(crate) const ITSELF: Destination = Destination {
    hosts: &["localhost"],
    v4: &[([127, 0, 0, 1], 32)],
    v6: &[],
    ports: &[3000, 5432, 8080, 8888, 631],
    realm: Realm::Loopback,
    ..WEB
};
pub(crate) const STUB_RESOLVER: Destination = Destination {
    hosts: &[],
    v4: &[([127, 0, 0, 53], 32)],
    ports: &[53],
    transport: Transport::Udp,
    ..ITSELF
};
pub(crate) const MULTICAST: Destination = Destination {
    hosts: &[],
    v4: &[([224, 0, 0, 251], 32), ([239, 255, 255, 250], 32)],
    v6: &[[0xff02, 0, 0, 0]],
    ports: &[5353, 1900],
    transport: Transport::Udp,
    realm: Realm::Reserved,
    varied: true,
};
pub(crate) const BROADCAST: Destination = Destination {
    hosts: &[],
    v4: &[([255, 255, 255, 255], 32)],
    v6: &[],
    ports: &[67],
    transport: Transport::Udp,
    realm: Realm::Broadcast,
    varied: false,
};

/// Strangers who knock from outside.
pub(crate) const SCANNERS: Destination =
    Destination { hosts: &[], v4: DOCUMENTATION, v6: &[], ports: &[], varied: false, ..WEB };
/// The intruder's own servers.
pub(crate) const COMMAND_SERVER: Destination = Destination {
    hosts: &["c2.test", "cdn-sync.example.net", "updates.invalid"],
    v4: DOCUMENTATION,
    v6: &[],
    ports: &[443, 80, 8443],
    varied: false,
    ..WEB
};
/// The intruder's servers on unusual ports.
pub(crate) const LISTENER: Destination =
    Destination { hosts: &[], ports: &[4444, 9001, 1337], ..COMMAND_SERVER };
/// The intruder behind a cloud provider, where the sensor's types vary.
pub(crate) const REDIRECTOR: Destination =
    Destination { hosts: &["assets.example.net", "telemetry.test"], v4: MICROSOFT, v6: MICROSOFT_V6, ..WEB };
/// A name server of the intruder.
pub(crate) const TUNNEL: Destination =
    Destination { hosts: &["t.c2.test"], ports: &[53], transport: Transport::Udp, ..COMMAND_SERVER };
