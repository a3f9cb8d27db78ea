//! An exclusion hides none of the given events.
//!
//! Looked for only when events are given: `lownoise check --events FILE`.
//!
//! ## Why
//! What hides nothing today hides something on the day that somebody finds out. Software that was removed, a name that
//! was misspelled and a service that moved leave such exclusions behind.
//!
//! ## Example
//! An exclusion for `fwupdmgr`, and a month of events of a fleet that updates its firmware otherwise.
//!
//! ## Instead
//! Remove it; or, where the events are too few to tell, allow the finding with that as its reason.

use lownoise_engine::diagnostic::Level;
use lownoise_engine::policy::Exclusion;

use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "unused-exclusion",
    level: Level::Warning,
    source: include_str!("unused_exclusion.rs"),
    run: Run::Exclusion(run),
};

fn run(context: &Context<'_>, exclusion: &Exclusion) -> Vec<Finding> {
    let Some(usage) = context.usage.filter(|usage| usage.events > 0) else { return Vec::new() };
    let used = usage.exclusions.get(&exclusion.id).is_none_or(|hidden| hidden.all > 0);
    if used || exclusion.is_expired(context.now) {
        return Vec::new();
    }
    let message = format!("the exclusion `{}` hides none of the given events", exclusion.id);
    let finding = LINT.finds(message, exclusion.span, "hides nothing");
    let finding = finding.help("remove it, or look at events of a longer time");
    vec![finding.because(format!("it hides 0 of {} given events", usage.events))]
}
