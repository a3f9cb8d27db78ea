//! A look before the search: strategy *windows*. Necessary, never sufficient: a text without a window that some literal
//! has cannot have the literal. A look takes the text as it is, and in most texts finds nothing, so that few texts are
//! folded and searched.
//!
//! A window is up to eight bytes as one number, ASCII letters in one case (`| 0x20`, which also makes one of a few other
//! pairs of bytes: a look lets through more, never less).

use std::collections::HashSet;

use foldhash::fast::RandomState;

/// The most bytes of a window: those of a machine word.
const WORD: usize = 8;

/// The most bytes of a literal whose windows are known: more would make looks rarer, but the windows many.
const REACH: usize = 32;

/// The windows of many literals, all of the same length.
#[derive(Debug)]
struct Windows {
    /// The bits of a word that are the window's.
    mask: u64,
    /// A bit for the hash of each window: asked first, as most texts have none.
    bits: Vec<u64>,
    known: HashSet<u64, RandomState>,
}

impl Windows {
    /// Of windows of `length` bytes, at most eight.
    fn new<'l>(length: usize, windows: impl Iterator<Item = &'l [u8]>) -> Self {
        let mask = (0..length).fold(0, |mask, _| mask << 8 | 0xff);
        let mut new = Self { mask, bits: Vec::new(), known: HashSet::default() };
        new.known = windows.map(|window| new.word(window)).collect();
        // One bit in 16 or fewer is set.
        new.bits = vec![0; (new.known.len() / 4 + 1).next_power_of_two()];
        for word in &new.known {
            let (place, bit) = hash(*word, new.bits.len());
            if let Some(bits) = new.bits.get_mut(place) {
                *bits |= bit;
            }
        }
        new
    }

    /// The window at the beginning of these bytes, as a number.
    #[inline]
    fn word(&self, bytes: &[u8]) -> u64 {
        (word(bytes) | 0x2020_2020_2020_2020) & self.mask
    }

    /// Whether these bytes begin with a window of some literal.
    #[inline]
    fn begin(&self, bytes: &[u8]) -> bool {
        let word = self.word(bytes);
        let (place, bit) = hash(word, self.bits.len());
        self.bits.get(place).is_some_and(|bits| bits & bit != 0) && self.known.contains(&word)
    }
}

/// The first eight bytes as a number; bytes that are not there are zero.
#[inline]
fn word(bytes: &[u8]) -> u64 {
    if let Some(first) = bytes.first_chunk::<WORD>() {
        u64::from_le_bytes(*first)
    } else if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        // The two overlap, or meet; where they overlap, they are the same.
        let behind = 8 * (bytes.len() - 4);
        u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << behind
    } else {
        bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
    }
}

/// A place among so many words (a power of two), and a bit there: from the high bits of a product, to which every byte
/// of the window has contributed.
#[inline]
fn hash(word: u64, words: usize) -> (usize, u64) {
    let hash = word.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let place = usize::try_from(hash >> 40).unwrap_or(0) & (words - 1);
    (place, 1 << (hash >> 58))
}

/// For literals that are the whole text: one look, at its beginning.
#[derive(Debug)]
pub(super) struct Whole(Windows);

impl Whole {
    /// `None` without literals.
    pub(super) fn new(literals: &[&[u8]]) -> Option<Self> {
        (!literals.is_empty()).then(|| Self(Windows::new(WORD, literals.iter().copied())))
    }

    /// Whether a text may be a literal.
    #[inline]
    pub(super) fn may_be(&self, text: &[u8]) -> bool {
        self.0.begin(text)
    }
}

/// For literals at one end of a text: one look, at the inner end of what the shortest of them reaches.
#[derive(Debug)]
pub(super) struct AtEdge {
    /// The bytes of the shortest literal.
    shortest: usize,
    windows: Windows,
}

impl AtEdge {
    /// For literals that texts begin with. `None` without literals.
    pub(super) fn front(literals: &[&[u8]]) -> Option<Self> {
        let shortest = literals.iter().map(|literal| literal.len()).min()?;
        let from = shortest.saturating_sub(WORD);
        let windows = literals.iter().filter_map(|literal| literal.get(from..shortest));
        Some(Self { shortest, windows: Windows::new(shortest - from, windows) })
    }

