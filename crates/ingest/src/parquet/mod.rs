//! Rows of Parquet: how batches are read from a file, and how they become columns. Knows no policy.

mod cells;
mod columns;
mod decode;
mod error;
mod file;
mod footer;
mod guard;
mod path;
mod span;
mod statistics;

pub(crate) use decode::ParquetDecoder;
pub(crate) use file::ParquetFile;
pub use guard::is_guarding;
pub(crate) use span::{Batches, Span, Spans};
