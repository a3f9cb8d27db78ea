//! The steps of a query, in order: conditions go to the scope or become exclusions, the last columns and the last order
//! are the output, and what is no part of a policy is told.

use std::sync::Arc;

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::event::ColumnId;
use lownoise_engine::op::TextOperator;
use lownoise_engine::policy::{Lookback, Order};
use lownoise_engine::predicate::Predicate;
use lownoise_engine::schema::Schema;
use lownoise_engine::span::Span;

use super::comment::Comments;
use super::makings::takes_one_of_each;
use super::resolve::{Resolver, SENTINEL_TIME};
use super::side::{Side, Sides, parts};
use super::value::{Letters, Truth, Value, as_constant};
use crate::kql::steps::leaves_rows;
use crate::kql::syntax::{Comparison, Expression, ExpressionKind, Named, Operator, OrderBy, Step, StepKind};

/// What the steps come to.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// In ticks, and where it is written.
    pub(super) lookback: Option<(Lookback, Span)>,
    /// Of the device table.
    pub(super) devices: Option<(Arc<Schema>, Predicate)>,
    /// What the query looks at.
    pub(super) scope: Vec<Predicate>,
    /// What it leaves out.
    pub(super) exclusions: Vec<Excluded>,
    /// What it shows; empty: everything.
    pub(super) columns: Vec<ColumnId>,
    /// In which order.
    pub(super) order_by: Vec<Order>,
    /// The lines of each condition.
    pub(super) lines: Vec<(usize, usize)>,
}

/// A condition that hides.
#[derive(Debug)]
pub(super) struct Excluded {
    /// What it hides.
    pub(super) predicate: Predicate,
    /// Where it is written.
    pub(super) span: Span,
    /// Its step's bar.
    pub(super) bar: usize,
    /// Whether it is the first of its step.
    pub(super) first: bool,
}

/// Walks over steps.
pub(super) struct Walk<'w, 'q> {
    /// What is known.
    pub(super) resolver: &'w mut Resolver<'q>,
    /// Where comments stand.
    pub(super) comments: &'w Comments<'q>,
    /// What the user says of lines.
    pub(super) sides: &'w Sides,
    /// What was found.
    pub(super) found: Found,
}

