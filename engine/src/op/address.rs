//! `in` for addresses: networks, and classes of networks. An address is a value here, not text; a v4-mapped
//! address is the IPv4 address.

use std::net::IpAddr;
use std::str::FromStr;

use ipnetwork::{IpNetwork, Ipv4Network, Ipv6Network};

/// A set of addresses: any of these networks, any of these classes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddressSet {
    /// Networks, as written.
    pub networks: Vec<IpNetwork>,
    /// Classes.
    pub classes: Vec<AddressClass>,
}

impl AddressSet {
    /// Whether the address is in one of the networks or classes.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network_contains(network, address))
            || self.classes.iter().any(|class| class.contains(address))
    }

    /// The set as ranges of [`address_number`], ascending, without overlap; `contains` by other means.
    #[must_use]
    pub fn ranges(&self) -> Vec<(u128, u128)> {
        let networks = self.networks.iter().map(network_range);
        normalise(networks.chain(self.classes.iter().flat_map(|class| class.ranges())).collect())
    }
}

/// An address as a number: IPv6 as it is, IPv4 as its v4-mapped IPv6 address, so that one order holds both.
#[must_use]
pub fn address_number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(v4.to_ipv6_mapped()),
        IpAddr::V6(v6) => u128::from(v6),
    }
}

/// A kind of address, by the IANA special-purpose address registries (RFC 6890 and its updates) and the
/// multicast assignments. Classes other than [`AddressClass::Public`] may overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressClass {
    /// Globally reachable unicast: in no other class.
    Public,
    /// RFC 1918 and unique local IPv6 (RFC 4193).
    Private,
    /// `127.0.0.0/8`, `::1`.
    Loopback,
    /// `169.254.0.0/16`, `fe80::/10`.
    LinkLocal,
    /// `224.0.0.0/4`, `ff00::/8`.
    Multicast,
    /// `255.255.255.255`.
    Broadcast,
    /// `0.0.0.0/8` ("this network"), `::`.
    Unspecified,
    /// Carrier-grade NAT, `100.64.0.0/10` (RFC 6598).
    Shared,
    /// TEST-NET-1 to 3 (RFC 5737), `2001:db8::/32` (RFC 3849), `3fff::/20` (RFC 9637).
    Documentation,
    /// `198.18.0.0/15` (RFC 2544), `2001:2::/48` (RFC 5180).
    Benchmarking,
    /// Future use and protocol assignments: `240.0.0.0/4` but for broadcast, `192.0.0.0/24`, `192.88.99.0/24`,
    /// ORCHID `2001:10::/28`, and all of IPv6 outside `2000::/3` that is in no other class.
    Reserved,
    /// Teredo, `2001::/32` (RFC 4380).
    Teredo,
}

impl AddressClass {
    /// All of them, with the names that policies use.
    pub const ALL: [(Self, &'static str); 12] = [
        (Self::Public, "public"),
        (Self::Private, "private"),
        (Self::Loopback, "loopback"),
        (Self::LinkLocal, "link_local"),
        (Self::Multicast, "multicast"),
        (Self::Broadcast, "broadcast"),
        (Self::Unspecified, "unspecified"),
        (Self::Shared, "shared"),
        (Self::Documentation, "documentation"),
        (Self::Benchmarking, "benchmarking"),
        (Self::Reserved, "reserved"),
        (Self::Teredo, "teredo"),
    ];

    /// The name that policies use.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(class, _)| *class == self).map_or("", |(_, name)| name)
    }

    /// The networks that make up the class; none for [`AddressClass::Public`], which is what they leave.
    #[must_use]
    pub fn networks(self) -> &'static [&'static str] {
        match self {
            Self::Public => &[],
            Self::Private => &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
            Self::Loopback => &["127.0.0.0/8", "::1/128"],
            Self::LinkLocal => &["169.254.0.0/16", "fe80::/10"],
            Self::Multicast => &["224.0.0.0/4", "ff00::/8"],
            Self::Broadcast => &["255.255.255.255/32"],
            Self::Unspecified => &["0.0.0.0/8", "::/128"],
            Self::Shared => &["100.64.0.0/10"],
            Self::Documentation => {
                &["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"]
            }
            Self::Benchmarking => &["198.18.0.0/15", "2001:2::/48"],
            Self::Reserved => &["240.0.0.0/4", "192.0.0.0/24", "192.88.99.0/24", "2001:10::/28"],
            Self::Teredo => &["2001::/32"],
        }
    }

    /// The class as ranges of [`address_number`], ascending, without overlap.
    #[must_use]
    pub fn ranges(self) -> Vec<(u128, u128)> {
        let listed = |wanted: fn(Self) -> bool| {
            let classes = Self::ALL.iter().map(|(class, _)| *class).filter(move |class| wanted(*class));
            normalise(classes.flat_map(Self::listed_ranges).collect())
        };
        match self {
            Self::Public => complement(&union(&listed(|_| true), &OUTSIDE)),
            Self::Reserved => {
                let claimed = union(&listed(|class| class == Self::Reserved), &OUTSIDE);
                // Broadcast, loopback and the like lie inside and have classes of their own.
                complement(&union(&complement(&claimed), &listed(|class| class != Self::Reserved)))
            }
            _ => normalise(self.listed_ranges().collect()),
        }
    }

    fn listed_ranges(self) -> impl Iterator<Item = (u128, u128)> {
        self.networks()
            .iter()
            .filter_map(|network| IpNetwork::from_str(network).ok())
            .map(|network| network_range(&network))
    }

    /// Whether the address belongs to the class.
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        let number = address_number(address);
        self.ranges().iter().any(|(low, high)| (*low..=*high).contains(&number))
    }
}

