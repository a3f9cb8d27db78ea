//! Expressions as values: names are looked up, functions that are understood are applied, and what is not is said to
//! be unknown. Knows the columns that are in sight, not what a row is kept for.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use lownoise_engine::diagnostic::{Diagnostic, did_you_mean};
use lownoise_engine::op::Operator;
use lownoise_engine::predicate::{Predicate, Test};
use lownoise_engine::schema::{Schema, Schemas};
use lownoise_engine::span::Span;
use lownoise_engine::value::Kind;

use super::bindings::Bindings;
use super::lists::Lists;
use super::makings::Makings;
use super::value::{Letters, Truth, Value};
use crate::kql::syntax::{Expression, ExpressionKind};

/// How much may be copied when names are replaced by what they stand for: a query of a page that would be a book
/// when written out is not read.
const LARGEST: usize = 1_000_000;

/// What Sentinel calls the time of an event, in every table of Defender.
pub(super) const SENTINEL_TIME: &str = "TimeGenerated";

/// What is known while a query is read.
pub(super) struct Resolver<'q> {
    /// The query.
    pub(super) text: &'q str,
    /// The table whose columns are in sight.
    pub(super) schema: Arc<Schema>,
    /// All tables.
    pub(super) schemas: &'q Schemas,
    /// What `let` names, as it is written.
    pub(super) bindings: &'q Bindings<'q>,
    /// What `let` names, as far as it is understood.
    pub(super) lets: HashMap<&'q str, Value<'q>>,
    /// Columns that were made, renamed or removed: these are no longer, or other than, the table's.
    pub(super) made: HashMap<String, Value<'q>>,
    /// Only these columns are in sight, if some were chosen.
    pub(super) chosen: Option<Vec<String>>,
    /// Names that steps give which are not looked into: there may be such a column.
    pub(super) shadowed: HashSet<String>,
    /// Whether rows are in sight, and not only what `let` names.
    pub(super) in_rows: bool,
    /// What there is to tell.
    pub(super) told: Vec<Diagnostic>,
    /// Why something is opaque.
    pub(super) reasons: HashMap<Span, String>,
    /// The texts that were compared with case.
    pub(super) cased: Vec<(String, Span)>,
    /// Lists whose values are not in the query.
    pub(super) outside: Lists,
    /// What the steps so far make of the table's rows.
    pub(super) makings: Makings,
    /// How much may still be copied.
    pub(super) left: usize,
}

/// A test on a column.
pub(super) fn test(column: lownoise_engine::event::ColumnId, operator: Operator, span: Span) -> Predicate {
    Predicate::Test(Test { column, operator, span })
}

impl<'q> Resolver<'q> {
    /// Of a table without anything made yet.
    pub(super) fn new(
        text: &'q str,
        schema: Arc<Schema>,
        schemas: &'q Schemas,
        bindings: &'q Bindings<'q>,
    ) -> Self {
        Self {
            text,
            schema,
            schemas,
            bindings,
            lets: HashMap::new(),
            made: HashMap::new(),
            chosen: None,
            shadowed: HashSet::new(),
            in_rows: true,
            told: Vec::new(),
            reasons: HashMap::new(),
            cased: Vec::new(),
            outside: Lists::default(),
            makings: Makings::default(),
            left: LARGEST,
        }
    }

