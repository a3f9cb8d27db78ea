//! What in a policy does nothing, or not what it seems to do. Knows policies and proofs.

mod condition;
mod covered;
mod covered_entry;
mod duplicate;
mod empty_column;
mod inbound;
mod name_case;
mod never_hides;
#[cfg(test)]
mod tests;
mod text_network;
mod untyped;
mod unused;

use lownoise_engine::evaluate::Verdict;
use lownoise_engine::event::ColumnId;
use lownoise_engine::policy::{ConditionKind, Policy};
use lownoise_engine::span::Span;
use lownoise_engine::value::{OwnedValue, Time};
use lownoise_prove::{Assignment, Setting, verdict};

use crate::lint::Lint;

/// Every lint of this room.
pub(crate) const LINTS: [&Lint; 11] = [
    &condition::LINT,
    &covered::LINT,
    &covered_entry::LINT,
    &duplicate::LINT,
    &empty_column::LINT,
    &inbound::LINT,
    &name_case::LINT,
    &never_hides::LINT,
    &text_network::LINT,
    &untyped::LINT,
    &unused::LINT,
];

/// The believable events that are in a policy's scope.
fn in_scope(policy: &Policy, now: Time) -> Vec<Assignment> {
    let events = Setting::of(policy, now).events.into_iter();
    events.filter(|event| is_in_scope(policy, event, now)).collect()
}

/// By the reference evaluator.
fn is_in_scope(policy: &Policy, event: &Assignment, now: Time) -> bool {
    !matches!(verdict(policy, event, now), Verdict::OutOfScope(_))
}

/// The event with other text in a column.
fn with(event: &Assignment, column: ColumnId, value: OwnedValue) -> Assignment {
    let mut other = event.clone();
    other.event.set(column, value);
    other
}

/// Where the scope's condition on events is written, or the policy's id.
fn scope_span(policy: &Policy) -> Span {
    let mut conditions = policy.scope.iter().filter(|at| matches!(at.kind, ConditionKind::Where(_)));
    conditions.next().map_or(policy.span, |condition| condition.span)
}
