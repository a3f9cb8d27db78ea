//! A comment begins with `lownoise:` and is no allow.
//!
//! ## Why
//! An allow with a slip in it would allow nothing, and nobody would notice until the finding is told again.
//!
//! ## Example
//! ```toml
//! [[exclusion]] # lownoise: ignore(expires-soon)
//! id = "snapd"
//! ```
//!
//! ## Instead
//! `# lownoise: allow(expires-soon, reason = "is decided in March")`. It stands on the line of what is found or above it; at a
//! table's header it is about the whole table, at the head of the file about the file.

use lownoise_engine::diagnostic::Level;

use crate::lint::{Lint, Run};

pub(super) static LINT: Lint =
    Lint { code: "bad-allow", level: Level::Error, source: include_str!("bad_allow.rs"), run: Run::Allow };
