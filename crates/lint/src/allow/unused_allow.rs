//! An allow is no longer needed.
//!
//! What it allows is not found there any more. `--fix` removes the comment.
//!
//! ## Why
//! Allows that outlive their finding hide the next one.
//!
//! ## Example
//! ```toml
//! [[exclusion]] # lownoise: allow(no-expiry, reason = "is a part of every desktop")
//! id      = "snapd"
//! expires = 2027-02-02
//! ```
//!
//! ## Instead
//! Remove it.

use lownoise_engine::diagnostic::Level;

use crate::lint::{Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "unused-allow",
    level: Level::Warning,
    source: include_str!("unused_allow.rs"),
    run: Run::Allow,
};
