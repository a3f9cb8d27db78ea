//! One event as a scenario states it, and the values that it has where the scenario is silent. Knows columns and their
//! kinds; no policy and no steps.

use std::collections::BTreeMap;

use lownoise_engine::diagnostic::did_you_mean;
use lownoise_engine::event::{ColumnId, OwnedEvent};
use lownoise_engine::schema::Schema;
use lownoise_engine::value::{Kind, OwnedValue, Time};

/// What an event says when its scenario does not: a person's curl on a desktop. Columns that a table lacks are left.
const DEFAULTS: &[(&str, &str)] = &[
    ("ActionType", "ConnectionSuccess"),
    ("DeviceId", DEVICE),
    ("DeviceName", "desktop-1.example.org"),
    ("InitiatingProcessAccountName", "anna"),
    ("InitiatingProcessCommandLine", "curl https://www.example.org/"),
    ("InitiatingProcessFileName", "curl"),
    ("InitiatingProcessFolderPath", "/usr/bin/curl"),
    ("InitiatingProcessParentFileName", "bash"),
    ("LocalIP", "192.168.1.20"),
    ("LocalIPType", "Private"),
    ("LocalPort", "51514"),
    ("Protocol", "Tcp"),
    ("RemoteIP", "140.82.121.4"),
    ("RemoteIPType", "Public"),
    ("RemotePort", "443"),
];

const DEVICE: &str = "6b1d3c0f5e8a47d29c70b4e1a2f3958d6c7e0b1a";
/// How long before the clock an event happened of which nothing else is said, in ticks.
pub(crate) const HOUR: i64 = 3600 * Time::SECOND;
/// The device's column that has a step of its own.
pub(crate) const PLATFORM: &str = "OSPlatform";

/// An event as far as it is stated.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Case {
    /// The columns that are supplied.
    pub(crate) values: BTreeMap<ColumnId, OwnedValue>,
    /// Where it comes from, when not from steps: `row 2`.
    pub(crate) origin: Option<String>,
}

/// One way to go on: columns and their values, and where they come from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Choice {
    pub(crate) values: Vec<(ColumnId, OwnedValue)>,
    pub(crate) origin: Option<String>,
}

impl Case {
    /// What a scenario that states nothing says.
    pub(crate) fn silent(schema: &Schema) -> Self {
        let value = |(column, text): (ColumnId, String)| {
            (column, value(schema, column, &text).unwrap_or(OwnedValue::Missing))
        };
        Self { values: defaults(schema).into_iter().map(value).collect(), origin: None }
    }

    /// An event that is known as a whole.
    pub(crate) fn whole(schema: &Schema, event: &OwnedEvent, origin: String) -> Self {
        let values = schema.ids().map(|id| (id, OwnedValue::from(event.value(id)))).collect();
        Self { values, origin: Some(origin) }
    }

    /// The same with some columns changed.
    pub(crate) fn with(&self, choice: &Choice) -> Self {
        let mut case = self.clone();
        case.values.extend(choice.values.iter().cloned());
        case.origin = choice.origin.clone().or(case.origin);
        case
    }

    /// The event; where nothing is said of its time, it has this one.
    pub(crate) fn event(&self, schema: &Schema, time: Time) -> OwnedEvent {
        let value = |id| match self.values.get(&id) {
            Some(value) => value.clone(),
            None if schema.name(id) == schema.time => OwnedValue::Time(time),
            None => OwnedValue::Missing,
        };
        OwnedEvent { values: schema.ids().map(value).collect() }
    }
}

/// The row of a device, by its columns' names.
pub(crate) fn device_row(schema: &Schema, device: &BTreeMap<String, String>) -> Result<OwnedEvent, String> {
    let mut row = OwnedEvent { values: Vec::with_capacity(schema.columns.len()) };
    for id in schema.ids() {
        let text = device.get(schema.name(id)).map_or("", String::as_str);
        row.values.push(value(schema, id, text)?);
    }
    Ok(row)
}

/// What a scenario that states nothing says of an event, by the columns that the table has.
pub(crate) fn defaults(schema: &Schema) -> BTreeMap<ColumnId, String> {
    let known = |&(column, value): &(&str, &str)| Some((schema.column(column)?, value.to_owned()));
    DEFAULTS.iter().filter_map(known).collect()
}

/// The value of a column in a scenario that states nothing.
pub(crate) fn default_value(schema: &Schema, column: ColumnId) -> OwnedValue {
    let text = DEFAULTS.iter().find(|(name, _)| *name == schema.name(column)).map_or("", |(_, text)| text);
    value(schema, column, text).unwrap_or(OwnedValue::Missing)
}

/// The device's row of a scenario that states nothing of it, by column.
pub(crate) fn default_device() -> BTreeMap<String, String> {
    BTreeMap::from([(PLATFORM.to_owned(), "Linux".to_owned())])
}

/// A column by its name.
pub(crate) fn find(schema: &Schema, column: &str) -> Result<ColumnId, String> {
    schema.column(column).ok_or_else(|| {
        let known = schema.columns.iter().map(|column| column.name.as_str());
        let hint = did_you_mean(column, known).map_or_else(String::new, |hint| format!("; {hint}"));
        format!("`{column}` is no column of `{}`{hint}", schema.table)
    })
}

/// A text as a value of its column; the empty text is missing.
pub(crate) fn value(schema: &Schema, column: ColumnId, text: &str) -> Result<OwnedValue, String> {
    let kind = schema.kind(column);
    let value = match kind {
        _ if text.is_empty() => Some(OwnedValue::Missing),
        Kind::Text => Some(OwnedValue::Text(text.to_owned())),
        Kind::Address => Some(OwnedValue::address(text)),
        Kind::Number => text.parse().ok().map(OwnedValue::Number),
        Kind::Time => Time::parse(text).map(OwnedValue::Time),
        Kind::Bool => text.parse().ok().map(OwnedValue::Bool),
    };
    value.ok_or_else(|| format!("`{text}` is not {}, which `{}` holds", kind.article(), schema.name(column)))
}
