//! Values that a query asks for elsewhere: another table, a watchlist, a file. The test on them is known, the values are
//! not: they become a list of the policy, with the query that gives them. Knows names and texts, no rows.

use std::collections::HashSet;
use std::fmt::Write as _;

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::event::ColumnId;
use lownoise_engine::op::{Case, TextOperator};
use lownoise_engine::policy::List;
use lownoise_engine::predicate::{Listed, Opaque, Predicate};
use lownoise_engine::span::Span;
use lownoise_engine::value::Kind;

use super::bindings::table_name;
use super::resolve::Resolver;
use super::value::{Letters, Value};
use crate::kql::syntax::{Comparison, Expression, ExpressionKind, Let, Operator, names};

/// The functions that give values which no query holds.
const ELSEWHERE: [&str; 4] = ["_GetWatchlist", "_ASIM_GetWatchlistRaw", "toscalar", "materialize"];

/// What `summarize` calls a column that its author gives no name, with `_` behind it.
const SUMMARIZED: [&str; 12] =
    ["arg", "avg", "count", "countif", "dcount", "dcountif", "list", "make", "max", "min", "set", "sum"];

/// What a list is called.
enum Named {
    /// As the query calls it.
    ByLet(String),
    /// Like this, if that is free.
    Like(String),
}

impl<'q> Resolver<'q> {
    /// A column that is looked for among values which another table, a watchlist or a file has; `None` when it is something
    /// else. Linear in the query.
    pub(super) fn among_outside(
        &mut self,
        (found, comparison): (&Value<'q>, Comparison),
        (wanted, right): (&Value<'q>, &'q Expression),
        span: Span,
    ) -> Option<Predicate> {
        let Value::Column(id, Letters::AsTheyAre) = *found else { return None };
        let operator = match (comparison.operator, self.schema.kind(id)) {
            (Operator::Text(TextOperator::Equals), Kind::Text | Kind::Address) => "equals",
            (Operator::Text(TextOperator::Equals), Kind::Number) if !comparison.ignores_case => "equals",
            (Operator::HasAny, Kind::Text) => "has_any",
            _ => return None,
        };
        let insensitive = comparison.ignores_case || operator == "has_any";
        let outside = match (&right.kind, wanted) {
            (ExpressionKind::List(items), Value::List(values)) => match (items.as_slice(), values.as_slice())
            {
                ([item], [(value, _)]) if self.is_outside(value, item) => item,
                _ => return None,
            },
            _ if self.is_outside(wanted, right) => right,
            _ => return None,
        };
        if self.is_held(wanted) {
            return None;
        }
        let (name, kql) = self.query_of(outside, id)?;
        let case = if insensitive { Case::Insensitive } else { Case::Sensitive };
        Some(self.listed(id, operator, case, (name, kql), span))
    }

    /// Whether values are elsewhere, alone or as the only entry of a list.
    pub(super) fn is_elsewhere(&self, value: &Value<'_>, expression: &Expression) -> bool {
        match (&expression.kind, value) {
            (ExpressionKind::List(items), Value::List(values)) => match (items.as_slice(), values.as_slice())
            {
                ([item], [(value, _)]) => self.is_outside(value, item),
                _ => false,
            },
            _ => self.is_outside(value, expression),
        }
    }

    /// Whether the query itself holds the values, as a table that is written out does.
    fn is_held(&mut self, value: &Value<'q>) -> bool {
        match value {
            Value::Rows(pipeline) => self.rows(pipeline).is_ok(),
            Value::List(values) => match values.as_slice() {
                [(Value::Rows(pipeline), _)] => self.rows(pipeline).is_ok(),
                _ => false,
            },
            _ => false,
        }
    }

    /// A column that is looked for in a column of another table, as `join kind=leftanti (table) on Left` does.
    pub(super) fn joined_with(
        &mut self,
        left: ColumnId,
        table: Span,
        right: &str,
        span: Span,
    ) -> Option<Predicate> {
        if !matches!(self.schema.kind(left), Kind::Text | Kind::Address | Kind::Number) {
            return None;
        }
        let words = self.words(table);
        let inner = words.strip_prefix('(').and_then(|words| words.strip_suffix(')')).unwrap_or(words).trim();
        let kql = self.with_statements(&format!("{inner}\n| project {right}"), None)?;
        let source = names(inner).next();
        let name = format!("{}_of_{}", self.schema.name(left).replace('.', "_"), source.unwrap_or_default());
        Some(self.listed(left, "equals", Case::Sensitive, (Named::Like(name), kql), span))
    }

    /// Whether an expression gives values that the query does not hold, the same for each row.
    fn is_outside(&self, value: &Value<'_>, expression: &Expression) -> bool {
        let elsewhere = matches!(value, Value::Rows(_) | Value::Table(_) | Value::Unknown(_));
        let closed = match &expression.kind {
            ExpressionKind::Name(_) if matches!(value, Value::Table(_)) => true,
            // What stands in rows comes before what `let` names; a list that is written out stands in the query.
            ExpressionKind::Name(name) => {
                let bound = self.bindings.statement(name).and_then(|statement| statement.value.as_ref());
                let summarized = self.chosen.is_some()
                    && name.split_once('_').is_some_and(|(first, _)| SUMMARIZED.contains(&first));
                bound.is_some_and(|bound| !matches!(bound.kind, ExpressionKind::List(_)))
                    && self.schema.column(name).is_none()
                    && !self.made.contains_key(name)
                    && !self.shadowed.contains(name)
                    && !summarized
            }
            ExpressionKind::Pipeline(_) | ExpressionKind::Union(_) => true,
            ExpressionKind::Call(name, _) => ELSEWHERE.contains(&name.as_str()),
            // No expression: it is a table.
            _ => {
                let words = self.words(expression.span).trim_start_matches(['(', ' ']);
                words.strip_prefix("externaldata").is_some_and(|rest| rest.trim_start().starts_with('('))
            }
        };
        elsewhere && closed
    }

    /// What a list is called, and the query that gives its values.
    fn query_of(&mut self, expression: &'q Expression, column: ColumnId) -> Option<(Named, String)> {
        let column = self.schema.name(column).replace('.', "_");
        if let ExpressionKind::Name(name) = &expression.kind {
            return Some(match self.bindings.statement(name) {
                Some(statement) => {
                    statement.value.as_ref()?;
                    (Named::ByLet(name.clone()), self.with_statements(self.value_of(statement)?, Some(name))?)
                }
                None => (Named::Like(format!("{column}_of_{name}")), name.clone()),
            });
        }
        let words = self.words(expression.span);
        let source = match &expression.kind {
            ExpressionKind::Pipeline(pipeline) => table_name(&pipeline.source),
            _ => None,
        };
        // A watchlist is called by its own name.
        let quoted = words.split(['\'', '"']).nth(1).filter(|name| !name.is_empty());
        let quoted = quoted.filter(|_| words.trim_start_matches(['(', ' ']).starts_with("_GetWatchlist"));
        let name = match (quoted, source) {
            (Some(watchlist), _) => format!("{column}_of_{watchlist}"),
            (None, Some(source)) => format!("{column}_of_{source}"),
            (None, None) => format!("{column}_list"),
        };
        Some((Named::Like(name), self.with_statements(words, None)?))
    }

    /// A name for a list that is no other thing in the query, no column, no table and no other list.
    pub(super) fn free_name(&mut self, wanted: &str) -> String {
        let (schema, schemas) = (&self.schema, self.schemas);
        let is_other = |name: &str| schema.column(name).is_some() || schemas.get(name).is_some();
        self.outside.free_name(wanted, self.text, is_other)
    }

    /// The value in the text of a statement: what stands behind the name and `=`. `None` where the name is quoted, or a
    /// comment stands between.
    fn value_of(&self, statement: &Let) -> Option<&'q str> {
        let words = self.words(statement.span);
        let words = if statement.parameter { words } else { words.strip_prefix("let")?.trim_start() };
        let (between, value) = words.strip_prefix(statement.name.as_str())?.split_once('=')?;
        (statement.parameter || between.trim().is_empty()).then(|| value.trim())
    }

