//! The header of a CSV text: which column holds a field, and what its name says about times.

use std::collections::HashSet;
use std::fmt;

use super::fields::split;
use crate::names::nothing_wanted;

/// What Log Analytics puts behind the names of time columns.
const UTC: &str = " [UTC]";
const LOCAL: &str = " [Local Time]";

/// The names of the columns, each once.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    names: Vec<String>,
}

/// A column that holds a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) column: usize,
    /// Whether its times are UTC where they name no zone.
    pub(super) utc: bool,
}

/// Why a header cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HeaderError {
    /// It cannot be read, and why.
    Malformed(String),
    /// A name that it has more than once.
    Duplicate(String),
    /// None of the fields that are wanted is in it; in words.
    NothingWanted(String),
}

impl Header {
    /// Reads the first record.
    pub(crate) fn parse(record: &[u8]) -> Result<Self, HeaderError> {
        let text =
            std::str::from_utf8(record).map_err(|_| HeaderError::Malformed("it is not UTF-8".into()))?;
        let text = text.strip_suffix('\n').unwrap_or(text);
        let mut fields = Vec::new();
        split(text.strip_suffix('\r').unwrap_or(text), &mut fields).map_err(HeaderError::Malformed)?;
        let names: Vec<String> = fields.into_iter().map(|field| field.text().into_owned()).collect();
        let mut seen = HashSet::new();
        match names.iter().find(|name| !seen.insert(name.as_str())) {
            Some(name) => Err(HeaderError::Duplicate(name.clone())),
            None => Ok(Self { names }),
        }
    }

    /// The names, in order.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether all of these fields are in it.
    pub(crate) fn has_all(&self, fields: &[String]) -> bool {
        fields.iter().all(|field| self.place(field).is_some())
    }

    /// The column of a field: the one of its name, or of its name and a suffix of Log Analytics.
    pub(super) fn place(&self, field: &str) -> Option<Place> {
        let named = |suffix: &str| {
            self.names.iter().position(|name| name.strip_prefix(field).is_some_and(|rest| rest == suffix))
        };
        [("", false), (UTC, true), (LOCAL, false)]
            .into_iter()
            .find_map(|(suffix, utc)| named(suffix).map(|column| Place { column, utc }))
    }

    /// That none of the wanted fields is here.
    pub(super) fn nothing_wanted(&self, wanted: &[String]) -> HeaderError {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        HeaderError::NothingWanted(nothing_wanted(wanted, &names))
    }
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(reason) => write!(f, "the first line is no CSV header: {reason}"),
            Self::Duplicate(name) => write!(f, "the header has more than one column `{name}`"),
            Self::NothingWanted(words) => f.write_str(words),
        }
    }
}

impl std::error::Error for HeaderError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_name_then_by_suffix() {
        let header = Header::parse(b"a,\"b [UTC]\",c [Local Time],d [UTC],d\r\n").unwrap();
        let place = |column, utc| Some(Place { column, utc });
        let cases = [
            ("a", place(0, false)),
            ("b", place(1, true)),
            ("c", place(2, false)),
            ("d", place(4, false)),
            ("A", None),
            ("", None),
        ];
        for (field, expected) in cases {
            assert_eq!(header.place(field), expected, "{field}");
        }
    }

    #[test]
    fn errors_show_what_is_there() {
        let error = |header: &[u8]| Header::parse(header).unwrap_err().to_string();
        assert_eq!(error(b"a,b,a"), "the header has more than one column `a`");
        assert_eq!(error(b"\xff"), "the first line is no CSV header: it is not UTF-8");
    }
}
