//! An event in the scope, changed in one thing: is it still? By the reference evaluator.

use lownoise_engine::evaluate::Verdict;
use lownoise_engine::event::ColumnId;
use lownoise_engine::policy::{ConditionKind, Policy};
use lownoise_engine::predicate::Predicate;
use lownoise_engine::span::Span;
use lownoise_engine::value::{OwnedValue, Time};
use lownoise_prove::{Assignment, Claim, Proof, Setting, prove, verdict};

/// An event in the scope, on which sensors keep their word.
pub(super) fn in_scope(policy: &Policy, now: Time) -> Option<Assignment> {
    match prove(&Claim::EmptyScope(policy), &Setting::of(policy, now)) {
        Proof::Fails(event) => Some(*event),
        Proof::Holds | Proof::Unknown(_) => None,
    }
}

/// The event with other values, and the place of the condition of the scope that it fails, if it does.
pub(super) fn changed(
    policy: &Policy,
    now: Time,
    event: &Assignment,
    values: Vec<(ColumnId, OwnedValue)>,
) -> (Assignment, Option<usize>) {
    let mut other = event.clone();
    for (column, value) in values {
        other.event.set(column, value);
    }
    let failed = match verdict(policy, &other, now) {
        Verdict::OutOfScope(condition) => Some(condition),
        Verdict::Kept | Verdict::Hidden(_) => None,
    };
    (other, failed)
}

/// Columns that say the type of an address and that the scope tests, with the address and where the test stands.
pub(super) fn tested_types(policy: &Policy) -> Vec<(ColumnId, ColumnId, Span)> {
    let mut found: Vec<(ColumnId, ColumnId, Span)> = Vec::new();
    let scope = policy.scope.iter().filter_map(|condition| match &condition.kind {
        ConditionKind::Where(predicate) => Some(predicate),
        _ => None,
    });
    for test in scope.flat_map(Predicate::tests) {
        let of = policy.schema.definition(test.column).and_then(|column| column.type_of.as_ref());
        let address = of.and_then(|of| policy.schema.column(of));
        if let Some(address) = address
            && !found.iter().any(|(column, _, _)| *column == test.column)
        {
            found.push((test.column, address, test.span));
        }
    }
    found
}

/// What stands in columns of an event, for a reader.
pub(super) fn shown(policy: &Policy, event: &Assignment, columns: &[ColumnId]) -> String {
    let each = columns
        .iter()
        .map(|column| format!("{} = \"{}\"", policy.schema.name(*column), event.event.value(*column).text()));
    each.collect::<Vec<_>>().join(", ")
}