    /// A query with the statements that it needs before it. `None` when one of them has no value here, or all would be too
    /// long.
    pub(super) fn with_statements(&mut self, query: &str, but: Option<&str>) -> Option<String> {
        let mut needed: HashSet<&str> = HashSet::new();
        let mut texts = vec![query];
        while let Some(text) = texts.pop() {
            for word in names(text) {
                let Some(statement) = self.bindings.statement(word) else { continue };
                if Some(word) != but && needed.insert(statement.name.as_str()) {
                    texts.push(self.words(statement.span));
                }
            }
        }
        let mut out = String::new();
        for statement in self.bindings.statements() {
            // A quoted name is no word that is looked for.
            if names(&statement.name).next() != Some(statement.name.as_str()) {
                return None;
            }
            if !needed.contains(statement.name.as_str()) {
                continue;
            }
            let text = self.words(statement.span);
            self.left = self.left.checked_sub(text.len())?;
            if statement.parameter {
                statement.value.as_ref()?;
                let _infallible = write!(out, "let {} = {}", statement.name, self.value_of(statement)?);
            } else {
                out.push_str(text);
            }
            out.push_str(";\n");
        }
        self.left = self.left.checked_sub(query.len())?;
        out.push_str(query);
        Some(out)
    }

    /// The test on a list, which is called by its `let`, or by a free name like another; it is noted and told of once.
    fn listed(
        &mut self,
        column: ColumnId,
        operator: &str,
        case: Case,
        (named, kql): (Named, String),
        span: Span,
    ) -> Predicate {
        let known = self.outside.all.iter().find(|known| known.kql.as_ref() == Some(&kql));
        let known = known.map(|known| known.name.clone());
        let list = known.unwrap_or_else(|| {
            let name = match named {
                Named::ByLet(name) => name,
                Named::Like(wanted) => self.free_name(&wanted),
            };
            let message = format!("the values of `{name}` are not in this query");
            let help = format!(
                "write them one a line into `lists/{name}.txt` beside the policy; until then this hides nothing, and proofs that depend on it are unknown"
            );
            self.told.push(Diagnostic::warning("kql-outside-list", message, span, "asks elsewhere").help(help));
            self.outside.all.push(List { name: name.clone(), description: None, kql: Some(kql.clone()), span });
            name
        });
        let operator = operator.to_owned();
        let name = self.schema.name(column).to_owned();
        let listed = Listed { column, operator, case, list, kql: Some(kql.into()) };
        Predicate::Opaque(Opaque::listed(listed, &name, span))
    }
}
