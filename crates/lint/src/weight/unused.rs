//! An exclusion hides none of the given events.
//!
//! Told only where events are given (`--events FILE`).
//!
//! ## Why
//! What is no longer noise needs no blind spot.
//!
//! ## Example
//! The daemon was renamed a year ago; no event of a whole month has the old name.
//! ```toml
//! [[exclusion]]
//! id    = "old-agent"
//! where = { InitiatingProcessFileName = "old-agent" }
//! ```
//!
//! ## Instead
//! Remove it, if the events are enough to tell.

use lownoise_engine::diagnostic::Level;
use lownoise_engine::policy::Policy;

use crate::lint::{Context, Finding, Lint, Run, Usage};

pub(super) static LINT: Lint =
    Lint { code: "unused", level: Level::Warning, source: include_str!("unused.rs"), run: Run::Events(run) };

fn run(_: &Context<'_>, policy: &Policy, usage: &Usage) -> Vec<Finding> {
    if usage.events == 0 {
        return Vec::new();
    }
    let idle = policy
        .exclusions
        .iter()
        .filter(|exclusion| usage.exclusions.get(&exclusion.id).is_none_or(|hidden| hidden.all == 0));
    idle.map(|exclusion| {
        let message = format!("the exclusion `{}` hides none of the given events", exclusion.id);
        let finding = LINT.finds(message, exclusion.span, format!("none of {}", usage.events));
        finding.help("remove it, if the events are enough to tell")
    })
    .collect()
}
