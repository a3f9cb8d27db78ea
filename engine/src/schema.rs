//! Tables and their columns, read from TOML: adding a table is adding a file to `schemas/`.

mod tables;

use std::collections::HashMap;

use serde::Deserialize;
use toml::Table;

use crate::event::{Column, ColumnId, OwnedEvent};
use crate::span::Span;
use crate::value::{Kind, OwnedValue, Time};

pub use tables::Schemas;

/// A table: its name and its columns.
#[derive(Debug, Clone)]
pub struct Schema {
    /// The table's name, as policies write it.
    pub table: String,
    /// The column that says when an event happened; empty where rows say what is so, and not when.
    pub time: String,
    /// The column that names the device, which a device condition of a scope looks at; empty where the table names none.
    pub device: String,
    /// The columns in order; a [`ColumnId`] is a place in it.
    pub columns: Vec<ColumnDefinition>,
    /// Whether text that is missing is told from text that is empty, by `present`, in all of its text columns.
    pub missing_text: bool,
    /// Believable events, the commonest first: what a witness is made to look like.
    pub examples: Vec<OwnedEvent>,
    by_name: HashMap<String, ColumnId>,
}

/// One column of a [`Schema`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnDefinition {
    /// As written in policies and events; case matters.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Values that are known to occur; never a closed list.
    pub values: Vec<String>,
    /// The address column whose type it says, in the sensor's words (see [`sensor_type`](crate::op::sensor_type)).
    pub type_of: Option<String>,
    /// The path column whose last segment it is, where the sensor tells the truth.
    pub basename_of: Option<String>,
    /// The path column of the program that it is the command line of.
    pub command_of: Option<String>,
    /// The text column in whose JSON its value stands, under the key that its own name has behind that column's and a
    /// dot.
    pub key_of: Option<String>,
    /// Of a column that a policy adds to its table: what the policy says of it.
    pub added: Option<Added>,
}

/// What a policy says of a column that its events have beside those of their table, under a field of the column's name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Added {
    /// What it holds, for people.
    pub description: Option<String>,
    /// The query in KQL that makes it: the table, and the steps that add it to the table's rows, with what they need.
    pub kql: Option<String>,
    /// Where its name is written.
    pub span: Span,
}

impl ColumnDefinition {
    /// A column of which no more is known than what it holds.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        let name = name.into();
        Self {
            name,
            kind,
            values: Vec::new(),
            type_of: None,
            basename_of: None,
            command_of: None,
            key_of: None,
            added: None,
        }
    }

    /// The column in whose JSON its value stands, and the key: dots step into nested objects.
    #[must_use]
    pub fn key(&self) -> Option<(&str, &str)> {
        let column = self.key_of.as_deref()?;
        Some((column, self.name.strip_prefix(column)?.strip_prefix('.')?))
    }
}

/// The last segment of a path, which is what a column that names its file says. A path that begins with a slash is a
/// Unix path, in which a backslash is a letter like others.
#[must_use]
pub fn basename(path: &str) -> &str {
    let last = if path.starts_with('/') { path.rsplit('/').next() } else { path.rsplit(['/', '\\']).next() };
    last.unwrap_or(path)
}

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: Header,
    columns: Table,
    /// By column: the keys of the JSON that it holds, and the kinds of what stands under them.
    #[serde(default)]
    keys: Table,
    #[serde(default)]
    example: Vec<Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    table: String,
    #[serde(default)]
    time: String,
    #[serde(default)]
    device: String,
    #[serde(default)]
    missing_text: bool,
    #[expect(dead_code, reason = "documents the file for its readers")]
    source: String,
}

/// A column is its kind, or a table with more to say.
#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Kind(Kind),
    Full {
        kind: Kind,
        #[serde(default)]
        values: Vec<String>,
        type_of: Option<String>,
        basename_of: Option<String>,
        command_of: Option<String>,
    },
}

