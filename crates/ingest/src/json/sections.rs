//! The lines of a plain file, in sections that threads read by themselves. Knows nothing of what a line says.

use std::io::{self, Read};

use sync_file::SyncFile;

use super::Lines;
use crate::block::Limits;
use crate::stored::Stored;

/// Bytes that are read at once to find where a line begins or ends.
const STEP: u64 = 4 << 10;

/// The sections of a file from a line's beginning on. The file is as long as it was when it was opened.
#[derive(Debug)]
pub(crate) struct Sections {
    file: Stored,
    /// Where the next one begins.
    next: u64,
    /// The bytes of one.
    bytes: u64,
    limits: Limits,
}

/// The lines that begin between two places of a file, not yet read.
#[derive(Debug)]
pub(crate) struct Section {
    file: Stored,
    from: u64,
    to: u64,
    limits: Limits,
}

impl Sections {
    /// Of what lies in a file from this place on, so many bytes each.
    pub(crate) fn new(file: Stored, from: u64, bytes: u64, limits: Limits) -> Self {
        Self { file, next: from, bytes, limits }
    }

    /// Where the next section begins.
    pub(crate) fn place(&self) -> u64 {
        self.next
    }
}

impl Iterator for Sections {
    type Item = Section;

    fn next(&mut self) -> Option<Section> {
        let from = self.next;
        self.next = self.file.bytes().min(from.saturating_add(self.bytes));
        let (file, limits) = (self.file.clone(), self.limits);
        (from < self.next).then_some(Section { file, from, to: self.next, limits })
    }
}

impl Section {
    /// Begins to read the lines, which are numbered from 1.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn open(self) -> io::Result<Lines<Bytes>> {
        Ok(Lines::new(Bytes::new(&self.file, self.from, self.to)?, self.limits))
    }
}

/// The bytes of the lines that begin in a section: of the last one also what lies beyond.
pub(crate) struct Bytes {
    file: SyncFile,
    at: u64,
    to: u64,
    end: u64,
    ended: bool,
}

impl Bytes {
    fn new(file: &Stored, from: u64, to: u64) -> io::Result<Self> {
        let end = file.bytes();
        let Some(before) = from.checked_sub(1) else {
            return Ok(Self { file: file.at(0)?, at: 0, to, end, ended: false });
        };
        // A line begins after a line feed, be it the last byte before the section.
        let (mut reader, mut at, mut piece) = (file.at(before)?, before, Vec::new());
        loop {
            piece.clear();
            let read = reader.by_ref().take(STEP.min(to - 1 - at)).read_to_end(&mut piece)?;
            let found = memchr::memchr(b'\n', &piece);
            at += found.map_or(read, |found| found + 1) as u64;
            if found.is_some() || read == 0 {
                return Ok(Self { file: file.at(at)?, at, to, end, ended: found.is_none() });
            }
        }
    }
}

impl Read for Bytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ended || buffer.is_empty() {
            return Ok(0);
        }
        let wanted = self.to.saturating_sub(self.at).max(STEP).min(self.end - self.at);
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX).min(buffer.len());
        let mut read = self.file.read(buffer.get_mut(..wanted).unwrap_or_default())?;
        // The line feed that ends the last line is not before the last byte of the section.
        let last = usize::try_from((self.to - 1).saturating_sub(self.at)).unwrap_or(usize::MAX);
        let beyond = buffer.get(last..read).and_then(|beyond| memchr::memchr(b'\n', beyond));
        if let Some(found) = beyond {
            read = last + found + 1;
        }
        self.ended = beyond.is_some() || read == 0;
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;
    use crate::Block;

    /// Each line that is kept, with its number, and the numbers of those that are too long.
    fn read(
        lines: &mut Lines<impl Read>,
        before: &mut u64,
        kept: &mut Vec<(u64, Vec<u8>)>,
        skipped: &mut Vec<u64>,
    ) {
        while let Some(mut block) = lines.next_block().unwrap() {
            let more = block.lines();
            block.number_after(*before);
            *before += more;
            let Block::Text { bytes, first, too_long } = block else { panic!("no text") };
            let each = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec);
            kept.extend((first..).zip(each));
            skipped.extend(too_long);
        }
    }

    proptest! {
        #[test]
        fn sections_are_read_as_the_whole(
            text in "([a-c]{0,9}\n){0,9}[a-c]{0,40}(\n{0,3}[a-c]{0,30}){0,4}",
            bytes in 1..40_u64,
            block in 1..20_usize,
            longest in 8..60_usize,
        ) {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(text.as_bytes()).unwrap();
            let limits = Limits { block, longest, rows: 1 };
            let (mut kept, mut skipped, mut before) = (Vec::new(), Vec::new(), 0);
            for section in Sections::new(Stored::new(file), 0, bytes, limits) {
                let mut lines = section.open().unwrap();
                read(&mut lines, &mut before, &mut kept, &mut skipped);
            }
            // Which of the long lines can still be held differs with where blocks end; their numbers do not.
            let all: Vec<&[u8]> = text.split_inclusive('\n').map(str::as_bytes).collect();
            let expected = |number: u64| all.get(usize::try_from(number - 1).unwrap()).copied();
            for (number, line) in &kept {
                prop_assert_eq!(expected(*number), Some(line.as_slice()));
            }
            let mut numbers: Vec<u64> = kept.iter().map(|(number, _)| *number).chain(skipped.iter().copied()).collect();
            numbers.sort_unstable();
            prop_assert_eq!(numbers, (1..=all.len() as u64).collect::<Vec<_>>());
            for number in &skipped {
                prop_assert!(expected(*number).unwrap().len() > longest);
            }
        }
    }
}
