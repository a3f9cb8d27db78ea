//! Exclusions put together for an engine: it looks up a set, or runs one pattern, far faster than a chain of conditions. Of
//! use only where nobody asks which of them hides a row. Knows predicates, no SQL.

use std::collections::HashMap;

use lownoise_engine::event::ColumnId;
use lownoise_engine::op::{AddressSet, Case, Operator, TextOperator};
use lownoise_engine::policy::Exclusion;
use lownoise_engine::predicate::{Predicate, Test};

/// Up to so many tests that are alike stay by themselves, and each exclusion with its reason: more are put together.
pub(super) const FEW: usize = 8;

/// What becomes one literal or one network of a larger test: the column, and how it is tested.
type Likeness = (ColumnId, Option<(TextOperator, Case)>);

/// The exclusions, those together of which each only tests one column, as more than a few others do: a predicate that
/// holds where any of them does. In the order of the first of each. Linear.
pub(super) fn merged<'p>(exclusions: &[&'p Exclusion]) -> Vec<(Predicate, Vec<&'p Exclusion>)> {
    let mut counts: HashMap<Likeness, usize> = HashMap::new();
    for likeness in exclusions.iter().filter_map(|exclusion| likeness(&exclusion.predicate)) {
        *counts.entry(likeness).or_default() += 1;
    }
    let mut places: HashMap<Likeness, usize> = HashMap::new();
    let mut groups: Vec<(Predicate, Vec<&Exclusion>)> = Vec::new();
    for exclusion in exclusions {
        let likeness = likeness(&exclusion.predicate).filter(|likeness| counts.get(likeness) > Some(&FEW));
        let place = likeness.map(|likeness| *places.entry(likeness).or_insert(groups.len()));
        match place.and_then(|place| groups.get_mut(place)) {
            Some((predicate, members)) => {
                widen(predicate, &exclusion.predicate);
                members.push(exclusion);
            }
            None => groups.push((exclusion.predicate.clone(), vec![exclusion])),
        }
    }
    groups
}

fn likeness(predicate: &Predicate) -> Option<Likeness> {
    let Predicate::Test(Test { column, operator, .. }) = predicate else { return None };
    match operator {
        Operator::Text { operator, case, .. } => Some((*column, Some((*operator, *case)))),
        Operator::In(_) => Some((*column, None)),
        _ => None,
    }
}

/// Makes a test hold also where another does that tests alike.
fn widen(predicate: &mut Predicate, other: &Predicate) {
    let (Predicate::Test(test), Predicate::Test(other)) = (predicate, other) else { return };
    match (&mut test.operator, &other.operator) {
        (Operator::Text { literals, .. }, Operator::Text { literals: more, .. }) => {
            literals.extend_from_slice(more);
        }
        (Operator::In(AddressSet { networks, classes }), Operator::In(more)) => {
            networks.extend_from_slice(&more.networks);
            classes.extend(more.classes.iter().copied());
        }
        _ => {}
    }
}
