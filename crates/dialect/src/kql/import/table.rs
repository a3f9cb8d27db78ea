//! Tables that feed a filter: what a name stands for, the values of a list that is written as a table, and the devices
//! that a second table selects.

use std::collections::HashMap;
use std::sync::Arc;

use lownoise_engine::predicate::Predicate;
use lownoise_engine::schema::Schema;
use lownoise_engine::span::Span;

use super::resolve::Resolver;
use super::value::{Value, all};
use crate::kql::syntax::{Expression, ExpressionKind, Named, Pipeline, Query, Step, StepKind};

/// The table whose rows say what a device is.
const DEVICE_TABLE: &str = "DeviceInfo";

/// How many names may stand for names.
const LONGEST_CHAIN: usize = 64;

/// Where the rows of a pipeline come from in the end, and everything that is done with them.
pub(super) struct Rows<'q> {
    /// A name, a list, or something else.
    pub(super) source: &'q Expression,
    /// In order.
    pub(super) steps: Vec<&'q Step>,
}

/// What `let` names, as it is written.
#[derive(Debug, Default)]
pub(super) struct Bindings<'q>(HashMap<&'q str, &'q Expression>);

impl<'q> Bindings<'q> {
    /// Of a query.
    pub(super) fn of(query: &'q Query) -> Self {
        let named =
            query.lets.iter().filter_map(|binding| Some((binding.name.as_str(), binding.value.as_ref()?)));
        Self(named.collect())
    }

    /// A pipeline with the names that it begins with written out; `None` when they lead in a circle.
    pub(super) fn written_out(&self, pipeline: &'q Pipeline) -> Option<Rows<'q>> {
        let mut parts = vec![pipeline.steps.as_slice()];
        let mut source = &pipeline.source;
        for _ in 0..LONGEST_CHAIN {
            match &source.kind {
                ExpressionKind::Call(name, arguments) if name == "materialize" && arguments.len() == 1 => {
                    source = arguments.first()?;
                }
                ExpressionKind::Pipeline(inner) => {
                    parts.push(&inner.steps);
                    source = &inner.source;
                }
                ExpressionKind::Name(name) if self.0.contains_key(name.as_str()) => {
                    source = self.0.get(name.as_str())?;
                }
                _ => {
                    let steps = parts.iter().rev().flat_map(|steps| steps.iter()).collect();
                    return Some(Rows { source, steps });
                }
            }
        }
        None
    }

    /// The pipeline that is meant as a list.
    fn pipeline(&self, expression: &'q Expression) -> Option<&'q Pipeline> {
        let mut expression = expression;
        for _ in 0..LONGEST_CHAIN {
            expression = match &expression.kind {
                ExpressionKind::Pipeline(pipeline) => return Some(pipeline),
                ExpressionKind::Name(name) => self.0.get(name.as_str())?,
                ExpressionKind::List(items) if items.len() == 1 => items.first()?,
                ExpressionKind::Call(name, arguments) if name == "materialize" => arguments.first()?,
                _ => return None,
            };
        }
        None
    }
}

impl<'q> Resolver<'q> {
    /// The values of a table that is written in the query, such as `datatable(…)[…] | project Name`.
    pub(super) fn rows(&mut self, pipeline: &'q Pipeline) -> Result<Vec<(Value<'q>, Span)>, String> {
        let rows = self.bindings.written_out(pipeline).ok_or("its names lead in a circle")?;
        let plain = |step: &&Step| match &step.kind {
            StepKind::Distinct(columns) => columns.len() <= 1,
            StepKind::Project(columns) => columns.len() == 1 && is_name(columns.first()),
            _ => false,
        };
        if let Some(step) = rows.steps.iter().find(|step| !plain(step)) {
            let words = self.words(step.span).chars().take(40).collect::<String>();
            return Err(format!("it looks into another table, through `{words}`"));
        }
        match self.value(rows.source) {
            Value::List(items) => Ok(items),
            Value::Table(name) => Err(format!("it looks into the table `{name}`")),
            Value::Unknown(reason) => Err(reason),
            _ => Err("it looks into another table".to_owned()),
        }
    }

    /// The condition on devices that `DeviceId in (table)` asks; `None` when it is something else.
    pub(super) fn devices(&mut self, expression: &'q Expression) -> Option<(Arc<Schema>, Predicate)> {
        let rows = self.bindings.written_out(self.bindings.pipeline(expression)?)?;
        let schema = Arc::new(self.schemas.get(DEVICE_TABLE)?.clone());
        if table_name(rows.source) != Some(DEVICE_TABLE) {
            return None;
        }
        let mut inner = Self::new(self.text, Arc::clone(&schema), self.schemas, self.bindings);
        std::mem::swap(&mut inner.lets, &mut self.lets);
        let predicate = inner.selected(&rows.steps);
        std::mem::swap(&mut inner.lets, &mut self.lets);
        let predicate = predicate?;
        self.told.append(&mut inner.told);
        self.cased.append(&mut inner.cased);
        self.reasons.extend(inner.reasons);
        Some((schema, predicate))
    }

    /// What rows must satisfy to be in a list of device ids.
    fn selected(&mut self, steps: &[&'q Step]) -> Option<Predicate> {
        let device = self.schema.device.clone();
        let is_device = |expression: &Expression| matches!(&expression.kind, ExpressionKind::Name(name) if *name == device);
        let mut parts = Vec::new();
        let (mut grouped, mut only) = (false, false);
        for step in steps {
            match &step.kind {
                StepKind::Where(condition) if !grouped => parts.push(self.truth(condition).holds),
                StepKind::Distinct(columns) => {
                    let [column] = columns.as_slice() else { return None };
                    only = is_device(column);
                    grouped = true;
                }
                StepKind::Project(columns) => {
                    let [Named { value, .. }] = columns.as_slice() else { return None };
                    only = is_device(value);
                    grouped = true;
                }
                StepKind::Summarize(by) => {
                    let [Named { value, .. }] = by.as_slice() else { return None };
                    only = is_device(value);
                    grouped = true;
                }
                _ => return None,
            }
        }
        // Without a condition, every device that is known at all.
        (only && !parts.is_empty()).then(|| all(parts))
    }
}

/// The name of the table that rows come from.
pub(super) fn table_name(source: &Expression) -> Option<&str> {
    match &source.kind {
        ExpressionKind::Name(name) => Some(name),
        _ => None,
    }
}

fn is_name(named: Option<&Named>) -> bool {
    named.is_some_and(|named| matches!(named.value.kind, ExpressionKind::Name(_)))
}
