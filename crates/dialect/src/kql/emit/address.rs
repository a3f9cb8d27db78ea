//! Sets of addresses as calls of functions. Those of IPv4 read dotted addresses, those of IPv6 all others, a v4-mapped
//! address too; each is null on what it cannot read.

use std::net::{Ipv4Addr, Ipv6Addr};

use lownoise_engine::op::{AddressSet, complement};

use super::layout::Out;
use super::literal::text;

/// Where the v4-mapped addresses lie.
const MAPPED: (u128, u128) = (0xffff_0000_0000, 0xffff_ffff_ffff);

/// A network, by its first address and the length of its prefix in 128 bits.
type Network = (u128, u32);

/// Above this many networks, those that lie outside are looked at too.
const MANY: usize = 8;

/// The condition that an address is in a set. Below `not`, null must become false.
pub(super) fn among(column: &str, set: &AddressSet, below_not: bool) -> Out {
    let inside = set.ranges();
    if inside.is_empty() {
        return Out::Atom("false".to_owned());
    }
    let outside = complement(&inside);
    let (listed, others) = (Listed::of(&inside), Listed::of(&outside));
    if listed.count() <= MANY || listed.count() <= others.count() {
        return listed.condition(column, below_not);
    }
    // Fewer networks lie outside: an address, and in none of those.
    let address = in_any(column, &networks(&[(0, u128::MAX)]), below_not);
    if outside.is_empty() {
        return address;
    }
    Out::All(vec![address, Out::not(others.condition(column, true))])
}

/// A set as some networks without others.
struct Listed {
    networks: Vec<Network>,
    without: Vec<Network>,
}

impl Listed {
    /// The fewest networks, when gaps up to some size are listed by themselves.
    fn of(ranges: &[(u128, u128)]) -> Self {
        let gaps = ranges.windows(2).filter_map(|pair| match pair {
            [(_, high), (low, _)] => Some(low - high - 1),
            _ => None,
        });
        let sizes = [0].into_iter().chain(gaps);
        let ways = sizes.map(|size| Self::with_gaps(ranges, size));
        ways.min_by_key(Self::count).unwrap_or_else(|| Self::with_gaps(ranges, 0))
    }

    fn with_gaps(ranges: &[(u128, u128)], largest: u128) -> Self {
        let mut filled: Vec<(u128, u128)> = Vec::new();
        let mut gaps = Vec::new();
        for &(low, high) in ranges {
            match filled.last_mut() {
                Some(last) if low - last.1 - 1 <= largest => {
                    gaps.push((last.1 + 1, low - 1));
                    last.1 = high;
                }
                _ => filled.push((low, high)),
            }
        }
        Self { networks: networks(&filled), without: networks(&gaps) }
    }

    fn count(&self) -> usize {
        self.networks.len() + self.without.len()
    }

    fn condition(&self, column: &str, below_not: bool) -> Out {
        let inside = in_any(column, &self.networks, below_not);
        if self.without.is_empty() {
            return inside;
        }
        Out::All(vec![inside, Out::not(in_any(column, &self.without, true))])
    }
}

fn in_any(column: &str, networks: &[Network], below_not: bool) -> Out {
    let every = networks == [(0, 0)];
    let is_mapped = |(first, _): &&Network| (MAPPED.0..=MAPPED.1).contains(first);
    let v4: Vec<String> = if every {
        vec![text("0.0.0.0/0")]
    } else {
        networks.iter().filter(is_mapped).map(|network| text(&dotted(*network, false))).collect()
    };
    let v6: Vec<String> = networks
        .iter()
        .map(|network| {
            if is_mapped(&network) {
                text(&dotted(*network, true))
            } else {
                text(&format!("{}/{}", Ipv6Addr::from(network.0), network.1))
            }
        })
        .collect();
    let calls = [("ipv4", v4), ("ipv6", v6)].into_iter().filter(|(_, ranges)| !ranges.is_empty());
    let calls = calls.map(|(family, ranges)| {
        let function = if ranges.len() == 1 { "is_in_range" } else { "is_in_any_range" };
        let arguments = [column.to_owned()].into_iter().chain(ranges).collect();
        let call = Out::List(format!("{family}_{function}"), arguments);
        if below_not { Out::or_false(call) } else { call }
    });
    match calls.collect::<Vec<_>>() {
        mut one if one.len() == 1 => one.pop().unwrap_or(Out::Any(Vec::new())),
        several => Out::Any(several),
    }
}

