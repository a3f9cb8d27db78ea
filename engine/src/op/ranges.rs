//! Addresses as numbers, and sets of them as inclusive ranges: ascending, without overlap, without touching.

use std::net::IpAddr;
use std::str::FromStr;

use ipnetwork::IpNetwork;

/// An address as a number: IPv6 as it is, IPv4 as its v4-mapped IPv6 address, so that one order holds both.
#[must_use]
pub fn address_number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(v4.to_ipv6_mapped()),
        IpAddr::V6(v6) => u128::from(v6),
    }
}

/// The length of the prefix of all v4-mapped addresses, `::ffff:0:0/96`.
pub(super) const MAPPED_PREFIX: u8 = 96;

/// The v4-mapped addresses: where IPv4 lies among the numbers.
const MAPPED: (u128, u128) = (0xffff_0000_0000, 0xffff_ffff_ffff);

/// The addresses of a network, as numbers. An IPv6 network that is wider than the v4-mapped addresses leaves them out.
pub(super) fn network_ranges(network: &IpNetwork) -> Vec<(u128, u128)> {
    let whole = network_range(network);
    match network {
        IpNetwork::V6(v6) if v6.prefix() < MAPPED_PREFIX => minus(&[whole], &[MAPPED]),
        _ => vec![whole],
    }
}

fn network_range(network: &IpNetwork) -> (u128, u128) {
    (address_number(network.network()), address_number(network.broadcast()))
}

/// The addresses of a network that is written in this code; nothing for a text that is no network, which a test
/// holds that none is.
pub(super) fn written_range(network: &str) -> Option<(u128, u128)> {
    IpNetwork::from_str(network).ok().map(|network| network_range(&network))
}

/// Sorts ranges and joins those that touch.
pub(super) fn normalise(mut ranges: Vec<(u128, u128)>) -> Vec<(u128, u128)> {
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

/// What ascending ranges that do not touch leave of all addresses, likewise.
#[must_use]
pub fn complement(ranges: &[(u128, u128)]) -> Vec<(u128, u128)> {
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

/// The first ranges without the second.
pub(super) fn minus(ranges: &[(u128, u128)], without: &[(u128, u128)]) -> Vec<(u128, u128)> {
    let outside = complement(ranges).into_iter().chain(without.iter().copied());
    complement(&normalise(outside.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_ranges() {
        assert_eq!(normalise(vec![(5, 6), (1, 2), (3, 3)]), [(1, 3), (5, 6)]);
        assert_eq!(complement(&[(0, 1), (5, u128::MAX)]), [(2, 4)]);
        assert_eq!(complement(&[]), [(0, u128::MAX)]);
        assert_eq!(minus(&[(1, 9)], &[(3, 4), (9, 12)]), [(1, 2), (5, 8)]);
    }
}
