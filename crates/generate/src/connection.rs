//! One connection: the two ends, and what the sensor makes of them. Knows no processes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use lownoise_engine::value::Value;

use crate::actor::{Actor, Behaviour};
use crate::destination::{Destination, Realm, Transport};
use crate::device::Device;
use crate::random::Random;

/// One connection.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) action: &'static str,
    /// The name of the remote host, empty when it has none.
    pub(crate) host: &'static str,
    pub(crate) remote: End,
    pub(crate) local: End,
    pub(crate) url: String,
    pub(crate) protocol: &'static str,
}

/// One end of a connection.
#[derive(Debug, Default)]
pub(crate) struct End {
    /// The address as it is spelled; empty: the sensor names none.
    pub(crate) text: String,
    /// What the sensor calls the address.
    pub(crate) realm: &'static str,
    /// `None`: the protocol has no ports, or the sensor names none.
    pub(crate) port: Option<i64>,
    address: Option<IpAddr>,
}

/// The address family in which the sensor saw a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    V4,
    V6,
    /// An IPv4 connection of an IPv6 socket.
    Mapped,
    /// IPv4, and its type is not filled in.
    Untyped,
    Teredo,
}

impl End {
    /// The address as a value.
    pub(crate) fn value(&self) -> Value<'_> {
        Value::Address(&self.text, self.address)
    }

    fn new(address: IpAddr, realm: &'static str, port: Option<i64>) -> Self {
        Self { text: address.to_string(), realm, port, address: Some(address.to_canonical()) }
    }
}

impl Connection {
    /// A connection of this behaviour on this device.
    pub(crate) fn draw(behaviour: &Behaviour, device: &Device, random: &mut Random) -> Option<Self> {
        let to = random.pick(behaviour.talks_to)?;
        let action = random.word(behaviour.action);
        let inbound = !behaviour.serves.is_empty();
        let host = if inbound { "" } else { random.word(to.hosts) };
        let seen = Seen::draw(to, random);
        let serving = if inbound { behaviour.serves } else { to.ports };
        let (service, client) = ports(to.transport, serving, random);
        let (remote_port, local_port) = if inbound { (client, service) } else { (service, client) };
        let mut remote = remote(to, seen, remote_port, random);
        let mut local = local(to, seen, local_port, device);
        if action.starts_with("Listening") {
            // Half of the sensors' rows say nothing of a peer; the others repeat the last one.
            if random.per_mille(500) {
                remote = End::default();
            }
            local = End::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), "", local_port);
        }
        let protocol = protocol(to.transport, seen, random);
        Some(Self { action, host, remote, local, url: url(behaviour.actor, host, random), protocol })
    }

    /// What a command line calls the remote host.
    pub(crate) fn name(&self) -> &str {
        if self.host.is_empty() { &self.remote.text } else { self.host }
    }

    /// The text of `AdditionalFields` where the sensor read the connection itself.
    pub(crate) fn details(&self) -> String {
        match self.action {
            "HttpConnectionInspected" => format!(
                "{{\"direction\":\"Out\",\"method\":\"GET\",\"host\":\"{}\",\"uri\":\"/\",\"status_code\":200}}",
                self.host
            ),
            "SslConnectionInspected" => {
                format!("{{\"direction\":\"Out\",\"server_name\":\"{}\",\"version\":\"TLSv13\"}}", self.host)
            }
            _ => "{\"direction\":\"Out\"}".to_owned(),
        }
    }
}

impl Seen {
    fn draw(to: &Destination, random: &mut Random) -> Self {
        if !to.varied {
            return Self::V4;
        }
        match random.below(1000) {
            0..90 if !to.v6.is_empty() => Self::V6,
            90..155 => Self::Mapped,
            155..210 => Self::Untyped,
            210..213 if to.realm == Realm::Public => Self::Teredo,
            _ => Self::V4,
        }
    }
}

