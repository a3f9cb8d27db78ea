//! Sets of addresses as calls of functions. Those of IPv4 read dotted addresses, those of IPv6 all others, a v4-mapped
//! address too; each is null on what it cannot read.

use std::net::{Ipv4Addr, Ipv6Addr};

use lownoise_engine::op::{AddressSet, Block, MAPPED};

use super::layout::Out;
use crate::kql::spelling::text;
use crate::networks::{Listed, Networks};

/// The condition that an address is in a set. Below `not`, null must become false.
pub(super) fn among(column: &str, set: &AddressSet, below_not: bool) -> Out {
    let any = || in_any(column, &[Block::ALL], below_not);
    match Networks::of(set) {
        Networks::None => Out::Atom("false".to_owned()),
        Networks::All => any(),
        Networks::Inside(inside) => listed(column, &inside, below_not),
        Networks::Outside(outside) => Out::All(vec![any(), Out::not(listed(column, &outside, true))]),
    }
}

fn listed(column: &str, Listed { networks, without }: &Listed, below_not: bool) -> Out {
    let inside = in_any(column, networks, below_not);
    if without.is_empty() {
        return inside;
    }
    Out::All(vec![inside, Out::not(in_any(column, without, true))])
}

fn in_any(column: &str, networks: &[Block], below_not: bool) -> Out {
    let v4: Vec<String> = if networks == [Block::ALL] {
        vec![text("0.0.0.0/0")]
    } else {
        networks
            .iter()
            .filter(|network| network.is_ipv4())
            .map(|network| text(&dotted(*network, false)))
            .collect()
    };
    let v6: Vec<String> = networks
        .iter()
        .map(|network| {
            if network.is_ipv4() {
                text(&dotted(*network, true))
            } else {
                text(&format!("{}/{}", Ipv6Addr::from(network.first()), network.prefix()))
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

/// A network of IPv4, with dots, or as a v4-mapped one of IPv6.
fn dotted(network: Block, mapped: bool) -> String {
    let v4 = Ipv4Addr::from(u32::try_from(network.first() - MAPPED.0).unwrap_or(0));
    let prefix = network.prefix();
    if mapped { format!("::ffff:{v4}/{prefix}") } else { format!("{v4}/{}", prefix.saturating_sub(96)) }
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