impl<'q> Walk<'_, 'q> {
    /// One step.
    pub(super) fn step(&mut self, step: &'q Step) {
        let as_it_is = self.resolver.sees_as_it_is(self.resolver.words(step.span));
        match &step.kind {
            StepKind::Where(condition) => {
                for (place, part) in parts(condition).into_iter().enumerate() {
                    self.condition(part, step.bar, place == 0);
                }
            }
            StepKind::Extend(made) => self.extend(made),
            StepKind::Rename(made) => self.rename(made),
            StepKind::Project(columns) => self.project(columns, step.span),
            StepKind::ProjectBy(how, patterns) => self.project_by(how, patterns),
            StepKind::Order(orders) => self.order(orders),
            StepKind::Distinct(columns) => {
                if !columns.is_empty() {
                    self.choose(columns);
                }
                self.left_out(step.span, "a policy shows every event, not each combination once");
            }
            StepKind::Limit(order) => {
                if let Some(order) = order {
                    self.order(std::slice::from_ref(order));
                }
                self.left_out(step.span, "a policy shows every event that it keeps");
            }
            StepKind::Summarize(by) if takes_one_of_each(self.resolver.words(step.span)) => {
                self.extend(by);
                self.left_out(step.span, "a policy shows every event that it keeps");
            }
            StepKind::Summarize(by) => {
                self.shadow(step.span);
                self.choose(by);
                self.found.columns = Vec::new();
                self.left_out(step.span, "a policy says which events are kept, not how they are counted");
            }
            StepKind::Join(join) => {
                // The columns on its left are those before it.
                let matches = self.matching(join, step.span);
                self.shadow(step.span);
                self.joined(join);
                self.join(&join.kind, matches, step.span);
            }
            // Taken apart before: these are the rows of one table.
            StepKind::Union(_) => {}
            StepKind::Other(name) => {
                self.shadow(step.span);
                self.other(name, step);
            }
        }
        self.resolver.note(step, as_it_is);
    }

    pub(super) fn left_out(&mut self, span: Span, help: &str) {
        let word = self.resolver.words(span).split_whitespace().next().unwrap_or("").to_owned();
        let message = format!("`{word}` is no part of a policy and is left out");
        let warning = Diagnostic::warning("kql-not-a-filter", message, span, "left out");
        self.resolver.told.push(warning.help(help));
    }

    /// One condition that must hold.
    pub(super) fn condition(&mut self, condition: &'q Expression, bar: usize, first: bool) {
        self.found.lines.push(self.comments.lines(condition.span));
        if self.lookback(condition) || self.devices(condition) {
            return;
        }
        let side = self.sides.of(condition, self.comments.lines(condition.span));
        if side == Side::Scope {
            let told = self.resolver.told.len();
            let truth = self.resolver.truth(condition);
            // Unless it has been said why.
            if as_constant(&truth.holds) == Some(true) && self.resolver.told.len() == told {
                let message = "this condition holds on every event";
                let warning = Diagnostic::warning("kql-always", message, condition.span, "always true");
                self.resolver.told.push(warning);
            }
            let kept = self.resolver.guarded(truth.holds, true);
            self.found.scope.push(kept);
            return;
        }
        for (part, negated) in super::side::excluded(condition, &|at| self.comments.behind(at).is_some()) {
            let truth = match part {
                super::side::Part::Whole(expression) => self.resolver.truth(expression),
                super::side::Part::Entry(column, comparison, entry) => {
                    match self.resolver.compared(comparison, column, entry, entry.span) {
                        Value::Truth(truth) => truth,
                        _ => self.resolver.opaque(entry.span, "this is no condition".to_owned()),
                    }
                }
            };
            let kept = if negated { truth.not() } else { truth };
            self.exclude(
                kept,
                Excluded { predicate: Predicate::Any(Vec::new()), span: part.span(), bar, first },
            );
        }
    }

    /// What is not kept is hidden; what is null leaves the scope.
    fn exclude(&mut self, kept: Truth, mut excluded: Excluded) {
        let (hides, defined) = match kept.null {
            None => (super::value::not(kept.holds), None),
            Some(null) => {
                let hides = null.bare.map_or(null.fails, super::value::not);
                (hides, Some((null.defined, null.because)))
            }
        };
        if let Some((defined, because)) = defined {
            let message = format!("this also drops every event with a {because}: `not` of null is null");
            let warning = Diagnostic::warning("kql-null-drops", message, excluded.span, "null is dropped");
            let help = "such events leave the scope; to keep them, write `not(coalesce(…, false))`";
            self.resolver.told.push(warning.help(help));
            let defined = self.resolver.guarded(defined, true);
            self.found.scope.push(defined);
        }
        if as_constant(&hides) == Some(false) {
            let message = "this condition leaves nothing out";
            let warning = Diagnostic::warning("kql-hides-nothing", message, excluded.span, "always true");
            self.resolver.told.push(warning);
            return;
        }
        excluded.predicate = self.resolver.guarded(hides, false);
        self.found.exclusions.push(excluded);
    }

    /// `Timestamp > ago(24h)`, or `>=`; of several the shortest counts.
    fn lookback(&mut self, condition: &'q Expression) -> bool {
        let ExpressionKind::Compare(comparison, sides) = &condition.kind else { return false };
        let [left, right] = &**sides;
        let (column, ago, inclusive) = match comparison.operator {
            Operator::Greater => (left, right, false),
            Operator::GreaterOrEqual => (left, right, true),
            Operator::Less => (right, left, false),
            Operator::LessOrEqual => (right, left, true),
            _ => return false,
        };
        let Resolver { schema, made, .. } = &*self.resolver;
        let is_time = matches!(&column.kind, ExpressionKind::Name(name)
            if *name == schema.time || name == SENTINEL_TIME || made.contains_key(name));
        let is_call = matches!(ago.kind, ExpressionKind::Call(..) | ExpressionKind::Name(_));
        if !is_time || !is_call {
            return false;
        }
        let same = match self.resolver.value(column) {
            Value::Column(id, Letters::AsTheyAre) => {
                self.resolver.schema.name(id) == self.resolver.schema.time
            }
            _ => false,
        };
        let Value::Ago(length) = self.resolver.value(ago) else { return false };
        let whole = length > 0 && length % lownoise_engine::value::Time::SECOND == 0;
        if same && whole {
            let mut kept = (Lookback { length, inclusive }, condition.span);
            if let Some(mut other) = self.found.lookback {
                if other.0 < kept.0 {
                    std::mem::swap(&mut kept, &mut other);
                }
                let message = "of several times to look back, the shortest counts";
                let warning = Diagnostic::warning("kql-lookback", message, other.1, "this one does not");
                self.resolver.told.push(warning.and(kept.1, "this one does"));
            }
            self.found.lookback = Some(kept);
        }
        same && whole
    }

    /// `DeviceId in (devices)`
    fn devices(&mut self, condition: &'q Expression) -> bool {
        let ExpressionKind::Compare(comparison, sides) = &condition.kind else { return false };
        let among = Comparison {
            operator: Operator::Text(TextOperator::Equals),
            negated: false,
            ignores_case: false,
        };
        let device = &self.resolver.schema.device;
        let [column, list] = &**sides;
        let is_device = matches!(&column.kind, ExpressionKind::Name(name) if name == device);
        if *comparison != among || !is_device || self.found.devices.is_some() {
            return false;
        }
        let id = self.resolver.schema.column(device);
        match self.resolver.value(column) {
            Value::Column(found, Letters::AsTheyAre) if Some(found) == id => {}
            _ => return false,
        }
        self.found.devices = self.resolver.devices(list);
        self.found.devices.is_some()
    }

    /// The names that a step which is not looked into gives to columns: `Name = …`.
    fn shadow(&mut self, span: Span) {
        let text = self.resolver.words(span);
        for (at, _) in text.match_indices('=') {
            let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
            let compares =
                before.ends_with(['=', '!', '<', '>']) || after.starts_with("==") || after.starts_with("=~");
            let name = before.trim_end();
            let is_part = |sign: char| sign.is_alphanumeric() || sign == '_';
            let start = name.trim_end_matches(is_part).len();
            if let Some(name) = name.get(start..).filter(|name| !compares && !name.is_empty()) {
                self.resolver.shadowed.insert(name.to_owned());
            }
        }
    }

    pub(super) fn extend(&mut self, made: &'q [Named]) {
        // All look at the columns as they were before.
        let values: Vec<Value<'q>> = made.iter().map(|named| self.resolver.value(&named.value)).collect();
        for (named, value) in made.iter().zip(values) {
            match named.names.as_slice() {
                [name] => _ = self.resolver.made.insert(name.clone(), value),
                names => {
                    for name in names {
                        let unknown = Value::Unknown(format!("`{name}` is made in the query"));
                        self.resolver.made.insert(name.clone(), unknown);
                    }
                }
            }
        }
        if let Some(chosen) = &mut self.resolver.chosen {
            chosen.extend(made.iter().flat_map(|named| named.names.clone()));
        }
    }

    fn order(&mut self, orders: &'q [OrderBy]) {
        let mut found = Vec::new();
        for order in orders {
            let default = order.nulls_first.is_none_or(|first| first != order.descending);
            let value = self.resolver.value(&order.value);
            match self.resolver.settled(value) {
                Value::Column(column, Letters::AsTheyAre) if default => {
                    found.push(Order { column, descending: order.descending });
                }
                _ => {
                    let message =
                        "a policy orders by columns, with missing values first, and last when descending";
                    let warning =
                        Diagnostic::warning("kql-not-a-filter", message, order.value.span, "left out");
                    self.resolver.told.push(warning);
                }
            }
        }
        self.found.order_by = found;
    }

    fn other(&mut self, name: &str, step: &Step) {
        let span = step.span;
        match name {
            "render" | "count" | "serialize" | "as" | "getschema" | "consume" => {
                self.left_out(span, "it changes how the result is shown");
            }
            "parse" | "parse-kv" | "mv-expand" | "mvexpand" => {
                self.changed(name, span);
                self.left_out(span, "the columns that it makes are not known to a policy");
            }
            // For each row as many as the step within leaves, perhaps none; the columns stay, but for those it names.
            "mv-apply" => {
                self.changed(name, span);
                let truth = self.resolver.opaque(span, format!("what `{name}` drops is not understood"));
                self.found.scope.push(truth.holds);
            }
            "evaluate" if leaves_rows(step, self.resolver.words(span)) => {
                self.left_out(span, "it adds columns to events and drops none");
            }
            "invoke" if leaves_rows(step, self.resolver.words(span)) => {
                self.left_out(span, "the columns that it makes are not known to a policy");
            }
            _ => {
                let reason = format!("what `{name}` drops is not understood");
                let truth = self.resolver.opaque(span, reason);
                self.found.scope.push(truth.holds);
                // Whatever comes behind it looks at other columns.
                self.resolver.chosen = Some(Vec::new());
            }
        }
    }

    /// The columns that a step names may be other ones behind it; what `parse` reads stays.
    fn changed(&mut self, step: &str, span: Span) {
        let text = self.resolver.words(span);
        let words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let mut words = words
            .filter(|word| !word.is_empty())
            .skip(1)
            .skip_while(|word| ["kind", "simple", "regex", "relaxed", "flags"].contains(word));
        if step == "parse" {
            words.next();
        }
        for word in words {
            let unknown = Value::Unknown(format!("`{word}` is changed by `{step}`"));
            self.resolver.made.insert(word.to_owned(), unknown);
        }
    }
}
