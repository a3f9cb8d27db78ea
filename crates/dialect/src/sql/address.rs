//! Sets of addresses as patterns of their canonical spellings. Knows addresses and patterns, no SQL.

use lownoise_engine::op::{AddressSet, complement, ipv4_pattern, ipv6_blocks};

/// Where the v4-mapped addresses lie: IPv4.
const MAPPED: (u128, u128) = (0xffff_0000_0000, 0xffff_ffff_ffff);

/// A pattern longer than this is refused.
const LONGEST: usize = 128 << 10;

/// Patterns that must be found in a spelling, or must not.
pub(super) type Found = Vec<(bool, String)>;

/// What spells an address of a set: all of some of these; or why it cannot be written.
pub(super) fn spellings(set: &AddressSet) -> Result<Vec<Found>, &'static str> {
    let inside = set.ranges();
    let outside = complement(&inside);
    let each = [v4(&inside, &outside)?, v6(&inside, &outside)?];
    Ok(each.into_iter().flatten().collect())
}

fn v4(inside: &[(u128, u128)], outside: &[(u128, u128)]) -> Result<Option<Found>, &'static str> {
    let quads = |ranges: &[(u128, u128)]| {
        let pattern = ipv4_pattern(&intersect(ranges, MAPPED))?;
        Some(format!(r"\A(?:::ffff:)?{pattern}\z"))
    };
    let Some(listed) = quads(inside) else { return Ok(None) };
    if listed.len() <= LONGEST {
        return Ok(Some(vec![(true, listed)]));
    }
    let others = quads(outside).filter(|pattern| pattern.len() <= LONGEST).ok_or(TOO_MANY)?;
    let all = quads(&[MAPPED]).map(|pattern| (true, pattern));
    Ok(Some(all.into_iter().chain([(false, others)]).collect()))
}

fn v6(inside: &[(u128, u128)], outside: &[(u128, u128)]) -> Result<Option<Found>, &'static str> {
    let any = (true, ANY.to_owned());
    let others = |ranges: &[(u128, u128)]| {
        [intersect(ranges, (0, MAPPED.0 - 1)), intersect(ranges, (MAPPED.1 + 1, u128::MAX))].concat()
    };
    let (inside, outside) = (others(inside), others(outside));
    if inside.is_empty() {
        return Ok(None);
    }
    if outside.is_empty() {
        return Ok(Some(vec![any]));
    }
    if let Some(pattern) = listed(&inside) {
        return Ok(Some(vec![any, (true, pattern)]));
    }
    let pattern = listed(&outside).ok_or(TOO_MANY)?;
    Ok(Some(vec![any, (false, pattern)]))
}

/// A pattern that tells the spellings of these addresses from those of other IPv6 addresses; `None`: it is too long.
fn listed(ranges: &[(u128, u128)]) -> Option<String> {
    let mut each = Vec::new();
    let mut length = 0;
    for block in ipv6_blocks(ranges) {
        let pattern =
            if block.is_told_by_beginning() { block.beginning() } else { format!(r"{}\z", block.pattern()) };
        length += pattern.len();
        if length > LONGEST {
            return None;
        }
        each.push(pattern);
    }
    Some(format!(r"\A(?:{})", each.join("|")))
}

const TOO_MANY: &str = "the spellings of these addresses make too long a pattern";

/// Every IPv6 address without dots, in any lower-case spelling: eight groups, or fewer and one `::`.
const ANY: &str = "\\A(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,7}:|(?:[0-9a-f]{1,4}:){1,6}:[0-9a-f]{1,4}|\
(?:[0-9a-f]{1,4}:){1,5}(?::[0-9a-f]{1,4}){2}|(?:[0-9a-f]{1,4}:){1,4}(?::[0-9a-f]{1,4}){3}|(?:[0-9a-f]{1,4}:){1,3}(?::[0-9a-f]{1,4}){4}|\
(?:[0-9a-f]{1,4}:){1,2}(?::[0-9a-f]{1,4}){5}|[0-9a-f]{1,4}:(?::[0-9a-f]{1,4}){6}|:(?:(?::[0-9a-f]{1,4}){1,7}|:))\\z";

fn intersect(ranges: &[(u128, u128)], with: (u128, u128)) -> Vec<(u128, u128)> {
    let each = ranges.iter().map(|(low, high)| (*low.max(&with.0), *high.min(&with.1)));
    each.filter(|(low, high)| low <= high).collect()
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use lownoise_engine::op::{Case, Pattern};

    use super::*;

    const TEXTS: [&str; 22] = [
        "10.0.0.0",
        "10.255.255.255",
        "11.0.0.0",
        "8.8.8.8",
        "127.0.0.1",
        "255.255.255.255",
        "::ffff:10.1.2.3",
        "::ffff:8.8.8.8",
        "::1",
        "::",
        "2001:db8::1",
        "2001:db9::",
        "2606:4700::1111",
        "fe80::1",
        "febf::",
        "fec0::1",
        "1:2:3:4:5:6:7:8",
        "fd00:1:2::9",
        "junk",
        "",
        "1:2",
        "10.0.0",
    ];

    #[test]
    fn spellings_are_those_of_the_set() {
        let sets: [(&[&str], &[&str]); 7] = [
            (&["10.0.0.0/8"], &[]),
            (&["fe80::/10", "::1/128"], &[]),
            (&["2001:db8::/32", "8.8.8.8/32"], &[]),
            (&["0.0.0.0/0"], &[]),
            (&["::/0"], &[]),
            (&[], &["public"]),
            (&[], &["private", "loopback"]),
        ];
        for (networks, classes) in sets {
            let set = AddressSet {
                networks: networks.iter().map(|text| text.parse().unwrap()).collect(),
                classes: classes.iter().map(|text| text.parse().unwrap()).collect(),
            };
            let found =
                |pattern: &String, text: &str| Pattern::new(pattern, Case::Sensitive).unwrap().is_match(text);
            let written = spellings(&set).unwrap();
            for text in TEXTS {
                let inside = text.parse::<IpAddr>().is_ok_and(|address| set.contains(address));
                let spells =
                    |all: &Found| all.iter().all(|(wanted, pattern)| found(pattern, text) == *wanted);
                assert_eq!(written.iter().any(spells), inside, "{networks:?} {classes:?} {text}");
            }
        }
    }
}
