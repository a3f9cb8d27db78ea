//! Mappings: which fields of another source stand for the columns of a table, as data. Knows neither rows
//! nor how a field becomes a value (see `convert`).

mod parse;

use std::fmt;
use std::path::Path;

use include_dir::{Dir, include_dir};

use crate::MappingChoice;

static SHIPPED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../schemas/mappings");

/// How a source spells one table. Read from TOML; adding one is adding a file to `schemas/mappings/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// Its name, as users choose it: `sysmon`.
    pub id: String,
    /// What it is, in words: `Sysmon network connections (event 3)`.
    pub title: String,
    /// The table whose columns it supplies.
    pub table: String,
    /// Fields that are all present in a record of this source, and not all in others.
    pub recognise: Vec<String>,
    /// What must hold for a record to be a row of the table.
    pub rows: Vec<Condition>,
    /// The columns that it supplies, in the order of the file.
    pub columns: Vec<(String, Supply)>,
}

/// A condition on one field of a record, as the source wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The field; dots step into nested objects.
    pub field: String,
    /// What must hold of it.
    pub test: RowTest,
}

/// See [`Condition`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowTest {
    /// The field is there, not null and not empty; or, with `false`, it is not.
    Exists(bool),
    /// The field's text is one of these; a number is compared as it is spelled.
    AnyOf(Vec<String>),
}

/// Where a column's value comes from, and what is done to it, in this order: `absent`, `basename`, `values`,
/// then `derive` or the reading by the column's kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supply {
    /// The fields.
    pub from: Origin,
    /// Values that mean that there is none: `-`.
    pub absent: Vec<String>,
    /// Only the last part of a path is kept.
    pub basename: bool,
    /// What the source says, and what the table says for it; other values stay as they are.
    pub values: Vec<(String, String)>,
    /// How the source spells times; `None`: RFC 3339, or by the caller's dates.
    pub time: Option<TimeSpelling>,
    /// What is computed from the value.
    pub derive: Option<Derive>,
}

/// The fields of a [`Supply`]; dots step into nested objects, and a dotted key is the same as a nested one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The first of these that has a value.
    First(Vec<String>),
    /// All of these that have a value, with one space between them.
    Joined(Vec<String>),
    /// The first of the two, or else what stands under this key of the JSON that the second one holds.
    Under([String; 2], String),
}

impl Origin {
    /// The fields, in order.
    #[must_use]
    pub fn fields(&self) -> &[String] {
        match self {
            Self::First(fields) | Self::Joined(fields) => fields,
            Self::Under(fields, _) => fields,
        }
    }
}

/// How a source spells times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeSpelling {
    /// Seconds since 1970, a number or its text.
    EpochSeconds,
    /// Milliseconds since 1970, a number or its text.
    EpochMilliseconds,
    /// `2020-06-10 02:50:55.662`, always UTC.
    Utc,
}

/// What is computed from a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derive {
    /// The type of an address, in Defender's words; see `sensor_type` of the engine.
    AddressType,
}

/// Why a mapping cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingError {
    /// The mapping, or its file.
    pub mapping: String,
    /// Everything that is wrong with it, never empty.
    pub problems: Vec<String>,
}

impl fmt::Display for MappingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mapping `{}`: {}", self.mapping, self.problems.join("; "))
    }
}

impl std::error::Error for MappingError {}

impl Mapping {
    /// Reads a mapping; `name` is what errors call it.
    ///
    /// # Errors
    /// When the text is not TOML, or with all unknown keys, wrong types and missing entries that it has.
    pub fn parse(name: &str, text: &str) -> Result<Self, MappingError> {
        parse::mapping(text).map_err(|problems| MappingError { mapping: name.to_owned(), problems })
    }

    /// The shipped mappings, every `schemas/mappings/*.toml`, by id.
    ///
    /// # Errors
    /// When a shipped file is not a mapping; a test of this crate holds that none is.
    pub fn shipped() -> Result<Vec<Self>, MappingError> {
        let mut mappings = Vec::new();
        for file in SHIPPED.files().filter(|file| file.path().extension().is_some_and(|end| end == "toml")) {
            let name = file.path().display().to_string();
            mappings.push(Self::parse(&name, file.contents_utf8().unwrap_or_default())?);
        }
        mappings.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(mappings)
    }

    /// The mapping of a table that a caller chose. Recognised is the shipped one all of whose telling fields a
    /// record shows; of several, the one with the most. `None`: the table's own names.
    ///
    /// # Errors
    /// When the chosen mapping does not exist or is not valid.
    pub fn choose(
        choice: &MappingChoice,
        table: &str,
        shows: impl Fn(&[String]) -> bool,
    ) -> Result<Option<Self>, MappingError> {
        match choice {
            MappingChoice::None => Ok(None),
            MappingChoice::Shipped(id) => Self::named(id, table).map(Some),
            MappingChoice::File(path) => Self::file(path).map(Some),
            MappingChoice::Recognise => {
                let fits = |mapping: &Self| {
                    mapping.table == table && !mapping.recognise.is_empty() && shows(&mapping.recognise)
                };
                let fitting = Self::shipped()?.into_iter().filter(fits);
                Ok(fitting.max_by_key(|mapping| mapping.recognise.len()))
            }
        }
    }

    /// The shipped mapping of this id for this table.
    ///
    /// # Errors
    /// When there is none; the error names those that exist.
    pub fn named(id: &str, table: &str) -> Result<Self, MappingError> {
        let mut shipped = Self::shipped()?;
        shipped.retain(|mapping| mapping.table == table);
        if let Some(place) = shipped.iter().position(|mapping| mapping.id == id) {
            return Ok(shipped.swap_remove(place));
        }
        let known: Vec<&str> = shipped.iter().map(|mapping| mapping.id.as_str()).collect();
        let problem = match known.as_slice() {
            [] => format!("no mapping is shipped for `{table}`"),
            _ => format!(
                "there is no such mapping for `{table}`{}; use one of: {}",
                meant(id, &known),
                known.join(", ")
            ),
        };
        Err(MappingError { mapping: id.to_owned(), problems: vec![problem] })
    }

    /// The mapping in a file.
    ///
    /// # Errors
    /// When the file cannot be read or is not a mapping.
    pub fn file(path: &Path) -> Result<Self, MappingError> {
        let name = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&name, &text),
            Err(error) => {
                Err(MappingError { mapping: name, problems: vec![format!("cannot read it: {error}")] })
            }
        }
    }
}

/// `; did you mean …?`, or nothing when no known word is near.
pub(crate) fn meant(word: &str, known: &[&str]) -> String {
    known
        .iter()
        .map(|&candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map_or_else(String::new, |(_, candidate)| format!("; did you mean `{candidate}`?"))
}
