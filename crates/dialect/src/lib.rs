//! Policies in the languages of others. What is imported means exactly what it meant, or stays as an opaque test;
//! what is emitted means exactly what the policy means, or is refused at its place. Nothing is approximated.
//!
//! Knows policies and those languages; no files, no clock, no proofs.

pub mod capability;
mod dialect;
pub mod elastic;
mod emitted;
mod imported;
pub mod kql;
mod logic;
mod names;
mod networks;
mod origins;
mod place;
mod remark;
pub mod sigma;
pub mod sql;
mod taxonomy;
pub mod toml;
mod wildcards;
mod words;
mod yaml;

pub use emitted::Emitted;
pub use imported::{Imported, id_of};
pub use origins::Origins;
