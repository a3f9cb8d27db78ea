//! Rows of CSV (RFC 4180): how blocks of records are cut, and how they become columns. Knows no files, no policy.
//!
//! The cutting and splitting is done here, and not by a crate, because only the wanted fields are looked at and
//! none of them is copied; tests hold it equal to `csv-core`, which is the oracle.

mod decode;
mod fields;
mod header;
mod marks;
mod records;
mod scan;

pub(crate) use decode::CsvDecoder;
pub(crate) use header::Header;
pub(crate) use records::Records;
