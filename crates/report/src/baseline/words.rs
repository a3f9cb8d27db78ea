//! Predicates in words: a walk over the one structure, for readers who do not know its language.

use lownoise_engine::event::ColumnId;
use lownoise_engine::op::{Case, Comparison, Operator, Order, Relation, TextOperator};
use lownoise_engine::predicate::{Pair, Predicate, Test};
use lownoise_engine::schema::Schema;
use lownoise_harness::column_words;

use super::document::{Inline, Item, listed};

/// A predicate as entries of a list, all of which hold.
pub(super) fn conditions(predicate: &Predicate, schema: &Schema) -> Vec<Item> {
    match predicate {
        Predicate::All(parts) => parts.iter().flat_map(|part| conditions(part, schema)).collect(),
        other => vec![condition(other, schema)],
    }
}

fn condition(predicate: &Predicate, schema: &Schema) -> Item {
    let below = |parts: &[Predicate]| parts.iter().map(|part| condition(part, schema)).collect();
    match predicate {
        Predicate::All(parts) => Item { text: Inline::text("all of these hold:"), below: below(parts) },
        Predicate::Any(parts) => {
            Item { text: Inline::text("one or more of these hold:"), below: below(parts) }
        }
        Predicate::Not(part) => match &**part {
            Predicate::Test(test) => sentence(test, schema, true).into(),
            Predicate::Pair(pair) => relation(pair, schema, true).into(),
            Predicate::Any(parts) => Item { text: Inline::text("none of these holds:"), below: below(parts) },
            other => Item { text: Inline::text("this does not hold:"), below: conditions(other, schema) },
        },
        Predicate::Test(test) => sentence(test, schema, false).into(),
        Predicate::Pair(pair) => relation(pair, schema, false).into(),
        Predicate::Opaque(opaque) => {
            let lacks =
                if opaque.listed.is_some() { "whose values are not here" } else { "that is not understood" };
            Inline::text(format!("a condition {lacks}: ")).and_code(&opaque.text).into()
        }
    }
}

/// A test as a sentence: its column, in words where a scenario has words for it, and what is asked.
fn sentence(test: &Test, schema: &Schema, negated: bool) -> Inline {
    named(test.column, schema).and(" ").then(asked(&test.operator, negated))
}

/// A column, in words where a scenario has words for it.
fn named(column: ColumnId, schema: &Schema) -> Inline {
    let name = schema.name(column);
    match column_words(name) {
        Some(words) => Inline::text(format!("{words} (")).and_code(name).and(")"),
        None => Inline::code(name),
    }
}

/// A test of two columns as a sentence.
fn relation(pair: &Pair, schema: &Schema, negated: bool) -> Inline {
    let choose = |plain: &'static str, not: &'static str| if negated { not } else { plain };
    let (verb, folded) = match pair.relation {
        Relation::Text { operator: TextOperator::Equals, case } => {
            (choose("is the same as", "is not the same as"), case)
        }
        Relation::Text { operator, case } => {
            let (plain, not) = text_verb(operator);
            (choose(plain, not), case)
        }
        Relation::Ordered(order) => {
            let verb = match order {
                Order::Equals => choose("is the same as", "is not the same as"),
                Order::Lt => choose("is less than", "is not less than"),
                Order::Lte => choose("is at most", "is not at most"),
                Order::Gt => choose("is more than", "is not more than"),
                Order::Gte => choose("is at least", "is not at least"),
            };
            (verb, Case::Sensitive)
        }
    };
    let folded = if folded == Case::Insensitive { ", whatever the case of its letters" } else { "" };
    named(pair.left, schema).and(format!(" {verb} ")).then(named(pair.right, schema)).and(folded)
}

fn asked(operator: &Operator, negated: bool) -> Inline {
    let verb = |plain: &str, not: &str| Inline::text(if negated { not } else { plain });
    match operator {
        Operator::Text { operator, literals, case } => {
            let (plain, not) = text_verb(*operator);
            let folded = if *case == Case::Insensitive { ", whatever the case of its letters" } else { "" };
            verb(plain, not).and(" ").then(listed(literals, " or ")).and(folded)
        }
        Operator::Matches(patterns) => {
            let texts: Vec<String> = patterns.iter().map(|pattern| pattern.text().to_owned()).collect();
            let line = verb("matches the pattern", "does not match the pattern");
            line.and(" ").then(listed(&texts, " or "))
        }
        Operator::Exists => verb("is known", "is not known"),
        Operator::Present => verb("is there, be it empty,", "is not there"),
        Operator::In(set) => {
            let mut sets: Vec<String> = set.classes.iter().map(|class| class.name().to_owned()).collect();
            sets.extend(set.networks.iter().map(ToString::to_string));
            verb("is an address in", "is no address in").and(" ").then(listed(&sets, " or "))
        }
        Operator::Number(comparison) => compared(comparison, negated),
        Operator::Time(comparison) => compared(comparison, negated),
        Operator::Bool(value) => verb("is", "is not").and(" ").and_code(value.to_string()),
    }
}

fn text_verb(operator: TextOperator) -> (&'static str, &'static str) {
    match operator {
        TextOperator::Equals => ("is", "is not"),
        TextOperator::StartsWith => ("begins with", "does not begin with"),
        TextOperator::EndsWith => ("ends with", "does not end with"),
        TextOperator::Contains => ("contains", "does not contain"),
        TextOperator::Has => ("has the whole word", "does not have the whole word"),
        TextOperator::HasPrefix => ("has a word that begins with", "has no word that begins with"),
        TextOperator::HasSuffix => ("has a word that ends with", "has no word that ends with"),
    }
}

fn compared<T: ToString>(comparison: &Comparison<T>, negated: bool) -> Inline {
    let not = if negated { "not " } else { "" };
    let than = |words: &str, bound: &T| Inline::text(format!("is {not}{words} ")).and_code(bound.to_string());
    match comparison {
        Comparison::OneOf(values) => {
            let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
            Inline::text(format!("is {not}")).then(listed(&texts, " or "))
        }
        Comparison::Lt(bound) => than("less than", bound),
        Comparison::Lte(bound) => than("at most", bound),
        Comparison::Gt(bound) => than("more than", bound),
        Comparison::Gte(bound) => than("at least", bound),
        Comparison::Between(low, high) => than("from", low).and(" to ").and_code(high.to_string()),
    }
}
