//! What a policy asks of stands in none of the given events.
//!
//! Told only where events are given (`--events FILE`): a column is missing or empty in every one of them, so what is asked
//! of it comes out alike for all.
//!
//! ## Why
//! Sensors do not fill every column of their table. An exclusion that asks for one that yours leaves empty hides nothing;
//! one that forbids a value there forbids nothing.
//!
//! ## Example
//! The export has no command lines:
//! ```toml
//! where = { InitiatingProcessCommandLine = { contains = "--refresh" } }
//! ```
//!
//! ## Instead
//! Ask a column that is there, or have the export carry this one.

use std::collections::BTreeSet;

use lownoise_engine::diagnostic::Level;
use lownoise_engine::policy::{ConditionKind, Policy};

use crate::lint::{Context, Finding, Lint, Run, Usage};

pub(super) static LINT: Lint = Lint {
    code: "empty-column",
    level: Level::Warning,
    source: include_str!("empty_column.rs"),
    run: Run::Events(run),
};

fn run(_: &Context<'_>, policy: &Policy, usage: &Usage) -> Vec<Finding> {
    let scope = policy.scope.iter().filter_map(|condition| match &condition.kind {
        ConditionKind::Where(predicate) => Some(predicate),
        _ => None,
    });
    let exclusions = policy.exclusions.iter().map(|exclusion| &exclusion.predicate);
    let mut found = Vec::new();
    if usage.events == 0 {
        return found;
    }
    for predicate in scope.chain(exclusions) {
        let mut told = BTreeSet::new();
        for test in predicate.tests() {
            if !usage.empty.contains(&test.column) || !told.insert(test.column) {
                continue;
            }
            let column = policy.schema.name(test.column);
            let message = format!("`{column}` is empty in all of the given events");
            let finding = LINT.finds(message, test.span, format!("none of {} has it", usage.events));
            found.push(finding.help("ask a column that the source fills"));
        }
    }
    found
}
