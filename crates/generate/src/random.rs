//! Numbers drawn from a seed, the same on every platform and in every version. Knows no events.
//!
//! `ChaCha` with 8 rounds, keyed by the seed and a purpose. Every row, device or process draws from its own
//! numbered stream, so what it draws depends on its number alone: not on what was drawn before, and not on
//! the thread. How a number becomes a choice is written here and not left to a library, because libraries
//! only promise that the stream itself never changes.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// All streams of one purpose.
#[derive(Debug, Clone)]
pub(crate) struct Streams(ChaCha8Rng);

impl Streams {
    /// The streams of a seed for a purpose; of the purpose, the first 24 bytes count.
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        let mut key = [0; 32];
        let bytes = seed.to_le_bytes().into_iter().chain(purpose.bytes());
        for (place, byte) in key.iter_mut().zip(bytes) {
            *place = byte;
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// One stream, from its start.
    pub(crate) fn stream(&self, number: u64) -> Random {
        let mut generator = self.0.clone();
        generator.set_stream(number);
        Random(generator)
    }
}

/// One stream of numbers.
#[derive(Debug)]
pub(crate) struct Random(ChaCha8Rng);

impl Random {
    /// A number in `0..end`, or 0 when `end` is 0. Its bias is below `end / 2^64`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        let scaled = (u128::from(self.0.next_u64()) * u128::from(end)) >> 64;
        u64::try_from(scaled).unwrap_or(0)
    }

    /// A number in `low..=high`; `low` when they are the wrong way round.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high.saturating_sub(low)).unwrap_or(0);
        low.saturating_add_unsigned(self.below(width.saturating_add(1)))
    }

    /// True this many times in a thousand.
    pub(crate) fn per_mille(&mut self, times: u64) -> bool {
        self.below(1000) < times
    }

    /// A place in a list of this length; 0 when it is empty.
    pub(crate) fn place(&mut self, length: usize) -> usize {
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        usize::try_from(self.below(length)).unwrap_or(0)
    }

    /// One of the items; `None` when there are none.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.place(items.len()))
    }

    /// One of the texts; empty when there are none.
    pub(crate) fn word(&mut self, words: &[&'static str]) -> &'static str {
        self.pick(words).copied().unwrap_or("")
    }

    /// Appends lower-case hexadecimal digits, 16 at a time.
    pub(crate) fn push_hex(&mut self, digits: usize, out: &mut String) {
        let mut bits = 0;
        for place in 0..digits {
            if place % 16 == 0 {
                bits = self.0.next_u64();
            }
            let digit = u32::try_from(bits & 15).unwrap_or(0);
            out.push(char::from_digit(digit, 16).unwrap_or('0'));
            bits >>= 4;
        }
    }

    /// As [`Random::push_hex`], as its own text.
    pub(crate) fn hex(&mut self, digits: usize) -> String {
        let mut text = String::with_capacity(digits);
        self.push_hex(digits, &mut text);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_the_published_one() {
        // ChaCha8, key and nonce zero, first block: draft-strombergson-chacha-test-vectors-01, TC1.
        let first = Streams::new(0, "").stream(0).0.next_u64().to_le_bytes();
        assert_eq!(first, [0x3e, 0x00, 0xef, 0x2f, 0x89, 0x5f, 0x40, 0xd6]);
    }

    #[test]
    fn streams_differ_by_seed_purpose_and_number() {
        let draw = |seed, purpose, number| Streams::new(seed, purpose).stream(number).below(u64::MAX);
        let all = [draw(1, "a", 0), draw(2, "a", 0), draw(1, "b", 0), draw(1, "a", 1)];
        for (place, one) in all.iter().enumerate() {
            assert!(!all[..place].contains(one));
        }
        assert_eq!(draw(1, "a", 0), all[0]);
    }

    #[test]
    fn choices_stay_in_their_range_and_reach_its_ends() {
        let mut random = Streams::new(7, "range").stream(0);
        let drawn: Vec<i64> = (0..500).map(|_| random.between(-2, 3)).collect();
        assert_eq!((drawn.iter().min(), drawn.iter().max()), (Some(&-2), Some(&3)));
        assert_eq!(random.below(0), 0);
        assert_eq!(random.word(&[]), "");
        assert_eq!(random.hex(40).len(), 40);
    }
}
