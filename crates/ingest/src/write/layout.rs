//! What an output looks like: its format, its columns, one row. Knows no bytes.

use lownoise_engine::value::{Kind, Value};

/// The name of the column that says which exclusions hide a row.
pub const HIDDEN_BY: &str = "hidden_by";

/// The shape of an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputFormat {
    /// One JSON object a line.
    Ndjson,
    /// RFC 4180 with a header and `\n` line ends. A cell that begins with `=`, `+`, `-` or `@` stays as it is,
    /// because it is evidence: a spreadsheet may take it for a formula.
    Csv,
    /// Parquet, compressed with zstd.
    Parquet,
    /// Columns for people, at most as wide as given, in terminal cells; `None`: as wide as its rows need.
    Table {
        /// The width of the terminal.
        width: Option<u16>,
    },
}

/// A column of an output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputColumn {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// What each row of an output holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    /// The columns, in order.
    pub columns: Vec<OutputColumn>,
    /// Whether a last column, [`HIDDEN_BY`], names the exclusions that hide the row.
    pub hidden_by: bool,
    /// Whether NDJSON holds each row's own object instead of `columns`. The other formats have columns of one
    /// kind each, so they hold `columns` in any case.
    pub whole: bool,
}

/// One row to write.
#[derive(Debug, Clone, Copy, Default)]
pub struct Row<'a> {
    /// The values, in the order of [`Layout::columns`]. Missing ones at the end may be left out.
    pub values: &'a [Value<'a>],
    /// The row as one JSON object; empty unless [`Layout::whole`].
    pub whole: &'a str,
    /// The ids of the exclusions that hide it; empty unless [`Layout::hidden_by`].
    pub hidden_by: &'a [&'a str],
}

impl<'a> Row<'a> {
    /// The value at a place; missing beyond the end.
    pub(super) fn value(&self, place: usize) -> Value<'a> {
        self.values.get(place).copied().unwrap_or(Value::Missing)
    }
}
