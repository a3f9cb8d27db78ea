//! `in` for addresses: networks, and classes of networks. An address is a value here, not text; a v4-mapped
//! address is the IPv4 address.

use std::net::IpAddr;

use ipnetwork::IpNetwork;

use super::address_class::AddressClass;
use super::ranges::{MAPPED_PREFIX, network_ranges, normalise};

/// A set of addresses: any of these networks, any of these classes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
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
            || self.classes.contains(&AddressClass::of(address))
    }

    /// The set as ranges of [`address_number`](super::address_number), ascending, without overlap; `contains` by other means.
    #[must_use]
    pub fn ranges(&self) -> Vec<(u128, u128)> {
        let networks = self.networks.iter().flat_map(network_ranges);
        normalise(networks.chain(self.classes.iter().flat_map(|class| class.ranges())).collect())
    }
}

/// A v4-mapped address is the IPv4 address: `10.0.0.0/8` holds it, and so does `::ffff:10.0.0.0/104`, which is the same
/// network. A wider IPv6 network, `::/0` say, holds IPv6 addresses only.
fn network_contains(network: &IpNetwork, address: IpAddr) -> bool {
    match (network, address) {
        (IpNetwork::V4(network), IpAddr::V4(address)) => network.contains(address),
        (IpNetwork::V6(network), IpAddr::V4(address)) => {
            network.prefix() >= MAPPED_PREFIX && network.contains(address.to_ipv6_mapped())
        }
        (IpNetwork::V6(network), IpAddr::V6(address)) => network.contains(address),
        (IpNetwork::V4(_), IpAddr::V6(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn mapped_addresses_are_ipv4() {
        let set = AddressSet { networks: vec!["10.0.0.0/8".parse().unwrap()], classes: Vec::new() };
        assert!(set.contains(ip("::ffff:10.1.2.3")));
        assert!(!set.contains(ip("::ffff:11.1.2.3")));
        let mapped =
            AddressSet { networks: vec!["::ffff:10.0.0.0/104".parse().unwrap()], classes: Vec::new() };
        assert!(mapped.contains(ip("10.1.2.3")));
        let wide = AddressSet { networks: vec!["::/0".parse().unwrap()], classes: Vec::new() };
        assert!(!wide.contains(ip("10.1.2.3")) && !wide.contains(ip("::ffff:10.1.2.3")));
        assert!(wide.contains(ip("2001:db8::1")));
        assert_eq!(wide.ranges().len(), 2);
    }
}
