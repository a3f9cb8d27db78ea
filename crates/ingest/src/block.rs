//! What framing hands to decoding: whole records, owned, of bounded size.

use std::io::{self, Read};

use arrow::record_batch::RecordBatch;

use crate::Malformed;

/// How many bytes of text a block holds, about: so few that they stay near the processor until they are decoded.
pub(crate) const SIZE: usize = 1 << 18;

/// A record that is longer than this is not held: it is skipped, and counted as malformed. One that is a block
/// longer may still be read.
pub(crate) const LONGEST: usize = 16 << 20;

/// How much of an input is held at once. What is read does not depend on it, but for records that are too long; tests
/// make it small, so that blocks end anywhere.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a block of text, about.
    pub block: usize,
    /// The bytes of the longest record of text that is held.
    pub longest: usize,
    /// Rows of a block of Parquet: so few that they stay near the processor until they are decided.
    pub rows: usize,
}

impl Limits {
    /// Those of every input that one thread reads.
    pub(crate) const USUAL: Self = Self { block: SIZE, longest: LONGEST, rows: 2048 };

    /// Those of an input that many threads read: handing on a block takes its time, so there are fewer, larger ones.
    pub(crate) const SHARED: Self = Self { block: 4 * SIZE, ..Self::USUAL };

    /// How much more is read of a record that a block did not hold.
    pub(crate) fn step(self) -> usize {
        self.block.div_ceil(4)
    }
}

/// Whole records of one input, in order. Owned, so that it can go to another thread.
#[derive(Debug)]
pub enum Block {
    /// Records of a text format: NDJSON lines, CSV records, elements of a JSON document.
    Text {
        /// The bytes, not yet known to be UTF-8. Each record ends with a line feed (the last may lack it).
        bytes: Vec<u8>,
        /// The number of the first line (NDJSON, CSV; from 1) or element (a document) in its input, or in its
        /// [`Part`](crate::Part), which says how many [lines](crate::Part::lines) it has.
        first: u64,
        /// The number of a record right after these that was too long to hold and was skipped.
        too_long: Option<u64>,
    },
    /// Rows of a Parquet file, only the columns that were asked for.
    Rows {
        /// The columns, named as in the file.
        batch: RecordBatch,
        /// The number of the first row in its input, from 1.
        first: u64,
    },
    /// So many rows that were not read, since [`Request::after`](crate::Request::after) rules them all out.
    PassedOver(u64),
}

impl Block {
    /// How many lines it has that end, with one that was skipped; of rows, none. Linear in its bytes.
    pub(crate) fn lines(&self) -> u64 {
        match self {
            Self::Text { bytes, too_long, .. } => {
                memchr::memchr_iter(b'\n', bytes).count() as u64 + u64::from(too_long.is_some())
            }
            Self::Rows { .. } | Self::PassedOver(_) => 0,
        }
    }

    /// Numbers its records on from those of so many lines before.
    pub fn number_after(&mut self, lines: u64) {
        if let Self::Text { first, too_long, .. } = self {
            *first += lines;
            *too_long = too_long.map(|place| place + lines);
        }
    }
}

/// Reads until the buffer is full or the reader has no more: how many bytes, and what the reader failed with after them.
pub(crate) fn fill(reader: &mut impl Read, mut buffer: &mut [u8]) -> (usize, Option<io::Error>) {
    let mut filled = 0;
    loop {
        match reader.read(buffer) {
            Ok(0) => return (filled, None),
            Ok(read) => {
                filled += read;
                buffer = buffer.get_mut(read..).unwrap_or_default();
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (filled, Some(error)),
        }
    }
}

/// What is said of a record that was skipped.
pub(crate) fn too_long(place: u64) -> Malformed {
    Malformed { place, reason: format!("longer than {} MiB", LONGEST >> 20) }
}
