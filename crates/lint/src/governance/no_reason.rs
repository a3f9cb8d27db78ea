//! An exclusion does not say why.
//!
//! Its `reason` stands where something is still to be said: `todo`, the id again, or what an import wrote because the
//! source gave none.
//!
//! ## Why
//! The reason is what a reviewer judges, and what whoever meets the exclusion in two years has.
//!
//! ## Example
//! ```toml
//! [[exclusion]]
//! id     = "snapd"
//! reason = "snapd"
//! where  = { InitiatingProcessFolderPath = "/usr/lib/snapd/snapd" }
//! ```
//!
//! ## Instead
//! `reason = "Canonical's Snap infrastructure asks its store every few minutes"`

use lownoise_engine::diagnostic::Level;
use lownoise_engine::policy::Exclusion;

use super::placeholder;
use crate::config::Required;
use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "no-reason",
    level: Level::Warning,
    source: include_str!("no_reason.rs"),
    run: Run::Exclusion(run),
};

fn run(context: &Context<'_>, exclusion: &Exclusion) -> Vec<Finding> {
    let reason = exclusion.reason.trim();
    let plain = |text: &str| -> String {
        text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let empty = placeholder(reason)
        || plain(reason) == plain(&exclusion.id)
        || reason.to_ascii_lowercase().trim_end_matches('.').ends_with("gives no reason");
    if !empty || !context.config.governance.requires(Required::Reason) {
        return Vec::new();
    }
    let message = format!("the exclusion `{}` does not say why: `{reason}`", exclusion.id);
    let finding = LINT.finds(message, exclusion.span, "no reason");
    vec![finding.help("say why these events may be ignored, for somebody who was not there")]
}
