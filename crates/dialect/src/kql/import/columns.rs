//! Which columns are in sight behind a step, and which are shown. Knows names and values, no conditions.

use std::sync::Arc;

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::event::ColumnId;
use lownoise_engine::span::Span;

use super::pipeline::Walk;
use super::value::{Letters, Value};
use crate::kql::syntax::{Expression, ExpressionKind, Named};

/// Functions whose value, where it is given no name, keeps that of the column that is their first argument; source: the names
/// that Microsoft's binder gives.
const KEEPING: [&str; 12] = [
    "bin",
    "floor",
    "startofday",
    "tobool",
    "todatetime",
    "todouble",
    "toguid",
    "toint",
    "tolong",
    "toreal",
    "tostring",
    "totimespan",
];

impl<'q> Walk<'_, 'q> {
    /// The old names are gone.
    pub(super) fn rename(&mut self, made: &'q [Named]) {
        self.extend(made);
        let new = |name: &String| made.iter().any(|named| named.names.contains(name));
        for name in made.iter().filter_map(|named| plain_name(&named.value)).filter(|name| !new(name)) {
            let unknown = Value::Unknown(format!("`{name}` has another name here"));
            self.resolver.made.insert(name, unknown);
        }
    }

    /// `project`: these columns, and what is made of others.
    pub(super) fn project(&mut self, columns: &'q [Named], span: Span) {
        let mut shown = Vec::new();
        let mut computed = Vec::new();
        let values = columns.iter().map(|named| {
            let value = self.resolver.value(&named.value);
            self.resolver.settled(value)
        });
        let values: Vec<Value<'q>> = values.collect();
        for (named, value) in columns.iter().zip(values) {
            let name = named.names.first().cloned().or_else(|| plain_name(&named.value));
            match (&value, name) {
                (Value::Column(id, Letters::AsTheyAre), Some(name)) => {
                    if !shown.contains(id) {
                        shown.push(*id);
                    }
                    if self.resolver.schema.name(*id) != name {
                        computed.push(name.clone());
                    }
                    self.resolver.made.insert(name, value);
                }
                (_, name) => {
                    let name = name.unwrap_or_else(|| self.resolver.words(named.value.span).to_owned());
                    self.resolver.made.insert(name.clone(), value);
                    computed.push(name);
                }
            }
        }
        self.found.columns = shown;
        if !computed.is_empty() {
            let names = computed.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let message =
                format!("a policy shows columns under their own names: {names} is not shown as such");
            self.resolver.told.push(Diagnostic::warning("kql-computed-column", message, span, "made here"));
        }
        let names = columns
            .iter()
            .filter_map(|named| named.names.first().cloned().or_else(|| plain_name(&named.value)));
        self.resolver.chosen = Some(names.collect());
    }

    /// Only these columns are in sight from here on, and those that are plain are shown.
    pub(super) fn choose(&mut self, columns: &'q [Named]) {
        let (mut names, mut shown) = (Vec::new(), Vec::new());
        // All look at the columns as they were before.
        let values: Vec<Value<'q>> = columns.iter().map(|named| self.resolver.value(&named.value)).collect();
        for (named, value) in columns.iter().zip(values) {
            let Some(name) = named.names.first().cloned().or_else(|| kept_name(&named.value)) else {
                continue;
            };
            names.push(name.clone());
            match value {
                Value::Column(id, Letters::AsTheyAre) if self.resolver.schema.name(id) == name => {
                    shown.push(id);
                }
                Value::Unknown(_) if named.names.is_empty() && plain_name(&named.value).is_some() => {}
                Value::Unknown(_) => {
                    let unknown = Value::Unknown(format!("`{name}` is made in the query"));
                    self.resolver.made.insert(name, unknown);
                }
                value => _ = self.resolver.made.insert(name, value),
            }
        }
        self.found.columns = shown;
        self.resolver.chosen = Some(names);
    }

    /// `project-away`, `project-keep`, `project-reorder`.
    pub(super) fn project_by(&mut self, how: &str, patterns: &[(String, Span)]) {
        if how == "reorder" {
            return;
        }
        let meant = |name: &str| patterns.iter().any(|(pattern, _)| fits(pattern, name));
        let schema = Arc::clone(&self.resolver.schema);
        let shown: Vec<ColumnId> = match &self.found.columns {
            columns if columns.is_empty() => schema.own_ids().collect(),
            columns => columns.clone(),
        };
        let keeps = how == "keep";
        self.found.columns = shown.into_iter().filter(|id| meant(schema.name(*id)) == keeps).collect();
        let known = schema.columns.iter().map(|column| column.name.clone());
        let made = self.resolver.made.keys().cloned();
        let names = self.resolver.chosen.take().unwrap_or_else(|| known.chain(made).collect());
        self.resolver.chosen = Some(names.into_iter().filter(|name| meant(name) == keeps).collect());
    }
}

/// The column that an expression is, by its name.
fn plain_name(expression: &Expression) -> Option<String> {
    match &expression.kind {
        ExpressionKind::Name(name) => Some(name.clone()),
        _ => None,
    }
}

/// The column that a value without a name becomes: conversions keep the name of what they convert.
fn kept_name(expression: &Expression) -> Option<String> {
    match &expression.kind {
        ExpressionKind::Call(function, arguments) if KEEPING.contains(&function.as_str()) => {
            kept_name(arguments.first()?)
        }
        _ => plain_name(expression),
    }
}

/// Whether a name fits a pattern with `*` in it. Linear for one star, and bounded by the pattern's parts else.
fn fits(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or("");
    for part in parts {
        match name.split_once(part) {
            Some((_, after)) => name = after,
            None => return false,
        }
    }
    name.ends_with(last)
}
