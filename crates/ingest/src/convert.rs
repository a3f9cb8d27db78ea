//! From a field as its source wrote it to a value of a column: the one place where text, JSON and typed
//! cells become values. Knows mappings and kinds; neither shapes nor files.

mod under;
mod value;

use std::sync::Arc;

use bumpalo::Bump;
use lownoise_engine::event::{Batch, Column, ColumnId};
use lownoise_engine::schema::{ColumnDefinition, Schema};
use lownoise_engine::value::{Kind, Time, Value};

use crate::dates::DateError;
use crate::mapping::{Condition, Mapping, MappingError, Origin, RowTest, Supply, meant};
use crate::{Chunk, Dates, Mistyped, Request, Undecided};

pub(crate) use value::address;

/// A field as its source wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Raw<'a> {
    /// Not there, or null.
    #[default]
    Absent,
    /// Text: a JSON string (unescaped), a CSV field.
    Text(&'a str),
    /// The spelling of any other JSON value: a number, a boolean, an object, an array.
    Json(&'a str),
    /// A whole number of a typed source.
    Number(i64),
    /// A boolean of a typed source.
    Bool(bool),
    /// A time of a typed source.
    Time(Time),
}

/// What a field became.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Converted<'a> {
    /// A value of the column's kind, or missing.
    Value(Value<'a>),
    /// Not of the column's kind: it is read as missing, and reported.
    Mistyped,
    /// A date that cannot be read without a word of the user: reading stops.
    Undecided(DateError),
}

/// A request and a mapping, resolved against each other: which fields of the source are read, and how the
/// fields of a record become the columns of a row. A reader finds each of [`fields`](Self::fields) in a record
/// and hands them on, in that order, to [`row`](Self::row).
#[derive(Debug, Clone)]
pub struct Converter {
    schema: Arc<Schema>,
    dates: Dates,
    fields: Vec<String>,
    rules: Vec<Rule>,
    conditions: Vec<(usize, RowTest)>,
    unsupplied: Vec<ColumnId>,
}

/// How one column is made.
#[derive(Debug, Clone)]
struct Rule {
    column: ColumnId,
    kind: Kind,
    /// Places in `Converter::fields`.
    fields: Vec<usize>,
    /// What is done on the way; `None`: nothing, the column is one field of the same name.
    supply: Option<Supply>,
}

impl Converter {
    /// Resolves the request's columns. Without a mapping a column is the field of its own name.
    ///
    /// # Errors
    /// When the mapping is of another table, or names a column that the table does not have.
    pub fn new(request: &Request, mapping: Option<&Mapping>) -> Result<Self, MappingError> {
        let mut converter = Self {
            schema: Arc::clone(&request.schema),
            dates: request.dates.clone(),
            fields: Vec::new(),
            rules: Vec::new(),
            conditions: Vec::new(),
            unsupplied: Vec::new(),
        };
        if let Some(mapping) = mapping {
            check(mapping, &request.schema)?;
            for Condition { field, test } in &mapping.rows {
                let field = converter.field(field);
                converter.conditions.push((field, test.clone()));
            }
        }
        let mut columns = request.columns.clone();
        columns.sort_unstable();
        columns.dedup();
        for column in columns {
            converter.resolve(column, mapping);
        }
        Ok(converter)
    }

    /// The fields to find in a record, each once. A dot steps into a nested object, and a source whose names
    /// hold dots (a flattened CSV header) may match the whole name.
    #[must_use]
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// The wanted columns, in the order of their ids: a column's *slot* is its place here.
    #[must_use]
    pub fn columns(&self) -> impl ExactSizeIterator<Item = ColumnId> + '_ {
        self.rules.iter().map(|rule| rule.column)
    }

    /// Whether every record is a row of the table, so that [`belongs`](Self::belongs) need not be asked.
    pub(crate) fn takes_every_record(&self) -> bool {
        self.conditions.is_empty()
    }

    /// The field that alone becomes this column, unchanged; `None` when the mapping does something on the way.
    #[must_use]
    pub fn direct(&self, slot: usize) -> Option<usize> {
        self.rules
            .get(slot)
            .filter(|rule| rule.supply.is_none())
            .and_then(|rule| rule.fields.first().copied())
    }

    /// The field that alone becomes this column, where every record is a row.
    pub(crate) fn alone(&self, column: ColumnId) -> Option<&str> {
        let slot = self.columns().position(|known| known == column)?;
        let field = self.fields.get(self.direct(slot)?)?;
        self.takes_every_record().then_some(field.as_str())
    }

    /// Says that the source has these of the [`fields`](Self::fields) and no others: a column that is made of
    /// none of them is absent, and among the [`unsupplied`](Self::unsupplied).
    pub(crate) fn supplies_only(&mut self, has: impl Fn(usize) -> bool) {
        let (kept, absent): (Vec<_>, Vec<_>) =
            self.rules.drain(..).partition(|rule| rule.fields.iter().any(|&field| has(field)));
        self.rules = kept;
        self.unsupplied.extend(absent.iter().map(|rule| rule.column));
        self.unsupplied.sort_unstable();
    }

    /// The same without some columns.
    pub(crate) fn without(&self, leaves: impl Fn(ColumnId) -> bool) -> Self {
        let mut converter = self.clone();
        converter.rules.retain(|rule| !leaves(rule.column));
        converter
    }

    /// Those of the [`fields`](Self::fields) that something is made of.
    pub(crate) fn needed(&self) -> impl Iterator<Item = &str> {
        let places = self.rules.iter().flat_map(|rule| rule.fields.iter().copied());
        let places = places.chain(self.conditions.iter().map(|(field, _)| *field));
        places.filter_map(|place| self.fields.get(place).map(String::as_str))
    }

    /// The kind of a column.
    pub(crate) fn kind(&self, column: ColumnId) -> Kind {
        self.schema.kind(column)
    }

    /// Wanted columns that the source never supplies, as far as it is known before its rows are read.
    #[must_use]
    pub fn unsupplied(&self) -> &[ColumnId] {
        &self.unsupplied
    }

    /// Wanted columns that are computed from another field.
    pub fn derived(&self) -> impl Iterator<Item = ColumnId> + '_ {
        let derives = |rule: &&Rule| rule.supply.as_ref().is_some_and(|supply| supply.derive.is_some());
        self.rules.iter().filter(derives).map(|rule| rule.column)
    }

    /// What is said of a date that needs a word of the user.
    pub(crate) fn asks(&self, undecided: &Undecided) -> String {
        let Undecided { column, found, error, .. } = undecided;
        let help = error.help().map_or_else(String::new, |help| format!("; {help}"));
        format!("column `{}`: `{found}`: {error}{help}", self.schema.name(*column))
    }

    /// An empty chunk with room for `rows` rows: every wanted column of its kind, the others absent.
    #[must_use]
    pub fn chunk<'a>(&self, rows: usize) -> Chunk<'a> {
        let mut columns = vec![Column::Absent; self.schema.columns.len()];
        for rule in &self.rules {
            if let Some(column) = columns.get_mut(rule.column.index()) {
                *column = self.schema.empty_column(rule.column, rows);
            }
        }
        let batch = Batch { rows: 0, columns };
        Chunk { batch, places: Vec::with_capacity(rows), ..Chunk::default() }
    }

    /// Appends a record to a chunk that [`chunk`](Self::chunk) made: a row, or one more of another table.
    /// `record` is as long as [`fields`](Self::fields). True when it became a row.
    pub fn row<'a>(&self, place: u64, record: &[Raw<'a>], arena: &'a Bump, chunk: &mut Chunk<'a>) -> bool {
        if !self.belongs(record) {
            chunk.other_tables += 1;
            return false;
        }
        for rule in &self.rules {
            let raw = rule.raw(record, arena);
            let Some(column) = chunk.batch.columns.get_mut(rule.column.index()) else { continue };
            if rule.usual(raw, column, arena) {
                continue;
            }
            let value = match rule.convert(raw, &self.dates, arena) {
                Converted::Value(value) => value,
                Converted::Mistyped => {
                    chunk.mistyped.push(Mistyped { place, column: rule.column, found: raw.shown() });
                    Value::Missing
                }
                Converted::Undecided(error) => {
                    chunk.undecided.get_or_insert_with(|| Undecided {
                        place,
                        column: rule.column,
                        found: raw.shown(),
                        error,
                    });
                    Value::Missing
                }
            };
            column.push(value);
        }
        chunk.batch.rows += 1;
        chunk.places.push(place);
        true
    }

    /// Whether a record is a row of the table, by the mapping's conditions.
    #[must_use]
    pub fn belongs(&self, record: &[Raw<'_>]) -> bool {
        self.conditions.iter().all(|(field, test)| {
            let raw = record.get(*field).copied().unwrap_or_default();
            match test {
                RowTest::Exists(wanted) => *wanted != matches!(raw, Raw::Absent | Raw::Text("")),
                RowTest::AnyOf(texts) => match raw {
                    Raw::Text(text) | Raw::Json(text) => texts.iter().any(|one| one == text),
                    Raw::Number(number) => texts.iter().any(|one| *one == number.to_string()),
                    Raw::Bool(value) => texts.iter().any(|one| *one == value.to_string()),
                    Raw::Absent | Raw::Time(_) => false,
                },
            }
        })
    }

    /// The column in this slot, from what [`raw`](Self::raw) or a reader found for it.
    #[must_use]
    pub fn convert<'a>(&self, slot: usize, raw: Raw<'a>, arena: &'a Bump) -> Converted<'a> {
        let rule = self.rules.get(slot);
        rule.map_or(Converted::Value(Value::Missing), |rule| rule.convert(raw, &self.dates, arena))
    }

    /// The column in this slot, from the text of a field: as [`convert`](Self::convert) of [`Raw::Text`].
    #[must_use]
    pub fn text<'a>(&self, slot: usize, text: &'a str, arena: &'a Bump) -> Converted<'a> {
        self.convert(slot, Raw::Text(text), arena)
    }

    /// The one raw value that a slot is made of: the field itself, or what the mapping makes of its fields.
    #[must_use]
    pub fn raw<'a>(&self, slot: usize, record: &[Raw<'a>], arena: &'a Bump) -> Raw<'a> {
        self.rules.get(slot).map_or(Raw::Absent, |rule| rule.raw(record, arena))
    }

    /// The place of a field, added if it is new.
    fn field(&mut self, name: &str) -> usize {
        if let Some(place) = self.fields.iter().position(|known| known == name) {
            return place;
        }
        self.fields.push(name.to_owned());
        self.fields.len() - 1
    }

    fn resolve(&mut self, column: ColumnId, mapping: Option<&Mapping>) {
        let schema = Arc::clone(&self.schema);
        let Some(definition) = schema.definition(column) else { return };
        let supply = match mapping {
            None => Some(own(definition)),
            Some(mapping) => mapped(definition, mapping),
        };
        let Some(supply) = supply else { return self.unsupplied.push(column) };
        let fields = supply.from.fields().iter().map(|field| self.field(field)).collect();
        let (kind, supply) = (definition.kind, (!supply.is_plain()).then_some(supply));
        self.rules.push(Rule { column, kind, fields, supply });
    }
}

