//! Readers and writers of events, and the mappings between their fields. The only crate that opens event
//! files; it knows no policy.
//!
//! An input goes through three stages, so that the last one, the expensive one, can run on many threads:
//!
//! 1. **open**: a file, a folder's files or standard input, decompressed as it is read;
//! 2. **frame**: [`Block`]s that hold whole records, of bounded size, one after another;
//! 3. **decode**: a block becomes a [`Chunk`] of columns, a pure function of the block.
//!
//! Who hands blocks to many threads takes [`Part`]s from an input instead: of a Parquet file a part is rows that are not
//! read yet, so that framing, which is most of the work there, is done on those threads, too.

mod block;
mod chunk;
pub mod convert;
mod csv;
pub mod dates;
mod decoder;
mod input;
mod json;
mod json_text;
pub mod mapping;
mod names;
mod open;
mod parquet;
mod part;
mod read_error;
mod recognise;
mod request;
mod stored;
pub mod write;

pub use block::Block;
pub use chunk::{Chunk, Malformed, Mistyped, Undecided};
pub use decoder::Decoder;
pub use input::Input;
pub use open::{OpenError, Progress, Source, sources};
pub use parquet::is_guarding;
pub use part::Part;
pub use read_error::ReadError;
pub use request::{DateOrder, Dates, Format, MappingChoice, Request};

/// What fuzz targets and tests call beside [`Input::read`]; no part of the interface.
#[doc(hidden)]
pub mod fuzz {
    use std::io::Read;

    pub use crate::block::Limits;
    use crate::{Input, OpenError, Request};

    /// As [`Input::read`], within these limits.
    ///
    /// # Errors
    /// As those of [`Input::read`].
    pub fn read_within(
        name: &str,
        reader: impl Read + Send + 'static,
        request: &Request,
        limits: Limits,
    ) -> Result<Input, OpenError> {
        Input::read_within(name, reader, request, limits)
    }

    /// Whether the fast way of reading a JSON line finds these fields as the exact way does, where it finds any.
    #[must_use]
    pub fn ways_agree(line: &str, fields: &[&str]) -> bool {
        crate::json::ways_agree(line, fields)
    }
}