    /// For literals that texts end with. `None` without literals.
    pub(super) fn back(literals: &[&[u8]]) -> Option<Self> {
        let shortest = literals.iter().map(|literal| literal.len()).min()?;
        let length = shortest.min(WORD);
        let windows =
            literals.iter().filter_map(|literal| literal.get(literal.len() - shortest..)?.get(..length));
        Some(Self { shortest, windows: Windows::new(length, windows) })
    }

    /// Whether a text may begin with a literal.
    #[inline]
    pub(super) fn may_begin(&self, text: &[u8]) -> bool {
        let from = self.shortest.saturating_sub(WORD);
        self.shortest <= text.len() && text.get(from..).is_some_and(|text| self.windows.begin(text))
    }

    /// Whether a text may end with a literal.
    #[inline]
    pub(super) fn may_end(&self, text: &[u8]) -> bool {
        let from = text.len().checked_sub(self.shortest);
        from.and_then(|from| text.get(from..)).is_some_and(|text| self.windows.begin(text))
    }
}

/// For literals inside of a text: a look at every `stride` bytes, as far apart as can be without missing one.
#[derive(Debug)]
pub(super) struct Anywhere {
    length: usize,
    stride: usize,
    windows: Windows,
}

impl Anywhere {
    /// `None` without literals, and when one is empty.
    pub(super) fn new(literals: &[Vec<u8>]) -> Option<Self> {
        let shortest = literals.iter().map(Vec::len).min().filter(|shortest| *shortest > 0)?.min(REACH);
        // Long windows are rare in texts, short ones are farther apart: half the shortest literal.
        let length = shortest.div_ceil(2).min(WORD);
        let stride = shortest - length + 1;
        // Wherever a literal is, one of its first `stride` windows is where a look is taken.
        let windows = literals.iter().flat_map(|literal| literal.windows(length).take(stride));
        Some(Self { length, stride, windows: Windows::new(length, windows) })
    }

    /// Whether a literal may be in a text. Linear in the text.
    #[inline]
    pub(super) fn may_be_in(&self, text: &[u8]) -> bool {
        let mut rest = text;
        while rest.len() >= self.length {
            if self.windows.begin(rest) {
                return true;
            }
            rest = rest.get(self.stride..).unwrap_or_default();
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::*;

    proptest! {
        #[test]
        fn a_text_that_has_a_literal_passes(
            literals in vec("[aB/é-]{1,40}", 1..8),
            pick: Index,
            upper: bool,
            before in "[a/x]{0,40}",
            after in "[a/x]{0,40}",
        ) {
            let folded: Vec<Vec<u8>> =
                literals.iter().map(|literal| literal.to_ascii_lowercase().into_bytes()).collect();
            let slices: Vec<&[u8]> = folded.iter().map(Vec::as_slice).collect();
            let literal = pick.get(&literals);
            let literal = if upper { literal.to_ascii_uppercase() } else { literal.clone() };
            let at_front = format!("{literal}{after}");
            let at_back = format!("{before}{literal}");
            let in_between = format!("{before}{literal}{after}");
            prop_assert!(Whole::new(&slices).unwrap().may_be(literal.as_bytes()));
            prop_assert!(AtEdge::front(&slices).unwrap().may_begin(at_front.as_bytes()));
            prop_assert!(AtEdge::back(&slices).unwrap().may_end(at_back.as_bytes()));
            prop_assert!(Anywhere::new(&folded).unwrap().may_be_in(in_between.as_bytes()));
        }
    }

    #[test]
    fn other_texts_do_not_pass() {
        let literals: Vec<Vec<u8>> =
            (0..10_000).map(|number| format!("--unit={number}-").into_bytes()).collect();
        let slices: Vec<&[u8]> = literals.iter().map(Vec::as_slice).collect();
        let (front, back) = (AtEdge::front(&slices).unwrap(), AtEdge::back(&slices).unwrap());
        let (whole, inside) = (Whole::new(&slices).unwrap(), Anywhere::new(&literals).unwrap());
        for text in ["", "-", "/usr/bin/curl -sSL https://example.org/archive.tar.gz", "--user=1000-"] {
            assert!(!front.may_begin(text.as_bytes()) && !back.may_end(text.as_bytes()), "{text}");
            assert!(!whole.may_be(text.as_bytes()) && !inside.may_be_in(text.as_bytes()), "{text}");
        }
    }
}
