//! An exclusion is about to expire.
//!
//! Its last day is less than two weeks away (`governance.warn_before` in `lownoise.toml` says how many days). On the day
//! after, what it hides is shown again. With `--events FILE` the finding counts it: the events that only this exclusion
//! hides.
//!
//! ## Why
//! Who answers for the exclusion should decide before the noise is back, not after.
//!
//! ## Example
//! With `--now 2027-01-25T00:00:00Z`:
//! ```toml
//! [[exclusion]]
//! id      = "snapd"
//! reason  = "Canonical Snap infrastructure"
//! expires = 2027-02-02
//! where   = { InitiatingProcessFolderPath = "/usr/lib/snapd/snapd" }
//! ```
//!
//! ## Instead
//! Extend it with a reason, or remove it, or let it expire.

use lownoise_engine::diagnostic::Level;
use lownoise_engine::policy::Exclusion;

use super::{days_ahead, in_days, with_count};
use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "expires-soon",
    level: Level::Warning,
    source: include_str!("expires_soon.rs"),
    run: Run::Exclusion(run),
};

fn run(context: &Context<'_>, exclusion: &Exclusion) -> Vec<Finding> {
    let expires = exclusion.expires.and_then(|date| Some((date, days_ahead(context.now, date)?)));
    let Some((date, days)) = expires.filter(|(_, days)| *days < context.config.governance.warn_before) else {
        return Vec::new();
    };
    let message = format!("the exclusion `{}` expires on {date}", exclusion.id);
    let finding = LINT.finds(message, exclusion.span, in_days(days));
    let finding = finding.help("what it hides will come back the day after");
    vec![with_count(finding, context, exclusion, "will come back")]
}
