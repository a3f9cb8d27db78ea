//! Two exclusions ask the same.
//!
//! Their conditions are equal, whatever their ids, owners and reasons say. What is equal only in meaning is told as
//! `covered`.
//!
//! ## Why
//! When one of them expires, or is removed after a review, nothing comes back, and nobody sees why.
//!
//! ## Example
//! ```toml
//! [[exclusion]]
//! id    = "snapd"
//! where = { InitiatingProcessFileName = "snapd" }
//!
//! [[exclusion]]
//! id    = "snap-daemon"
//! where = { InitiatingProcessFileName = "snapd" }
//! ```
//!
//! ## Instead
//! Keep the one that has an owner. Where both have the same, `--fix` removes the second.

use std::collections::HashMap;

use lownoise_engine::diagnostic::Level;
use lownoise_engine::policy::Policy;

use crate::edit::without_exclusion;
use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "duplicate-exclusion",
    level: Level::Warning,
    source: include_str!("duplicate.rs"),
    run: Run::Policy(run),
};

fn run(_: &Context<'_>, policy: &Policy) -> Vec<Finding> {
    let mut seen = HashMap::new();
    let mut found = Vec::new();
    for exclusion in &policy.exclusions {
        let first = *seen.entry(&exclusion.predicate).or_insert(exclusion);
        if first.id != exclusion.id {
            let message = format!("`{}` asks the same as `{}`", exclusion.id, first.id);
            let mut finding = LINT.finds(message, exclusion.span, "again here");
            finding.diagnostic = finding.diagnostic.and(first.span, "first here");
            let mut finding = finding.help("remove one of them");
            // Whose it is then is not for a program to say.
            if first.owner == exclusion.owner {
                let edits = without_exclusion(policy, exclusion);
                finding = finding.fixed(format!("remove `{}`", exclusion.id), edits);
            }
            found.push(finding);
        }
    }
    found
}
