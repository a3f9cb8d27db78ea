//! What framing hands to decoding: whole records, owned, of bounded size.

use arrow::record_batch::RecordBatch;

/// Whole records of one input, in order. Owned, so that it can go to another thread.
#[derive(Debug)]
pub enum Block {
    /// Records of a text format: NDJSON lines, CSV records, elements of a JSON document.
    Text {
        /// The bytes, not yet known to be UTF-8. Each record ends with a line feed (the last may lack it).
        bytes: Vec<u8>,
        /// The number of the first line (NDJSON, CSV; from 1) or element (a document) in its input.
        first: u64,
    },
    /// Rows of a Parquet file, only the columns that were asked for.
    Rows {
        /// The columns, named as in the file.
        batch: RecordBatch,
        /// The number of the first row in its input, from 1.
        first: u64,
    },
}
