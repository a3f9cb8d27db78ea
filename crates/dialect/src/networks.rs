//! Sets of addresses as few networks. Knows addresses, and no language.

use lownoise_engine::op::{AddressSet, Block, blocks, complement};

/// A set of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Networks {
    /// No address.
    None,
    /// Every address.
    All,
    /// What is listed.
    Inside(Listed),
    /// Every address but what is listed.
    Outside(Listed),
}

/// Some networks without others, both ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) networks: Vec<Block>,
    pub(crate) without: Vec<Block>,
}

/// Above this many networks, those that lie outside are looked at too.
const MANY: usize = 8;

impl Networks {
    /// The networks of a set, or those outside of it where they are fewer.
    pub(crate) fn of(set: &AddressSet) -> Self {
        let inside = set.ranges();
        let outside = complement(&inside);
        if inside.is_empty() {
            return Self::None;
        }
        if outside.is_empty() {
            return Self::All;
        }
        let (listed, others) = (Listed::of(&inside), Listed::of(&outside));
        if listed.count() <= MANY || listed.count() <= others.count() {
            Self::Inside(listed)
        } else {
            Self::Outside(others)
        }
    }
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
        let all = filled == [(0, u128::MAX)];
        Self { networks: if all { vec![Block::ALL] } else { blocks(&filled) }, without: blocks(&gaps) }
    }

    fn count(&self) -> usize {
        self.networks.len() + self.without.len()
    }
}
