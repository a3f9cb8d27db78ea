//! A text prefix stands where a network is meant.
//!
//! ## Why
//! Addresses are compared as text then, in their canonical spelling: `starts_with = "10.1"` also holds on `10.10.0.1` and
//! `10.199.7.7`, and never on `::ffff:10.1.0.1`, which is the same machine.
//!
//! ## Example
//! ```toml
//! where = { RemoteIP = { starts_with = "10." } }
//! ```
//!
//! ## Instead
//! `where = { RemoteIP = { in = "10.0.0.0/8" } }`

use lownoise_engine::diagnostic::Level;
use lownoise_engine::op::{Operator, TextOperator};
use lownoise_engine::policy::{ConditionKind, Policy};
use lownoise_engine::predicate::{Predicate, Test};
use lownoise_engine::value::Kind;

use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "text-for-network",
    level: Level::Warning,
    source: include_str!("text_for_network.rs"),
    run: Run::Policy(run),
};

fn run(_: &Context<'_>, policy: &Policy) -> Vec<Finding> {
    let scope = policy.scope.iter().filter_map(|condition| match &condition.kind {
        ConditionKind::Where(predicate) => Some(predicate),
        _ => None,
    });
    let predicates = scope.chain(policy.exclusions.iter().map(|exclusion| &exclusion.predicate));
    predicates.flat_map(Predicate::tests).filter_map(|test| finding(policy, test)).collect()
}

fn finding(policy: &Policy, test: &Test) -> Option<Finding> {
    let Operator::Text { operator, literals, .. } = &test.operator else { return None };
    let part =
        matches!(operator, TextOperator::StartsWith | TextOperator::Contains | TextOperator::HasPrefix);
    if policy.schema.kind(test.column) != Kind::Address || !part {
        return None;
    }
    let (literal, network) = literals.iter().find_map(|literal| Some((literal, network(literal)?)))?;
    let name = policy.schema.name(test.column);
    let message = format!("`{literal}` is compared with the text of `{name}`, not with its network");
    let finding = LINT.finds(message, test.span, "a network is meant");
    Some(match network {
        Network::Whole(network) => finding.help(format!("write `{name} = {{ in = \"{network}\" }}`")),
        Network::Cut => finding.help("a number is cut in the middle; write the network, with `in`"),
    })
}

enum Network {
    /// All numbers are whole.
    Whole(String),
    /// The last number has no point behind it, so that it may go on.
    Cut,
}

/// The network that the beginning of an IPv4 address stands for.
fn network(literal: &str) -> Option<Network> {
    let (numbers, whole) = match literal.strip_suffix('.') {
        Some(numbers) => (numbers, true),
        None => (literal, false),
    };
    let read: Vec<&str> = numbers.split('.').collect();
    if read.iter().any(|number| number.parse::<u8>().is_err()) || read.len() > 3 {
        return None;
    }
    if !whole {
        return Some(Network::Cut);
    }
    let zeros = ".0".repeat(4 - read.len());
    Some(Network::Whole(format!("{numbers}{zeros}/{}", 8 * read.len())))
}
