//! What a proof speaks about: an event, and what the device table says of its device.

use std::collections::BTreeMap;

use lownoise_engine::event::{ColumnId, OwnedEvent};
use lownoise_engine::schema::Schema;
use lownoise_engine::value::{OwnedValue, Value};

/// An event and the rows that the device table has of its device.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Assignment {
    /// The event.
    pub event: OwnedEvent,
    /// The device's rows, by the device table's columns.
    pub devices: Vec<OwnedEvent>,
}

impl Assignment {
    /// An event of which nothing is known, on a device of which nothing is known.
    #[must_use]
    pub fn of(schema: &Schema) -> Self {
        Self { event: schema.empty_event(), devices: Vec::new() }
    }

    /// The columns in which two events differ, with both values.
    #[must_use]
    pub fn differences<'a>(&'a self, other: &'a Self) -> BTreeMap<ColumnId, (Value<'a>, Value<'a>)> {
        let both = self.event.values.iter().zip(&other.event.values).zip(0_u16..);
        both.filter(|((left, right), _)| left != right)
            .map(|((left, right), place)| (ColumnId(place), (left.borrow(), right.borrow())))
            .collect()
    }
}

/// The value, if it has no text to borrow.
pub(crate) fn scalar(value: &OwnedValue) -> Option<Value<'static>> {
    match value {
        OwnedValue::Missing => Some(Value::Missing),
        OwnedValue::Number(number) => Some(Value::Number(*number)),
        OwnedValue::Time(time) => Some(Value::Time(*time)),
        OwnedValue::Bool(value) => Some(Value::Bool(*value)),
        OwnedValue::Text(_) | OwnedValue::Address(..) => None,
    }
}