fn remote(to: &Destination, seen: Seen, port: Option<i64>, random: &mut Random) -> End {
    let v4 = draw_v4(to, random);
    let realm = to.realm.label();
    match seen {
        Seen::V4 if to.realm == Realm::Loopback && random.per_mille(25) => {
            // A sensor that misjudges the device's own address is why a policy says `not 127.`.
            End::new(v4.into(), Realm::Public.label(), port)
        }
        Seen::V4 => End::new(v4.into(), realm, port),
        Seen::Untyped => End::new(v4.into(), "", port),
        Seen::Mapped => End::new(v4.to_ipv6_mapped().into(), "FourToSixMapping", port),
        Seen::V6 => {
            let [a, b, c, d] = random.pick(to.v6).copied().unwrap_or_default();
            End::new(with_interface([a, b, c, d], random).into(), realm, port)
        }
        Seen::Teredo => End::new(with_interface([0x2001, 0, 0x2da0, 0x5b80], random).into(), "Teredo", port),
    }
}

fn local(to: &Destination, seen: Seen, port: Option<i64>, device: &Device) -> End {
    match seen {
        Seen::Mapped if to.realm == Realm::Loopback => {
            End::new(Ipv4Addr::LOCALHOST.to_ipv6_mapped().into(), "FourToSixMapping", port)
        }
        _ if to.realm == Realm::Loopback => End::new(Ipv4Addr::LOCALHOST.into(), "Loopback", port),
        Seen::V4 => End::new(device.local_v4.into(), "Private", port),
        Seen::Untyped => End::new(device.local_v4.into(), "", port),
        Seen::Mapped => End::new(device.local_v4.to_ipv6_mapped().into(), "FourToSixMapping", port),
        Seen::V6 | Seen::Teredo => End::new(device.local_v6.into(), "Private", port),
    }
}

/// An address of the destination's IPv4 networks; not the first and the last of a network of hosts.
fn draw_v4(to: &Destination, random: &mut Random) -> Ipv4Addr {
    let (first, bits) = random.pick(to.v4).copied().unwrap_or_default();
    let size = 1_u64 << 32_u8.saturating_sub(bits);
    let offset = if size > 2 { 1 + random.below(size - 2) } else { 0 };
    Ipv4Addr::from_bits(u32::from_be_bytes(first) | u32::try_from(offset).unwrap_or(0))
}

fn with_interface(network: [u16; 4], random: &mut Random) -> Ipv6Addr {
    let network = network.into_iter().fold(0_u128, |bits, segment| (bits << 16) | u128::from(segment));
    Ipv6Addr::from_bits((network << 64) | u128::from(random.below(u64::MAX)))
}

/// The service's port and the client's.
fn ports(transport: Transport, serving: &[u16], random: &mut Random) -> (Option<i64>, Option<i64>) {
    if transport == Transport::Icmp {
        return (None, None);
    }
    let service = random.pick(serving).copied().map(i64::from);
    (service, Some(random.between(32_768, 60_999)))
}

fn protocol(transport: Transport, seen: Seen, random: &mut Random) -> &'static str {
    let detailed = random.per_mille(120);
    let v6 = matches!(seen, Seen::V6 | Seen::Teredo);
    match (transport, detailed, v6) {
        (Transport::Tcp, false, _) => "Tcp",
        (Transport::Tcp, true, false) => "TcpV4",
        (Transport::Tcp, true, true) => "TcpV6",
        (Transport::Udp, false, _) => "Udp",
        (Transport::Udp, true, false) => "UdpV4",
        (Transport::Udp, true, true) => "UdpV6",
        (Transport::Icmp, ..) => "Icmp",
    }
}

/// The text of `RemoteUrl`: nothing, the host's name, or now and then an URL.
fn url(actor: Actor, host: &str, random: &mut Random) -> String {
    match random.below(10) {
        _ if host.is_empty() => String::new(),
        0..4 => String::new(),
        4 if actor != Actor::Service => format!("https://{host}"),
        _ => host.to_owned(),
    }
}
