//! Rows of Parquet: how batches are read from a file, and how they become columns. Knows no policy.

mod cells;
mod columns;
mod decode;
mod file;
mod footer;
mod guard;
mod path;

pub(crate) use decode::ParquetDecoder;
pub(crate) use file::{Batches, ParquetFile};
pub use guard::is_guarding;
