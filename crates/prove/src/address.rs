//! The theory of addresses. Networks and classes are sets of ranges; text operators look at the canonical spelling,
//! and the canonical spellings of a set of addresses are a regular language (`spelling`), so that both together go to
//! the theory of text. What is no address is text that no network holds.

use std::net::{IpAddr, Ipv6Addr};

use lownoise_engine::op::{
    Case, MAPPED, Operator, Pattern, TextOperator, address_number, blocks, complement, intersection,
    ipv4_pattern,
};

use crate::Reason;
use crate::check::{Check, Model, core};
use crate::text::{self, Account};
use lownoise_engine::value::OwnedValue;

type Ranges = Vec<(u128, u128)>;

/// Texts that spell no address and might spell one by their characters; a superset of all spellings.
const ADDRESS_LIKE: &str = "^[0-9A-Fa-f:.]*$";

/// An address on which every test comes out as wanted.
pub(crate) fn solve(literals: &[(&Operator, bool)], hints: &[OwnedValue], account: Account<'_>) -> Check {
    match find(literals, hints, account) {
        Found::Value(value) => Check::Model(Model::Value(value)),
        Found::Nothing => {
            Check::Conflict(core(literals, |part| matches!(find(part, &[], account), Found::Nothing)))
        }
        Found::Unknown(reason) => Check::Unknown(reason),
    }
}

enum Found {
    Value(OwnedValue),
    Nothing,
    Unknown(Reason),
}

fn find(literals: &[(&Operator, bool)], hints: &[OwnedValue], account: Account<'_>) -> Found {
    let fits = |value: &OwnedValue| {
        literals.iter().all(|(operator, wanted)| operator.holds(value.borrow()) == *wanted)
    };
    if let Some(hint) = hints.iter().find(|hint| fits(hint)) {
        return Found::Value(hint.clone());
    }
    if let Some(texts) = named(literals) {
        let value = texts.iter().map(|text| OwnedValue::address(text)).find(fits);
        return value.map_or(Found::Nothing, Found::Value);
    }
    let permitted = permitted(literals);
    let spelled: Vec<(&Operator, bool)> =
        literals.iter().copied().filter(|(operator, _)| !matches!(operator, Operator::In(_))).collect();
    let tests_text = spelled.iter().any(|(operator, _)| !matches!(operator, Operator::Exists));
    if let Some(value) = borders(&permitted).into_iter().find(|value| fits(value)) {
        return Found::Value(value);
    }
    let mut undecided = None;
    if tests_text {
        for family in [Family::V4, Family::Mapped, Family::V6] {
            match by_text(family, &permitted, &spelled, account) {
                Found::Value(value) if fits(&value) => return Found::Value(value),
                Found::Value(_) => undecided = Some(Reason::Unconfirmed("an address".to_owned())),
                Found::Nothing => {}
                Found::Unknown(reason) => undecided = Some(reason),
            }
        }
    }
    match no_address(literals, &spelled, account) {
        Found::Value(value) if fits(&value) => return Found::Value(value),
        Found::Value(_) => undecided = Some(Reason::Unconfirmed("a text that is no address".to_owned())),
        Found::Nothing => {}
        Found::Unknown(reason) => undecided = Some(reason),
    }
    let missing = OwnedValue::address("");
    if fits(&missing) {
        return Found::Value(missing);
    }
    undecided.map_or(Found::Nothing, Found::Unknown)
}

/// The texts of which a test says that the value is one of them.
fn named<'a>(literals: &[(&'a Operator, bool)]) -> Option<&'a [String]> {
    literals.iter().find_map(|(operator, wanted)| match operator {
        Operator::Text { operator: TextOperator::Equals, literals, case: Case::Sensitive } if *wanted => {
            Some(literals.as_slice())
        }
        _ => None,
    })
}

/// The addresses that the network tests leave.
fn permitted(literals: &[(&Operator, bool)]) -> Ranges {
    let mut left: Ranges = vec![(0, u128::MAX)];
    for (operator, wanted) in literals {
        if let Operator::In(set) = operator {
            let ranges = set.ranges();
            left = if *wanted {
                intersection(&left, &ranges)
            } else {
                intersection(&left, &complement(&ranges))
            };
        }
    }
    left
}

/// Addresses at and beside the borders of ranges: enough where no text is tested.
fn borders(ranges: &[(u128, u128)]) -> Vec<OwnedValue> {
    let mut numbers: Vec<u128> = Vec::new();
    for (low, high) in ranges {
        let inside = low.saturating_add(10).min(*high);
        numbers.extend([inside, *low, *high]);
        // Both families, where a range holds both.
        for border in [MAPPED.0, MAPPED.1, MAPPED.0 - 1, MAPPED.1 + 1, 1 << 125] {
            numbers.extend((*low <= border && border <= *high).then_some(border));
        }
    }
    numbers.into_iter().map(|number| OwnedValue::address(&spelled(number))).collect()
}