impl Rule {
    /// Appends a value of the usual kind and spelling, which needs no look at what else it might be. False when it is
    /// no such value, and nothing was appended.
    #[inline]
    fn usual<'a>(&self, raw: Raw<'a>, column: &mut Column<'a>, arena: &'a Bump) -> bool {
        match (column, raw) {
            (Column::Text(values), Raw::Text(text)) => values.push(text),
            (Column::Address(values), Raw::Text(text)) => values.push(value::address(text, arena)),
            (Column::Number(values), Raw::Json(text)) => match value::short(text) {
                Some(number) => values.push(Some(number)),
                None => return false,
            },
            (Column::Time(values), Raw::Text(text)) if self.supply.is_none() => match Time::parse(text) {
                Some(time) => values.push(Some(time)),
                None => return false,
            },
            _ => return false,
        }
        true
    }

    fn convert<'a>(&self, raw: Raw<'a>, dates: &Dates, arena: &'a Bump) -> Converted<'a> {
        let time = self.supply.as_ref().and_then(|supply| supply.time);
        value::read(self.kind, raw, time, dates, arena)
    }

    #[inline]
    fn raw<'a>(&self, record: &[Raw<'a>], arena: &'a Bump) -> Raw<'a> {
        let field = |field: &usize| record.get(*field).copied().unwrap_or_default();
        match &self.supply {
            None => self.fields.first().map_or(Raw::Absent, field),
            Some(supply) => value::supply(supply, self.fields.iter().map(field), arena),
        }
    }
}

