//! Which column of a schema takes which value. Knows the rows' columns by name, no values.

use lownoise_engine::event::ColumnId;
use lownoise_engine::schema::Schema;
use lownoise_engine::value::Value;

use crate::device::{self, DeviceRow};
use crate::row::{self, Row};

/// How one value is read from an event's row.
pub(crate) type ReadEvent = for<'r, 't> fn(&'r Row<'t>) -> Value<'r>;

/// How one value is read from a device's row.
pub(crate) type ReadDevice = for<'r, 't> fn(&'r DeviceRow<'t>) -> Value<'r>;

/// The columns of a table in its schema's order, each with its reader where rows have a value for it.
#[derive(Debug, Clone)]
pub struct Layout<Read> {
    pub(crate) readers: Vec<Option<Read>>,
}

/// The layout of events: [`Row::values`].
pub type EventLayout = Layout<ReadEvent>;

/// The layout of devices: [`DeviceRow::values`].
pub type DeviceLayout = Layout<ReadDevice>;

impl EventLayout {
    /// The layout of events in the schema of `DeviceNetworkEvents`.
    ///
    /// # Errors
    /// When the schema lacks a column that events have.
    pub fn of(schema: &Schema) -> Result<Self, String> {
        Self::new(schema, row::COLUMNS)
    }
}

impl DeviceLayout {
    /// The layout of devices in the schema of `DeviceInfo`.
    ///
    /// # Errors
    /// When the schema lacks a column that devices have.
    pub fn of(schema: &Schema) -> Result<Self, String> {
        Self::new(schema, device::COLUMNS)
    }
}

impl<Read: Copy> Layout<Read> {
    fn new(schema: &Schema, columns: &[(&str, Read)]) -> Result<Self, String> {
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
