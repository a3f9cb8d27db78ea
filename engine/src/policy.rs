//! A valid policy. Only `parse` makes one of a text, so nothing here is unchecked. Knows no TOML, no clock.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::event::ColumnId;
use crate::predicate::Predicate;
use crate::schema::Schema;
use crate::span::{Sources, Span};
use crate::value::Time;

/// Scope, exclusions, invariants and output.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Unique among the policies of a repository.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// Who answers for it.
    pub owner: String,
    /// What it is for.
    pub description: Option<String>,
    /// Where to read more.
    pub references: Vec<String>,
    /// The table it looks at.
    pub schema: Arc<Schema>,
    /// What its events come from, where that is said. It hides nothing and shows nothing: it tells those who ask what an
    /// intruder can do.
    pub platform: Option<Platform>,
    /// What it looks at: every condition must hold.
    pub scope: Vec<Condition>,
    /// What it hides: each exclusion by itself. The policy's own first, then its sets'.
    pub exclusions: Vec<Exclusion>,
    /// The shapes that an exclusion may have: each the columns that it has to name. Empty: any.
    pub shapes: Vec<Vec<ColumnId>>,
    /// What no exclusion may hide.
    pub never_hide: Vec<Invariant>,
    /// Lists that it names and whose values are not here.
    pub lists: Vec<List>,
    /// What is shown of a kept event, and in which order.
    pub output: Output,
    /// The texts that all spans point into; the policy's own is the first.
    pub sources: Sources,
    /// Where the id is written.
    pub span: Span,
}

/// The system of the machines that events come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// Linux, of any distribution.
    Linux,
    /// Apple's.
    Macos,
    /// Microsoft's.
    Windows,
}

impl Platform {
    /// Each, with its word in a policy.
    pub const ALL: [(Self, &str); 3] =
        [(Self::Linux, "linux"), (Self::Macos, "macos"), (Self::Windows, "windows")];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(platform, _)| *platform == self).map_or("", |(_, word)| word)
    }

    /// The one that is called so.
    #[must_use]
    pub fn called(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(platform, _)| *platform)
    }
}

/// A part of the scope.
#[derive(Debug, Clone)]
pub struct Condition {
    /// A short name: `lookback`, `devices`, or the columns it looks at.
    pub name: String,
    /// What is asked.
    pub kind: ConditionKind,
    /// Where it is written.
    pub span: Span,
}

impl Condition {
    /// What a condition on events is called: by the columns that it looks at.
    #[must_use]
    pub fn name_of(predicate: &Predicate, schema: &Schema) -> String {
        let mut names: Vec<&str> = Vec::new();
        for name in predicate.columns().into_iter().map(|column| schema.name(column)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        if names.is_empty() { "opaque".to_owned() } else { names.join("/") }
    }
}

/// How old an event may be. Of two, the less looks less far back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lookback {
    /// In ticks of 100 ns.
    pub length: i64,
    /// Whether an event of exactly that age may be, too.
    pub inclusive: bool,
}

impl Lookback {
    /// The time that an event has to be later than. Times are whole ticks, so to include one is to begin a tick before.
    #[must_use]
    pub fn after(self, now: Time) -> Time {
        Time(now.0.saturating_sub(self.length).saturating_sub(i64::from(self.inclusive)))
    }
}

/// What a part of the scope asks.
#[derive(Debug, Clone)]
pub enum ConditionKind {
    /// The event is no older than this.
    Lookback(Lookback),
    /// The event's device is among those of the device table that satisfy the predicate.
    Devices {
        /// The device table.
        schema: Arc<Schema>,
        /// On its rows.
        predicate: Predicate,
    },
    /// The event satisfies the predicate.
    Where(Predicate),
}

/// One named reason to hide.
#[derive(Debug, Clone)]
pub struct Exclusion {
    /// Unique in the policy.
    pub id: String,
    /// Why it may be ignored.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// When it was decided.
    pub created: Option<Date>,
    /// The last day (UTC) on which it hides.
    pub expires: Option<Date>,
    /// The day on which somebody looks at it again.
    pub review: Option<Date>,
    /// The ticket or change in which it was decided.
    pub ticket: Option<String>,
    /// Where to read more.
    pub references: Vec<String>,
    /// What it hides.
    pub predicate: Predicate,
    /// The shared set it came from.
    pub set: Option<String>,
    /// Where its id is written.
    pub span: Span,
}

/// What no exclusion may hide.
#[derive(Debug, Clone)]
pub struct Invariant {
    /// Unique among the policy's invariants.
    pub id: String,
    /// Why.
    pub reason: Option<String>,
    /// The events.
    pub predicate: Predicate,
    /// Where its id is written.
    pub span: Span,
}

/// A list that tests name and whose values are not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Unique among the lists of a policy and its sets.
    pub name: String,
    /// What it holds, for people.
    pub description: Option<String>,
    /// The query in KQL that gives its values, with what that needs.
    pub kql: Option<String>,
    /// Where its name is written.
    pub span: Span,
}

/// What is shown of a kept event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    /// In this order; empty: the whole event.
    pub columns: Vec<ColumnId>,
    /// The first decides, the next among equals.
    pub order_by: Vec<Order>,
}

/// A column to order by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The column.
    pub column: ColumnId,
    /// Greatest first.
    pub descending: bool,
}