impl FromStr for AddressClass {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(class, _)| *class).ok_or(())
    }
}

/// IPv6 but for the v4-mapped addresses (`::ffff:0:0/96`) and global unicast (`2000::/3`).
const OUTSIDE: [(u128, u128); 3] =
    [(0, 0xffff_0000_0000 - 1), (0x1_0000_0000_0000, (1 << 125) - 1), (1 << 126, u128::MAX)];

/// A network holds a v4-mapped address as the IPv4 address, and `::ffff:10.0.0.0/104` is `10.0.0.0/8`.
fn network_contains(network: &IpNetwork, address: IpAddr) -> bool {
    match (network, address) {
        (IpNetwork::V4(network), IpAddr::V4(address)) => network.contains(address),
        (IpNetwork::V6(network), IpAddr::V4(address)) => network.contains(address.to_ipv6_mapped()),
        (IpNetwork::V6(network), IpAddr::V6(address)) => network.contains(address),
        (IpNetwork::V4(_), IpAddr::V6(_)) => false,
    }
}

fn network_range(network: &IpNetwork) -> (u128, u128) {
    let bounds = |network: &Ipv6Network| (u128::from(network.network()), u128::from(network.broadcast()));
    match network {
        IpNetwork::V4(v4) => v4_range(*v4),
        IpNetwork::V6(v6) => bounds(v6),
    }
}

fn v4_range(network: Ipv4Network) -> (u128, u128) {
    (address_number(network.network().into()), address_number(network.broadcast().into()))
}

/// Sorts ranges and joins those that touch.
fn normalise(mut ranges: Vec<(u128, u128)>) -> Vec<(u128, u128)> {
    ranges.sort_unstable();
    let mut joined: Vec<(u128, u128)> = Vec::with_capacity(ranges.len());
    for (low, high) in ranges {
        match joined.last_mut() {
            Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
            _ => joined.push((low, high)),
        }
    }
    joined
}

fn union(left: &[(u128, u128)], right: &[(u128, u128)]) -> Vec<(u128, u128)> {
    normalise(left.iter().chain(right).copied().collect())
}

/// What normalised ranges leave.
fn complement(ranges: &[(u128, u128)]) -> Vec<(u128, u128)> {
    let mut left = Vec::with_capacity(ranges.len() + 1);
    let mut next = Some(0);
    for &(low, high) in ranges {
        if let Some(start) = next.filter(|start| *start < low) {
            left.push((start, low - 1));
        }
        next = high.checked_add(1);
    }
    left.extend(next.map(|start| (start, u128::MAX)));
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn every_listed_network_parses() {
        for (class, name) in AddressClass::ALL {
            for network in class.networks() {
                assert!(IpNetwork::from_str(network).is_ok(), "{name} {network}");
            }
        }
    }

    #[test]
    fn classes_at_their_borders() {
        let cases = [
            ("8.8.8.8", "public"),
            ("9.255.255.255", "public"),
            ("10.0.0.0", "private"),
            ("172.31.255.255", "private"),
            ("172.32.0.0", "public"),
            ("100.64.0.1", "shared"),
            ("127.0.0.1", "loopback"),
            ("169.254.1.1", "link_local"),
            ("239.1.1.1", "multicast"),
            ("255.255.255.255", "broadcast"),
            ("255.255.255.254", "reserved"),
            ("0.0.0.0", "unspecified"),
            ("203.0.113.10", "documentation"),
            ("::", "unspecified"),
            ("::1", "loopback"),
            ("::ffff:8.8.8.8", "public"),
            ("::ffff:192.168.0.1", "private"),
            ("2001:db8::1", "documentation"),
            ("2001::1", "teredo"),
            ("2606:4700::1111", "public"),
            ("fe80::1", "link_local"),
            ("fd00::1", "private"),
            ("ff02::1", "multicast"),
            ("4000::", "reserved"),
            ("::2", "reserved"),
            ("fe00::1", "reserved"),
        ];
        for (address, expected) in cases {
            let found: Vec<_> = AddressClass::ALL
                .iter()
                .filter(|(class, _)| class.contains(ip(address).to_canonical()))
                .map(|(_, name)| *name)
                .collect();
            assert_eq!(found, [expected], "{address}");
        }
    }

    #[test]
    fn mapped_addresses_are_ipv4() {
        let set = AddressSet { networks: vec!["10.0.0.0/8".parse().unwrap()], classes: Vec::new() };
        assert!(set.contains(ip("::ffff:10.1.2.3")));
        assert!(!set.contains(ip("::ffff:11.1.2.3")));
        let mapped =
            AddressSet { networks: vec!["::ffff:10.0.0.0/104".parse().unwrap()], classes: Vec::new() };
        assert!(mapped.contains(ip("10.1.2.3")));
    }
}
