//! A policy as the TOML that a person would have written. What is written is read back by the engine's own parser, so
//! this decides how a policy looks and never what it means.

use std::fmt::Write as _;

use lownoise_engine::policy::{ConditionKind, Exclusion, Invariant, List, Lookback, Output, Policy};
use lownoise_engine::predicate::Predicate;
use lownoise_engine::schema::{Added, ColumnDefinition, Schema};
use lownoise_engine::value::Time;
use lownoise_engine::write::{Value, WIDTH, key, length as spelled, quoted, table};

use crate::words;

/// What is said beside a policy, as comments.
#[derive(Debug, Clone, Default)]
pub struct Remarks {
    /// Above everything.
    pub top: Vec<String>,
    /// Above the scope.
    pub scope: Vec<String>,
}

/// The policy as one file: its sets' exclusions are written out in it. Linear in its size.
///
/// A lookback is written in whole seconds; one that is not cannot be said in TOML and is cut.
#[must_use]
pub fn write(policy: &Policy, remarks: &Remarks) -> String {
    let mut out = comment(&remarks.top);
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(&header(policy));
    out.push_str(&scope(policy, &remarks.scope));
    for exclusion in &policy.exclusions {
        out.push_str(&one_exclusion(policy, exclusion));
    }
    for invariant in &policy.never_hide {
        out.push_str(&never_hide(invariant, &policy.schema));
    }
    out.push_str(&output(&policy.output, &policy.schema));
    for (_, column, added) in policy.schema.added() {
        out.push_str(&one_column(column, added));
    }
    for list in &policy.lists {
        out.push_str(&one_list(list));
    }
    out
}

fn one_column(column: &ColumnDefinition, added: &Added) -> String {
    let mut lines: Vec<Line> = vec![("kind", quoted(column.kind.word()))];
    lines.extend(added.description.as_deref().map(|text| ("description", quoted(text))));
    lines.extend(added.kql.as_deref().map(|text| ("kql", quoted(text))));
    format!("\n[column.{}]\n{}", key(&column.name), aligned(&lines))
}

fn one_list(list: &List) -> String {
    let mut lines: Vec<Line> = Vec::new();
    lines.extend(list.description.as_deref().map(|text| ("description", quoted(text))));
    lines.extend(list.kql.as_deref().map(|text| ("kql", quoted(text))));
    format!("\n[list.{}]\n{}", key(&list.name), aligned(&lines))
}

