//! What is wrong with a Parquet file, in words. Knows no reader.

use std::fmt;

/// Why a file cannot be read, or not to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ParquetError {
    /// It is truncated or no Parquet file.
    Invalid(String),
    /// Rows of it cannot be read.
    Damaged(String),
    /// A wanted column is of a type that no kind of value is read from.
    Unsupported {
        /// The column.
        column: String,
        /// Its type, in Arrow's words.
        found: String,
    },
}

impl fmt::Display for ParquetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(why) => write!(f, "no Parquet file, or a truncated one ({why})"),
            Self::Damaged(why) => {
                write!(f, "the Parquet data is damaged ({why}); everything before was read")
            }
            Self::Unsupported { column, found } => {
                write!(f, "column `{column}` is of the Parquet type `{found}`, which cannot be read")
            }
        }
    }
}

impl std::error::Error for ParquetError {}
