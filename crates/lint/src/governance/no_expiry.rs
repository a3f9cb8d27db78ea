//! An exclusion has no last day.
//!
//! The repository demands `expires` (`governance.require` in `lownoise.toml`), and the exclusion does not say it.
//!
//! ## Why
//! What nobody decides again stays hidden for ever.
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
//! `expires = 2027-02-02`: the last day (UTC) on which it hides.

use lownoise_engine::diagnostic::Level;
use lownoise_engine::policy::Exclusion;

use crate::config::Required;
use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "no-expiry",
    level: Level::Warning,
    source: include_str!("no_expiry.rs"),
    run: Run::Exclusion(run),
};

fn run(context: &Context<'_>, exclusion: &Exclusion) -> Vec<Finding> {
    if exclusion.expires.is_some() || !context.config.governance.requires(Required::Expires) {
        return Vec::new();
    }
    let message = format!("the exclusion `{}` never expires", exclusion.id);
    let finding = LINT.finds(message, exclusion.span, "no `expires`");
    vec![finding.help("write its last day, as in `expires = 2027-02-02`")]
}
