//! Quotes, commas and line feeds of CSV, a word of bytes at a time, with vectors: a bit for each byte. Knows where
//! quotes may stand; where they stand elsewhere it says so, and decides nothing.

use fearless_simd::prelude::*;
use fearless_simd::u8x64;

/// Bytes of a word.
pub(super) const WORD: usize = 64;

/// What is carried from one word of a text to the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks {
    /// All bits when the text so far leaves a quote open, else none.
    inside: u64,
    /// Whether a quote at the next byte may open a field, or doubles one: after a comma, a line feed, a quote.
    before: u64,
    /// Whether the last byte closed a field.
    closed: u64,
    /// Whether the last byte was a carriage return after a field was closed.
    returned: u64,
}

/// The marks of one word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    pub(super) commas: u64,
    pub(super) feeds: u64,
    /// From a quote that opens to before the one that closes. Between two that stand together, it closes and opens.
    pub(super) inside: u64,
    /// Whether every quote that opens is where a field starts. If not, `inside` means nothing.
    pub(super) opens_well: bool,
    /// Whether behind every quote that closes there is a comma, a line end or a quote.
    pub(super) closes_well: bool,
}

impl Marks {
    /// Begins inside quotes or not; and, if not, where a field starts or not.
    pub(super) fn new(quoted: bool, at_start: bool) -> Self {
        Self { inside: if quoted { u64::MAX } else { 0 }, before: at_start.into(), closed: 0, returned: 0 }
    }

    /// Whether the text so far leaves a quote open.
    pub(super) fn is_quoted(self) -> bool {
        self.inside != 0
    }

    /// Whether the last byte is a quote that closes a field, unless the next doubles it.
    pub(super) fn has_closed(self) -> bool {
        self.closed != 0
    }

    /// The next word.
    #[expect(clippy::inline_always, reason = "part of a loop that is compiled for each kind of vectors")]
    #[inline(always)]
    pub(super) fn word<S: Simd>(&mut self, simd: S, bytes: &[u8; WORD]) -> Word {
        let bytes = u8x64::from_slice(simd, bytes);
        let quotes = bytes.simd_eq(b'"').to_bitmask();
        let commas = bytes.simd_eq(b',').to_bitmask();
        let feeds = bytes.simd_eq(b'\n').to_bitmask();
        if quotes == 0 && self.closed | self.returned == 0 {
            self.before = (commas | feeds) >> (WORD - 1);
            return Word { commas, feeds, inside: self.inside, opens_well: true, closes_well: true };
        }
        let inside = self.inside ^ parity(quotes);
        let (opens, closes) = (quotes & inside, quotes & !inside);
        let (behind, returns) = (closes << 1 | self.closed, bytes.simd_eq(b'\r').to_bitmask());
        let returned = behind & returns;
        let may_open = (commas | feeds | quotes) << 1 | self.before;
        let word = Word {
            commas,
            feeds,
            inside,
            opens_well: opens & !may_open == 0,
            closes_well: behind & !(commas | feeds | quotes | returns) == 0
                && (returned << 1 | self.returned) & !feeds == 0,
        };
        let last = WORD - 1;
        *self = Self {
            inside: if inside >> last == 0 { 0 } else { u64::MAX },
            before: (commas | feeds | quotes) >> last,
            closed: closes >> last,
            returned: returned >> last,
        };
        word
    }
}

/// For each bit, whether up to it and with it an odd number of bits is set.
#[inline]
fn parity(bits: u64) -> u64 {
    [1, 2, 4, 8, 16, 32].into_iter().fold(bits, |bits, shift| bits ^ bits << shift)
}
