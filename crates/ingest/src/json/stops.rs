//! Where a walk over JSON text has to stop: one pass over a block with vectors, whose result is a bit for each byte.
//! Knows bytes, no grammar.

use fearless_simd::prelude::*;
use fearless_simd::u8x64;

/// Bytes of a vector, and bits of a word of them.
const WORD: usize = 64;

/// Bytes that a word of bits takes.
const BYTES: usize = WORD / 8;

/// The places of a text where a string ends or is out of the ordinary. A bit is a byte of the text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Stops {
    /// Quotes, control characters, and backslashes with what they escape; but not a `\"` that stands apart from other
    /// backslashes, since a string simply goes on there. The first place beyond the text is a stop, too. The bits are
    /// in bytes, so that a word of them can be read from any.
    stops: Vec<u8>,
    /// Whether there is a backslash, for each word of bits.
    backslashes: Vec<bool>,
}

impl Stops {
    /// Finds those of a text; what was found before is gone.
    pub(super) fn find<S: Simd>(&mut self, simd: S, bytes: &[u8]) {
        simd.vectorize(
            #[inline(always)]
            || {
                let (words, rest) = bytes.as_chunks::<WORD>();
                // A word for the rest and the stop beyond it, and one so that every place has a whole word behind it.
                self.stops.resize((words.len() + 2) * BYTES, 0);
                self.backslashes.resize(words.len() + 1, false);
                let (mut last, mut before) = ([0; WORD], Before::default());
                last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                // The zeros behind the text are control characters, and so the stop beyond the end.
                let words = words.iter().chain([&last]);
                let found = self.stops.as_chunks_mut().0.iter_mut().zip(&mut self.backslashes);
                for (word, (stops, backslashes)) in words.zip(found) {
                    let bits;
                    (bits, *backslashes) = before.word(u8x64::from_slice(simd, word));
                    *stops = bits.to_le_bytes();
                }
            },
        );
    }

    /// The first stop at this place or after it, or else the end of the text.
    #[expect(clippy::inline_always, reason = "part of a loop that is compiled for each kind of vectors")]
    #[inline(always)]
    pub(super) fn next(&self, at: usize) -> usize {
        let mut byte = at / 8;
        // Of the word that begins at a byte up to seven bits are behind the place.
        let mut skipped = at % 8;
        while let Some(bits) = self.stops.get(byte..byte + BYTES).and_then(|bits| bits.first_chunk()) {
            let bits = u64::from_le_bytes(*bits) >> skipped;
            if bits != 0 {
                return byte * 8 + skipped + bits.trailing_zeros() as usize;
            }
            (byte, skipped) = (byte + BYTES, 0);
        }
        usize::MAX
    }

    /// Whether there may be a backslash in a part of the text; if not, there is none.
    #[inline]
    pub(super) fn may_have_backslash(&self, from: usize, to: usize) -> bool {
        let words = self.backslashes.get(from / WORD..=to / WORD);
        words.is_none_or(|words| words.contains(&true))
    }
}

/// What is carried from one word of a text to the next.
#[derive(Debug, Clone, Copy, Default)]
struct Before {
    /// 1 if the last byte is a backslash.
    backslash: u64,
    /// Whether that one may itself be escaped: what it does is left to the walk, which began before it.
    unclear: bool,
}

impl Before {
    /// The stops of the next word, and whether it has a backslash.
    #[expect(clippy::inline_always, reason = "part of a loop that is compiled for each kind of vectors")]
    #[inline(always)]
    fn word<S: Simd>(&mut self, bytes: u8x64<S>) -> (u64, bool) {
        let quotes = bytes.simd_eq(b'"').to_bitmask();
        let backslashes = bytes.simd_eq(b'\\').to_bitmask();
        let controls = bytes.simd_lt(0x20).to_bitmask();
        let escaped = backslashes << 1 | self.backslash;
        let plain = !self.unclear && escaped & !quotes == 0;
        let stops = if plain {
            // What the last backslash of a word escapes is not in sight, so it is a stop.
            (quotes | controls) & !escaped | backslashes & 1 << (WORD - 1)
        } else {
            quotes | controls | backslashes
        };
        let backslash = backslashes >> (WORD - 1);
        *self = Self { backslash, unclear: !plain && backslash == 1 };
        (stops, backslashes != 0)
    }
}

#[cfg(test)]
mod tests {
    use fearless_simd::{Level, dispatch};
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::*;

    /// The places that a walk over a string must stop at, and those that it may.
    fn expected(bytes: &[u8]) -> Vec<(bool, bool)> {
        let is_escape = |at: usize| bytes.get(at) == Some(&b'\\');
        let apart =
            |at: usize| is_escape(at) && bytes.get(at + 1) == Some(&b'"') && (at == 0 || !is_escape(at - 1));
        let marks = (0..bytes.len()).map(|at| {
            let stop = matches!(bytes[at], b'"' | b'\\' | 0..0x20);
            let skipped = apart(at) || (at > 0 && apart(at - 1));
            (stop && !skipped, stop)
        });
        marks.collect()
    }

    proptest! {
        #[test]
        fn stops_are_where_they_must_be(text in "([a-zé]{0,40}|\\\\\"|\"|\\\\|\\\\\\\\|\n|\u{7f}){0,40}") {
            let mut stops = Stops::default();
            for text in ["left over", &text] {
                dispatch!(Level::new(), simd => stops.find(simd, text.as_bytes()));
            }
            let mut others = Stops::default();
            dispatch!(Level::baseline(), simd => others.find(simd, text.as_bytes()));
            prop_assert_eq!(&stops, &others);
            for (at, (must, may)) in expected(text.as_bytes()).into_iter().enumerate() {
                let found = stops.next(at) == at;
                prop_assert!((!must || found) && (may || !found), "at {at} of {text:?}");
                prop_assert!(stops.may_have_backslash(at, at + 1) || text.as_bytes()[at] != b'\\');
            }
            prop_assert_eq!(stops.next(text.len()), text.len());
            for (from, to) in [(0, text.len()), (text.len() / 3, text.len() / 2)] {
                prop_assert!(stops.may_have_backslash(from, to) || !text.as_bytes()[from..to].contains(&b'\\'));
            }
        }
    }
}
