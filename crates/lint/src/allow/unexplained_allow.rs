//! A finding is allowed without a reason.
//!
//! ## Why
//! An allow is an exclusion of its own: who reads it has to know why it is there.
//!
//! ## Example
//! ```toml
//! [[exclusion]] # lownoise: allow(no-expiry)
//! id = "snapd"
//! ```
//!
//! ## Instead
//! `# lownoise: allow(no-expiry, reason = "is a part of every desktop that we install")`

use lownoise_engine::diagnostic::Level;

use crate::lint::{Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "unexplained-allow",
    level: Level::Warning,
    source: include_str!("unexplained_allow.rs"),
    run: Run::Allow,
};
