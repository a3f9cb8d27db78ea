//! The canonical spellings of sets of addresses as regular expressions: dotted quads, and IPv6 by RFC 5952.

use std::fmt::Write;

use super::ranges::{Block, MAPPED, blocks, intersection};

/// A pattern for the dotted quads of the IPv4 addresses in ranges; `None` for none.
#[must_use]
pub fn ipv4_pattern(ranges: &[(u128, u128)]) -> Option<String> {
    let blocks = blocks(&intersection(ranges, &[MAPPED]));
    let each: Vec<String> = blocks.into_iter().map(Block::pattern).collect();
    (!each.is_empty()).then(|| format!("(?:{})", each.join("|")))
}

impl Block {
    /// A pattern for the canonical spellings of its addresses, from end to end: of IPv4 with dots, else of IPv6, up to
    /// 100 kB for a wide one.
    #[must_use]
    pub fn pattern(self) -> String {
        if self.is_ipv4() {
            return (0..4).map(|place| decimal(self.part(24 - 8 * place, 8))).collect::<Vec<_>>().join(r"\.");
        }
        format!("(?:{})", by_zeros(self).join("|"))
    }

    /// A small pattern for how the spellings of its IPv6 addresses begin: by the hextets that are not wholly free, up to the
    /// first that may be zero. A hextet that is not zero is always spelled, and none of these is the last.
    #[must_use]
    pub fn beginning(self) -> String {
        let mut text = String::new();
        for place in 0..self.hextets() {
            let (low, high) = self.hextet(place);
            let other = (high > 0).then(|| format!("{}:", hexadecimal(low.max(1), high)));
            // Zero is spelled out, or lies in what `::` leaves out: here, where it does not lie further in front.
            let zero = (low == 0).then_some(if place == 0 { "::|0:" } else { "0:|:" });
            let each: Vec<&str> = other.as_deref().into_iter().chain(zero).collect();
            // Writing to a string cannot fail.
            let _infallible = write!(text, "(?:{})", each.join("|"));
            if low == 0 {
                break;
            }
        }
        text
    }

    /// Whether its [beginning](Self::beginning) tells its addresses from all others of IPv6.
    #[must_use]
    pub fn is_told_by_beginning(self) -> bool {
        let count = self.hextets();
        let before = (0..count.saturating_sub(1)).all(|place| self.hextet(place).0 > 0);
        before && 16 * count >= self.prefix()
    }

    /// The first hextets that are not wholly free, one at least, but not the last one of all.
    fn hextets(self) -> u32 {
        self.prefix().div_ceil(16).clamp(1, 7)
    }

    /// The least and the greatest number that one of eight hextets can be.
    fn hextet(self, place: u32) -> (u32, u32) {
        self.part(112 - 16 * place, 16)
    }

    /// The least and the greatest number that some bits can be, at most 32 of them.
    fn part(self, shift: u32, bits: u32) -> (u32, u32) {
        let mask = (1_u128 << bits) - 1;
        let narrow = |number: u128| u32::try_from((number >> shift) & mask).unwrap_or(u32::MAX);
        (narrow(self.first()), narrow(self.last()))
    }
}

/// A pattern for the decimal numbers from low to high, up to 255.
fn decimal((low, high): (u32, u32)) -> String {
    if (low, high) == (0, 255) {
        return "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])".to_owned();
    }
    let numbers: Vec<String> = (low..=high).map(|number| number.to_string()).collect();
    if numbers.len() == 1 { numbers.concat() } else { format!("(?:{})", numbers.join("|")) }
}

/// The spellings of a block, one pattern for each choice of which hextets are zero.
fn by_zeros(block: Block) -> Vec<String> {
    let bounds: Vec<(u32, u32)> = (0..8).map(|place| block.hextet(place)).collect();
    let possible = |zeros: u32| {
        bounds
            .iter()
            .enumerate()
            .all(|(place, (low, high))| if zeros >> place & 1 == 1 { *low == 0 } else { *high > 0 })
    };
    (0..256).filter(|zeros| possible(*zeros)).map(|zeros| spelling(zeros, &bounds)).collect()
}

/// The spelling with these hextets zero: the longest run of at least two, the first of equals, becomes `::`.
fn spelling(zeros: u32, bounds: &[(u32, u32)]) -> String {
    let zero = |place: usize| zeros >> place & 1 == 1;
    let mut best = (0, 0);
    let mut place = 0;
    while place < bounds.len() {
        let length = (place..bounds.len()).take_while(|place| zero(*place)).count();
        if length >= 2 && length > best.1 {
            best = (place, length);
        }
        place += length.max(1);
    }
    let mut text = String::new();
    let mut place = 0;
    while place < bounds.len() {
        if best.1 > 0 && place == best.0 {
            text.push_str("::");
            place += best.1;
            continue;
        }
        if place > 0 && !(best.1 > 0 && place == best.0 + best.1) {
            text.push(':');
        }
        match bounds.get(place) {
            _ if zero(place) => text.push('0'),
            Some((low, high)) => text.push_str(&hexadecimal((*low).max(1), *high)),
            None => {}
        }
        place += 1;
    }
    text
}

