//! An address is compared as text where a network is meant.
//!
//! `starts_with` on a column of addresses looks at letters: `10` also begins `100.64.0.1` and `103.1.2.3`, and no text
//! finds the same host as `::ffff:10.0.0.1`.
//!
//! ## Why
//! One dot that is missing hides tens of millions of public addresses.
//!
//! ## Example
//! ```toml
//! where = { RemoteIP = { starts_with = "10." } }
//! ```
//!
//! ## Instead
//! ```toml
//! where = { RemoteIP = { in = "10.0.0.0/8" } }
//! ```

use lownoise_engine::diagnostic::Level;
use lownoise_engine::op::{Operator, TextOperator};
use lownoise_engine::policy::{ConditionKind, Policy};
use lownoise_engine::predicate::Predicate;
use lownoise_engine::value::Kind;

use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "text-network",
    level: Level::Warning,
    source: include_str!("text_network.rs"),
    run: Run::Policy(run),
};

fn run(_: &Context<'_>, policy: &Policy) -> Vec<Finding> {
    let scope = policy.scope.iter().filter_map(|condition| match &condition.kind {
        ConditionKind::Where(predicate) => Some(predicate),
        _ => None,
    });
    let exclusions = policy.exclusions.iter().map(|exclusion| &exclusion.predicate);
    let tests = scope.chain(exclusions).flat_map(Predicate::tests);
    let mut found = Vec::new();
    for test in tests.filter(|test| policy.schema.kind(test.column) == Kind::Address) {
        let Operator::Text { operator: TextOperator::StartsWith, literals, .. } = &test.operator else {
            continue;
        };
        for literal in literals {
            let Some(network) = network(literal) else { continue };
            let message = format!("`{literal}` is compared with an address as text");
            let finding = LINT.finds(message, test.span, "a network is meant");
            found.push(finding.help(format!("write `in = \"{network}\"`")));
        }
    }
    found
}

/// The network that the beginning of an address in IPv4 probably means.
fn network(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.trim_end_matches('.').split('.').collect();
    let octets: Option<Vec<u8>> = parts.iter().map(|part| part.parse().ok()).collect();
    let mut octets = octets.filter(|octets| octets.len() < 4)?;
    let bits = octets.len() * 8;
    octets.resize(4, 0);
    let spelled: Vec<String> = octets.iter().map(u8::to_string).collect();
    Some(format!("{}/{bits}", spelled.join(".")))
}
