//! Columns that a policy adds to its table, and that another query makes than before. What is proved is proved of events as
//! they are: whether other values come to stand in them is not asked.

use lownoise_engine::policy::Policy;
use lownoise_engine::schema::{Added, ColumnDefinition, Schema};

use crate::concern::{Concern, Level, Place, Rule};

/// One concern for each such column that a test of the new policy looks at.
pub(crate) fn remade(old: &Policy, new: &Policy) -> Vec<Concern> {
    let tested = new.tested_columns();
    let query = |schema: &Schema, name: &str| {
        let before = schema.column(name).and_then(|id| schema.definition(id))?;
        before.added.as_ref().map(|added| added.kql.clone())
    };
    let changed = new.schema.added().filter(|(id, column, added)| {
        tested.contains(id) && query(&old.schema, &column.name).is_some_and(|before| before != added.kql)
    });
    changed.map(|(_, column, added)| concern(new, column, added)).collect()
}

fn concern(new: &Policy, column: &ColumnDefinition, added: &Added) -> Concern {
    let name = &column.name;
    let message = format!(
        "`{name}` is made by another query than before: what is proved is proved of events that say the same in it"
    );
    let place = Place::of(&new.sources, added.span);
    Concern::new(Rule::ColumnChanged, Level::Warning, name, message, place)
}
