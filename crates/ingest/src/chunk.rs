//! What decoding hands on: rows by column, and what could not be read.

use lownoise_engine::event::{Batch, ColumnId};

use crate::dates::DateError;

/// The decoded rows of one [`Block`](crate::Block). Text is borrowed from the block, or from the arena where it
/// had to be unescaped. Read = `batch.rows` + `passed_over` + `other_tables` + `malformed.len()`.
#[derive(Debug, Default)]
pub struct Chunk<'a> {
    /// The rows of the asked-for table, in input order.
    pub batch: Batch<'a>,
    /// Each row's number in its input (line, element or row, from 1); as long as the batch.
    pub places: Vec<u64>,
    /// Each row's own text, when [`Request::whole`](crate::Request::whole) asks for whole rows, and the input is a text;
    /// else empty. What [`Decoder::objects`](crate::Decoder::objects) makes objects of.
    pub records: Vec<&'a str>,
    /// Of NDJSON, how many lines the block had, one that was skipped included: for [`Part::counted`](crate::Part::counted).
    pub lines: u64,
    /// How many rows were passed over: [`Request::after`](crate::Request::after) rules them all out.
    pub passed_over: u64,
    /// How many records belong to another table than the one asked for.
    pub other_tables: u64,
    /// Records that could not be read, in input order.
    pub malformed: Vec<Malformed>,
    /// Values that are not of their column's kind, in input order; they are read as missing.
    pub mistyped: Vec<Mistyped>,
    /// The first date that cannot be read without a word of the user. [`Decoder`](crate::Decoder) makes an error
    /// of it, so in a chunk from there it is `None`.
    pub undecided: Option<Undecided>,
}

/// A record that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// Its number in its input (line, element or row, from 1).
    pub place: u64,
    /// Why, in words for its owner.
    pub reason: String,
}

/// A value that is not of its column's kind: `"abc"` where a number is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistyped {
    /// Its record's number in its input.
    pub place: u64,
    /// The column.
    pub column: ColumnId,
    /// The value as it was written, cut to 80 characters.
    pub found: String,
}

/// A date that cannot be read without a word of the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecided {
    /// Its record's number in its input.
    pub place: u64,
    /// The column.
    pub column: ColumnId,
    /// The date as it was written, cut to 80 characters.
    pub found: String,
    /// What is not known.
    pub error: DateError,
}
