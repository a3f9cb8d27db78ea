//! How many events a scenario speaks of: `at least 2`, `none`. Knows no event.

use std::fmt;

/// How many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantity {
    All,
    None,
    AtLeast(usize),
    AtMost(usize),
    Exactly(usize),
}

/// The pattern of what [`Quantity::read`] reads.
pub(crate) const PATTERN: &str = "all|none|(?:at least|at most|exactly) (?:[0-9]{1,9}|one|two|three)";

impl Quantity {
    /// Reads words that fit [`PATTERN`].
    pub(crate) fn read(words: &str) -> Option<Self> {
        let number = |text: &str| match text {
            "one" => Some(1),
            "two" => Some(2),
            "three" => Some(3),
            digits => digits.parse().ok(),
        };
        match words.rsplit_once(' ') {
            None if words == "all" => Some(Self::All),
            None if words == "none" => Some(Self::None),
            Some(("at least", count)) => number(count).map(Self::AtLeast),
            Some(("at most", count)) => number(count).map(Self::AtMost),
            Some(("exactly", count)) => number(count).map(Self::Exactly),
            _ => None,
        }
    }

    /// Whether it is right that so many of so many are as expected. Of no event, nothing can be said but that none is.
    pub(crate) fn allows(self, found: usize, of: usize) -> bool {
        match self {
            Self::All => found == of && of > 0,
            Self::None => found == 0,
            Self::AtLeast(count) => found >= count,
            Self::AtMost(count) => found <= count,
            Self::Exactly(count) => found == count,
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => write!(f, "all"),
            Self::None => write!(f, "none"),
            Self::AtLeast(count) => write!(f, "at least {count}"),
            Self::AtMost(count) => write!(f, "at most {count}"),
            Self::Exactly(count) => write!(f, "exactly {count}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_and_judge() {
        let cases = [
            ("all", 3, 3, true),
            ("all", 2, 3, false),
            ("all", 0, 0, false),
            ("none", 0, 3, true),
            ("none", 1, 3, false),
            ("at least one", 1, 3, true),
            ("at least 2", 1, 3, false),
            ("at most three", 3, 5, true),
            ("at most 3", 4, 5, false),
            ("exactly two", 2, 5, true),
            ("exactly 2", 3, 5, false),
        ];
        for (words, found, of, allowed) in cases {
            assert_eq!(
                Quantity::read(words).map(|quantity| quantity.allows(found, of)),
                Some(allowed),
                "{words}"
            );
        }
        assert_eq!(Quantity::read("many"), None);
        assert_eq!(Quantity::read("at least many"), None);
    }
}
