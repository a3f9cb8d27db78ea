//! Values that the query computes or brings from elsewhere, and that no event of the table has: `extend`, `invoke`, `join`.
//! What is asked of them is known, they are not: they become columns of the policy, with the steps that make them. A key
//! of JSON that the table does not list becomes one, too. Knows names and texts, no rows.

use std::collections::HashSet;
use std::sync::Arc;

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::event::ColumnId;
use lownoise_engine::op::TextOperator;
use lownoise_engine::parse::is_column_name;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::{Added, ColumnDefinition};
use lownoise_engine::span::Span;
use lownoise_engine::value::Kind;

use super::makings::{Rows, takes_one_of_each};
use super::resolve::Resolver;
use super::value::{Letters, Truth, Value};
use crate::kql::spelling::name as plain;
use crate::kql::steps::{brings_columns, given, leaves_rows};
use crate::kql::syntax::{Comparison, Expression, ExpressionKind, Named, Operator, Step, StepKind, names};

/// What `invoke FileProfile(…)` adds to rows; source: the function's page in Microsoft's documentation.
const FILE_PROFILE: [(&str, Kind); 14] = [
    ("FileSize", Kind::Number),
    ("GlobalFirstSeen", Kind::Time),
    ("GlobalLastSeen", Kind::Time),
    ("GlobalPrevalence", Kind::Number),
    ("IsCertificateValid", Kind::Bool),
    ("IsExecutable", Kind::Bool),
    ("IsRootSignerMicrosoft", Kind::Bool),
    ("Issuer", Kind::Text),
    ("ProfileAvailability", Kind::Text),
    ("Publisher", Kind::Text),
    ("SignatureState", Kind::Text),
    ("Signer", Kind::Text),
    ("SignerHash", Kind::Text),
    ("ThreatName", Kind::Text),
];

/// Words of expressions whose numbers may have fractions, which no column of a policy has.
const WITH_FRACTIONS: [&str; 16] = [
    "avg",
    "avgif",
    "decimal",
    "double",
    "exp",
    "log",
    "percentile",
    "pow",
    "rand",
    "real",
    "round",
    "sqrt",
    "stdev",
    "todecimal",
    "todouble",
    "toreal",
];

/// Words of steps that name no column.
const STEPS: [&str; 18] = [
    "and",
    "by",
    "contains",
    "count",
    "distinct",
    "extend",
    "has",
    "has_any",
    "in",
    "join",
    "kind",
    "make_set",
    "on",
    "or",
    "project",
    "summarize",
    "tostring",
    "where",
];

/// Functions whose value depends on other rows.
const OF_OTHER_ROWS: [&str; 6] =
    ["next", "prev", "row_cumsum", "row_number", "row_rank", "row_window_session"];

impl<'q> Resolver<'q> {
    /// Whether every name of a step or an expression that is a column of the table is that column here.
    pub(super) fn sees_as_it_is(&self, words: &str) -> bool {
        let in_sight = |name: &str| {
            let chosen = self.chosen.as_ref().is_none_or(|chosen| chosen.iter().any(|column| column == name));
            chosen && !self.made.contains_key(name)
        };
        names(words).all(|name| !self.is_own(name) || in_sight(name))
    }

    /// Notes a step that has been walked over, before which names were what they are in the table, or were not.
    pub(super) fn note(&mut self, step: &'q Step, as_it_is: bool) {
        self.makings.begin(step.span, as_it_is);
        let words = self.words(step.span);
        match &step.kind {
            StepKind::Where(_) | StepKind::Order(_) | StepKind::Limit(_) | StepKind::ProjectBy(..) => {}
            StepKind::Extend(made) | StepKind::Project(made) | StepKind::Rename(made) => {
                for named in made {
                    self.note_named(named);
                }
            }
            StepKind::Join(join) if !brings_columns(join) => {}
            StepKind::Join(join) => {
                let made = self.joined_columns(join.table.unwrap_or(step.span));
                // What the rows have keeps its name.
                let made = made.into_iter().filter(|name| self.makings.last(name).is_none());
                self.note_whole(made.collect(), step);
            }
            StepKind::Other(name) if ["render", "serialize", "as"].contains(&name.as_str()) => {}
            StepKind::Other(name) if name == "invoke" && words.contains("FileProfile") => {
                let made = FILE_PROFILE.iter().map(|(name, _)| (*name).to_owned());
                self.note_whole(made.collect(), step);
            }
            StepKind::Other(_) => {
                if given(step, words).any(|name| self.is_own(name)) {
                    // Behind it, one of the table's columns is another one.
                    self.makings.rows = Rows::Unknown;
                }
                self.note_whole(names(words).skip(1).map(str::to_owned).collect(), step);
            }
            StepKind::Summarize(by) if takes_one_of_each(words) => {
                for named in by {
                    self.note_named(named);
                }
            }
            StepKind::Summarize(_) | StepKind::Distinct(_) | StepKind::Union(_) => {
                self.note_whole(names(words).skip(1).map(str::to_owned).collect(), step);
            }
        }
    }

