//! Why a verb ended early, and the exit code that says so. The only error type that knows every room.

use std::fmt;
use std::process::ExitCode;

use lownoise_harness::HarnessError;
use lownoise_ingest::write::WriteError;
use lownoise_ingest::{OpenError, ReadError};

use crate::terminal;

/// Why a verb ended.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Something was found; it has been printed.
    Findings,
    /// A policy or an event file could not be read or is invalid; if there is a text, it has not been printed.
    Input(Option<String>),
    /// The arguments do not fit together, or the output cannot be written.
    Usage(String),
    /// Whoever read the output wants no more.
    ClosedPipe,
    /// The user stopped it.
    Interrupted,
}

impl Failure {
    const FINDINGS: u8 = 1;
    const INPUT: u8 = 2;
    /// Usage or internal error.
    pub(crate) const USAGE: u8 = 3;
    /// What shells report for a program that Ctrl-C ended.
    const INTERRUPTED: u8 = 130;

    /// An input that cannot be read or used.
    pub(crate) fn input(text: impl fmt::Display) -> Self {
        Self::Input(Some(text.to_string()))
    }

    /// Prints what has not been printed, and gives the exit code.
    pub(crate) fn report(self) -> ExitCode {
        let (code, text) = match self {
            Self::Findings => (Self::FINDINGS, None),
            Self::Input(text) => (Self::INPUT, text),
            Self::Usage(text) => (Self::USAGE, Some(text)),
            Self::ClosedPipe => (0, None),
            Self::Interrupted => (Self::INTERRUPTED, None),
        };
        if let Some(text) = text {
            terminal::error(&text);
        }
        ExitCode::from(code)
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        Self::input(error)
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        Self::input(error)
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::ClosedPipe => Self::ClosedPipe,
            WriteError::Failed(error) => Self::Usage(error.to_string()),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::from(WriteError::from(error))
    }
}

impl From<HarnessError> for Failure {
    fn from(error: HarnessError) -> Self {
        match error {
            HarnessError::Features(error) => Self::input(error),
            other @ HarnessError::Steps(_) => Self::Usage(other.to_string()),
        }
    }
}
