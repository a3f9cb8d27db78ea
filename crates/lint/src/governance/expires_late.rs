//! An exclusion expires later than the repository allows.
//!
//! `governance.horizon` in `lownoise.toml` says how many days ahead a last day may lie.
//!
//! ## Why
//! `expires = 2099-12-31` is no expiry. A horizon makes somebody look at each exclusion once in a while.
//!
//! ## Example
//! With `horizon = 365`:
//! ```toml
//! [[exclusion]]
//! id      = "snapd"
//! reason  = "Canonical Snap infrastructure"
//! expires = 2099-12-31
//! where   = { InitiatingProcessFolderPath = "/usr/lib/snapd/snapd" }
//! ```
//!
//! ## Instead
//! A day within the horizon.

use lownoise_engine::diagnostic::Level;
use lownoise_engine::policy::Exclusion;

use super::days_ahead;
use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "expires-late",
    level: Level::Warning,
    source: include_str!("expires_late.rs"),
    run: Run::Exclusion(run),
};

fn run(context: &Context<'_>, exclusion: &Exclusion) -> Vec<Finding> {
    let horizon = context.config.governance.horizon;
    let expires = exclusion.expires.and_then(|date| Some((date, days_ahead(context.now, date)?)));
    let (Some(horizon), Some((date, days))) = (horizon, expires) else { return Vec::new() };
    if days <= horizon {
        return Vec::new();
    }
    let message = format!("the exclusion `{}` expires on {date}, in {days} days", exclusion.id);
    let finding = LINT.finds(message, exclusion.span, format!("more than {horizon} days ahead"));
    vec![finding.help(format!("the repository allows {horizon} days: write an earlier day"))]
}
