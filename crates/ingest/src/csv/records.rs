//! Frames CSV: blocks of whole records, of about a mebibyte. Knows where records end, not what they say.

use std::io::{self, Read};

use super::scan::Scan;
use crate::Block;
use crate::block::{Limits, fill};

/// Blocks of the records of a CSV text. Holds at most a block and a record, and of a record that is too long
/// nothing. A record whose quote is never closed reaches to the end of the text.
pub(crate) struct Records<R> {
    reader: R,
    limits: Limits,
    /// What was read and not handed on; begins where a record begins.
    bytes: Vec<u8>,
    scan: Scan,
    /// The number of the line that `bytes` begins with.
    line: u64,
    ended: bool,
    /// What ended the reading, to be told after all that was read before.
    failed: Option<io::Error>,
    /// Buffers of blocks that are done with.
    spare: Vec<Vec<u8>>,
}

/// Buffers that are kept to be used again.
const SPARE: usize = 4;

impl<R: Read> Records<R> {
    pub(crate) fn new(reader: R, limits: Limits) -> Self {
        let (bytes, scan, spare) = (Vec::new(), Scan::default(), Vec::new());
        Self { reader, limits, bytes, scan, line: 1, ended: false, failed: None, spare }
    }

    /// Takes the buffer of a block that is done with, to be used again.
    pub(crate) fn recycle(&mut self, buffer: Vec<u8>) {
        // A very long record leaves a buffer that is not worth keeping; and one is not used for every block.
        if buffer.capacity() <= 2 * self.limits.block && self.spare.len() < SPARE {
            self.spare.push(buffer);
        }
    }