/// A line of a section: the key and the value on its right.
type Line = (&'static str, String);

fn comment(lines: &[String]) -> String {
    lines.iter().map(|line| words::comment("#", line)).collect()
}

/// Keys in one column, values in the next.
fn aligned(lines: &[Line]) -> String {
    let widest = lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    lines.iter().fold(String::new(), |mut out, (name, value)| {
        let _infallible = writeln!(out, "{name:widest$} = {value}");
        out
    })
}

fn texts(texts: &[String], before: usize) -> String {
    Value::List(texts.iter().cloned().map(Value::Text).collect()).laid_out(before, 0)
}

fn header(policy: &Policy) -> String {
    let mut lines: Vec<Line> = vec![
        ("id", quoted(&policy.id)),
        ("title", quoted(&policy.title)),
        ("table", quoted(&policy.schema.table)),
        ("owner", quoted(&policy.owner)),
    ];
    lines.extend(policy.description.as_deref().map(|text| ("description", quoted(text))));
    if !policy.references.is_empty() {
        lines.push(("references", texts(&policy.references, 14)));
    }
    lines.extend(policy.platform.map(|platform| ("platform", quoted(platform.word()))));
    let lookback = policy.scope.iter().find_map(|condition| match condition.kind {
        ConditionKind::Lookback(lookback) => Some(lookback),
        _ => None,
    });
    lines.extend(lookback.map(|Lookback { length, inclusive }| {
        let length = spelled(length).unwrap_or_else(|| format!("{}s", length / Time::SECOND));
        ("lookback", quoted(&if inclusive { format!("from {length}") } else { length }))
    }));
    format!("[policy]\n{}", aligned(&lines))
}

fn scope(policy: &Policy, remarks: &[String]) -> String {
    let mut devices = None;
    let mut wheres = Vec::new();
    for condition in &policy.scope {
        match &condition.kind {
            ConditionKind::Lookback(_) => {}
            ConditionKind::Devices { schema, predicate } => devices = Some((schema, predicate)),
            ConditionKind::Where(predicate) => wheres.push(predicate),
        }
    }
    if devices.is_none() && wheres.is_empty() {
        return String::new();
    }
    let mut lines: Vec<Line> = Vec::new();
    if let Some((schema, predicate)) = devices {
        let value = Value::Table(table(&[predicate], schema));
        lines.push(("devices", value.laid_out(10, 0)));
    }
    let clause = if wheres.is_empty() { None } else { Some(where_clause(&wheres, &policy.schema, "scope")) };
    let apart = match clause {
        Some(Clause::Inline(inline)) => {
            lines.push(("where", inline));
            String::new()
        }
        Some(Clause::Section(section)) => section,
        None => String::new(),
    };
    let header = if lines.is_empty() { "" } else { "[scope]\n" };
    format!("\n{}{header}{}{apart}", comment(remarks), aligned(&lines))
}

/// What a `where` is written as.
enum Clause {
    /// Its value, on one line.
    Inline(String),
    /// A section of its own, with a key a line.
    Section(String),
}

fn where_clause(parts: &[&Predicate], schema: &Schema, section: &str) -> Clause {
    let entries = table(parts, schema);
    let inline = Value::Table(entries.clone()).inline();
    if inline.chars().count() + 10 <= WIDTH {
        return Clause::Inline(inline);
    }
    let mut out = format!("[{section}.where]\n");
    for (name, value) in entries {
        let name = key(&name);
        let _infallible = writeln!(out, "{name} = {}", value.laid_out(name.len() + 3, 0));
    }
    Clause::Section(out)
}

fn one_exclusion(policy: &Policy, exclusion: &Exclusion) -> String {
    let mut lines: Vec<Line> = vec![("id", quoted(&exclusion.id)), ("reason", quoted(&exclusion.reason))];
    if exclusion.owner != policy.owner {
        lines.push(("owner", quoted(&exclusion.owner)));
    }
    lines.extend(exclusion.created.map(|date| ("created", date.to_string())));
    lines.extend(exclusion.expires.map(|date| ("expires", date.to_string())));
    lines.extend(exclusion.review.map(|date| ("review", date.to_string())));
    lines.extend(exclusion.ticket.as_deref().map(|ticket| ("ticket", quoted(ticket))));
    if !exclusion.references.is_empty() {
        lines.push(("references", texts(&exclusion.references, 14)));
    }
    format!("\n[[exclusion]]\n{}", with_where(lines, &exclusion.predicate, &policy.schema, "exclusion"))
}

fn never_hide(invariant: &Invariant, schema: &Schema) -> String {
    let mut lines: Vec<Line> = vec![("id", quoted(&invariant.id))];
    lines.extend(invariant.reason.as_deref().map(|reason| ("reason", quoted(reason))));
    format!("\n[[never_hide]]\n{}", with_where(lines, &invariant.predicate, schema, "never_hide"))
}

fn with_where(mut lines: Vec<Line>, predicate: &Predicate, schema: &Schema, section: &str) -> String {
    match where_clause(&[predicate], schema, section) {
        Clause::Inline(inline) => {
            lines.push(("where", inline));
            aligned(&lines)
        }
        Clause::Section(section) => format!("{}{section}", aligned(&lines)),
    }
}

fn output(output: &Output, schema: &Schema) -> String {
    let mut lines: Vec<Line> = Vec::new();
    if !output.columns.is_empty() {
        let names: Vec<String> = output.columns.iter().map(|id| schema.name(*id).to_owned()).collect();
        lines.push(("columns", texts(&names, 11)));
    }
    let orders: Vec<Value> = output
        .order_by
        .iter()
        .map(|order| {
            let name = schema.name(order.column);
            Value::Text(if order.descending { format!("{name} desc") } else { name.to_owned() })
        })
        .collect();
    if !orders.is_empty() {
        lines.push(("order_by", Value::one_or_list(orders).laid_out(11, 0)));
    }
    if lines.is_empty() { String::new() } else { format!("\n[output]\n{}", aligned(&lines)) }
}

#[cfg(test)]
mod tests;
