//! Tests of two columns. The theories look at one column, so a witness that they make up has values of such columns that
//! were chosen apart from each other: here they are made to fit, and the evaluator says whether they do.

use lownoise_engine::event::ColumnId;
use lownoise_engine::op::Relation;
use lownoise_engine::predicate::Pair;
use lownoise_engine::schema::Schema;
use lownoise_engine::value::{Kind, OwnedValue, Time};

use crate::formula::Unread;
use crate::value::Assignment;

/// More ways to make a witness fit are not tried.
const MOST: usize = 512;

/// The tests of two columns of the event among what was not looked into.
pub(crate) fn met(unread: &[Unread]) -> Vec<Pair> {
    let pair = |unread: &Unread| if let Unread::Pair(pair) = unread { Some(pair.clone()) } else { None };
    unread.iter().filter_map(pair).collect()
}

/// The columns that are compared, for people.
pub(crate) fn said(pairs: &[Pair], schema: &Schema) -> String {
    if pairs.is_empty() {
        return "columns of devices".to_owned();
    }
    let both = |pair: &Pair| format!("`{}` and `{}`", schema.name(pair.left), schema.name(pair.right));
    pairs.iter().map(both).collect::<Vec<_>>().join(", ")
}

/// The event with columns that are compared changed until it refutes what it should; `None` when no way was found, which
/// says nothing. At most [`MOST`] questions.
pub(crate) fn settled(
    mut found: Assignment,
    pairs: &[Pair],
    schema: &Schema,
    refutes: &dyn Fn(Assignment) -> Option<Assignment>,
) -> Option<Assignment> {
    // What follows the columns is the truth that was given to tests.
    found.event.values.truncate(schema.columns.len());
    let mut ways = vec![found];
    for pair in pairs {
        let mut more: Vec<Assignment> = ways.iter().flat_map(|event| changed(event, pair, schema)).collect();
        more.truncate(MOST - ways.len());
        ways.append(&mut more);
    }
    ways.into_iter().find_map(refutes)
}

/// The event with either column as the other one needs it, or without a value.
fn changed(event: &Assignment, pair: &Pair, schema: &Schema) -> Vec<Assignment> {
    let value = |column: ColumnId| OwnedValue::from(event.event.value(column));
    let (left, right) = (value(pair.left), value(pair.right));
    let mut both = vec![
        (left.clone(), left.clone()),
        (right.clone(), right.clone()),
        (left.clone(), OwnedValue::Missing),
        (OwnedValue::Missing, right.clone()),
    ];
    match pair.relation {
        Relation::Ordered(_) => {
            let beside = |value: &OwnedValue, by: i64| match value {
                OwnedValue::Number(number) => OwnedValue::Number(number.saturating_add(by)),
                OwnedValue::Time(time) => OwnedValue::Time(Time(time.0.saturating_add(by))),
                other => other.clone(),
            };
            both.extend([1, -1].map(|by| (left.clone(), beside(&left, by))));
            both.extend([1, -1].map(|by| (beside(&right, by), right.clone())));
        }
        Relation::Text { .. } => {
            // The same text, the same in another case, and one that is in no relation to it.
            let text = event.event.value(pair.left).text();
            let text = if text.is_empty() { "a" } else { text };
            let swapped = |letter: char| {
                if letter.is_ascii_lowercase() {
                    letter.to_ascii_uppercase()
                } else {
                    letter.to_ascii_lowercase()
                }
            };
            let others = [text.to_owned(), text.chars().map(swapped).collect(), format!("{text}x")];
            let owned = |text: &str| OwnedValue::Text(text.to_owned());
            both.extend(others.map(|other| (owned(text), owned(&other))));
        }
    }
    let with = |(left, right): (OwnedValue, OwnedValue)| {
        let mut event = event.clone();
        for (column, value) in [(pair.left, left), (pair.right, right)] {
            let spelled = value.borrow().text().to_owned();
            let value = match schema.kind(column) {
                Kind::Text if value != OwnedValue::Missing => OwnedValue::Text(spelled),
                Kind::Address if value != OwnedValue::Missing => OwnedValue::address(&spelled),
                _ => value,
            };
            event.event.set(column, value);
        }
        event
    };
    both.into_iter().map(with).collect()
}