/// A day of the calendar, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub jiff::civil::Date);

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Exclusion {
    /// One that says nothing but what it hides: for questions about policies that nobody has written.
    #[must_use]
    pub fn bare(id: impl Into<String>, predicate: Predicate, span: Span) -> Self {
        Self {
            id: id.into(),
            reason: String::new(),
            owner: String::new(),
            created: None,
            expires: None,
            review: None,
            ticket: None,
            references: Vec::new(),
            predicate,
            set: None,
            span,
        }
    }

    /// Whether it no longer hides: `expires` is the last whole day, in UTC, on which it does.
    #[must_use]
    pub fn is_expired(&self, now: Time) -> bool {
        let today = now.timestamp().map(|timestamp| jiff::tz::Offset::UTC.to_datetime(timestamp).date());
        self.expires.is_some_and(|last| today.is_none_or(|today| today > last.0))
    }
}

impl Policy {
    /// The columns that deciding an event looks at, in the schema's order.
    #[must_use]
    pub fn tested_columns(&self) -> Vec<ColumnId> {
        let mut columns = Vec::new();
        for condition in &self.scope {
            match &condition.kind {
                ConditionKind::Lookback(_) => columns.extend(self.schema.column(&self.schema.time)),
                ConditionKind::Devices { .. } => columns.extend(self.schema.column(&self.schema.device)),
                ConditionKind::Where(predicate) => columns.extend(predicate.columns()),
            }
        }
        let exclusions = self.exclusions.iter().map(|exclusion| &exclusion.predicate);
        let invariants = self.never_hide.iter().map(|invariant| &invariant.predicate);
        columns.extend(exclusions.chain(invariants).flat_map(Predicate::columns));
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// The columns that anything in it names, in the schema's order: beside the [tested](Self::tested_columns) those of tests on
    /// lists whose values are not here, of shapes, and of the output.
    #[must_use]
    pub fn named_columns(&self) -> Vec<ColumnId> {
        let scope = self.scope.iter().filter_map(|condition| match &condition.kind {
            ConditionKind::Where(predicate) => Some(predicate),
            ConditionKind::Lookback(_) | ConditionKind::Devices { .. } => None,
        });
        let exclusions = self.exclusions.iter().map(|exclusion| &exclusion.predicate);
        let invariants = self.never_hide.iter().map(|invariant| &invariant.predicate);
        let mut columns = self.tested_columns();
        columns.extend(scope.chain(exclusions).chain(invariants).flat_map(Predicate::named_columns));
        columns.extend(self.shapes.iter().flatten().chain(&self.output.columns));
        columns.extend(self.output.order_by.iter().map(|order| order.column));
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// Every predicate: of the scope, of devices too, of exclusions and of invariants.
    pub fn predicates(&self) -> impl Iterator<Item = &Predicate> {
        let scope = self.scope.iter().filter_map(|condition| match &condition.kind {
            ConditionKind::Lookback(_) => None,
            ConditionKind::Devices { predicate, .. } | ConditionKind::Where(predicate) => Some(predicate),
        });
        let exclusions = self.exclusions.iter().map(|exclusion| &exclusion.predicate);
        let invariants = self.never_hide.iter().map(|invariant| &invariant.predicate);
        scope.chain(exclusions).chain(invariants)
    }

    /// Whether columns can be reasoned about one by one: see [`Predicate::is_separable`].
    #[must_use]
    pub fn is_separable(&self) -> bool {
        self.predicates().all(Predicate::is_separable)
    }

    /// Whether it has tests that cannot be asked.
    #[must_use]
    pub fn is_opaque(&self) -> bool {
        self.predicates().any(Predicate::is_opaque)
    }

    /// The same policy over a schema that has all columns of its own and perhaps others.
    #[must_use]
    pub fn over(mut self, schema: &Arc<Schema>) -> Self {
        if self.schema.is_laid_out_as(schema) {
            return self;
        }
        // What this policy says of its columns stays.
        let defined = Arc::new(schema.defined_as(&self.schema));
        let own = std::mem::replace(&mut self.schema, defined);
        let to = |id: ColumnId| schema.column(own.name(id)).unwrap_or(id);
        let over = |predicate: &mut Predicate| {
            let old = std::mem::replace(predicate, Predicate::All(Vec::new()));
            *predicate = old.with_columns(&to);
        };
        for condition in &mut self.scope {
            if let ConditionKind::Where(predicate) = &mut condition.kind {
                over(predicate);
            }
        }
        self.exclusions.iter_mut().for_each(|exclusion| over(&mut exclusion.predicate));
        self.never_hide.iter_mut().for_each(|invariant| over(&mut invariant.predicate));
        self.shapes.iter_mut().flatten().for_each(|id| *id = to(*id));
        self.output.columns.iter_mut().for_each(|id| *id = to(*id));
        self.output.order_by.iter_mut().for_each(|order| order.column = to(order.column));
        self
    }

    /// Two policies over one table, over one schema: columns that one of them adds have the same id in both.
    ///
    /// # Errors
    /// When both add a column of one name and of two kinds.
    pub fn over_one_schema(self, other: Self) -> Result<(Self, Self), String> {
        if self.schema.is_laid_out_as(&other.schema) {
            return Ok((self, other));
        }
        let joined = Arc::new(other.schema.with_added_of(&self.schema)?);
        Ok((self.over(&joined), other.over(&joined)))
    }

    /// The device table and the condition on it, if the scope has one.
    #[must_use]
    pub fn devices(&self) -> Option<(&Arc<Schema>, &Predicate)> {
        self.scope.iter().find_map(|condition| match &condition.kind {
            ConditionKind::Devices { schema, predicate } => Some((schema, predicate)),
            _ => None,
        })
    }
}
