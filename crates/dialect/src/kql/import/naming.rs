//! Ids of exclusions from what they ask for. Knows predicates.

use lownoise_engine::op::{AddressSet, Comparison, Operator};
use lownoise_engine::predicate::Predicate;
use lownoise_engine::schema::Schema;

use super::address::PRIVATE;
use crate::names::{LONGEST, slug};

/// A name for what a predicate asks for: its literals, else its columns.
pub(super) fn suggested(predicate: &Predicate, schema: &Schema) -> Option<String> {
    let tests = predicate.tests();
    let mut words: Vec<String> = Vec::new();
    for leaf in predicate.leaves().into_iter().take(8) {
        match leaf {
            Predicate::Pair(pair) => words.extend([pair.left, pair.right].map(|id| slug(schema.name(id)))),
            Predicate::Opaque(opaque) => {
                words.extend(opaque.listed.as_ref().map(|listed| slug(&listed.list)));
            }
            _ => {}
        }
    }
    for test in tests.iter().take(8) {
        let column = || slug(schema.name(test.column));
        match &test.operator {
            Operator::Text { literals, .. } => {
                words.extend(literals.iter().take(8).map(|literal| slug(literal)));
            }
            Operator::Matches(patterns) => {
                words.extend(patterns.iter().take(8).map(|pattern| slug(pattern.text())));
            }
            Operator::In(set) if is_private(set) => words.extend(["private".to_owned(), column()]),
            Operator::In(set) => {
                words.push(column());
                words.extend(set.networks.iter().take(4).map(|network| slug(&network.to_string())));
            }
            Operator::Number(Comparison::OneOf(numbers)) => {
                words.push(column());
                words.extend(numbers.iter().take(8).map(ToString::to_string));
            }
            Operator::Exists
            | Operator::Present
            | Operator::Number(_)
            | Operator::Time(_)
            | Operator::Bool(_) => {
                words.push(column());
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words.dedup();
    let column = tests.first().map(|test| slug(schema.name(test.column)));
    // Digits alone say little.
    let speaks = words.iter().any(|word| word.contains(|letter: char| letter.is_ascii_alphabetic()));
    words.splice(0..0, column.filter(|_| !speaks));
    let mut name = String::new();
    for word in words {
        if !name.is_empty() && name.len() + word.len() >= LONGEST {
            break;
        }
        name.push_str(if name.is_empty() { "" } else { "-" });
        name.push_str(&word);
    }
    let cut: String = name.chars().take(LONGEST).collect();
    let cut = cut.trim_end_matches('-').to_owned();
    (!cut.is_empty()).then_some(cut)
}

/// What Kusto calls private.
fn is_private(set: &AddressSet) -> bool {
    PRIVATE.iter().map(ToString::to_string).eq(set.networks.iter().map(ToString::to_string))
}
