//! Addresses as numbers, and sets of them as inclusive ranges: ascending, without overlap, without touching. Ranges as
//! aligned blocks, which are networks.

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
pub const MAPPED: (u128, u128) = (0xffff_0000_0000, 0xffff_ffff_ffff);

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

/// What is in both.
#[must_use]
pub fn intersection(left: &[(u128, u128)], right: &[(u128, u128)]) -> Vec<(u128, u128)> {
    let pairs = left.iter().flat_map(|a| right.iter().map(move |b| (a.0.max(b.0), a.1.min(b.1))));
    pairs.filter(|(low, high)| low <= high).collect()
}

/// An aligned block of addresses: a network. Among the v4-mapped addresses it is one of IPv4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    first: u128,
    /// So many low bits are free.
    free: u32,
}

/// The fewest blocks that make up ranges, ascending; none goes across a border of the v4-mapped addresses.
#[must_use]
pub fn blocks(ranges: &[(u128, u128)]) -> Vec<Block> {
    let mut found = Vec::new();
    let parts = [(0, MAPPED.0 - 1), MAPPED, (MAPPED.1 + 1, u128::MAX)];
    for (low, high) in intersection(ranges, &parts) {
        let mut next = Some(low);
        while let Some(first) = next.filter(|first| *first <= high) {
            // As large as its first address is even, and not beyond the end.
            let room = (high - first).checked_add(1).map_or(128, u128::ilog2);
            let block = Block { first, free: first.trailing_zeros().min(room) };
            found.push(block);
            next = block.last().checked_add(1);
        }
    }
    found
}

impl Block {
    /// All addresses, of both families.
    pub const ALL: Self = Self { first: 0, free: 128 };

    /// Its first address.
    #[must_use]
    pub fn first(self) -> u128 {
        self.first
    }

    /// Its last address.
    #[must_use]
    pub fn last(self) -> u128 {
        if self.free >= 128 { u128::MAX } else { self.first | ((1 << self.free) - 1) }
    }

    /// The length of its prefix, of 128 bits.
    #[must_use]
    pub fn prefix(self) -> u32 {
        128 - self.free
    }

    /// Whether it lies among the v4-mapped addresses.
    #[must_use]
    pub fn is_ipv4(self) -> bool {
        MAPPED.0 <= self.first && self.last() <= MAPPED.1
    }
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
    fn blocks_make_up_ranges() {
        let spelled = |ranges: &[(u128, u128)]| -> Vec<(u128, u32)> {
            blocks(ranges).iter().map(|block| (block.first(), block.prefix())).collect()
        };
        assert_eq!(spelled(&[(1, 4), (8, 8)]), [(1, 128), (2, 127), (4, 128), (8, 128)]);
        assert_eq!(spelled(&[(1 << 127, u128::MAX)]), [(1 << 127, 1)]);
        // Across the mapped addresses, there is one of these, and each joins the next.
        let all = blocks(&[(0, u128::MAX)]);
        assert_eq!(all.iter().filter(|block| block.is_ipv4()).count(), 1);
        assert!(all.windows(2).all(|pair| pair[0].last() + 1 == pair[1].first()));
        assert_eq!(all.last().map(|block| block.last()), Some(u128::MAX));
    }

    #[test]
    fn sets_of_ranges() {
        assert_eq!(normalise(vec![(5, 6), (1, 2), (3, 3)]), [(1, 3), (5, 6)]);
        assert_eq!(complement(&[(0, 1), (5, u128::MAX)]), [(2, 4)]);
        assert_eq!(complement(&[]), [(0, u128::MAX)]);
        assert_eq!(intersection(&[(0, 4), (6, 9)], &[(3, 7)]), [(3, 4), (6, 7)]);
        assert_eq!(minus(&[(1, 9)], &[(3, 4), (9, 12)]), [(1, 2), (5, 8)]);
    }
}
