//! An entry of a list is covered by another entry.
//!
//! A text that another entry is the beginning of, or a network inside another.
//!
//! ## Why
//! The narrow entry looks as if it limited something. The wide one hides all of it, and more.
//!
//! ## Example
//! ```toml
//! where = { InitiatingProcessFolderPath = { starts_with = ["/usr/lib/", "/usr/lib/apt/"] } }
//! ```
//!
//! ## Instead
//! Remove the wide one if the narrow one is what was meant; otherwise the narrow one, as `--fix` does.

use ipnetwork::IpNetwork;
use lownoise_engine::diagnostic::Level;
use lownoise_engine::op::{Case, Operator, TextOperator};
use lownoise_engine::policy::Policy;

use crate::edit::without_entry;
use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "covered-entry",
    level: Level::Warning,
    source: include_str!("covered_entry.rs"),
    run: Run::Policy(run),
};

fn run(_: &Context<'_>, policy: &Policy) -> Vec<Finding> {
    let mut found = Vec::new();
    for test in policy.exclusions.iter().flat_map(|exclusion| exclusion.predicate.tests()) {
        for (narrow, wide) in covered(&test.operator) {
            let message = format!("`{narrow}` is covered by `{wide}`, which stands in the same list");
            let finding = LINT.finds(message, test.span, "in this list");
            let help = format!("remove `{wide}` if `{narrow}` is what was meant, else `{narrow}`");
            let is_narrow = |text: &str| {
                text == narrow || text.parse::<IpNetwork>().is_ok_and(|network| network.to_string() == narrow)
            };
            let edits = without_entry(policy, test.span, is_narrow);
            found.push(finding.help(help).fixed(format!("remove `{narrow}`"), edits));
        }
    }
    found
}

/// Entries with one that covers them. In order, what covers an entry stands before it, so `n log n`.
fn covered(operator: &Operator) -> Vec<(String, String)> {
    let mut found = Vec::new();
    match operator {
        Operator::Text { operator: TextOperator::StartsWith, literals, case } => {
            let folded = |text: &String| match case {
                Case::Sensitive => text.clone(),
                Case::Insensitive => text.to_ascii_lowercase(),
            };
            let mut all: Vec<(String, &String)> = literals.iter().map(|text| (folded(text), text)).collect();
            all.sort();
            let mut widest: Option<(String, &String)> = None;
            for (key, text) in all {
                match &widest {
                    Some((wide, written)) if key.starts_with(wide.as_str()) && key != *wide => {
                        found.push((text.clone(), (*written).clone()));
                    }
                    _ => widest = Some((key, text)),
                }
            }
        }
        Operator::In(set) => {
            let mut all = set.networks.clone();
            all.sort_by_key(|network| (network.network(), network.prefix()));
            let mut widest = None;
            for network in all {
                match widest {
                    Some(wide) if network != wide && wide.contains(network.network()) => {
                        found.push((network.to_string(), wide.to_string()));
                    }
                    _ => widest = Some(network),
                }
            }
        }
        _ => {}
    }
    found
}