    /// The first record that is not an empty line, with its line end: the header. `None` when there is none, or
    /// it is too long to be one. Called before [`next_block`](Self::next_block).
    ///
    /// # Errors
    /// What the reader failed with.
    pub(crate) fn header(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            let end = match self.scan.next_end(&self.bytes, self.ended) {
                Some(end) => end,
                None if self.ended => self.bytes.len(),
                None if self.bytes.len() > self.limits.longest => return Ok(None),
                None => {
                    self.fill();
                    continue;
                }
            };
            let record = self.take(end);
            if record.is_empty() {
                return self.failed.take().map_or(Ok(None), Err);
            }
            if record.iter().any(|&byte| !matches!(byte, b'\r' | b'\n')) {
                return Ok(Some(record));
            }
        }
    }

    /// The next block; `None` at the end.
    ///
    /// # Errors
    /// What the reader failed with, once everything that was read before has been handed on.
    pub(crate) fn next_block(&mut self) -> io::Result<Option<Block>> {
        loop {
            self.scan.all_ends(&self.bytes, self.ended);
            // What was being read when the reader failed may look whole and is not: it is not handed on.
            let complete = self.ended && self.failed.is_none();
            let end = if complete { self.bytes.len() } else { self.scan.start() };
            if end == 0 && self.ended {
                self.bytes.clear();
                return self.failed.take().map_or(Ok(None), Err);
            }
            if end > 0 {
                let first = self.line;
                return Ok(Some(Block::Text { bytes: self.take(end), first, too_long: None }));
            }
            if self.bytes.len() > self.limits.longest {
                let place = self.line;
                self.skip_record();
                return Ok(Some(Block::Text { bytes: Vec::new(), first: place, too_long: Some(place) }));
            }
            self.fill();
        }
    }

    /// Takes the first `end` bytes, which end where a record ends.
    fn take(&mut self, end: usize) -> Vec<u8> {
        let rest = self.bytes.split_off(end);
        self.scan.taken(end);
        let taken = std::mem::replace(&mut self.bytes, rest);
        self.line += memchr::memchr_iter(b'\n', &taken).count() as u64;
        taken
    }

    /// Reads a block's worth more, or to the end.
    fn fill(&mut self) {
        let begun = self.bytes.len();
        // A buffer that was used before is written over; nothing is cleared but what it lacked.
        let used = if begun < self.limits.block / 2 { self.spare.pop() } else { None };
        if let Some(mut used) = used {
            used.resize(self.limits.block, 0);
            used.iter_mut().zip(&self.bytes).for_each(|(to, from)| *to = *from);
            self.bytes = used;
        } else {
            self.bytes.resize(self.limits.block.max(begun + self.limits.step()), 0);
        }
        let room = self.bytes.get_mut(begun..).unwrap_or_default();
        let wanted = room.len();
        let (read, failed) = fill(&mut self.reader, room);
        self.bytes.truncate(begun + read);
        self.ended = read < wanted;
        self.failed = failed;
    }

    /// Reads on to the end of the record that `bytes` begins with, without keeping it.
    fn skip_record(&mut self) {
        loop {
            // The last byte stays: it may be a quote that the next one doubles, or a comma before a field.
            let keep = self.bytes.len().saturating_sub(1);
            let dropped: Vec<u8> = self.bytes.drain(..keep).collect();
            self.line += memchr::memchr_iter(b'\n', &dropped).count() as u64;
            self.scan.taken(keep);
            self.fill();
            let end = match self.scan.next_end(&self.bytes, self.ended) {
                Some(end) => end,
                None if self.ended => self.bytes.len(),
                None => continue,
            };
            self.take(end);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::{LONGEST, SIZE};

    fn blocks(text: &[u8]) -> Vec<(Vec<u8>, u64, Option<u64>)> {
        let mut records = Records::new(text, Limits::USUAL);
        records.header().unwrap();
        let mut all = Vec::new();
        while let Some(Block::Text { bytes, first, too_long }) = records.next_block().unwrap() {
            all.push((bytes, first, too_long));
        }
        all
    }

    #[test]
    fn blocks_hold_whole_records_and_the_numbers_of_lines() {
        let record = [b"1,\"".to_vec(), b"x,\n".repeat(3_000), b"\"\"\"\r\n".to_vec()].concat();
        let text = [b"\r\na,b\n".to_vec(), record.repeat(300)].concat();
        let blocks = blocks(&text);
        assert!(blocks.len() > 2);
        let mut next = 3;
        for (bytes, first, _) in &blocks {
            assert_eq!((*first, bytes.len() % record.len()), (next, 0));
            assert!(bytes.len() <= SIZE + record.len());
            next += (bytes.len() / record.len() * 3_001) as u64;
        }
        assert_eq!(blocks.iter().map(|block| block.0.len()).sum::<usize>(), record.len() * 300);
    }

    #[test]
    fn a_record_that_is_too_long_is_skipped_with_its_lines() {
        let long = [b"\"".to_vec(), b"x\n\"\"".repeat(LONGEST / 2), b"\"\n".to_vec()].concat();
        let text = [b"a\nb\n".to_vec(), long, b"c\n".to_vec()].concat();
        let blocks = blocks(&text);
        let long = blocks.iter().filter(|block| block.2.is_some());
        assert_eq!(long.map(|block| (block.1, block.2)).collect::<Vec<_>>(), [(3, Some(3))]);
        let lines = 3 + LONGEST as u64 / 2 + 1;
        assert_eq!(blocks.last(), Some(&(b"c\n".to_vec(), lines, None)));
    }

    #[test]
    fn what_came_before_a_failure_is_handed_on_first() {
        struct Fails;
        impl Read for Fails {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("cable"))
            }
        }
        let mut records = Records::new(b"a\n1\n2".chain(Fails), Limits::USUAL);
        assert_eq!(records.header().unwrap().as_deref(), Some(&b"a\n"[..]));
        assert!(matches!(records.next_block(), Ok(Some(Block::Text { bytes, .. })) if bytes == b"1\n"));
        assert!(records.next_block().is_err());
        assert!(matches!(records.next_block(), Ok(None)));
        assert!(matches!(Records::new(&b"\r\n"[..], Limits::USUAL).header(), Ok(None)));
    }
}
