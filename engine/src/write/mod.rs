//! A predicate as its author would write it: `parse` read backwards. What is asked of one column stands together. Knows
//! the keys of the policy language, not its sections.

mod value;

use crate::event::ColumnId;
use crate::op::{Case, Comparison, Operator, Pattern, TextOperator};
use crate::predicate::{Predicate, Test};
use crate::schema::Schema;
use crate::value::Time;

pub use value::{Entry, Value, WIDTH, key, quoted};

/// What stands between the braces of a condition: `RemotePort = 443, not = { … }`. Read back, it means the predicate.
#[must_use]
pub fn condition(predicate: &Predicate, schema: &Schema) -> String {
    let entries = table(&[predicate], schema).into_iter();
    let entries: Vec<String> =
        entries.map(|(name, value)| format!("{} = {}", key(&name), value.inline())).collect();
    entries.join(", ")
}

/// Ticks as a number and a unit, hours up to two days, as people write them; `None` for parts of a second.
#[must_use]
pub fn length(ticks: i64) -> Option<String> {
    let seconds = ticks / Time::SECOND;
    if ticks % Time::SECOND != 0 {
        return None;
    }
    Some(match seconds {
        _ if seconds >= 2 * 86_400 && seconds % 86_400 == 0 => format!("{}d", seconds / 86_400),
        _ if seconds >= 3_600 && seconds % 3_600 == 0 => format!("{}h", seconds / 3_600),
        _ if seconds >= 60 && seconds % 60 == 0 => format!("{}m", seconds / 60),
        _ => format!("{seconds}s"),
    })
}

/// The keys of a table that holds when all of the parts hold.
#[must_use]
pub fn table(parts: &[&Predicate], schema: &Schema) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut rest: Vec<Value> = Vec::new();
    for part in flat(parts) {
        let entry = entry(part, schema);
        let there = entries.iter_mut().find(|(name, _)| *name == entry.0);
        match there {
            None => entries.push(entry),
            Some((name, value)) => match merged(name, value, &entry.1) {
                Some(both) => *value = both,
                None => rest.push(Value::Table(vec![entry])),
            },
        }
    }
    if entries.is_empty() {
        entries.push(always(true, schema));
    }
    if !rest.is_empty() {
        entries.push(("all".to_owned(), Value::List(rest)));
    }
    entries
}

/// The parts, with the parts of those that are lists of their own, or of one.
fn flat<'p>(parts: &[&'p Predicate]) -> Vec<&'p Predicate> {
    let mut found = Vec::new();
    for part in parts {
        match part {
            Predicate::All(inner) if !inner.is_empty() => {
                found.extend(flat(&inner.iter().collect::<Vec<_>>()));
            }
            Predicate::Any(inner) if inner.len() == 1 => {
                found.extend(flat(&inner.iter().collect::<Vec<_>>()));
            }
            part => found.push(*part),
        }
    }
    found
}

fn entry(part: &Predicate, schema: &Schema) -> Entry {
    if let Some((column, asked)) = of_one_column(part) {
        return (schema.name(column).to_owned(), shortened(asked));
    }
    let inner = |part: &Predicate| Value::Table(table(&[part], schema));
    match part {
        Predicate::Any(parts) if parts.is_empty() => always(false, schema),
        Predicate::Any(parts) => ("any".to_owned(), Value::List(parts.iter().map(inner).collect())),
        Predicate::Not(part) => ("not".to_owned(), inner(part)),
        Predicate::Opaque(opaque) => match &opaque.listed {
            Some(listed) => {
                let list = ("list".to_owned(), Value::Text(listed.list.clone()));
                asked_of(listed.column, &listed.operator, list, listed.case, schema)
            }
            None => ("opaque".to_owned(), Value::Text(opaque.text.clone())),
        },
        // A test on nothing.
        Predicate::Test(_) => always(false, schema),
        Predicate::Pair(pair) => {
            let right = ("column".to_owned(), Value::Text(schema.name(pair.right).to_owned()));
            asked_of(pair.left, pair.relation.name(), right, pair.relation.case(), schema)
        }
        Predicate::All(_) => always(true, schema),
    }
}

