//! What a caller wants of an input.

use std::path::PathBuf;
use std::sync::Arc;

use lownoise_engine::event::ColumnId;
use lownoise_engine::schema::Schema;
use lownoise_engine::value::Time;

/// What to read, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// The table that the rows are wanted of.
    pub schema: Arc<Schema>,
    /// The columns that are wanted; nothing else is decoded.
    pub columns: Vec<ColumnId>,
    /// Whether each row is also wanted whole, as one JSON object with everything its source says of it.
    pub whole: bool,
    /// Of rows whose time in this column is missing or not after this one, only the number is wanted, where that can be
    /// told without reading them. Such a row may still be decoded.
    pub after: Option<(ColumnId, Time)>,
    /// Whether blocks go to many threads: then they are larger.
    pub shared: bool,
    /// Which names the source uses.
    pub mapping: MappingChoice,
    /// The last word on the shape of the input; `None`: found by looking.
    pub format: Option<Format>,
    /// How local dates are read.
    pub dates: Dates,
}

/// Which names the source's fields have.
#[derive(Debug, Clone, Default)]
pub enum MappingChoice {
    /// The shipped mapping whose fields the first record shows, else the table's own names.
    #[default]
    Recognise,
    /// The table's own names.
    None,
    /// A shipped mapping by its id.
    Shipped(String),
    /// A mapping file.
    File(PathBuf),
}

/// The shape of an input, apart from its compression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON value a line, with or without a wrapper around the row.
    Ndjson,
    /// One JSON document that holds all rows.
    Json,
    /// RFC 4180 with a header.
    Csv,
    /// Parquet.
    Parquet,
}

/// How dates without a zone, and dates of numbers only, are read. Neither is ever guessed.
#[derive(Debug, Clone, Default)]
pub struct Dates {
    /// The order of day and month in dates of numbers.
    pub order: Option<DateOrder>,
    /// The zone of dates that name none.
    pub timezone: Option<jiff::tz::TimeZone>,
}

/// The order of the parts of a date of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
    /// Year, month, day.
    Ymd,
}
