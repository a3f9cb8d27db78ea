//! Which column of a schema takes which value. Knows neither rows nor their columns.

use lownoise_engine::event::ColumnId;
use lownoise_engine::schema::Schema;

/// The columns of a table in its schema's order, each with its reader where rows have a value for it.
#[derive(Debug, Clone)]
pub struct Layout<Read> {
    pub(crate) readers: Vec<Option<Read>>,
}

impl<Read: Copy> Layout<Read> {
    pub(crate) fn new(schema: &Schema, columns: &[(&str, Read)]) -> Result<Self, String> {
        let mut readers = vec![None; schema.columns.len()];
        for &(name, read) in columns {
            let place = schema.column(name).and_then(|id| readers.get_mut(id.index()));
            match place {
                Some(place) => *place = Some(read),
                None => return Err(format!("the schema of `{}` has no column `{name}`", schema.table)),
            }
        }
        Ok(Self { readers })
    }

    /// The columns that rows have a value for, in the schema's order.
    pub fn columns(&self) -> impl Iterator<Item = ColumnId> + '_ {
        let places = (0_u16..).zip(&self.readers);
        places.filter(|(_, read)| read.is_some()).map(|(place, _)| ColumnId(place))
    }
}
