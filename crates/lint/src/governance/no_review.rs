//! An exclusion has no day of review.
//!
//! The repository demands `review` (`governance.require` in `lownoise.toml`), and the exclusion does not say it.
//!
//! ## Why
//! A day of review is gentler than an expiry: nothing comes back by itself, and somebody looks all the same.
//!
//! ## Example
//! ```toml
//! [[exclusion]]
//! id     = "snapd"
//! reason = "Canonical Snap infrastructure"
//! where  = { InitiatingProcessFolderPath = "/usr/lib/snapd/snapd" }
//! ```
//!
//! ## Instead
//! `review = 2026-08-02`: the day on which somebody looks at it again.

use lownoise_engine::diagnostic::Level;
use lownoise_engine::policy::Exclusion;

use crate::config::Required;
use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "no-review",
    level: Level::Warning,
    source: include_str!("no_review.rs"),
    run: Run::Exclusion(run),
};

fn run(context: &Context<'_>, exclusion: &Exclusion) -> Vec<Finding> {
    if exclusion.review.is_some() || !context.config.governance.requires(Required::Review) {
        return Vec::new();
    }
    let message = format!("the exclusion `{}` has no day of review", exclusion.id);
    let finding = LINT.finds(message, exclusion.span, "no `review`");
    vec![finding.help("write the day on which somebody looks at it again, as in `review = 2026-08-02`")]
}