    fn note_named(&mut self, named: &Named) {
        let value = self.words(named.value.span);
        let Some((first, rest)) = named.names.split_first() else { return };
        if named.names.iter().any(|name| plain(name) != *name) {
            // A quoted name is no word that is looked for.
            self.makings.rows = Rows::Unknown;
        }
        let left = if rest.is_empty() {
            plain(first)
        } else {
            let all: Vec<String> = named.names.iter().map(|name| plain(name)).collect();
            format!("({})", all.join(", "))
        };
        let text = format!("extend {left} = {value}");
        let value = rest.is_empty().then(|| value.to_owned());
        self.makings.push(&named.names, text, value);
    }

    /// A step that may make any of these. The table's own columns stay what they are.
    fn note_whole(&mut self, mut made: Vec<String>, step: &Step) {
        let words = self.words(step.span);
        if !leaves_rows(step, words) {
            self.makings.rows.regroup();
        }
        made.retain(|name| !self.is_own(name));
        self.makings.push(&made, words.to_owned(), None);
    }

    /// The columns of another table that come into sight: those that its text names, and those of a table that is known.
    fn joined_columns(&mut self, table: Span) -> Vec<String> {
        let words = self.names_within(table);
        let known = words.iter().filter_map(|word| self.schemas.get(word)).flat_map(|schema| &schema.columns);
        let known = known.map(|column| column.name.clone());
        let both = self.schema.columns.iter().map(|column| format!("{}1", column.name));
        let given = words.iter().filter(|word| !STEPS.contains(word)).map(|word| (*word).to_owned());
        given.chain(known).chain(both).collect()
    }

