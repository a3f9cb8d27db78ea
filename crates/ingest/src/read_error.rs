//! Why an input is not read on. Knows no format.

use std::fmt;

/// Why an input could not be read to its end. Everything before was handed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// The input, as the user names it.
    pub input: String,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.input, self.problem)
    }
}

impl std::error::Error for ReadError {}
