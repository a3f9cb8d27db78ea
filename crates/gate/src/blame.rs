//! Which line of an edit is to blame: what of an exclusion or of a scope changed, test by test. Knows policies, no
//! proofs.

use std::collections::HashSet;

use lownoise_engine::op::Operator;
use lownoise_engine::policy::{Condition, ConditionKind, Exclusion, Lookback, Policy};
use lownoise_engine::predicate::{Predicate, Test};
use lownoise_engine::schema::Schema;
use lownoise_engine::span::{Sources, Span};

use crate::concern::{Edit, Place};

/// Where to look, and what changed there.
#[derive(Debug, Clone)]
pub(crate) struct Blame {
    pub(crate) place: Place,
    pub(crate) edit: Option<Edit>,
}

/// More of a test than this is not shown.
const SHOWN: usize = 100;

/// What changed between an exclusion of the old policy and its counterpart in the new one. The place is in the new
/// policy: the changed test, else the exclusion's id, else the policy's.
pub(crate) fn exclusion(old: (&Policy, Option<&Exclusion>), new: (&Policy, Option<&Exclusion>)) -> Blame {
    let place = |span: Span| Place::of(&new.0.sources, span);
    let (Some(before), Some(after)) = (old.1, new.1) else {
        let span = new.1.map_or(new.0.span, |exclusion| exclusion.span);
        return Blame { place: place(span), edit: None };
    };
    let pair = changed_test(&before.predicate.tests(), &after.predicate.tests());
    if let Some(edit) = tests(old.0, new.0, &new.0.schema, pair, after.span) {
        return edit;
    }
    if before.predicate == after.predicate {
        return expiry((old.0, before), (new.0, after));
    }
    let edit = Edit {
        of: "the way its tests are combined".to_owned(),
        old: None,
        new: None,
        old_place: Some(Place::of(&old.0.sources, before.span)),
    };
    Blame { place: place(after.span), edit: Some(edit) }
}

/// What changed between the last days of an exclusion and its counterpart; no edit where nothing did.
pub(crate) fn expiry(old: (&Policy, &Exclusion), new: (&Policy, &Exclusion)) -> Blame {
    let day = |exclusion: &Exclusion| exclusion.expires.map(|date| date.to_string());
    let place = Place::of(&new.0.sources, new.1.span);
    let edit = (old.1.expires != new.1.expires).then(|| Edit {
        of: "expires".to_owned(),
        old: day(old.1),
        new: day(new.1),
        old_place: Some(Place::of(&old.0.sources, old.1.span)),
    });
    Blame { place, edit }
}

/// What changed between two scopes. The place is in the new policy.
pub(crate) fn scope(old: &Policy, new: &Policy) -> Blame {
    let conditions = |policy: &Policy| -> Vec<(Option<String>, Predicate)> {
        let each = policy.scope.iter().filter_map(|condition| match &condition.kind {
            ConditionKind::Lookback(_) => None,
            ConditionKind::Devices { schema, predicate } => {
                Some((Some(schema.table.clone()), predicate.clone()))
            }
            ConditionKind::Where(predicate) => Some((None, predicate.clone())),
        });
        each.collect()
    };
    let (before, after) = (conditions(old), conditions(new));
    let of = |conditions: &[(Option<String>, Predicate)], table: &Option<String>| -> Vec<Test> {
        let those = conditions.iter().filter(|(of, _)| of == table);
        those.flat_map(|(_, predicate)| predicate.tests()).cloned().collect()
    };
    let mut tables = vec![(None, &new.schema)];
    tables.extend(new.devices().or(old.devices()).map(|(schema, _)| (Some(schema.table.clone()), schema)));
    let whole = new.scope.last().map_or(new.span, |condition| condition.span);
    for (table, schema) in tables {
        let (before, after) = (of(&before, &table), of(&after, &table));
        let pair = changed_test(&before.iter().collect::<Vec<_>>(), &after.iter().collect::<Vec<_>>());
        if let Some(blame) = tests(old, new, schema, pair, whole) {
            return blame;
        }
    }
    lookback(old, new).unwrap_or_else(|| Blame { place: Place::of(&new.sources, whole), edit: None })
}

/// The exclusion that one was before an edit, or is after it: of the same id, else the one with the most tests in
/// common, of those that have no counterpart by id.
pub(crate) fn counterpart<'p>(
    exclusion: &Exclusion,
    home: &Policy,
    other: &'p Policy,
) -> Option<&'p Exclusion> {
    if let Some(same) = other.exclusions.iter().find(|candidate| candidate.id == exclusion.id) {
        return Some(same);
    }
    let tests = exclusion.predicate.tests();
    let shared = |candidate: &Exclusion| {
        let its = candidate.predicate.tests();
        let same = tests.iter().filter(|test| its.contains(test)).count();
        let alike = tests.iter().filter(|test| its.iter().any(|other| alike(test, other))).count();
        (same, alike)
    };
    let known: HashSet<&str> = home.exclusions.iter().map(|exclusion| exclusion.id.as_str()).collect();
    let free = other.exclusions.iter().filter(|candidate| !known.contains(candidate.id.as_str()));
    let best = free.map(|candidate| (shared(candidate), candidate)).max_by_key(|(shared, _)| *shared);
    best.filter(|((same, alike), _)| same + alike > 0).map(|(_, candidate)| candidate)
}

