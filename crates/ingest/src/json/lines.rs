//! Frames lines: blocks of whole lines, of bounded size. Knows nothing of what a line says, nor how many there are.

use std::io::{self, Read};

use crate::Block;
use crate::block::{Limits, fill};

/// Blocks of the lines of a text. Holds at most a block and a line.
pub(crate) struct Lines<R> {
    reader: R,
    limits: Limits,
    /// What was read and not handed on: the beginning of a line; after one that was skipped perhaps whole lines, too.
    rest: Vec<u8>,
    ended: bool,
    /// What ended the reading, to be told after all that was read before.
    failed: Option<io::Error>,
    /// Buffers of blocks that are done with.
    spare: Vec<Vec<u8>>,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(reader: R, limits: Limits) -> Self {
        Self { reader, limits, rest: Vec::new(), ended: false, failed: None, spare: Vec::new() }
    }

    /// The next block, its lines numbered from 1; `None` at the end.
    ///
    /// # Errors
    /// What the reader failed with, once everything that was read before has been handed on.
    pub(crate) fn next_block(&mut self) -> io::Result<Option<Block>> {
        let (mut bytes, mut seen) = (std::mem::take(&mut self.rest), 0);
        loop {
            if !self.ended {
                bytes = self.more(&bytes);
            }
            let new = bytes.get(seen..).unwrap_or_default();
            if self.ended {
                if bytes.is_empty() {
                    return self.failed.take().map_or(Ok(None), Err);
                }
                return Ok(Some(Block::Text { bytes, first: 1, too_long: None }));
            }
            if let Some(last) = memchr::memrchr(b'\n', new) {
                self.rest = bytes.split_off(seen + last + 1);
                return Ok(Some(Block::Text { bytes, first: 1, too_long: None }));
            }
            seen = bytes.len();
            if bytes.len() > self.limits.longest {
                self.skip_line();
                return Ok(Some(Block::Text { bytes: Vec::new(), first: 1, too_long: Some(1) }));
            }
        }
    }

    /// A line's beginning with a block's worth more, or with all up to the end.
    fn more(&mut self, begun: &[u8]) -> Vec<u8> {
        // A buffer that was used before is written over; nothing is cleared but what it lacked.
        let mut bytes = self.spare.pop().unwrap_or_default();
        bytes.resize(self.limits.block.max(begun.len() + self.limits.step()), 0);
        let (head, room) = bytes.split_at_mut_checked(begun.len()).unwrap_or_default();
        head.copy_from_slice(begun);
        let wanted = room.len();
        let (read, failed) = fill(&mut self.reader, room);
        bytes.truncate(begun.len() + read);
        self.ended = read < wanted;
        self.failed = failed;
        bytes
    }

    /// Takes the buffer of a block that is done with, to be used again.
    pub(crate) fn recycle(&mut self, buffer: Vec<u8>) {
        // A very long line leaves a buffer that is not worth keeping.
        if buffer.capacity() <= 2 * self.limits.block {
            self.spare.push(buffer);
        }
    }

    /// Reads on to the end of a line without keeping it.
    fn skip_line(&mut self) {
        while !self.ended {
            let mut bytes = self.more(&[]);
            if let Some(end) = memchr::memchr(b'\n', &bytes) {
                self.rest = bytes.split_off(end + 1);
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::{LONGEST, SIZE};

    /// The blocks of a text, numbered on from those before.
    fn blocks(text: &[u8], limits: Limits) -> Vec<(Vec<u8>, u64, Option<u64>)> {
        let mut lines = Lines::new(text, limits);
        let (mut all, mut before) = (Vec::new(), 0);
        while let Some(mut block) = lines.next_block().unwrap() {
            let more = block.lines();
            block.number_after(before);
            before += more;
            let Block::Text { bytes, first, too_long } = block else { panic!("no text") };
            all.push((bytes, first, too_long));
        }
        all
    }

    #[test]
    fn blocks_hold_whole_lines_and_all_bytes() {
        let line = [b"x".repeat(9_999), vec![b'\n']].concat();
        let text = line.repeat(500);
        let blocks = blocks(&text, Limits::USUAL);
        assert!(blocks.len() > 3);
        let mut next = 1;
        for (bytes, first, _) in &blocks {
            assert_eq!((*first, bytes.len() % 10_000, bytes.last()), (next, 0, Some(&b'\n')));
            assert!(bytes.len() <= SIZE + 10_000);
            next += (bytes.len() / 10_000) as u64;
        }
        assert_eq!(blocks.concat_bytes(), text);
    }

    #[test]
    fn a_line_that_is_too_long_is_skipped_and_numbered() {
        let text = [b"a\nb\n".to_vec(), b"x".repeat(LONGEST * 2), b"\nc\nd".to_vec()].concat();
        let blocks = blocks(&text, Limits::USUAL);
        assert_eq!(blocks.iter().filter_map(|block| block.2).collect::<Vec<_>>(), [3]);
        assert_eq!(blocks.concat_bytes(), b"a\nb\nc\nd");
        assert_eq!(blocks.last().map(|block| block.1), Some(4));
    }

    #[test]
    fn lines_between_two_that_are_too_long_are_kept() {
        let limits = Limits { block: 64, longest: 100, rows: 1 };
        let long = "x".repeat(150);
        let text = format!("{long}\na\nb\n{long}\nc\n");
        let (mut kept, mut skipped) = (Vec::new(), Vec::new());
        for (bytes, first, too_long) in blocks(text.as_bytes(), limits) {
            kept.extend((!bytes.is_empty()).then(|| (first, String::from_utf8(bytes).unwrap())));
            skipped.extend(too_long);
        }
        assert_eq!(kept, [(2, "a\nb\n".to_owned()), (5, "c\n".to_owned())]);
        assert_eq!(skipped, [1, 4]);
    }

    #[test]
    fn what_came_before_a_failure_is_handed_on_first() {
        struct Fails;
        impl Read for Fails {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("cable"))
            }
        }
        let mut lines = Lines::new(b"a\nb".chain(Fails), Limits::USUAL);
        assert!(matches!(lines.next_block(), Ok(Some(Block::Text { bytes, .. })) if bytes == b"a\nb"));
        assert!(lines.next_block().is_err());
        assert!(matches!(lines.next_block(), Ok(None)));
    }

    trait Concat {
        fn concat_bytes(&self) -> Vec<u8>;
    }
    impl Concat for Vec<(Vec<u8>, u64, Option<u64>)> {
        fn concat_bytes(&self) -> Vec<u8> {
            self.iter().flat_map(|block| block.0.clone()).collect()
        }
    }
}