impl Schema {
    /// Reads a schema.
    ///
    /// # Errors
    /// The text of what is wrong, with the line, when the file is not a schema.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut columns = Vec::with_capacity(file.columns.len());
        for (name, entry) in file.columns {
            let entry = entry.try_into().map_err(|error| format!("column `{name}`: {error}"))?;
            columns.push(match entry {
                Entry::Kind(kind) => ColumnDefinition::new(name, kind),
                Entry::Full { kind, values, type_of, basename_of, command_of } => {
                    let plain = ColumnDefinition::new(name, kind);
                    ColumnDefinition { values, type_of, basename_of, command_of, ..plain }
                }
            });
        }
        for (column, keys) in file.keys {
            let keys: Table = keys.try_into().map_err(|error| format!("keys of `{column}`: {error}"))?;
            for (key, kind) in keys {
                let kind = kind.try_into().map_err(|error| format!("key `{column}.{key}`: {error}"))?;
                let plain = ColumnDefinition::new(format!("{column}.{key}"), kind);
                columns.push(ColumnDefinition { key_of: Some(column.clone()), ..plain });
            }
        }
        let mut schema = Self::new(file.schema.table, file.schema.time, file.schema.device, columns)?;
        schema.missing_text = file.schema.missing_text;
        for written in &file.example {
            let example = schema.event(written)?;
            schema.examples.push(example);
        }
        Ok(schema)
    }

    /// An event as a table of columns and values.
    ///
    /// # Errors
    /// The column that the table lacks, or whose value is of another kind.
    pub fn event(&self, written: &Table) -> Result<OwnedEvent, String> {
        let mut event = self.empty_event();
        for (name, value) in written {
            let id = self.column(name).ok_or_else(|| format!("`{}` has no column `{name}`", self.table))?;
            let kind = self.kind(id);
            let read =
                read(kind, value).ok_or_else(|| format!("`{name}` is {}, not {value}", kind.article()))?;
            event.set(id, read);
        }
        Ok(event)
    }

    /// An event of which nothing is known.
    #[must_use]
    pub fn empty_event(&self) -> OwnedEvent {
        OwnedEvent { values: self.columns.iter().map(|column| self.empty_value(column)).collect() }
    }

    fn empty_value(&self, column: &ColumnDefinition) -> OwnedValue {
        match column.kind {
            Kind::Text if !self.tells_missing(column) => OwnedValue::Text(String::new()),
            Kind::Address => OwnedValue::address(""),
            Kind::Text | Kind::Number | Kind::Time | Kind::Bool => OwnedValue::Missing,
        }
    }

    /// What holds the values of a column, with room for so many rows.
    #[must_use]
    pub fn empty_column<'a>(&self, column: ColumnId, rows: usize) -> Column<'a> {
        match self.kind(column) {
            Kind::Text if self.tells_missing_in(column) => Column::OptionalText(Vec::with_capacity(rows)),
            kind => Column::with_capacity(kind, rows),
        }
    }

    /// A schema of these columns.
    ///
    /// # Errors
    /// When a `time` or a `device` that is not empty names no column of the right kind, or there are more than 65,535 columns.
    pub fn new(
        table: String,
        time: String,
        device: String,
        columns: Vec<ColumnDefinition>,
    ) -> Result<Self, String> {
        let mut by_name = HashMap::with_capacity(columns.len());
        for (place, column) in columns.iter().enumerate() {
            let place = u16::try_from(place).map_err(|_| "more than 65,535 columns".to_owned())?;
            by_name.insert(column.name.clone(), ColumnId(place));
        }
        let schema =
            Self { table, time, device, columns, examples: Vec::new(), missing_text: false, by_name };
        let roles = [(&schema.time, Kind::Time), (&schema.device, Kind::Text)];
        for (name, kind) in roles.into_iter().filter(|(name, _)| !name.is_empty()) {
            if schema.column(name).is_none_or(|id| schema.kind(id) != kind) {
                return Err(format!("`{name}` is no column of kind {kind:?}"));
            }
        }
        for column in &schema.columns {
            let facts = [
                (&column.type_of, "type", Kind::Address, "address"),
                (&column.basename_of, "last segment", Kind::Text, "text"),
                (&column.command_of, "command line", Kind::Text, "text"),
                (&column.key_of, "value under a key", Kind::Text, "text"),
            ];
            for (other, what, kind, words) in facts {
                if let Some(other) = other
                    && schema.column(other).is_none_or(|id| schema.kind(id) != kind)
                {
                    let name = &column.name;
                    return Err(format!("`{name}` is the {what} of `{other}`, which is no {words} column"));
                }
            }
        }
        Ok(schema)
    }

    /// Adds a column behind the others, whose ids stay; the believable events do not have it.
    ///
    /// # Errors
    /// When there is one of this name, or there are 65,535 columns.
    pub fn add(&mut self, column: ColumnDefinition) -> Result<ColumnId, String> {
        if self.by_name.contains_key(&column.name) {
            return Err(format!("`{}` has a column `{}`", self.table, column.name));
        }
        let place = u16::try_from(self.columns.len()).map_err(|_| "more than 65,535 columns".to_owned())?;
        self.by_name.insert(column.name.clone(), ColumnId(place));
        let empty = self.empty_value(&column);
        self.examples.iter_mut().for_each(|event| event.values.push(empty.clone()));
        self.columns.push(column);
        Ok(ColumnId(place))
    }

    /// The columns that a policy added, in its order.
    pub fn added(&self) -> impl Iterator<Item = (ColumnId, &ColumnDefinition, &Added)> {
        self.by_position().filter_map(|(id, column)| Some((id, column, column.added.as_ref()?)))
    }

    /// The table as it is, without the columns that a policy added.
    #[must_use]
    pub fn without_added(&self) -> Self {
        let mut plain = self.clone();
        plain.columns.retain(|column| column.added.is_none());
        let own = plain.columns.len();
        plain.by_name.retain(|_, id| id.index() < own);
        plain.examples.iter_mut().for_each(|event| event.values.truncate(own));
        plain
    }

    /// Whether two schemas of one table have the same columns at the same places.
    #[must_use]
    pub fn is_laid_out_as(&self, other: &Self) -> bool {
        let alike = |(this, other): (&ColumnDefinition, &ColumnDefinition)| {
            (&this.name, this.kind, &this.key_of) == (&other.name, other.kind, &other.key_of)
        };
        let places = self.columns.iter().zip(&other.columns);
        std::ptr::eq(self, other)
            || self.table == other.table
                && self.columns.len() == other.columns.len()
                && places.rev().all(alike)
    }

    /// This schema with the columns that a policy added to another one of the same table, behind its own. A column that
    /// both have is one: it is the same field of an event, whatever is said of how it is made.
    ///
    /// # Errors
    /// When both have a column of one name and of two kinds, or that is a key of JSON in one of them only.
    pub fn with_added_of(&self, other: &Self) -> Result<Self, String> {
        let mut joined = self.clone();
        for (_, column, _) in other.added() {
            let name = &column.name;
            match self.column(name).and_then(|id| self.definition(id)) {
                None => _ = joined.add(column.clone())?,
                Some(known) if known.kind != column.kind => {
                    let (this, that) = (known.kind.article(), column.kind.article());
                    return Err(format!("the column `{name}` is {this} in one policy and {that} in another"));
                }
                Some(known) if known.key_of != column.key_of => {
                    return Err(format!(
                        "the column `{name}` is a key of JSON in one policy and a field in another"
                    ));
                }
                Some(_) => {}
            }
        }
        Ok(joined)
    }

    /// This schema, with what another one says of the columns that both add.
    #[must_use]
    pub(crate) fn defined_as(&self, other: &Self) -> Self {
        let mut defined = self.clone();
        for (_, column, _) in other.added() {
            let place = defined.column(&column.name).map(ColumnId::index);
            if let Some(known) = place.and_then(|place| defined.columns.get_mut(place)) {
                known.clone_from(column);
            }
        }
        defined
    }

    /// Whether missing text in this column is told from empty text, by `present`: in tables that say so, and in columns that
    /// a policy adds, because not every event has those; not under a key of JSON.
    #[must_use]
    pub fn tells_missing_in(&self, id: ColumnId) -> bool {
        self.definition(id).is_some_and(|column| self.tells_missing(column))
    }

    fn tells_missing(&self, column: &ColumnDefinition) -> bool {
        column.kind == Kind::Text
            && (self.missing_text || (column.added.is_some() && column.key_of.is_none()))
    }

    /// The column of this name; case matters.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<ColumnId> {
        self.by_name.get(name).copied()
    }

    /// The definition of a column, `None` for an id of another schema.
    #[must_use]
    pub fn definition(&self, id: ColumnId) -> Option<&ColumnDefinition> {
        self.columns.get(id.index())
    }

    /// What a column holds.
    #[must_use]
    pub fn kind(&self, id: ColumnId) -> Kind {
        self.definition(id).map_or(Kind::Text, |column| column.kind)
    }

    /// The name of a column, empty for an id of another schema.
    #[must_use]
    pub fn name(&self, id: ColumnId) -> &str {
        self.definition(id).map_or("", |column| &column.name)
    }

    /// A column of text: the device, or the first one; empty where there is none.
    #[must_use]
    pub fn any_text(&self) -> &str {
        let first = || self.columns.iter().find(|column| column.kind == Kind::Text);
        if self.device.is_empty() { first().map_or("", |column| &column.name) } else { &self.device }
    }

    /// Every column, in order.
    pub fn ids(&self) -> impl Iterator<Item = ColumnId> + '_ {
        self.by_position().map(|(id, _)| id)
    }

    /// Every column that is no key of another's JSON, in order.
    pub fn own_ids(&self) -> impl Iterator<Item = ColumnId> + '_ {
        self.by_position().filter(|(_, column)| column.key_of.is_none()).map(|(id, _)| id)
    }

    fn by_position(&self) -> impl Iterator<Item = (ColumnId, &ColumnDefinition)> {
        // `new` has checked that every place fits.
        (0u16..).map(ColumnId).zip(&self.columns)
    }
}

/// A value of TOML as a value of a kind of column.
fn read(kind: Kind, value: &toml::Value) -> Option<OwnedValue> {
    Some(match (kind, value) {
        (Kind::Text, toml::Value::String(text)) => OwnedValue::Text(text.clone()),
        (Kind::Address, toml::Value::String(text)) => OwnedValue::address(text),
        (Kind::Number, toml::Value::Integer(number)) => OwnedValue::Number(*number),
        (Kind::Bool, toml::Value::Boolean(value)) => OwnedValue::Bool(*value),
        (Kind::Time, toml::Value::Datetime(time)) => OwnedValue::Time(Time::parse(&time.to_string())?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::basename;

    #[test]
    fn a_backslash_is_a_letter_of_a_linux_name() {
        let cases = [
            ("/usr/bin/curl", "curl"),
            ("C:\\Windows\\System32\\dns.exe", "dns.exe"),
            ("/tmp/x\\snapd", "x\\snapd"),
            ("snapd", "snapd"),
            ("/usr/bin/", ""),
        ];
        for (path, name) in cases {
            assert_eq!(basename(path), name, "{path}");
        }
    }
}
