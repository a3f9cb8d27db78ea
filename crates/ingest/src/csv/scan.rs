//! Where records end: a line feed outside quotes. Knows quotes and line feeds only.

use fearless_simd::{Level, Simd, dispatch};

use super::marks::{Marks, WORD};

/// A scan for the ends of records, which can go on when more bytes have come.
///
/// A quote opens a quoted field only at the field's start; elsewhere outside quotes it is a letter, as for
/// `csv-core`. Linear in the bytes, however often it is called.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scan {
    /// Everything before is scanned.
    at: usize,
    /// The start of the record that is being scanned.
    start: usize,
    quoted: bool,
}

impl Scan {
    /// The end of the next record, behind its line feed; `None` when these bytes do not hold it. `complete`: no
    /// more bytes will come.
    pub(super) fn next_end(&mut self, bytes: &[u8], complete: bool) -> Option<usize> {
        loop {
            let rest = bytes.get(self.at..).unwrap_or_default();
            let found =
                if self.quoted { memchr::memchr(b'"', rest) } else { memchr::memchr2(b'"', b'\n', rest) };
            let Some(place) = found.map(|place| self.at + place) else {
                self.at = bytes.len();
                return None;
            };
            let after = bytes.get(place + 1);
            self.at = place + 1;
            if self.quoted {
                match after {
                    Some(b'"') => self.at = place + 2,
                    None if !complete => {
                        self.at = place;
                        return None;
                    }
                    _ => self.quoted = false,
                }
            } else if bytes.get(place) == Some(&b'\n') {
                self.start = self.at;
                return Some(self.at);
            } else {
                let before = place.checked_sub(1).and_then(|before| bytes.get(before));
                self.quoted = place == self.start || before == Some(&b',');
            }
        }
    }

    /// Goes on to where [`next_end`](Self::next_end) finds no more: [`start`](Self::start) is then behind the last
    /// record that ends.
    pub(super) fn all_ends(&mut self, bytes: &[u8], complete: bool) {
        // What words do not decide is decided one quote after another, up to the next end.
        loop {
            dispatch!(Level::new(), simd => simd.vectorize(
                #[inline(always)]
                || self.words(simd, bytes),
            ));
            if self.next_end(bytes, complete).is_none() {
                return;
            }
        }
    }

    /// Goes on over whole words, as long as quotes are where they should be.
    #[expect(clippy::inline_always, reason = "a loop that is compiled for each kind of vectors")]
    #[inline(always)]
    fn words(&mut self, simd: impl Simd, bytes: &[u8]) {
        let before = self.at.checked_sub(1).and_then(|before| bytes.get(before));
        let mut marks = Marks::new(self.quoted, self.at == self.start || before == Some(&b','));
        let (words, _) = bytes.get(self.at..).unwrap_or_default().as_chunks::<WORD>();
        for word in words {
            let known = marks;
            let word = marks.word(simd, word);
            if !word.opens_well {
                marks = known;
                break;
            }
            let ends = word.feeds & !word.inside;
            if ends != 0 {
                self.start = self.at + WORD - ends.leading_zeros() as usize;
            }
            self.at += WORD;
        }
        self.quoted = marks.is_quoted();
        if marks.has_closed() {
            (self.at, self.quoted) = (self.at - 1, true);
        }
    }

    /// Where the record begins that was not ended.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// Goes on after the first `bytes` were taken away. A field's start just behind them is still seen, because
    /// they end at a record's start.
    pub(super) fn taken(&mut self, bytes: usize) {
        self.at = self.at.saturating_sub(bytes);
        self.start = self.start.saturating_sub(bytes);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The ends, when the bytes come in pieces of this size.
    fn ends(bytes: &[u8], piece: usize) -> Vec<usize> {
        let (mut scan, mut ends) = (Scan::default(), Vec::new());
        for seen in (piece..).step_by(piece) {
            let seen = seen.min(bytes.len());
            while let Some(end) = scan.next_end(&bytes[..seen], seen == bytes.len()) {
                ends.push(end);
            }
            if seen == bytes.len() {
                break;
            }
        }
        ends
    }

    #[test]
    fn line_feeds_inside_quotes_end_nothing() {
        let cases: &[(&str, &[usize])] = &[
            ("a\nb\n", &[2, 4]),
            ("\"a\nb\"\nc", &[6]),
            ("a,\"b\"\"\n\"\n", &[9]),
            ("a\"b\nc\n", &[4, 6]),
            ("\"a\"\"", &[]),
            ("\"a\nb\n", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(ends(text.as_bytes(), 100), *expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn words_end_where_bytes_do(
            text in "([a,\"\n\r]{0,9}|\"([a,\n\r]|\"\"){0,40}\"[,\n]|a{60,70}[,\n]){0,9}",
            piece in 1usize..200,
            complete: bool,
        ) {
            let (bytes, mut by_words, mut by_bytes) = (text.as_bytes(), Scan::default(), Scan::default());
            for seen in (piece..).step_by(piece) {
                let (bytes, complete) = (&bytes[..seen.min(bytes.len())], complete && seen >= bytes.len());
                by_words.all_ends(bytes, complete);
                while by_bytes.next_end(bytes, complete).is_some() {}
                prop_assert_eq!((by_words.at, by_words.start, by_words.quoted), (by_bytes.at, by_bytes.start, by_bytes.quoted));
                if seen >= text.len() {
                    break;
                }
            }
        }

        #[test]
        fn pieces_make_no_difference(text in "[a,\"\n\r]{0,30}", piece in 1usize..5) {
            prop_assert_eq!(ends(text.as_bytes(), piece), ends(text.as_bytes(), 100));
        }
    }
}