/// What holds of every event, or of none: the language has no word for either.
fn always(holds: bool, schema: &Schema) -> Entry {
    let holds_on_all = Value::Table(vec![("contains".to_owned(), Value::Text(String::new()))]);
    let value = if holds { holds_on_all } else { Value::Table(vec![("not".to_owned(), holds_on_all)]) };
    (schema.any_text().to_owned(), value)
}

/// The operators that a predicate asks of its only column.
fn of_one_column(part: &Predicate) -> Option<(ColumnId, Vec<Entry>)> {
    match part {
        Predicate::Test(test) => Some((test.column, operators(test)?)),
        Predicate::Not(inner) => {
            let (column, asked) = of_one_column(inner)?;
            let missing = (**inner).clone();
            let name = match missing {
                Predicate::Test(Test { operator: Operator::Exists, .. }) => "exists",
                Predicate::Test(Test { operator: Operator::Present, .. }) => "present",
                _ => return Some((column, vec![("not".to_owned(), shortened(asked))])),
            };
            Some((column, vec![(name.to_owned(), Value::Plain("false".to_owned()))]))
        }
        Predicate::Any(parts) => {
            let (column, tables) = of_each(parts)?;
            let tables = tables.into_iter().map(Value::Table).collect();
            Some((column, vec![("any".to_owned(), Value::List(tables))]))
        }
        Predicate::All(parts) => {
            let (column, tables) = of_each(parts)?;
            let mut whole: Vec<Entry> = Vec::new();
            for table in tables {
                whole = merged_tables(&whole, &table)?;
            }
            Some((column, whole))
        }
        Predicate::Pair(_) | Predicate::Opaque(_) => None,
    }
}

/// An operator whose operand stands elsewhere: in another column, or in a list.
fn asked_of(column: ColumnId, operator: &str, operand: Entry, case: Case, schema: &Schema) -> Entry {
    let mut asked = vec![(operator.to_owned(), Value::Table(vec![operand]))];
    if case == Case::Insensitive {
        asked.push(ignore_case());
    }
    (schema.name(column).to_owned(), Value::Table(asked))
}

fn of_each(parts: &[Predicate]) -> Option<(ColumnId, Vec<Vec<Entry>>)> {
    let each: Vec<(ColumnId, Vec<Entry>)> = parts.iter().map(of_one_column).collect::<Option<_>>()?;
    let (column, _) = *each.first().map(|(column, asked)| (column, asked)).as_ref()?;
    let column = *column;
    each.iter().all(|(other, _)| *other == column).then(|| {
        let tables = each.into_iter().map(|(_, asked)| asked).collect();
        (column, tables)
    })
}

/// `{ equals = "x" }` is written `"x"`.
fn shortened(mut asked: Vec<Entry>) -> Value {
    match (asked.pop(), asked.is_empty()) {
        (Some((name, value)), true) if name == "equals" => value,
        (last, _) => {
            asked.extend(last);
            Value::Table(asked)
        }
    }
}

/// Both values of one key in one table, if that can be said.
fn merged(name: &str, left: &Value, right: &Value) -> Option<Value> {
    if ["any", "all", "not", "opaque"].contains(&name) {
        return None;
    }
    let long = |value: &Value| match value {
        Value::Table(entries) => entries.clone(),
        other => vec![("equals".to_owned(), other.clone())],
    };
    merged_tables(&long(left), &long(right)).map(Value::Table)
}

/// Both tables of operators in one: no key twice, and one case for all.
fn merged_tables(left: &[Entry], right: &[Entry]) -> Option<Vec<Entry>> {
    if let Some(terms) = all_terms(left, right) {
        return Some(terms);
    }
    let keys = |entries: &[Entry]| entries.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    let ignores = |entries: &[Entry]| keys(entries).iter().any(|name| name == "ignore_case");
    let speaks_of_case = |entries: &[Entry]| keys(entries).iter().any(|name| has_case(name));
    let both_speak = speaks_of_case(left) && speaks_of_case(right);
    if both_speak && ignores(left) != ignores(right) {
        return None;
    }
    let clash = keys(right).iter().any(|name| name != "ignore_case" && keys(left).contains(name));
    (!clash).then(|| {
        let both = left.iter().chain(right).filter(|(name, _)| name != "ignore_case").cloned();
        let mut both: Vec<Entry> = both.collect();
        if ignores(left) || ignores(right) {
            both.push(ignore_case());
        }
        both
    })
}

