//! Why an input is not read on. Knows no format.

use std::fmt;

/// Why an input could not be read to its end. Everything before was handed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// The input, as the user names it.
    pub input: String,
    /// The number of the record that it is about, if it is about one.
    pub place: Option<u64>,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: ", self.input)?;
        if let Some(place) = self.place {
            write!(f, "record {place}: ")?;
        }
        f.write_str(&self.problem)
    }
}

impl std::error::Error for ReadError {}
