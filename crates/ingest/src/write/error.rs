//! Why an output was not written, and whether that is anybody's fault.

use std::fmt;
use std::io;

/// Why an output was not written.
#[derive(Debug)]
pub enum WriteError {
    /// Whoever read the output wants no more of it; not a fault.
    ClosedPipe,
    /// Anything else. A [`Destination`](super::Destination) has put its name into the text.
    Failed(io::Error),
}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            _ => Self::Failed(error),
        }
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClosedPipe => f.write_str("the reader of the output has closed it"),
            Self::Failed(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for WriteError {}
