//! An exclusion's day of review has come.
//!
//! Somebody wanted to look at it again on the day that `review` names, and that day is today or has passed.
//!
//! ## Why
//! A date that nobody is told of is never kept.
//!
//! ## Example
//! ```toml
//! [[exclusion]]
//! id     = "snapd"
//! reason = "Canonical Snap infrastructure"
//! review = 2025-08-02
//! where  = { InitiatingProcessFolderPath = "/usr/lib/snapd/snapd" }
//! ```
//!
//! ## Instead
//! Look at it (`lownoise run --hidden` shows what it hides), and write the next day.

use lownoise_engine::diagnostic::Level;
use lownoise_engine::policy::Exclusion;

use super::days_ahead;
use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "review-due",
    level: Level::Warning,
    source: include_str!("review_due.rs"),
    run: Run::Exclusion(run),
};

fn run(context: &Context<'_>, exclusion: &Exclusion) -> Vec<Finding> {
    let due = exclusion.review.filter(|date| days_ahead(context.now, *date).is_none_or(|days| days == 0));
    let Some(date) = due else { return Vec::new() };
    let message = format!("the exclusion `{}` was to be reviewed on {date}", exclusion.id);
    let finding = LINT.finds(message, exclusion.span, "review is due");
    vec![finding.help("look at what it hides, and write the next day of review")]
}
