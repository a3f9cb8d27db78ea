//! KQL, the query language of Defender, Sentinel and Azure Data Explorer.

mod import;
mod syntax;

pub use import::{Imported, OPAQUE, Options, id_of, import};
