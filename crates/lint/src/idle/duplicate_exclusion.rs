//! Two exclusions have the same conditions.
//!
//! ## Why
//! Whoever removes one of them believes that its events come back, and they don't. Owners and last days of the two
//! drift apart.
//!
//! ## Example
//! ```toml
//! [[exclusion]]
//! id    = "snapd"
//! where = { InitiatingProcessFolderPath = "/usr/lib/snapd/snapd" }
//!
//! [[exclusion]]
//! id    = "snap-store"
//! where = { InitiatingProcessFolderPath = "/usr/lib/snapd/snapd" }
//! ```
//!
//! ## Instead
//! Keep one, with the reasons of both.

use lownoise_engine::diagnostic::Level;
use lownoise_engine::policy::Policy;

use super::duplicates;
use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "duplicate-exclusion",
    level: Level::Warning,
    source: include_str!("duplicate_exclusion.rs"),
    run: Run::Policy(run),
};

fn run(context: &Context<'_>, policy: &Policy) -> Vec<Finding> {
    let found = duplicates(policy, context.now).into_iter().map(|(_, exclusion, first)| {
        let message = format!("the exclusion `{}` has the same conditions as `{}`", exclusion.id, first.id);
        let mut finding = LINT.finds(message, exclusion.span, "again");
        finding.diagnostic = finding.diagnostic.and(first.span, "first here");
        finding.help("keep one of them, with the reasons of both")
    });
    found.collect()
}
