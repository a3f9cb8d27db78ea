//! The characters that stand for all: one of each class that the tests on a column do not tell apart. A text exists on
//! which the tests come out as wanted exactly if one exists of these. Knows sets of characters, no operators' meaning.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use lownoise_engine::op::is_term_character;

use super::{Inexpressible, joined};

/// Inclusive ranges of code points, ascending.
pub(super) type Set = Vec<(u32, u32)>;

/// The last character of SMT-LIB.
const LAST: u32 = 0x2_ffff;

const SURROGATES: (u32, u32) = (0xd800, 0xdfff);

/// The characters of terms.
pub(super) static TERM: LazyLock<Set> = LazyLock::new(|| {
    let mut set: Set = Vec::new();
    for character in (char::MIN..=char::MAX).filter(|character| is_term_character(*character)) {
        let code = u32::from(character);
        match set.last_mut() {
            Some((_, high)) if *high + 1 == code => *high = code,
            _ => set.push((code, code)),
        }
    }
    set
});

/// One character of each class.
#[derive(Debug)]
pub(super) struct Letters(BTreeSet<u32>);

impl Letters {
    /// The characters that stand for all where these sets are looked at.
    pub(super) fn of(sets: &BTreeSet<Set>) -> Result<Self, Inexpressible> {
        let mut toggled: BTreeMap<u32, Vec<usize>> = BTreeMap::from([(0, Vec::new())]);
        for (place, set) in sets.iter().enumerate() {
            for (low, high) in set {
                toggled.entry(*low).or_default().push(place);
                toggled.entry(high + 1).or_default().push(place);
            }
        }
        let mut known: BTreeMap<Vec<usize>, u32> = BTreeMap::new();
        let mut inside: BTreeSet<usize> = BTreeSet::new();
        let ends = toggled.keys().skip(1).map(|low| low - 1).chain([u32::from(char::MAX)]);
        for ((low, places), high) in toggled.iter().zip(ends) {
            for place in places {
                if !inside.remove(place) {
                    inside.insert(*place);
                }
            }
            let first = if (SURROGATES.0..=SURROGATES.1).contains(low) { SURROGATES.1 + 1 } else { *low };
            if first <= high {
                known.entry(inside.iter().copied().collect()).or_insert(first);
            }
        }
        let letters: BTreeSet<u32> = known.into_values().collect();
        if letters.iter().any(|letter| *letter > LAST) {
            Err(Inexpressible::Characters)
        } else {
            Ok(Self(letters))
        }
    }

    /// The language of one character of a set.
    pub(super) fn one_of(&self, set: &[(u32, u32)]) -> String {
        self.those(|letter| set.iter().any(|(low, high)| (*low..=*high).contains(&letter)))
    }

    /// The language of one character that is not of a set.
    pub(super) fn none_of(&self, set: &[(u32, u32)]) -> String {
        self.those(|letter| !set.iter().any(|(low, high)| (*low..=*high).contains(&letter)))
    }

    /// The language of all texts.
    pub(super) fn texts(&self) -> String {
        format!("(re.* {})", self.those(|_| true))
    }

    /// Neighbours are joined to ranges.
    fn those(&self, wanted: impl Fn(u32) -> bool) -> String {
        let mut ranges: Set = Vec::new();
        for letter in self.0.iter().copied().filter(|letter| wanted(*letter)) {
            match ranges.last_mut() {
                Some((_, high)) if *high + 1 == letter => *high = letter,
                _ => ranges.push((letter, letter)),
            }
        }
        let each = ranges.iter().map(|(low, high)| match (char::from_u32(*low), char::from_u32(*high)) {
            (Some(low), Some(high)) if low == high => format!("(str.to_re {})", quoted(&low.to_string())),
            (Some(low), Some(high)) => {
                format!("(re.range {} {})", quoted(&low.to_string()), quoted(&high.to_string()))
            }
            _ => "re.none".to_owned(),
        });
        joined("re.union", "re.none", &each.collect::<Vec<_>>())
    }
}

/// A text as SMT-LIB writes it: what is no plain character by its number.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\"\""),
            ' '..='~' if character != '\\' => quoted.push(character),
            other => quoted.extend(format!("\\u{{{:x}}}", u32::from(other)).chars()),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether SMT-LIB has every character of a text.
pub(super) fn has(text: &str) -> Result<(), Inexpressible> {
    if text.chars().all(|character| u32::from(character) <= LAST) {
        Ok(())
    } else {
        Err(Inexpressible::Characters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_character_stands_for_all_that_are_not_told_apart() {
        let sets = BTreeSet::from([vec![(97, 122)], vec![(107, 107)], TERM.clone()]);
        let letters = Letters::of(&sets).unwrap();
        // None, a term's digit, `a`, `k`.
        assert_eq!(letters.0, BTreeSet::from([0, 48, 97, 107]));
        assert_eq!(letters.one_of(&[(97, 122)]), "(re.union (str.to_re \"a\") (str.to_re \"k\"))");
        assert_eq!(letters.none_of(&TERM), "(str.to_re \"\\u{0}\")");
        assert_eq!(
            Letters::of(&BTreeSet::from([vec![(0x3_0000, 0x3_0000)]])).unwrap_err(),
            Inexpressible::Characters
        );
    }

    #[test]
    fn texts_are_quoted() {
        assert_eq!(quoted("a\"\\é\n"), "\"a\"\"\\u{5c}\\u{e9}\\u{a}\"");
    }
}