    /// The words of a text, and of what `let` calls so, as far as there is room for them.
    pub(super) fn names_within(&mut self, span: Span) -> Vec<&'q str> {
        let mut texts = vec![self.words(span)];
        let (mut found, mut seen) = (Vec::new(), HashSet::new());
        while let Some(text) = texts.pop() {
            let Some(left) = self.left.checked_sub(text.len()) else { break };
            self.left = left;
            for word in names(text) {
                if let Some(statement) = self.bindings.statement(word).filter(|_| seen.insert(word)) {
                    texts.push(self.words(statement.span));
                }
                found.push(word);
            }
        }
        found
    }

    /// Whether it is a column of the table itself.
    fn is_own(&self, name: &str) -> bool {
        let column = self.schema.column(name).and_then(|id| self.schema.definition(id));
        column.is_some_and(|column| column.added.is_none())
    }

    /// The column that the value of an expression becomes, if it is of this kind; `None` where that cannot be said.
    pub(super) fn made_column(&mut self, expression: &'q Expression, kind: Kind) -> Option<Value<'q>> {
        if !self.in_rows {
            return None;
        }
        // It is looked at once more.
        self.left = self.left.checked_sub(self.words(expression.span).len())?;
        if let ExpressionKind::Call(function, arguments) = &expression.kind
            && let [inner] = arguments.as_slice()
        {
            let folded = match function.as_str() {
                "tostring" if kind == Kind::Text => Some(Letters::AsTheyAre),
                "tolower" if kind == Kind::Text => Some(Letters::Lower),
                "toupper" if kind == Kind::Text => Some(Letters::Upper),
                "toint" | "tolong" if kind == Kind::Number => Some(Letters::AsTheyAre),
                "tobool" if kind == Kind::Bool => Some(Letters::AsTheyAre),
                _ => None,
            };
            if let Some(letters) = folded {
                return match self.made_column(inner, kind)? {
                    Value::Column(id, Letters::AsTheyAre) => Some(Value::Column(id, letters)),
                    _ => None,
                };
            }
        }
        let id = match self.value(expression) {
            Value::Json(name) => self.key_column(&name, kind, expression.span)?,
            Value::Column(id, letters) => return Some(Value::Column(id, letters)),
            _ => self.computed_column(expression, kind)?,
        };
        Some(Value::Column(id, Letters::AsTheyAre))
    }

    /// A comparison of what the query makes with constants, or with values that are elsewhere.
    pub(super) fn of_made(
        &mut self,
        comparison: Comparison,
        (left, right): (&'q Expression, &'q Expression),
        wanted: Value<'q>,
        span: Span,
    ) -> Option<Truth> {
        // Whatever it is, it is not among nothing.
        let one_of = [Operator::Text(TextOperator::Equals), Operator::HasAny].contains(&comparison.operator);
        if one_of && is_nothing(&wanted) {
            return Some(Truth::always(false));
        }
        let kind = kind_of_wanted(&wanted)?;
        if !is_known(&wanted) && !self.is_elsewhere(&wanted, right) {
            return None;
        }
        let found = self.made_column(left, kind)?;
        let Value::Column(id, letters) = found else { return None };
        if let Some(listed) = self.among_outside((&found, comparison), (&wanted, right), span) {
            return Some(Truth::sure(listed));
        }
        self.column(id, letters, comparison, (wanted, right.span), span).ok()
    }

    /// What stands in the JSON of a column, under a key that the table does not list.
    pub(super) fn key_column(&mut self, name: &str, kind: Kind, span: Span) -> Option<ColumnId> {
        let (column, _) = name.split_once('.')?;
        let definition = self.schema.column(column).and_then(|id| self.schema.definition(id))?;
        // A number may have a fraction there, or be a text or a boolean, which Kusto converts: only texts are spelled alike.
        let is_json =
            definition.kind == Kind::Text && definition.key_of.is_none() && definition.added.is_none();
        if !is_json || kind != Kind::Text {
            return None;
        }
        let plain = ColumnDefinition::new(name, kind);
        let definition = ColumnDefinition {
            key_of: Some(column.to_owned()),
            added: Some(Added { span, ..Added::default() }),
            ..plain
        };
        self.declared(definition)
    }

    fn computed_column(&mut self, expression: &'q Expression, kind: Kind) -> Option<ColumnId> {
        if self.makings.rows == Rows::Unknown {
            return None;
        }
        let words = self.words(expression.span);
        if words == "*" {
            return None;
        }
        let last = self.makings.len();
        // What it is called or like what, what makes it under that name, and how many makings come before that.
        let (wanted, value, before) = match &expression.kind {
            ExpressionKind::Name(name) => {
                let (place, making) = self.makings.last(name)?;
                // Under the name of the table's own column: the value under another one.
                if self.is_own(name) {
                    (
                        format!("{name}_computed"),
                        Some(making.value.clone().filter(|_| making.as_it_is)?),
                        place,
                    )
                } else {
                    (name.clone(), None, last)
                }
            }
            ExpressionKind::Call(function, _) => (like(function, words, self), Some(words.to_owned()), last),
            ExpressionKind::Other | ExpressionKind::Path(..) => {
                (like("computed", words, self), Some(words.to_owned()), last)
            }
            _ => return None,
        };
        let kind = self.kind_of(&wanted, value.as_deref(), kind)?;
        let meant = value.as_deref().unwrap_or(&wanted);
        let mut steps = if self.makings.rows == Rows::Others {
            let length: usize = self.makings.steps.iter().map(|span| span.range().len()).sum();
            self.left = self.left.checked_sub(length)?;
            self.makings.steps.iter().map(|span| self.words(*span).to_owned()).collect()
        } else {
            if value.as_ref().is_some_and(|value| before == last && !self.sees_as_it_is(value)) {
                return None;
            }
            let mut left = self.left;
            let steps = self.makings.needed(meant, before, &mut left, |name| self.is_own(name));
            self.left = left;
            steps?
        };
        let key = format!("{}\n{meant}", steps.join("\n"));
        if let Some(id) = self.makings.known.get(&key) {
            return (self.schema.kind(*id) == kind).then_some(*id);
        }
        if steps.iter().chain(&value).flat_map(|step| names(step)).any(|word| OF_OTHER_ROWS.contains(&word)) {
            return None;
        }
        let name = if value.is_some() { self.free_name(&wanted) } else { wanted };
        steps.extend(value.map(|value| format!("extend {} = {value}", plain(&name))));
        let query = format!("{}\n| {}", plain(&self.schema.table), steps.join("\n| "));
        let kql = Some(self.with_statements(&query, None)?);
        let span = expression.span;
        let added = Some(Added { description: None, kql, span });
        let id = self.declared(ColumnDefinition { added, ..ColumnDefinition::new(&name, kind) })?;
        self.makings.known.insert(key, id);
        let message = format!("no event has `{name}` by itself: the query makes it");
        let help = format!(
            "where events have a field `{name}`, the tests on it are asked; where they have none, these hide nothing"
        );
        self.told.push(Diagnostic::warning("kql-made-column", message, span, "made in the query").help(help));
        Some(id)
    }

    /// What a column holds: what is known of it, or else what it is compared with.
    fn kind_of(&self, name: &str, value: Option<&str>, compared: Kind) -> Option<Kind> {
        let making = self.makings.last(name).map(|(_, making)| making);
        if let Some(making) = making.filter(|making| value.is_none() && making.value.is_none()) {
            if let Some((_, kind)) = FILE_PROFILE.iter().find(|(known, _)| *known == name) {
                return Some(*kind);
            }
            let mut of_tables = names(&making.text).filter_map(|word| self.schemas.get(word));
            let twin = name.strip_suffix('1').and_then(|name| self.schema.column(name));
            let kind = of_tables.find_map(|schema| schema.column(name).map(|id| schema.kind(id)));
            if let Some(kind) = kind.or_else(|| twin.map(|id| self.schema.kind(id))) {
                return Some(kind);
            }
        }
        let value = value.or_else(|| making.map(|making| making.value.as_deref().unwrap_or(&making.text)));
        let fractions = value.is_some_and(|value| {
            value.contains('/') || names(value).any(|word| WITH_FRACTIONS.contains(&word))
        });
        (compared != Kind::Number || !fractions).then_some(compared)
    }

    /// The column of the policy; `None` where it has another one of this name.
    fn declared(&mut self, definition: ColumnDefinition) -> Option<ColumnId> {
        if !is_column_name(&definition.name) {
            return None;
        }
        if let Some(id) = self.schema.column(&definition.name) {
            let known = self.schema.definition(id)?;
            let query = |column: &ColumnDefinition| column.added.as_ref().map(|added| added.kql.clone());
            let same = known.kind == definition.kind && query(known) == query(&definition);
            return same.then_some(id);
        }
        Arc::make_mut(&mut self.schema).add(definition).ok()
    }
}