/// The first test that was changed, added or removed: before and after.
type Pair<'t> = (Option<&'t Test>, Option<&'t Test>);

fn changed_test<'t>(old: &[&'t Test], new: &[&'t Test]) -> Pair<'t> {
    let mut gone = old.iter().filter(|test| !new.contains(test));
    let Some(added) = new.iter().find(|test| !old.contains(test)) else {
        return (gone.next().copied(), None);
    };
    let gone: Vec<&&Test> = gone.collect();
    let partner = gone.iter().find(|test| alike(test, added));
    let partner = partner.or_else(|| gone.iter().find(|test| test.column == added.column));
    (partner.map(|test| **test), Some(added))
}

/// Whether two tests ask the same of the same column, with other operands.
fn alike(left: &Test, right: &Test) -> bool {
    let how = |operator: &Operator| match operator {
        Operator::Text { operator, .. } => Some(*operator),
        _ => None,
    };
    left.column == right.column
        && std::mem::discriminant(&left.operator) == std::mem::discriminant(&right.operator)
        && how(&left.operator) == how(&right.operator)
}

fn tests(old: &Policy, new: &Policy, schema: &Schema, pair: Pair<'_>, otherwise: Span) -> Option<Blame> {
    let column = |test: &Test| schema.name(test.column).to_owned();
    let mut old_span = pair.0.map(|test| test.span);
    let (of, old_text, new_text, span) = match pair {
        (None, None) => return None,
        (Some(before), Some(after)) => {
            let [(before_text, before_span), (after_text, after_span)] = operands(old, before, new, after);
            old_span = Some(before_span);
            (column(after), Some(before_text), Some(after_text), after_span)
        }
        (None, Some(after)) => (column(after), None, Some(written(&new.sources, after)), after.span),
        (Some(before), None) => (column(before), Some(written(&old.sources, before)), None, otherwise),
    };
    let old_place = old_span.map(|span| Place::of(&old.sources, span));
    let edit = Edit { of, old: old_text, new: new_text, old_place };
    Some(Blame { place: Place::of(&new.sources, span), edit: Some(edit) })
}

/// Of two tests, what differs and where: of two lists only the literals that the other has not.
fn operands(old: &Policy, before: &Test, new: &Policy, after: &Test) -> [(String, Span); 2] {
    if let (
        Operator::Text { literals: were, case: case_before, .. },
        Operator::Text { literals: are, case: case_after, .. },
    ) = (&before.operator, &after.operator)
        && alike(before, after)
        && case_before == case_after
    {
        let differing = |policy: &Policy, test: &Test, these: &[String], those: &[String]| {
            let those: HashSet<&String> = those.iter().collect();
            let literals: Vec<&String> = these.iter().filter(|literal| !those.contains(literal)).collect();
            let quoted: Vec<String> = literals.iter().map(|literal| format!("{literal:?}")).collect();
            let text = if quoted.is_empty() { "(nothing)".to_owned() } else { cut(&quoted.join(", ")) };
            let span = literals.first().and_then(|literal| literal_span(&policy.sources, test.span, literal));
            (text, span.unwrap_or(test.span))
        };
        return [differing(old, before, were, are), differing(new, after, are, were)];
    }
    [(written(&old.sources, before), before.span), (written(&new.sources, after), after.span)]
}

/// Where a literal is written in a test.
fn literal_span(sources: &Sources, span: Span, literal: &str) -> Option<Span> {
    let text = sources.text(span);
    let found = ['"', '\''].iter().find_map(|quote| {
        let quoted = format!("{quote}{literal}{quote}");
        text.find(&quoted).map(|start| (start, quoted.len()))
    });
    let (start, length) = found?;
    let begin = span.range().start + start;
    Some(Span::new(span.source, begin..begin + length))
}

/// A test as it is written, on one line.
fn written(sources: &Sources, test: &Test) -> String {
    let words: Vec<&str> = sources.text(test.span).split_whitespace().collect();
    // It stands beside the test.
    let case = if test.operator.ignores_case() { ", ignore_case = true" } else { "" };
    cut(&words.join(" ")) + case
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} …", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}

fn lookback(old: &Policy, new: &Policy) -> Option<Blame> {
    let of = |policy: &Policy| -> Option<(Lookback, Span)> {
        let lookback = |condition: &Condition| match condition.kind {
            ConditionKind::Lookback(lookback) => Some((lookback, condition.span)),
            _ => None,
        };
        policy.scope.iter().find_map(lookback)
    };
    let (before, after) = (of(old), of(new));
    if before.map(|found| found.0) == after.map(|found| found.0) {
        return None;
    }
    let text = |policy: &Policy, found: Option<(Lookback, Span)>| {
        found.map(|(_, span)| cut(policy.sources.text(span)))
    };
    let edit = Edit {
        of: "lookback".to_owned(),
        old: text(old, before),
        new: text(new, after),
        old_place: before.map(|(_, span)| Place::of(&old.sources, span)),
    };
    let span = after.map_or(new.span, |(_, span)| span);
    Some(Blame { place: Place::of(&new.sources, span), edit: Some(edit) })
}