    /// The text of a span.
    pub(super) fn words(&self, span: Span) -> &'q str {
        self.text.get(span.range()).unwrap_or("").trim()
    }

    /// What is not understood, as a test.
    pub(super) fn opaque(&mut self, span: Span, reason: String) -> Truth {
        let text = self.words(span).split_whitespace().collect::<Vec<_>>().join(" ");
        self.reasons.insert(span, reason);
        Truth::opaque(&text, span)
    }

    /// An expression as a condition.
    pub(super) fn truth(&mut self, expression: &'q Expression) -> Truth {
        let value = self.value(expression);
        let mut value = self.settled(value);
        let is_named = matches!(expression.kind, ExpressionKind::Name(_) | ExpressionKind::Path(..));
        if matches!(value, Value::Unknown(_) | Value::Json(_)) && is_named {
            value = self.made_column(expression, Kind::Bool).unwrap_or(value);
        }
        match value {
            Value::Unknown(reason) => self.opaque(expression.span, reason),
            Value::Json(name) => {
                let reason = self.no_key(&name);
                self.opaque(expression.span, reason)
            }
            value => match self.as_truth(&value, expression.span) {
                Some(truth) => truth,
                None => self.opaque(expression.span, "this is no condition".to_owned()),
            },
        }
    }

    /// A value as a condition, if it is one.
    pub(super) fn as_truth(&self, value: &Value<'q>, span: Span) -> Option<Truth> {
        match value {
            Value::Truth(truth) => Some(truth.clone()),
            Value::Bool(holds) => Some(Truth::always(*holds)),
            Value::Column(id, Letters::AsTheyAre) if self.schema.kind(*id) == Kind::Bool => {
                let is = |expected| test(*id, Operator::Bool(expected), span);
                let defined = test(*id, Operator::Exists, span);
                let because = format!("{} that is missing", self.schema.name(*id));
                let mut truth = Truth::where_defined(is(true), defined, &because);
                truth.holds = is(true);
                if let Some(null) = &mut truth.null {
                    null.fails = is(false);
                }
                Some(truth)
            }
            _ => None,
        }
    }

    /// What an expression is.
    pub(super) fn value(&mut self, expression: &'q Expression) -> Value<'q> {
        let unknown = |words: &str| Value::Unknown(words.to_owned());
        match &expression.kind {
            ExpressionKind::Text(text, joined) => {
                if *joined {
                    self.tell_joined(text, expression.span);
                }
                Value::Text(text.clone())
            }
            ExpressionKind::Number(Some(number)) => Value::Number(*number),
            ExpressionKind::Number(None) => unknown("the number has more than 64 bits"),
            ExpressionKind::Real(number) => Value::Real(*number),
            ExpressionKind::Duration(Some(ticks)) => Value::Duration(*ticks),
            ExpressionKind::Duration(None) => unknown("this is no whole number of ticks"),
            ExpressionKind::Time(Some(time)) => Value::Time(*time),
            ExpressionKind::Time(None) => unknown("this is no date of the form 2026-02-03T04:05:06Z"),
            ExpressionKind::Bool(value) => Value::Bool(*value),
            ExpressionKind::Null => unknown("comparing with null"),
            ExpressionKind::Name(name) => self.name(name, expression.span),
            ExpressionKind::Call(name, arguments) => self.call(name, arguments, expression.span),
            ExpressionKind::List(items) => {
                let items = items.iter().map(|item| (self.value(item), item.span));
                Value::List(items.collect())
            }
            ExpressionKind::And(parts) => {
                let parts = parts.iter().map(|part| self.truth(part)).collect();
                Value::Truth(Truth::all(parts))
            }
            ExpressionKind::Or(parts) => {
                let parts = parts.iter().map(|part| self.truth(part)).collect();
                Value::Truth(Truth::any(parts))
            }
            ExpressionKind::Compare(comparison, sides) => {
                let [left, right] = &**sides;
                self.compared(*comparison, left, right, expression.span)
            }
            ExpressionKind::Between { negated, parts } => {
                let [value, low, high] = &**parts;
                let (value, low, high) = (self.value(value), self.value(low), self.value(high));
                self.between(value, low, high, *negated, expression.span)
            }
            ExpressionKind::Minus(inner) => match self.value(inner) {
                Value::Number(number) => Value::Number(number.wrapping_neg()),
                Value::Real(number) => Value::Real(-number),
                Value::Duration(ticks) => Value::Duration(-ticks),
                _ => unknown("arithmetic"),
            },
            ExpressionKind::Path(inner, steps) => {
                let value = self.value(inner);
                steps.iter().fold(value, |value, step| self.inside(value, step))
            }
            ExpressionKind::Pipeline(pipeline) => Value::Rows(pipeline),
            ExpressionKind::Union(_) => unknown("it looks into several tables"),
            ExpressionKind::Other => unknown("it looks into a value, calculates, or asks elsewhere"),
        }
    }

    pub(super) fn name(&mut self, name: &'q str, span: Span) -> Value<'q> {
        if self.chosen.as_ref().is_none_or(|chosen| chosen.iter().any(|column| column == name)) {
            if let Some(value) = self.made.get(name) {
                return Self::copied(value, &mut self.left);
            }
            let time = if name == SENTINEL_TIME { self.schema.column(&self.schema.time) } else { None };
            if let Some(id) = self.schema.column(name).or(time) {
                return Value::Column(id, Letters::AsTheyAre);
            }
        }
        // What stands in rows comes before what `let` names, also where it is not known what it is.
        if self.in_rows && self.shadowed.contains(name) {
            return Value::Unknown(format!("`{name}` is made in the query"));
        }
        let is_out_of_sight = self.schema.column(name).is_some() || self.made.contains_key(name);
        let binding = self.lets.get(name).filter(|_| !self.in_rows || !is_out_of_sight);
        if let Some(value) = binding {
            return Self::copied(value, &mut self.left);
        }
        if self.schemas.get(name).is_some() {
            return Value::Table(name);
        }
        let table = &self.schema.table;
        if is_out_of_sight {
            return Value::Unknown(format!("`{name}` is no longer in sight here"));
        }
        let names = self.schema.columns.iter().map(|column| column.name.as_str());
        if let Some(meant) = did_you_mean(name, names) {
            let message = format!("`{table}` has no column `{name}`");
            self.told.push(Diagnostic::warning("kql-unknown-column", message, span, "unknown").help(meant));
        }
        Value::Unknown(format!("`{table}` has no column `{name}`"))
    }

    fn copied(value: &Value<'q>, left: &mut usize) -> Value<'q> {
        match left.checked_sub(value.weight()) {
            Some(rest) => {
                *left = rest;
                value.clone()
            }
            None => Value::Unknown("written out, the query would be too large".to_owned()),
        }
    }

    /// Whether a column holds text.
    pub(super) fn is_text(&self, id: lownoise_engine::event::ColumnId) -> bool {
        matches!(self.schema.kind(id), Kind::Text | Kind::Address)
    }
}