/// The address of a number, IPv4 in its own spelling.
fn spelled(number: u128) -> String {
    Ipv6Addr::from(number).to_canonical().to_string()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    V4,
    Mapped,
    V6,
}

/// A spelling of a permitted address of a family on which the text tests come out as wanted.
fn by_text(
    family: Family,
    permitted: &[(u128, u128)],
    spelled: &[(&Operator, bool)],
    account: Account<'_>,
) -> Found {
    let here = match family {
        Family::V4 | Family::Mapped => intersection(permitted, &[MAPPED]),
        Family::V6 => intersection(permitted, &complement(&[MAPPED])),
    };
    if here.is_empty() {
        return Found::Nothing;
    }
    // Any spelling of the family, permitted or not: its language is small, and most questions end here.
    match constrained(family.any(), true, spelled, account) {
        Found::Value(OwnedValue::Address(text, Some(ip))) if holds(&here, ip) => {
            return Found::Value(OwnedValue::Address(text, Some(ip)));
        }
        Found::Value(_) => {}
        other => return other,
    }
    let exactly = |body: String| constrained(&format!("^{body}$"), true, spelled, account);
    match family {
        Family::V4 => ipv4_pattern(&here).map_or(Found::Nothing, exactly),
        Family::Mapped => {
            ipv4_pattern(&here).map_or(Found::Nothing, |body| exactly(format!("::ffff:{body}")))
        }
        Family::V6 => {
            let mut undecided = None;
            for block in blocks(&here) {
                let begins = format!("^{}", block.beginning());
                if let Found::Nothing = constrained(&begins, true, spelled, account) {
                    continue;
                }
                match exactly(block.pattern()) {
                    Found::Value(value) => return Found::Value(value),
                    Found::Nothing => {}
                    Found::Unknown(reason) => undecided = Some(reason),
                }
            }
            undecided.map_or(Found::Nothing, Found::Unknown)
        }
    }
}

impl Family {
    /// A pattern for every spelling of the family, and perhaps a few texts more.
    fn any(self) -> &'static str {
        match self {
            Self::V4 => r"^(?:[0-9]{1,3}\.){3}[0-9]{1,3}$",
            Self::Mapped => r"^::ffff:(?:[0-9]{1,3}\.){3}[0-9]{1,3}$",
            Self::V6 => "^[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}$",
        }
    }
}

fn holds(ranges: &[(u128, u128)], ip: IpAddr) -> bool {
    let number = address_number(ip);
    ranges.iter().any(|(low, high)| (*low..=*high).contains(&number))
}

/// A text that is no address.
fn no_address(literals: &[(&Operator, bool)], spelled: &[(&Operator, bool)], account: Account<'_>) -> Found {
    let held = literals.iter().any(|(operator, wanted)| *wanted && matches!(operator, Operator::In(_)));
    if held {
        return Found::Nothing;
    }
    match constrained(ADDRESS_LIKE, false, spelled, account) {
        Found::Nothing => {}
        found => return found,
    }
    // What is left looks like an address by its characters. Without a colon, only a dotted quad is one.
    let Some(quad) = ipv4_pattern(&[MAPPED]) else { return Found::Nothing };
    match constrained(&format!("^(?:{quad})$|[^0-9A-Fa-f.]|^$"), false, spelled, account) {
        Found::Nothing => {}
        found => return found,
    }
    match constrained("^[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*$", true, spelled, account) {
        Found::Value(value) if matches!(value, OwnedValue::Address(_, None)) => Found::Value(value),
        Found::Value(_) => Found::Unknown(Reason::AddressLike),
        other => other,
    }
}

fn constrained(pattern: &str, wanted: bool, spelled: &[(&Operator, bool)], account: Account<'_>) -> Found {
    let Ok(pattern) = Pattern::new(pattern, Case::Sensitive) else {
        return Found::Unknown(Reason::Automaton("the spellings of a set of addresses".to_owned()));
    };
    let constraint = Operator::Matches(vec![pattern]);
    let together: Vec<(&Operator, bool)> = spelled.iter().copied().chain([(&constraint, wanted)]).collect();
    match text::solve(&together, &[], account) {
        text::Answer::Value(found) => Found::Value(OwnedValue::address(&found)),
        text::Answer::Conflict(_) => Found::Nothing,
        text::Answer::Unknown(reason) => Found::Unknown(reason),
    }
}
