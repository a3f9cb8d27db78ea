//! A test as its author would type it. Knows TOML's quotes; no edit.

use lownoise_engine::op::{Case, Comparison, Operator};
use lownoise_engine::predicate::Test;
use lownoise_engine::schema::Schema;

/// The column or the operator, and the operand: `RemotePort = 443`, `starts_with = "/tmp/"`.
pub(super) fn spelled(test: &Test, schema: &Schema) -> String {
    let column = schema.name(test.column);
    let (name, operand, ignores_case) = match &test.operator {
        Operator::Text { operator, literals, case } => (
            operator.definition().name,
            list(literals.iter().map(|text| quoted(text))),
            *case == Case::Insensitive,
        ),
        Operator::Matches(patterns) => (
            "matches",
            list(patterns.iter().map(|pattern| quoted(pattern.text()))),
            test.operator.ignores_case(),
        ),
        Operator::Exists => ("exists", "true".to_owned(), false),
        Operator::Present => ("present", "true".to_owned(), false),
        Operator::In(set) => {
            let networks = set.networks.iter().map(|network| quoted(&network.to_string()));
            let classes = set.classes.iter().map(|class| quoted(class.name()));
            ("in", list(networks.chain(classes)), false)
        }
        Operator::Number(comparison) => compared(comparison),
        Operator::Time(comparison) => compared(comparison),
        Operator::Bool(value) => ("equals", value.to_string(), false),
    };
    match (name, ignores_case) {
        ("equals", false) => format!("{column} = {operand}"),
        (name, false) => format!("{column} = {{ {name} = {operand} }}"),
        (name, true) => format!("{column} = {{ {name} = {operand}, ignore_case = true }}"),
    }
}

fn compared<T: ToString>(comparison: &Comparison<T>) -> (&'static str, String, bool) {
    let (name, operand) = match comparison {
        Comparison::OneOf(all) => ("equals", list(all.iter().map(ToString::to_string))),
        Comparison::Lt(bound) => ("lt", bound.to_string()),
        Comparison::Lte(bound) => ("lte", bound.to_string()),
        Comparison::Gt(bound) => ("gt", bound.to_string()),
        Comparison::Gte(bound) => ("gte", bound.to_string()),
        Comparison::Between(low, high) => ("between", format!("[{}, {}]", low.to_string(), high.to_string())),
    };
    (name, operand, false)
}

fn list(entries: impl Iterator<Item = String>) -> String {
    let entries: Vec<String> = entries.collect();
    if let [only] = entries.as_slice() { only.clone() } else { format!("[{}]", entries.join(", ")) }
}

/// A literal text where that can be, as it needs no escapes.
fn quoted(text: &str) -> String {
    let plain = !text.chars().any(char::is_control);
    match (plain, text.contains(['"', '\\']), text.contains('\'')) {
        (true, false, _) => format!("\"{text}\""),
        (true, true, false) => format!("'{text}'"),
        _ => format!("{text:?}"),
    }
}
