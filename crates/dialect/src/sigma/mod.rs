//! Sigma, the language of detection rules: rules and filters in, filters out.

mod import;
mod text;

pub use import::{OPAQUE, Options, import};