/// A network of mapped addresses, as IPv4 or as IPv6.
fn dotted((first, prefix): Network, mapped: bool) -> String {
    let v4 = Ipv4Addr::from(u32::try_from(first - MAPPED.0).unwrap_or(0));
    if mapped { format!("::ffff:{v4}/{prefix}") } else { format!("{v4}/{}", prefix.saturating_sub(96)) }
}

/// The fewest networks that cover ranges, none of them across the border of the mapped addresses: those are IPv4.
fn networks(ranges: &[(u128, u128)]) -> Vec<Network> {
    if ranges == [(0, u128::MAX)] {
        return vec![(0, 0)];
    }
    let mut found = Vec::new();
    for &(low, high) in ranges {
        for (low, high) in parted(low, high) {
            let mut next = Some(low);
            while let Some(first) = next.filter(|first| *first <= high) {
                // As large as its first address is even, and not beyond the end.
                let even = first.trailing_zeros().min(127);
                let room = (high - first).checked_add(1).map_or(128, |count| count.ilog2());
                let bits = even.min(room);
                found.push((first, 128 - bits));
                next = first.checked_add(1 << bits);
            }
        }
    }
    found
}

/// A range in up to three: before, among and behind the mapped addresses.
fn parted(low: u128, high: u128) -> Vec<(u128, u128)> {
    let parts = [(0, MAPPED.0 - 1), MAPPED, (MAPPED.1 + 1, u128::MAX)];
    let within = parts.into_iter().map(|(first, last)| (low.max(first), high.min(last)));
    within.filter(|(low, high)| low <= high).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(networks: &[&str], classes: &[&str]) -> AddressSet {
        AddressSet {
            networks: networks.iter().map(|text| text.parse().unwrap()).collect(),
            classes: classes.iter().map(|text| text.parse().unwrap()).collect(),
        }
    }

    #[test]
    fn sets_are_few_networks() {
        for (networks, classes, expected) in [
            (
                &["10.0.0.0/8"][..],
                &[][..],
                "ipv4_is_in_range(IP, \"10.0.0.0/8\") or ipv6_is_in_range(IP, \"::ffff:10.0.0.0/104\")",
            ),
            (&["fe80::/10"], &[], "ipv6_is_in_range(IP, \"fe80::/10\")"),
            (
                &["10.0.0.0/9", "10.128.0.0/9", "::1/128"],
                &[],
                "ipv4_is_in_range(IP, \"10.0.0.0/8\") or ipv6_is_in_any_range(IP, \"::1/128\", \"::ffff:10.0.0.0/104\")",
            ),
            (
                &["::/0"],
                &[],
                "(ipv4_is_in_range(IP, \"0.0.0.0/0\") or ipv6_is_in_range(IP, \"::/0\")) and not(coalesce(ipv4_is_in_range(IP, \"0.0.0.0/0\"), false) or coalesce(ipv6_is_in_range(IP, \"::ffff:0.0.0.0/96\"), false))",
            ),
            (
                &[],
                &["broadcast"],
                "ipv4_is_in_range(IP, \"255.255.255.255/32\") or ipv6_is_in_range(IP, \"::ffff:255.255.255.255/128\")",
            ),
            (
                &["0.0.0.0/0", "::/0"],
                &[],
                "ipv4_is_in_range(IP, \"0.0.0.0/0\") or ipv6_is_in_range(IP, \"::/0\")",
            ),
        ] {
            assert_eq!(among("IP", &set(networks, classes), false).flat(), expected);
        }
        let public = among("IP", &set(&[], &["public"]), false).flat();
        assert!(public.len() < 2_000, "{public}");
    }
}
