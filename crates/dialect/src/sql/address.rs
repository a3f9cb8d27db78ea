//! Sets of addresses as conditions on their canonical spellings, by patterns. Knows addresses and patterns.

use lownoise_engine::op::{AddressSet, Block, MAPPED, ipv4_pattern};

use super::boolean::{all, any, not};
use crate::networks::{Listed, Networks};

/// Patterns longer than this are refused.
const LONGEST: usize = 16 << 10;

/// The condition that a text spells an address of a set; `finds` is the condition that a pattern is found in it.
///
/// # Errors
/// Why it cannot be written.
pub(super) fn among(set: &AddressSet, finds: &dyn Fn(&str) -> String) -> Result<String, &'static str> {
    Ok(match Networks::of(set) {
        Networks::None => any(Vec::new()),
        Networks::All => in_any(&[Block::ALL], finds)?,
        Networks::Inside(inside) => listed(&inside, finds)?,
        Networks::Outside(outside) => {
            all(vec![in_any(&[Block::ALL], finds)?, not(&listed(&outside, finds)?)])
        }
    })
}

fn listed(listed: &Listed, finds: &dyn Fn(&str) -> String) -> Result<String, &'static str> {
    let inside = in_any(&listed.networks, finds)?;
    if listed.without.is_empty() {
        return Ok(inside);
    }
    Ok(all(vec![inside, not(&in_any(&listed.without, finds)?)]))
}

fn in_any(networks: &[Block], finds: &dyn Fn(&str) -> String) -> Result<String, &'static str> {
    let quads = |pattern: &str| finds(&format!(r"\A(?:::ffff:)?{pattern}\z"));
    if networks == [Block::ALL] {
        return Ok(any(ipv4_pattern(&[MAPPED]).iter().map(|all| quads(all)).chain([finds(ANY)]).collect()));
    }
    let (v4, v6): (Vec<Block>, Vec<Block>) = networks.iter().partition(|network| network.is_ipv4());
    let mut ways = Vec::new();
    if !v4.is_empty() {
        ways.push(quads(&alternatives(v4, Block::pattern)?));
    }
    if !v6.is_empty() {
        let told = |block: Block| {
            if block.is_told_by_beginning() { block.beginning() } else { format!(r"{}\z", block.pattern()) }
        };
        ways.push(all(vec![finds(ANY), finds(&format!(r"\A{}", alternatives(v6, told)?))]));
    }
    Ok(any(ways))
}

fn alternatives(networks: Vec<Block>, pattern: fn(Block) -> String) -> Result<String, &'static str> {
    let mut each = String::new();
    for network in networks {
        each.push_str(if each.is_empty() { "(?:" } else { "|" });
        each.push_str(&pattern(network));
        if each.len() > LONGEST {
            return Err("the spellings of these addresses make too long a pattern");
        }
    }
    each.push(')');
    Ok(each)
}

/// Every IPv6 address without dots, in any lower-case spelling: eight groups, or fewer and one `::`.
const ANY: &str = "\\A(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,7}:|(?:[0-9a-f]{1,4}:){1,6}:[0-9a-f]{1,4}|\
(?:[0-9a-f]{1,4}:){1,5}(?::[0-9a-f]{1,4}){2}|(?:[0-9a-f]{1,4}:){1,4}(?::[0-9a-f]{1,4}){3}|(?:[0-9a-f]{1,4}:){1,3}(?::[0-9a-f]{1,4}){4}|\
(?:[0-9a-f]{1,4}:){1,2}(?::[0-9a-f]{1,4}){5}|[0-9a-f]{1,4}:(?::[0-9a-f]{1,4}){6}|:(?:(?::[0-9a-f]{1,4}){1,7}|:))\\z";

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use lownoise_engine::op::{Case, Pattern};

    use super::*;

    const TEXTS: [&str; 28] = [
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
        "64:ff9b::808:808",
        "64:ff9b:1::",
        "100::9",
        "2001::9",
        "2001:1::1",
        "2001:1:0:1::",
        "junk",
        "",
        "1:2",
        "10.0.0",
    ];

    /// What a condition of constants comes to.
    fn value(mut condition: String) -> bool {
        let rules = [
            ("(TRUE)", "TRUE"),
            ("(FALSE)", "FALSE"),
            ("NOT TRUE", "FALSE"),
            ("NOT FALSE", "TRUE"),
            ("TRUE AND TRUE", "TRUE"),
            ("TRUE AND FALSE", "FALSE"),
            ("FALSE AND TRUE", "FALSE"),
            ("FALSE AND FALSE", "FALSE"),
            ("TRUE OR TRUE", "TRUE"),
            ("TRUE OR FALSE", "TRUE"),
            ("FALSE OR TRUE", "TRUE"),
            ("FALSE OR FALSE", "FALSE"),
        ];
        while condition.contains(' ') {
            let before = condition.len();
            for (from, to) in rules {
                condition = condition.replace(from, to);
            }
            assert!(condition.len() < before, "{condition}");
        }
        condition == "TRUE"
    }

    #[test]
    fn spellings_are_those_of_the_set() {
        let sets: [(&[&str], &[&str]); 10] = [
            (&["10.0.0.0/8"], &[]),
            (&["fe80::/10", "::1/128"], &[]),
            (&["2001:db8::/32", "8.8.8.8/32"], &[]),
            (&["0.0.0.0/0"], &[]),
            (&["::/0"], &[]),
            (&["0.0.0.0/0", "::/0"], &[]),
            (&[], &[]),
            (&[], &["public"]),
            (&["64:ff9b::/96"], &["public", "teredo"]),
            (&[], &["private", "loopback"]),
        ];
        for (networks, classes) in sets {
            let set = AddressSet {
                networks: networks.iter().map(|text| text.parse().unwrap()).collect(),
                classes: classes.iter().map(|text| text.parse().unwrap()).collect(),
            };
            for text in TEXTS {
                let finds = |pattern: &str| {
                    let found = Pattern::new(pattern, Case::Sensitive).unwrap().is_match(text);
                    found.to_string().to_uppercase()
                };
                let inside = text.parse::<IpAddr>().is_ok_and(|address| set.contains(address));
                let condition = among(&set, &finds).unwrap();
                assert_eq!(value(condition), inside, "{networks:?} {classes:?} {text}");
            }
        }
    }
}
