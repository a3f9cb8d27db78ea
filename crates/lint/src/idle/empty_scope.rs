//! No event is in the scope.
//!
//! ## Why
//! The policy looks at nothing, so it shows nothing: a hunt that is always quiet.
//!
//! ## Example
//! ```toml
//! [scope.where]
//! RemoteIP = { in = "private", not = { in = "private" } }
//! ```
//!
//! ## Instead
//! Take out the condition that contradicts the others.

use lownoise_engine::diagnostic::Level;

use crate::lint::{Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "empty-scope",
    level: Level::Warning,
    source: include_str!("empty_scope.rs"),
    run: Run::Together,
};
