//! Sigma, the language of detection rules: rules and filters in, filters out.

mod emit;
mod import;

pub use emit::{Aim, emit, filtering};
pub use import::{OPAQUE, Options, import};
