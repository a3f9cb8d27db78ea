//! Addresses for SMT-LIB: numbers where only networks are tested, else the canonical spellings as patterns. Knows sets
//! of addresses, no columns.

use lownoise_engine::op::{AddressSet, Block, blocks, ipv4_pattern};

use super::{Inexpressible, joined};

/// Bytes of a pattern of IPv6 spellings.
const ROOM: usize = 200_000;

/// Whether a number is an address of a set.
pub(super) fn in_ranges(number: &str, set: &AddressSet) -> String {
    let each = set.ranges().into_iter().map(|(low, high)| format!("(<= {low} {number} {high})"));
    joined("or", "false", &each.collect::<Vec<_>>())
}

/// A pattern of the canonical spellings of a set's addresses.
pub(super) fn spellings(set: &AddressSet) -> Result<String, Inexpressible> {
    let ranges = set.ranges();
    let quads = ipv4_pattern(&ranges).map(|quads| format!("(?:::ffff:)?{quads}"));
    let each: Vec<String> = quads.into_iter().chain(ipv6(&ranges)).collect();
    let pattern = format!("^(?:{})$", each.join("|"));
    match each.as_slice() {
        [] => Ok("[^\\x00-\\x{10ffff}]".to_owned()),
        _ if pattern.len() > ROOM => Err(Inexpressible::Spellings),
        _ => Ok(pattern),
    }
}

/// Patterns of the canonical spellings of the IPv6 addresses in ranges.
fn ipv6(ranges: &[(u128, u128)]) -> impl Iterator<Item = String> {
    blocks(ranges).into_iter().filter(|block| !block.is_ipv4()).map(Block::pattern)
}

/// Patterns of all texts that spell an IPv6 address, and of those that do so canonically: no column holds the others.
pub(super) fn ipv6_texts() -> (String, String) {
    let octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    let quad = format!(r"{octet}(?:\.{octet}){{3}}");
    let group = "[0-9A-Fa-f]{1,4}";
    let mut forms = vec![format!("{group}(?::{group}){{7}}"), format!("(?:{group}:){{6}}{quad}")];
    for head in 0..=7_usize {
        let before = if head == 0 { String::new() } else { format!("{group}(?::{group}){{{}}}", head - 1) };
        let left = 7 - head;
        let mut tails = vec![String::new()];
        if left >= 1 {
            tails.push(format!("{group}(?::{group}){{0,{}}}", left - 1));
        }
        if left >= 2 {
            tails.push(format!("(?:{group}:){{0,{}}}{quad}", left - 2));
        }
        forms.push(format!("{before}::(?:{})", tails.join("|")));
    }
    let canonical: Vec<String> = ipv6(&[(0, u128::MAX)]).collect();
    (format!("^(?:{})$", forms.join("|")), format!("^(?:::ffff:{quad}|{})$", canonical.join("|")))
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use proptest::prelude::*;
    use regex_automata::meta::Regex;

    use super::*;

    #[test]
    fn spellings_of_ipv6() {
        let (valid, canonical) = ipv6_texts();
        let patterns = [valid, canonical].map(|text| {
            Regex::builder().configure(Regex::config().nfa_size_limit(None)).build(&text).unwrap()
        });
        let pieces = prop::sample::select(vec![
            ":",
            "::",
            "0",
            "1",
            "ffff",
            "FFFF",
            "db8",
            "00a",
            "1.2.3.4",
            "::ffff:",
            "12345",
            "256.0.0.1",
        ]);
        let texts = prop_oneof![
            prop::collection::vec(pieces, 0..10).prop_map(|pieces| pieces.concat()),
            (any::<[bool; 8]>(), any::<u128>()).prop_map(|(zero, number)| {
                let mask =
                    zero.iter().fold(0, |mask: u128, zero| mask << 16 | if *zero { 0 } else { 0xffff });
                Ipv6Addr::from(number & mask).to_string()
            }),
        ];
        proptest!(ProptestConfig::with_cases(2_000), |(text in texts)| {
            let address = text.parse::<Ipv6Addr>();
            prop_assert_eq!(patterns[0].is_match(&text), address.is_ok(), "{}", text);
            prop_assert_eq!(patterns[1].is_match(&text), address.is_ok_and(|address| address.to_string() == text), "{}", text);
        });
    }
}
