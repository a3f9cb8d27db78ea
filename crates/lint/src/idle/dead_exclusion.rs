//! What an exclusion hides, others hide too.
//!
//! ## Why
//! Whoever removes it believes that its events come back, and they don't. A review of it decides nothing.
//!
//! ## Example
//! ```toml
//! [[exclusion]]
//! id    = "libraries"
//! where = { InitiatingProcessFolderPath = { starts_with = "/usr/lib/" } }
//!
//! [[exclusion]]
//! id    = "apt"
//! where = { InitiatingProcessFolderPath = { starts_with = "/usr/lib/apt/" } }
//! ```
//!
//! ## Instead
//! Keep the narrow one if it is enough; else remove it. The exclusions that are named cover it together, and none of
//! them can be left out.

use lownoise_engine::diagnostic::Level;

use crate::lint::{Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "dead-exclusion",
    level: Level::Warning,
    source: include_str!("dead_exclusion.rs"),
    run: Run::Together,
};
