//! Where a walk over JSON text has to stop: one pass over a block with vectors, whose result is a bit for each byte.
//! Knows bytes, no grammar.

use wide::u8x64;

/// Bytes of a word of bits.
const WORD: usize = 64;

/// The places of a text where a string ends or is out of the ordinary. A bit is a byte.
#[derive(Debug, Default)]
pub(super) struct Stops {
    /// Quotes, control characters, and backslashes with what they escape; but not a `\"` that stands apart from other
    /// backslashes, since a string simply goes on there. The first place beyond the text is a stop, too.
    stops: Vec<u64>,
    /// Backslashes, all of them.
    backslashes: Vec<u64>,
}

impl Stops {
    /// Finds those of a text; what was found before is gone.
    pub(super) fn find(&mut self, bytes: &[u8]) {
        self.stops.clear();
        self.backslashes.clear();
        let mut before = Before::Other;
        let (words, rest) = bytes.as_chunks::<WORD>();
        for word in words {
            before = self.word(word, before);
        }
        let mut last = [0; WORD];
        last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        // The zeros behind the text are control characters, and so the stop beyond the end.
        self.word(&last, before);
    }

    /// Adds the bits of a word; says how it ends.
    #[inline]
    fn word(&mut self, bytes: &[u8; WORD], before: Before) -> Before {
        let bytes = u8x64::from(*bytes);
        let quotes = bytes.simd_eq(u8x64::splat(b'"')).to_bitmask();
        let backslashes = bytes.simd_eq(u8x64::splat(b'\\')).to_bitmask();
        let controls = bytes.min(u8x64::splat(0x1f)).simd_eq(bytes).to_bitmask();
        self.backslashes.push(backslashes);
        if backslashes == 0 && before == Before::Other {
            self.stops.push(quotes | controls);
            return Before::Other;
        }
        let escaped = backslashes << 1 | u64::from(before != Before::Other);
        let plain = before != Before::Unclear && escaped & !quotes == 0;
        if plain {
            self.stops.push((quotes | controls) & !escaped);
        } else {
            if let (Before::Backslash, Some(previous)) = (before, self.stops.last_mut()) {
                *previous |= 1 << (WORD - 1);
            }
            self.stops.push(quotes | controls | backslashes);
        }
        match (backslashes >> (WORD - 1), plain) {
            (0, _) => Before::Other,
            (_, true) => Before::Backslash,
            (_, false) => Before::Unclear,
        }
    }

    /// The first stop at this place or after it, or else the end of the text.
    #[inline]
    pub(super) fn next(&self, at: usize) -> usize {
        let mut word = at / WORD;
        let Some(bits) = self.stops.get(word) else { return usize::MAX };
        // Two words at once: most strings are short, but where words end is up to chance.
        let beyond = self.stops.get(word + 1).copied().unwrap_or(0);
        let bits = bits >> (at % WORD) | beyond << 1 << (WORD - 1 - at % WORD);
        if bits != 0 {
            return at + bits.trailing_zeros() as usize;
        }
        loop {
            word += 1;
            let Some(bits) = self.stops.get(word) else { return usize::MAX };
            if *bits != 0 {
                return word * WORD + bits.trailing_zeros() as usize;
            }
        }
    }

    /// Whether there is a backslash in a part of the text.
    #[inline]
    pub(super) fn has_backslash(&self, from: usize, to: usize) -> bool {
        let (first, last) = (from / WORD, to / WORD);
        let word = |word: usize| self.backslashes.get(word).copied().unwrap_or(0);
        let from_on = u64::MAX << (from % WORD);
        let before_to = !(u64::MAX << (to % WORD));
        if first == last {
            return word(first) & from_on & before_to != 0;
        }
        word(first) & from_on != 0 || word(last) & before_to != 0 || (first + 1..last).any(|at| word(at) != 0)
    }
}

/// How the word before ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// With no backslash.
    Other,
    /// With one that escapes what follows, and is not among the stops.
    Backslash,
    /// With one that may escape or be escaped: its walk began before, so all is left to it.
    Unclear,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
            stops.find(b"left over");
            stops.find(text.as_bytes());
            for (at, (must, may)) in expected(text.as_bytes()).into_iter().enumerate() {
                let found = stops.next(at) == at;
                prop_assert!((!must || found) && (may || !found), "at {at} of {text:?}");
                prop_assert_eq!(stops.has_backslash(at, at + 1), text.as_bytes()[at] == b'\\');
            }
            prop_assert_eq!(stops.next(text.len()), text.len());
            for (from, to) in [(0, text.len()), (text.len() / 3, text.len() / 2)] {
                prop_assert_eq!(stops.has_backslash(from, to), text.as_bytes()[from..to].contains(&b'\\'));
            }
        }
    }
}
