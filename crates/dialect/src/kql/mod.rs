//! KQL, the query language of Defender, Sentinel and Azure Data Explorer.

mod emit;
mod import;
mod spelling;
mod steps;
mod syntax;

pub use emit::emit;
pub use import::{OPAQUE, Options, import};
