//! A ticket does not look like one.
//!
//! `governance.ticket` in `lownoise.toml` is a regular expression that every ticket matches as a whole; this one does not.
//!
//! ## Why
//! `ticket = "see mail"` satisfies a demand, and nobody.
//!
//! ## Example
//! With `ticket = "SEC-[0-9]+"`:
//! ```toml
//! [[exclusion]]
//! id     = "snapd"
//! reason = "Canonical Snap infrastructure"
//! ticket = "see mail"
//! where  = { InitiatingProcessFolderPath = "/usr/lib/snapd/snapd" }
//! ```
//!
//! ## Instead
//! `ticket = "SEC-1234"`

use lownoise_engine::diagnostic::Level;
use lownoise_engine::policy::Exclusion;

use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "bad-ticket",
    level: Level::Warning,
    source: include_str!("bad_ticket.rs"),
    run: Run::Exclusion(run),
};

fn run(context: &Context<'_>, exclusion: &Exclusion) -> Vec<Finding> {
    let (Some(pattern), Some(ticket)) = (&context.config.governance.ticket, &exclusion.ticket) else {
        return Vec::new();
    };
    if pattern.is_match(ticket) {
        return Vec::new();
    }
    let message = format!("`{ticket}` of the exclusion `{}` is no ticket", exclusion.id);
    let finding = LINT.finds(message, exclusion.span, "not a ticket");
    vec![finding.help(format!("a ticket matches `{}`, says `lownoise.toml`", pattern.written))]
}
