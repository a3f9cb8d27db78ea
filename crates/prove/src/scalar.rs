//! The theory of numbers, times and booleans. Every test is constant between the bounds that occur in the tests, so
//! the bounds, their neighbours and the extremes are values enough: exact, with the operators' own meaning.

use lownoise_engine::op::{Comparison, Operator};
use lownoise_engine::value::{Kind, Time, Value};

/// A value of this kind on which every test comes out as wanted; the first of the hints that does, if one does.
/// Missing is tried last: it is a value like others, on which no test holds.
pub(crate) fn solve(
    kind: Kind,
    literals: &[(&Operator, bool)],
    hints: &[Value<'static>],
) -> Option<Value<'static>> {
    let fits =
        |value: &Value<'static>| literals.iter().all(|(operator, wanted)| operator.holds(*value) == *wanted);
    if let Some(hint) = hints.iter().copied().find(fits) {
        return Some(hint);
    }
    candidates(kind, literals).into_iter().find(fits)
}

fn candidates(kind: Kind, literals: &[(&Operator, bool)]) -> Vec<Value<'static>> {
    if kind == Kind::Bool {
        return vec![Value::Bool(true), Value::Bool(false), Value::Missing];
    }
    let mut bounds: Vec<i64> = Vec::new();
    let positive_list = literals.iter().find(|(operator, wanted)| *wanted && is_list(operator));
    if let Some((operator, _)) = positive_list {
        // One of the list it must be.
        extend(&mut bounds, operator);
    } else {
        for (operator, _) in literals {
            extend(&mut bounds, operator);
        }
        let beside: Vec<i64> =
            bounds.iter().flat_map(|bound| [bound.saturating_sub(1), bound.saturating_add(1)]).collect();
        bounds.extend(beside);
        bounds.extend([0, 1, i64::MIN, i64::MAX]);
    }
    // Small and positive reads best.
    bounds.sort_unstable_by_key(|bound| (*bound < 0, bound.unsigned_abs()));
    bounds.dedup();
    let value = |bound: i64| if kind == Kind::Time { Value::Time(Time(bound)) } else { Value::Number(bound) };
    bounds.into_iter().map(value).chain([Value::Missing]).collect()
}

fn is_list(operator: &Operator) -> bool {
    matches!(operator, Operator::Number(Comparison::OneOf(_)) | Operator::Time(Comparison::OneOf(_)))
}

fn extend(bounds: &mut Vec<i64>, operator: &Operator) {
    match operator {
        Operator::Number(comparison) => push(bounds, comparison, |number| *number),
        Operator::Time(comparison) => push(bounds, comparison, |time| time.0),
        _ => {}
    }
}

fn push<T>(bounds: &mut Vec<i64>, comparison: &Comparison<T>, number: impl Fn(&T) -> i64) {
    match comparison {
        Comparison::OneOf(all) => bounds.extend(all.iter().map(number)),
        Comparison::Lt(bound) | Comparison::Lte(bound) | Comparison::Gt(bound) | Comparison::Gte(bound) => {
            bounds.push(number(bound));
        }
        Comparison::Between(low, high) => bounds.extend([number(low), number(high)]),
    }
}
