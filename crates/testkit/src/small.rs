//! Policies so small that all their events can be tried: three text columns of [`schema`](crate::schema), of a table that
//! tells missing text from empty text, and literals of four letters.

use std::sync::Arc;

use lownoise_engine::event::{ColumnId, OwnedEvent};
use lownoise_engine::op::{Case, Operator, Pattern, TextOperator};
use lownoise_engine::policy::{Condition, ConditionKind, Policy};
use lownoise_engine::predicate::{Predicate, Test};
use lownoise_engine::schema::Schema;
use lownoise_engine::span::Span;
use lownoise_engine::value::OwnedValue;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::random::{exclusion, policy, schema};

/// The letters of the texts.
const LETTERS: [char; 4] = ['a', 'b', 'A', '-'];

/// Longest text that is tried.
const LONGEST: usize = 4;

const PATTERNS: [&str; 7] = ["^a", "b$", "a.*b", "^[^a]*$", "(?i)^ab", r"\ba", "^a*b*$"];

/// The columns: Device, Name, Path.
const COLUMNS: [ColumnId; 3] = [ColumnId(1), ColumnId(2), ColumnId(3)];

fn operator() -> impl Strategy<Value = Operator> {
    let literal = vec(select(&LETTERS[..]), 0..4).prop_map(|letters| letters.into_iter().collect::<String>());
    let cases = select(vec![Case::Sensitive, Case::Insensitive]);
    let compares = (select(&TextOperator::ALL[..]), vec(literal, 1..3), cases);
    prop_oneof![
        8 => compares.prop_map(|(operator, literals, case)| Operator::Text { operator, literals, case }),
        2 => vec(select(&PATTERNS[..]), 1..3).prop_map(|texts| {
            Operator::Matches(texts.iter().filter_map(|text| Pattern::new(text, Case::Sensitive).ok()).collect())
        }),
        1 => Just(Operator::Exists),
        1 => Just(Operator::Present),
    ]
}

fn predicate() -> impl Strategy<Value = Predicate> {
    let test = (select(&COLUMNS[..]), operator())
        .prop_map(|(column, operator)| Predicate::Test(Test { column, operator, span: Span::default() }));
    test.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(Predicate::All),
            vec(inner.clone(), 1..4).prop_map(Predicate::Any),
            inner.prop_map(|part| Predicate::Not(Box::new(part))),
        ]
    })
}

/// A policy with up to three exclusions.
pub fn any_small_policy() -> BoxedStrategy<Policy> {
    let scope = vec(predicate(), 0..2);
    (scope, vec(predicate(), 0..4))
        .prop_map(|(scope, exclusions)| {
            let condition = |predicate| Condition {
                name: "where".to_owned(),
                kind: ConditionKind::Where(predicate),
                span: Span::default(),
            };
            let exclusions = exclusions.into_iter().enumerate();
            let exclusions = exclusions.map(|(place, predicate)| exclusion(place, predicate, None)).collect();
            let schema = Arc::new(small_schema());
            Policy { schema, ..policy(scope.into_iter().map(condition).collect(), exclusions) }
        })
        .boxed()
}

fn small_schema() -> Schema {
    let mut small = (*schema()).clone();
    small.missing_text = true;
    small
}

/// An event for each way in which some policies' tests come out on all texts of up to four letters, and without
/// one: what any such event is judged as, one of these is.
#[must_use]
pub fn all_small_events(policies: &[&Policy]) -> Vec<OwnedEvent> {
    let texts = texts();
    let mut events = vec![small_schema().empty_event()];
    for column in COLUMNS {
        let operators: Vec<&Operator> = policies
            .iter()
            .flat_map(|policy| predicates(policy))
            .flat_map(Predicate::tests)
            .filter(|test| test.column == column)
            .map(|test| &test.operator)
            .collect();
        let mut seen = Vec::new();
        let mut different = Vec::new();
        let values = texts.iter().cloned().map(OwnedValue::Text);
        for value in [OwnedValue::Missing].into_iter().chain(values) {
            let outcome: Vec<bool> =
                operators.iter().map(|operator| operator.holds(value.borrow())).collect();
            if !seen.contains(&outcome) {
                seen.push(outcome);
                different.push(value);
            }
        }
        let with = |event: &OwnedEvent, value: &OwnedValue| {
            let mut event = event.clone();
            event.set(column, value.clone());
            event
        };
        events =
            events.iter().flat_map(|event| different.iter().map(move |value| with(event, value))).collect();
    }
    events
}

fn predicates(policy: &Policy) -> impl Iterator<Item = &Predicate> {
    let scope = policy.scope.iter().filter_map(|condition| match &condition.kind {
        ConditionKind::Where(predicate) => Some(predicate),
        ConditionKind::Lookback(_) | ConditionKind::Devices { .. } => None,
    });
    scope.chain(policy.exclusions.iter().map(|exclusion| &exclusion.predicate))
}

fn texts() -> Vec<String> {
    let mut found = vec![String::new()];
    let mut last = found.clone();
    for _ in 0..LONGEST {
        last = last.iter().flat_map(|text| LETTERS.map(|letter| format!("{text}{letter}"))).collect();
        found.extend(last.iter().cloned());
    }
    found
}