/// A pattern for the hexadecimal numbers from low to high, lower-case, without leading zeros.
fn hexadecimal(low: u32, high: u32) -> String {
    if low == high {
        return format!("{low:x}");
    }
    let mut each = Vec::new();
    for digits in 1..=4_u32 {
        let (smallest, greatest) =
            (if digits == 1 { 0 } else { 16_u32.pow(digits - 1) }, 16_u32.pow(digits) - 1);
        let (from, to) = (low.max(smallest), high.min(greatest));
        if from <= to {
            each.push(fixed_width(from, to, digits));
        }
    }
    format!("(?:{})", each.join("|"))
}

/// A pattern for the numbers from low to high, all of so many hexadecimal digits.
fn fixed_width(low: u32, high: u32, digits: u32) -> String {
    if digits == 1 {
        return class(low, high);
    }
    let unit = 16_u32.pow(digits - 1);
    let (first, last) = (low / unit, high / unit);
    if first == last {
        return format!("{first:x}{}", fixed_width(low % unit, high % unit, digits - 1));
    }
    if low.is_multiple_of(unit) && high % unit == unit - 1 {
        let mut text = class(first, last);
        // Writing to a string cannot fail.
        let _infallible = write!(text, "[0-9a-f]{{{}}}", digits - 1);
        return text;
    }
    let start = format!("{first:x}{}", fixed_width(low % unit, unit - 1, digits - 1));
    let end = format!("{last:x}{}", fixed_width(0, high % unit, digits - 1));
    let mut each = vec![start];
    if first + 1 < last {
        each.push(format!("{}[0-9a-f]{{{}}}", class(first + 1, last - 1), digits - 1));
    }
    each.push(end);
    format!("(?:{})", each.join("|"))
}

/// A class of one hexadecimal digit.
fn class(low: u32, high: u32) -> String {
    let digits: String = (low..=high).filter_map(|digit| char::from_digit(digit, 16)).collect();
    if digits.len() == 1 { digits } else { format!("[{digits}]") }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use crate::op::{Case, Pattern};
    use proptest::prelude::*;

    use super::*;

    fn matches(pattern: Option<String>, text: &str) -> bool {
        Pattern::new(&format!("^{}$", pattern.unwrap_or_else(|| "[^\\s\\S]".to_owned())), Case::Sensitive)
            .unwrap()
            .is_match(text)
    }

    proptest! {
        #[test]
        fn quads_are_spelled_as_the_standard_library_does(low: u32, span in 0_u32..5_000, probe: u32) {
            let high = low.saturating_add(span);
            for number in [low, high, low.wrapping_sub(1), high.wrapping_add(1), probe] {
                let inside = (low..=high).contains(&number);
                let text = Ipv4Addr::from(number).to_string();
                let mapped = |number: u32| MAPPED.0 + u128::from(number);
                prop_assert_eq!(matches(ipv4_pattern(&[(mapped(low), mapped(high))]), &text), inside, "{}", text);
            }
        }

        #[test]
        fn hextets_are_spelled_as_the_standard_library_does(
            hextets in prop::array::uniform8(prop_oneof![Just(0_u16), Just(1), any::<u16>()]),
            free in 0_u32..128,
            probe in prop::array::uniform8(prop_oneof![Just(0_u16), any::<u16>()]),
        ) {
            let number = |hextets: [u16; 8]| u128::from(Ipv6Addr::from(hextets));
            let low = number(hextets) >> free << free;
            let high = if free == 0 { low } else { low | (u128::MAX >> (128 - free)) };
            // More than one where the v4-mapped addresses are cut out: each has a pattern of its own, up to 100 kB.
            let parts: Vec<Block> = blocks(&[(low, high)]).into_iter().filter(|block| !block.is_ipv4()).collect();
            prop_assume!(parts.len() <= 4);
            let one_of = |pattern: fn(Block) -> String, text: &str| {
                parts.iter().any(|block| matches(Some(format!("(?:{})", pattern(*block))), text))
            };
            for number in [low, high, low.wrapping_sub(1), high.wrapping_add(1), number(hextets), number(probe)] {
                let address = Ipv6Addr::from(number);
                if address.to_ipv4_mapped().is_none() {
                    let inside = (low..=high).contains(&number);
                    let text = address.to_string();
                    prop_assert_eq!(one_of(Block::pattern, &text), inside, "{}", text);
                    let begun = one_of(|block| block.beginning() + ".*", &text);
                    let told = parts.iter().all(|block| block.is_told_by_beginning());
                    prop_assert!(if told { begun == inside } else { begun || !inside }, "{}", text);
                }
            }
        }
    }
}
