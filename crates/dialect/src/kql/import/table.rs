//! Tables that feed a filter: the values of a list that is written as a table, and the devices
//! that a second table selects.

use std::sync::Arc;

use lownoise_engine::predicate::Predicate;
use lownoise_engine::schema::Schema;
use lownoise_engine::span::Span;

use super::bindings::table_name;
use super::resolve::Resolver;
use super::value::{Value, all};
use crate::kql::syntax::{Expression, ExpressionKind, Named, Pipeline, Step, StepKind};

/// The table whose rows say what a device is.
const DEVICE_TABLE: &str = "DeviceInfo";

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
        inner.outside = self.outside.clone();
        let predicate = inner.selected(&rows.steps);
        std::mem::swap(&mut inner.lets, &mut self.lets);
        let predicate = predicate?;
        self.outside = inner.outside;
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
                    only = is_device(&column.value);
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

fn is_name(named: Option<&Named>) -> bool {
    named.is_some_and(|named| matches!(named.value.kind, ExpressionKind::Name(_)))
}
