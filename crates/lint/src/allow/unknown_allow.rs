//! An allow names a finding that there is none of.
//!
//! ## Why
//! A misspelled code allows nothing.
//!
//! ## Example
//! ```toml
//! [[exclusion]] # lownoise: allow(no-expire, reason = "is a part of every desktop")
//! id = "snapd"
//! ```
//!
//! ## Instead
//! A code that `lownoise lint-info` lists.

use lownoise_engine::diagnostic::Level;

use crate::lint::{Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "unknown-allow",
    level: Level::Error,
    source: include_str!("unknown_allow.rs"),
    run: Run::Allow,
};
