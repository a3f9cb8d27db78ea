//! An exclusion has expired.
//!
//! Its last day lies behind us, so it hides nothing any more: what it hid is shown again, and somebody has to say whether
//! that is meant. With `--events FILE` the finding counts what came back: the events that this exclusion alone would hide.
//!
//! ## Why
//! A list of exceptions that only grows is a list of blind spots. A date that is written down and never enforced is
//! worse than none, and a date that breaks the whole file gets removed. Here an exclusion stops hiding by itself, and
//! the check fails until somebody decides again.
//!
//! ## Example
//! ```toml
//! [[exclusion]]
//! id      = "migration"
//! reason  = "Backup agents are moved to the new server"
//! expires = 2025-03-31
//! where   = { InitiatingProcessFolderPath = "/opt/backup/agent" }
//! ```
//!
//! ## Instead
//! Remove it. If it is still needed: a new date, and the reason why it is still needed.

use lownoise_engine::diagnostic::Level;
use lownoise_engine::policy::Exclusion;

use super::with_count;
use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "expired",
    level: Level::Error,
    source: include_str!("expired.rs"),
    run: Run::Exclusion(run),
};

fn run(context: &Context<'_>, exclusion: &Exclusion) -> Vec<Finding> {
    let Some(date) = exclusion.expires.filter(|_| exclusion.is_expired(context.now)) else {
        return Vec::new();
    };
    let id = &exclusion.id;
    let message = format!("the exclusion `{id}` expired on {date} and hides nothing any more");
    let finding = LINT.finds(message, exclusion.span, "expired");
    let finding = finding.help("decide again: extend it with a new reason, or remove it");
    vec![with_count(finding, context, exclusion, "came back")]
}