/// Whether the values are in the query.
fn is_known(value: &Value<'_>) -> bool {
    match value {
        Value::List(items) => items.iter().all(|(item, _)| is_known(item)),
        value => kind_of_constant(value).is_some(),
    }
}

/// Whether it is an empty list, or a list of such.
fn is_nothing(value: &Value<'_>) -> bool {
    matches!(value, Value::List(items) if items.iter().all(|(item, _)| is_nothing(item)))
}

/// The kind of column that is looked for among values; those that are elsewhere are taken to be texts.
fn kind_of_wanted(value: &Value<'_>) -> Option<Kind> {
    match value {
        Value::List(items) => kind_of_wanted(&items.first()?.0),
        Value::Rows(_) | Value::Table(_) | Value::Unknown(_) => Some(Kind::Text),
        constant => kind_of_constant(constant),
    }
}

/// The kind of column that is compared with a constant.
pub(super) fn kind_of_constant(value: &Value<'_>) -> Option<Kind> {
    match value {
        Value::Text(_) => Some(Kind::Text),
        Value::Number(_) => Some(Kind::Number),
        Value::Bool(_) => Some(Kind::Bool),
        Value::Time(_) => Some(Kind::Time),
        _ => None,
    }
}

/// What a value without a name is called like: `extract_RemoteUrl`.
fn like(function: &str, words: &str, resolver: &Resolver<'_>) -> String {
    let column = names(words).find(|word| resolver.schema.column(word).is_some());
    column.map_or_else(|| function.to_owned(), |column| format!("{function}_{column}"))
}

/// The policy without the columns that nothing of it names.
pub(super) fn without_idle(policy: Policy) -> Policy {
    let named = policy.named_columns();
    let mut schema = policy.schema.without_added();
    for (_, column, _) in policy.schema.added().filter(|(id, ..)| named.binary_search(id).is_ok()) {
        // It was added to the same table before.
        let _known = schema.add(column.clone());
    }
    policy.over(&Arc::new(schema))
}
