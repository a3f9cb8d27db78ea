//! A key that was seen, with all that led to it, which is found again by one comparison. Knows no records.

use fearless_simd::prelude::*;
use fearless_simd::u8x64;

/// The longest lead that is guessed: with one vector it is compared.
pub(super) const LEAD: usize = 64;

/// The number of no key: what is guessed where none followed yet, and is not there.
pub(super) const NOBODY: usize = 1;

/// What the byte is that stands before a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// The brace that opens the record.
    Start,
    /// Where the text of the last value stops, most often its closing quote.
    Text,
    /// The last byte of another value, of which nothing is known.
    Other,
}

/// What is done with a key's value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Use {
    Skip,
    Field(usize),
}

/// A key that was seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen<'a> {
    lead: Lead,
    /// The bytes of the lead, and a bit for each.
    pub(super) length: usize,
    bits: u64,
    /// With its quotes.
    pub(super) key: &'a [u8],
    pub(super) used: Use,
    /// The key that followed it last time.
    pub(super) next: usize,
}

/// All that stood last time between a value and the next key's value, `, "Protocol": `, with the byte before it, and padding.
/// Aligned, so that it is in one line of the cache.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Lead([u8; LEAD]);

impl<'a> Seen<'a> {
    /// Its lead is of no text: what is read is UTF-8, which has no such byte.
    pub(super) fn new(key: &'a [u8], used: Use) -> Self {
        Self { lead: Lead([0xff; LEAD]), length: LEAD, bits: !0, key, used, next: NOBODY }
    }

    /// Takes this for the lead. One that is too long is not guessed.
    pub(super) fn learn(&mut self, before: Before, lead: &[u8]) {
        *self = Self { next: self.next, ..Self::new(self.key, self.used) };
        if let Some(bytes) = self.lead.0.get_mut(..lead.len()) {
            bytes.copy_from_slice(lead);
            (self.length, self.bits) = (lead.len(), !0 >> (LEAD - lead.len()));
        }
        if let (Some(first), Before::Other) = (self.lead.0.first_mut(), before) {
            *first = b'"';
        }
    }

    /// Whether a text begins with the lead. Of less than a vector, at the end of a block, it says no.
    #[expect(clippy::inline_always, reason = "part of a loop that is compiled for each kind of vectors")]
    #[inline(always)]
    pub(super) fn leads<S: Simd>(&self, simd: S, text: &[u8], before: Before) -> bool {
        let Some(text) = text.get(..LEAD) else { return false };
        let (text, lead) = (u8x64::from_slice(simd, text), u8x64::from_slice(simd, &self.lead.0));
        let differs = text.simd_ne(lead).to_bitmask();
        // The first byte is the one before it, which may be any behind a value that is no text.
        let known = if before == Before::Other { !1 } else { !0 };
        differs & self.bits & known == 0
    }
}
