//! Events: one row, and many rows by column. Knows values and column numbers, no policy.

use std::net::IpAddr;

use crate::value::{Kind, OwnedValue, Time, Value};

/// A column of a schema, by its place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ColumnId(pub u16);

impl ColumnId {
    /// The place as an index.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// One event: a value for each column of its schema, in the schema's order. A column that was not read is
/// [`Value::Missing`].
#[derive(Debug, Clone, PartialEq)]
pub struct Event<'a> {
    /// By [`ColumnId`].
    pub values: Vec<Value<'a>>,
}

impl<'a> Event<'a> {
    /// The value of a column; [`Value::Missing`] beyond the end.
    #[must_use]
    pub fn value(&self, column: ColumnId) -> Value<'a> {
        self.values.get(column.index()).copied().unwrap_or(Value::Missing)
    }
}

/// One event that owns its values, in the schema's order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OwnedEvent {
    /// By [`ColumnId`].
    pub values: Vec<OwnedValue>,
}

impl OwnedEvent {
    /// The event, borrowed.
    #[must_use]
    pub fn borrow(&self) -> Event<'_> {
        Event { values: self.values.iter().map(OwnedValue::borrow).collect() }
    }

    /// The value of a column; [`Value::Missing`] beyond the end.
    #[must_use]
    pub fn value(&self, column: ColumnId) -> Value<'_> {
        self.values.get(column.index()).map_or(Value::Missing, OwnedValue::borrow)
    }

    /// Sets the value of a column that the event has.
    pub fn set(&mut self, column: ColumnId, value: OwnedValue) {
        if let Some(place) = self.values.get_mut(column.index()) {
            *place = value;
        }
    }
}

/// Many events of one schema, by column. The text is borrowed from whoever read it.
#[derive(Debug, Clone, Default)]
pub struct Batch<'a> {
    /// The number of rows; every column that is present has as many values.
    pub rows: usize,
    /// By [`ColumnId`]; [`Column::Absent`] where the column was not asked for or the source has none.
    pub columns: Vec<Column<'a>>,
}

/// The values of one column of a [`Batch`].
#[derive(Debug, Clone, Default)]
pub enum Column<'a> {
    /// Every value is missing.
    #[default]
    Absent,
    /// Text, empty where missing.
    Text(Vec<&'a str>),
    /// Text of a table that tells missing text from empty text.
    OptionalText(Vec<Option<&'a str>>),
    /// As [`Value::Address`]: canonical text, and the address that it spells.
    Address(Vec<(&'a str, Option<IpAddr>)>),
    /// Whole numbers.
    Number(Vec<Option<i64>>),
    /// Times.
    Time(Vec<Option<Time>>),
    /// Booleans.
    Bool(Vec<Option<bool>>),
}

impl<'a> Column<'a> {
    /// An empty column with room for `rows` values.
    #[must_use]
    pub fn with_capacity(kind: Kind, rows: usize) -> Self {
        match kind {
            Kind::Text => Self::Text(Vec::with_capacity(rows)),
            Kind::Address => Self::Address(Vec::with_capacity(rows)),
            Kind::Number => Self::Number(Vec::with_capacity(rows)),
            Kind::Time => Self::Time(Vec::with_capacity(rows)),
            Kind::Bool => Self::Bool(Vec::with_capacity(rows)),
        }
    }

    /// Appends a value; one of another kind than the column's is appended as missing.
    pub fn push(&mut self, value: Value<'a>) {
        match self {
            Self::Absent => {}
            Self::Text(values) => values.push(value.text()),
            Self::OptionalText(values) => values.push(match value {
                Value::Missing => None,
                other => Some(other.text()),
            }),
            Self::Address(values) => values.push(match value {
                Value::Address(text, ip) => (text, ip),
                other => (other.text(), None),
            }),
            Self::Number(values) => values.push(match value {
                Value::Number(number) => Some(number),
                _ => None,
            }),
            Self::Time(values) => values.push(match value {
                Value::Time(time) => Some(time),
                _ => None,
            }),
            Self::Bool(values) => values.push(match value {
                Value::Bool(value) => Some(value),
                _ => None,
            }),
        }
    }

    /// The value of a row; [`Value::Missing`] beyond the end.
    #[inline]
    #[must_use]
    pub fn value(&self, row: usize) -> Value<'a> {
        let value = match self {
            Self::Absent => None,
            Self::Text(values) => values.get(row).map(|text| Value::Text(text)),
            Self::OptionalText(values) => values.get(row).copied().flatten().map(Value::Text),
            Self::Address(values) => values.get(row).map(|&(text, ip)| Value::Address(text, ip)),
            Self::Number(values) => values.get(row).copied().flatten().map(Value::Number),
            Self::Time(values) => values.get(row).copied().flatten().map(Value::Time),
            Self::Bool(values) => values.get(row).copied().flatten().map(Value::Bool),
        };
        value.unwrap_or(Value::Missing)
    }
}

impl<'a> Batch<'a> {
    /// The value of a column in a row.
    #[inline]
    #[must_use]
    pub fn value(&self, column: ColumnId, row: usize) -> Value<'a> {
        self.columns.get(column.index()).map_or(Value::Missing, |column| column.value(row))
    }

    /// One row as an event.
    #[must_use]
    pub fn event(&self, row: usize) -> Event<'a> {
        Event { values: self.columns.iter().map(|column| column.value(row)).collect() }
    }
}
