//! The header of a CSV text: which column holds a field, and what its name says about times.

use std::collections::HashSet;
use std::fmt;

use super::fields::split;

/// What Log Analytics puts behind the names of time columns.
const UTC: &str = " [UTC]";
const LOCAL: &str = " [Local Time]";

/// How many names of a header an error shows.
const SHOWN: usize = 8;

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
    /// None of the fields that are wanted is in it.
    NothingWanted {
        /// The names of the header.
        names: Vec<String>,
        /// A wanted field and the name that is most like it.
        nearest: Option<(String, String)>,
    },
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
        let likeness = |wanted: &String, name: &String| {
            strsim::jaro_winkler(&wanted.to_lowercase(), &name.to_lowercase())
        };
        let nearest = wanted
            .iter()
            .flat_map(|wanted| self.names.iter().map(move |name| (likeness(wanted, name), wanted, name)))
            .filter(|(likeness, ..)| *likeness > 0.8)
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, wanted, name)| (wanted.clone(), name.clone()));
        HeaderError::NothingWanted { names: self.names.clone(), nearest }
    }
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(reason) => write!(f, "the first line is no CSV header: {reason}"),
            Self::Duplicate(name) => write!(f, "the header has more than one column `{name}`"),
            Self::NothingWanted { names, nearest } => {
                let shown: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
                write!(
                    f,
                    "none of the columns that are needed is in the header, which has `{}`",
                    shown.join("`, `")
                )?;
                if names.len() > SHOWN {
                    write!(f, " and {} more", names.len() - SHOWN)?;
                }
                match nearest {
                    Some((wanted, name)) => {
                        write!(
                            f,
                            "; is `{name}` meant to be `{wanted}`? Case matters; other names need a --mapping"
                        )
                    }
                    None => f.write_str("; if its columns have other names, give a --mapping"),
                }
            }
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
        let header = Header::parse(b"timestamp,1,2,3,4,5,6,7,8").unwrap();
        assert_eq!(
            header.nothing_wanted(&["Timestamp".into()]).to_string(),
            "none of the columns that are needed is in the header, which has `timestamp`, `1`, `2`, `3`, `4`, `5`, \
             `6`, `7` and 1 more; is `timestamp` meant to be `Timestamp`? Case matters; other names need a --mapping"
        );
    }
}
