//! Small edits of a predicate, as people make them by accident. Knows its tree; which edits a test has, `operators` knows.

use lownoise_engine::op::Operator;
use lownoise_engine::predicate::{Pair, Predicate, Test};
use lownoise_engine::span::Span;

use super::Kind;
use super::operators::{operators, relations};

/// An edit of a predicate.
pub(super) struct Edit {
    pub(super) kind: Kind,
    /// Where the part stands that is edited.
    pub(super) span: Span,
    /// The part.
    pub(super) from: Predicate,
    /// What becomes of it; `None`: it is gone.
    pub(super) to: Option<Predicate>,
    /// The whole predicate afterwards.
    pub(super) result: Predicate,
}

/// Every edit of a predicate, in the order of the text.
pub(super) fn edits(predicate: &Predicate) -> Vec<Edit> {
    let mut edits = Vec::new();
    walk(predicate, &|edited| edited, &mut edits);
    edits
}

/// `around` puts an edited part where the part stood.
fn walk(predicate: &Predicate, around: &dyn Fn(Predicate) -> Predicate, edits: &mut Vec<Edit>) {
    let mut push = |kind, to: Predicate| {
        let (from, result) = (predicate.clone(), around(to.clone()));
        edits.push(Edit { kind, span: predicate.span().unwrap_or_default(), from, to: Some(to), result });
    };
    match predicate {
        Predicate::All(parts) => {
            list(parts, Predicate::All, Predicate::Any, Kind::ConditionDropped, around, edits);
        }
        Predicate::Any(parts) => {
            list(parts, Predicate::Any, Predicate::All, Kind::BranchDropped, around, edits);
        }
        Predicate::Not(part) => {
            push(Kind::NotLost, (**part).clone());
            // `exists = false` is one word: there is nothing in it to edit but this.
            if !asks_for_a_value(part) {
                walk(part, &|edited| around(Predicate::Not(Box::new(edited))), edits);
            }
        }
        Predicate::Test(test) => {
            if asks_for_a_value(predicate) {
                push(Kind::NotLost, Predicate::Not(Box::new(predicate.clone())));
            }
            for (kind, operator) in operators(&test.operator) {
                push(kind, Predicate::Test(Test { operator, ..test.clone() }));
            }
        }
        Predicate::Pair(pair) => {
            for (kind, relation) in relations(pair.relation) {
                push(kind, Predicate::Pair(Pair { relation, ..pair.clone() }));
            }
        }
        Predicate::Opaque(_) => {}
    }
}

/// The edits of a list of parts that is built so, and not otherwise.
fn list(
    parts: &[Predicate],
    build: fn(Vec<Predicate>) -> Predicate,
    other: fn(Vec<Predicate>) -> Predicate,
    dropped: Kind,
    around: &dyn Fn(Predicate) -> Predicate,
    edits: &mut Vec<Edit>,
) {
    let several = parts.len() > 1;
    if several {
        let (from, to) = (build(parts.to_vec()), other(parts.to_vec()));
        let result = around(to.clone());
        edits.push(Edit {
            kind: Kind::AllAny,
            span: from.span().unwrap_or_default(),
            from,
            to: Some(to),
            result,
        });
    }
    for (at, part) in parts.iter().enumerate() {
        let (before, after) = (parts.iter().take(at), parts.iter().skip(at + 1));
        if several {
            let rest = before.clone().chain(after.clone()).cloned().collect();
            let (from, result) = (part.clone(), around(build(rest)));
            edits.push(Edit { kind: dropped, span: part.span().unwrap_or_default(), from, to: None, result });
        }
        let inside = |edited: Predicate| {
            let parts = before.clone().cloned().chain([edited]).chain(after.clone().cloned());
            around(build(parts.collect()))
        };
        walk(part, &inside, edits);
    }
}

/// `exists` or `present`.
fn asks_for_a_value(predicate: &Predicate) -> bool {
    matches!(predicate, Predicate::Test(Test { operator: Operator::Exists | Operator::Present, .. }))
}