/// Each of several terms: `has_all`.
fn all_terms(left: &[Entry], right: &[Entry]) -> Option<Vec<Entry>> {
    let (Some((first, known)), Some((second, Value::Text(more)))) = (left.first(), right.first()) else {
        return None;
    };
    if second != "has" || left.get(1..) != right.get(1..) || right.len() > 2 {
        return None;
    }
    let mut terms = match known {
        Value::Text(_) if first == "has" => vec![known.clone()],
        Value::List(terms) if first == "has_all" => terms.clone(),
        _ => return None,
    };
    terms.push(Value::Text(more.clone()));
    let all = ("has_all".to_owned(), Value::List(terms));
    Some([all].into_iter().chain(left.iter().skip(1).cloned()).collect())
}

/// Whether a key is an operator on which `ignore_case` acts.
fn has_case(name: &str) -> bool {
    name == "matches"
        || ["has_all", "has_any"].contains(&name)
        || TextOperator::ALL.iter().any(|known| known.definition().name == name)
}

fn ignore_case() -> Entry {
    ("ignore_case".to_owned(), Value::Plain("true".to_owned()))
}

#[expect(clippy::unnecessary_wraps, reason = "stands beside tests that cannot be written")]
fn one_entry(name: &str, value: Value) -> Option<Vec<Entry>> {
    Some(vec![(name.to_owned(), value)])
}

/// A test as operators; `None` for one that cannot hold.
fn operators(test: &Test) -> Option<Vec<Entry>> {
    let texts = |texts: Vec<&str>| {
        Value::one_or_list(texts.into_iter().map(|text| Value::Text(text.to_owned())).collect())
    };
    let plain = |value: String| Value::Plain(value);
    let cased = |name: &str, values: Vec<&str>, case: Case| {
        let mut entries = vec![(name.to_owned(), texts(values))];
        if case == Case::Insensitive {
            entries.push(ignore_case());
        }
        Some(entries)
    };
    match &test.operator {
        Operator::Text { literals, .. } if literals.is_empty() => None,
        Operator::Text { operator, literals, case } => {
            cased(operator.definition().name, literals.iter().map(String::as_str).collect(), *case)
        }
        Operator::Matches(patterns) => {
            // A table of operators has one case.
            let mut each = [Case::Sensitive, Case::Insensitive].into_iter().filter_map(|case| {
                let of_case = patterns.iter().filter(|pattern| pattern.case() == case);
                let texts: Vec<&str> = of_case.map(Pattern::text).collect();
                if texts.is_empty() { None } else { cased("matches", texts, case) }
            });
            match (each.next(), each.next()) {
                (Some(one), Some(other)) => {
                    one_entry("any", Value::List(vec![Value::Table(one), Value::Table(other)]))
                }
                (one, _) => one,
            }
        }
        Operator::Exists => one_entry("exists", plain("true".to_owned())),
        Operator::Present => one_entry("present", plain("true".to_owned())),
        Operator::In(set) => {
            let networks = set.networks.iter().map(ToString::to_string);
            let classes = set.classes.iter().map(|class| class.name().to_owned());
            let listed: Vec<Value> = networks.chain(classes).map(Value::Text).collect();
            if listed.is_empty() { None } else { one_entry("in", Value::one_or_list(listed)) }
        }
        Operator::Number(comparison) => compared(comparison),
        Operator::Time(comparison) => compared(comparison),
        Operator::Bool(expected) => one_entry("equals", plain(expected.to_string())),
    }
}

fn compared<T: Ord + std::fmt::Display>(comparison: &Comparison<T>) -> Option<Vec<Entry>> {
    let plain = |value: &T| Value::Plain(value.to_string());
    let (name, value) = match comparison {
        Comparison::OneOf(values) if values.is_empty() => return None,
        Comparison::OneOf(values) => ("equals", Value::one_or_list(values.iter().map(plain).collect())),
        Comparison::Lt(bound) => ("lt", plain(bound)),
        Comparison::Lte(bound) => ("lte", plain(bound)),
        Comparison::Gt(bound) => ("gt", plain(bound)),
        Comparison::Gte(bound) => ("gte", plain(bound)),
        Comparison::Between(low, high) if low > high => return None,
        Comparison::Between(low, high) => ("between", Value::List(vec![plain(low), plain(high)])),
    };
    Some(vec![(name.to_owned(), value)])
}
