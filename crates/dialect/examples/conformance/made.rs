//! A column that a query makes of two others, and that no row of the engines' tables has.

use std::sync::Arc;

use lownoise_engine::event::{ColumnId, OwnedEvent};
use lownoise_engine::policy::{ConditionKind, Policy};
use lownoise_engine::schema::{Added, ColumnDefinition, Schema};
use lownoise_engine::value::{Kind, OwnedValue};

/// The column.
pub(crate) const NAME: &str = "Made";

/// The step that makes it.
pub(crate) const STEP: &str = "extend Made = strcat(Device, Path)";

/// The policy with its tests on paths asked of the column instead.
pub(crate) fn asked_of_made(mut policy: Policy) -> Policy {
    let mut schema = (*policy.schema).clone();
    let kql = Some(format!("{}\n| {STEP}", schema.table));
    let added = Some(Added { kql, ..Added::default() });
    let path = column(&schema, "Path");
    let definition = ColumnDefinition { added, ..ColumnDefinition::new(NAME, Kind::Text) };
    let made = schema.add(definition).expect("the random table has no such column");
    let to = |id: ColumnId| if id == path { made } else { id };
    policy.schema = Arc::new(schema);
    for part in &mut policy.scope {
        if let ConditionKind::Where(predicate) = &mut part.kind {
            *predicate = predicate.clone().with_columns(&to);
        }
    }
    for exclusion in &mut policy.exclusions {
        exclusion.predicate = exclusion.predicate.clone().with_columns(&to);
    }
    policy
}

/// A row with what the step makes of it, behind the columns of its table.
pub(crate) fn with_made(row: &OwnedEvent, table: &Schema) -> OwnedEvent {
    let [device, path] = ["Device", "Path"].map(|name| row.value(column(table, name)).text());
    let made = OwnedValue::Text(format!("{device}{path}"));
    OwnedEvent { values: row.values.iter().cloned().chain([made]).collect() }
}

fn column(table: &Schema, name: &str) -> ColumnId {
    table.column(name).expect("the random table has it")
}
