//! An exclusion names no ticket.
//!
//! The repository demands `ticket` (`governance.require` in `lownoise.toml`), and the exclusion does not say it.
//!
//! ## Why
//! The ticket is where the decision was made, and who was asked.
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
//! `ticket = "SEC-1234"`

use lownoise_engine::diagnostic::Level;
use lownoise_engine::policy::Exclusion;

use crate::config::Required;
use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "no-ticket",
    level: Level::Warning,
    source: include_str!("no_ticket.rs"),
    run: Run::Exclusion(run),
};

fn run(context: &Context<'_>, exclusion: &Exclusion) -> Vec<Finding> {
    if exclusion.ticket.is_some() || !context.config.governance.requires(Required::Ticket) {
        return Vec::new();
    }
    let message = format!("the exclusion `{}` names no ticket", exclusion.id);
    let finding = LINT.finds(message, exclusion.span, "no `ticket`");
    vec![finding.help("name where it was decided, as in `ticket = \"SEC-1234\"`")]
}