impl Supply {
    /// These fields, as they are.
    pub(crate) fn plain(from: Origin) -> Self {
        Self { from, absent: Vec::new(), basename: false, values: Vec::new(), time: None, derive: None }
    }

    /// Whether the one field is taken as it is.
    fn is_plain(&self) -> bool {
        matches!(&self.from, Origin::First(fields) if fields.len() == 1)
            && self.absent.is_empty()
            && !self.basename
            && self.values.is_empty()
            && self.time.is_none()
            && self.derive.is_none()
    }
}

/// How a column is made of a source that has the table's own names.
fn own(column: &ColumnDefinition) -> Supply {
    let name = column.name.clone();
    Supply::plain(match column.key() {
        None => Origin::First(vec![name]),
        Some((json, key)) => Origin::Under([name, json.to_owned()], key.to_owned()),
    })
}

/// How a mapping makes a column: a key also of what it takes for the column that holds the JSON.
fn mapped(column: &ColumnDefinition, mapping: &Mapping) -> Option<Supply> {
    let named =
        |name: &str| mapping.columns.iter().find(|(known, _)| known == name).map(|(_, supply)| supply);
    if let Some(supply) = named(&column.name) {
        return Some(supply.clone());
    }
    // What somebody adds to events has the name that the policy gives it, whatever the source calls the rest.
    if column.added.is_some() && column.key_of.is_none() {
        return Some(own(column));
    }
    let (json, key) = column.key()?;
    match &named(json).filter(|supply| supply.is_plain())?.from {
        Origin::First(fields) => {
            let field = fields.first()?;
            Some(Supply::plain(Origin::Under([format!("{field}.{key}"), field.clone()], key.to_owned())))
        }
        Origin::Joined(_) | Origin::Under(..) => None,
    }
}

/// A mapping against its table.
fn check(mapping: &Mapping, schema: &Schema) -> Result<(), MappingError> {
    let failed = |problems| Err(MappingError { mapping: mapping.id.clone(), problems });
    if mapping.table != schema.table {
        return failed(vec![format!("it is for `{}`, and `{}` is wanted", mapping.table, schema.table)]);
    }
    let known: Vec<&str> = schema.columns.iter().map(|column| column.name.as_str()).collect();
    let problem = |(name, supply): &(String, Supply)| match schema.column(name) {
        None => Some(format!("`{}` has no column `{name}`{}", schema.table, meant(name, &known))),
        Some(id) if supply.time.is_some() && schema.kind(id) != Kind::Time => {
            Some(format!("column `{name}` is {}, so `time` says nothing", schema.kind(id).article()))
        }
        Some(_) => None,
    };
    let problems: Vec<String> = mapping.columns.iter().filter_map(problem).collect();
    if problems.is_empty() { Ok(()) } else { failed(problems) }
}
