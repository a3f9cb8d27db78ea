//! What a repository demands, as `lownoise.toml` says it: the levels of lints, and what governance requires. Knows no
//! files: the text is brought.

mod read;

use globset::GlobSet;
use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

pub use read::{config_schema, read_config};

/// The name of the file, at the root of a repository.
pub const CONFIG_FILE: &str = "lownoise.toml";

/// What a repository demands. The default is what holds without a `lownoise.toml`.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Levels of codes, everywhere.
    pub levels: Levels,
    /// Levels of codes in some files; the last that names a code decides.
    pub overrides: Vec<Override>,
    /// Who answers for exclusions, and for how long.
    pub governance: Governance,
    /// What the ladder of evasion must reach.
    pub evasion: Evasion,
}

/// What becomes of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It is not told.
    Allow,
    /// It is told.
    Warning,
    /// It fails the check.
    Error,
}

/// Codes and what becomes of them, in the order of the file.
pub type Levels = Vec<(String, Severity)>;

/// Levels for some files.
#[derive(Debug, Clone)]
pub struct Override {
    /// The files, by their path below the folder of `lownoise.toml`.
    pub paths: GlobSet,
    /// What they change.
    pub levels: Levels,
}

/// What a repository demands of an exclusion's header.
#[derive(Debug, Clone)]
pub struct Governance {
    /// What an exclusion must have; an owner and a reason if it is not said.
    pub require: Vec<Required>,
    /// How many days ahead `expires` may lie.
    pub horizon: Option<u32>,
    /// How many days before its last day an exclusion is warned about.
    pub warn_before: u32,
    /// What a ticket looks like.
    pub ticket: Option<TicketPattern>,
}

/// What a ticket looks like.
#[derive(Debug, Clone)]
pub struct TicketPattern {
    /// As it is written.
    pub written: String,
    whole: Regex,
}

impl TicketPattern {
    fn new(written: &str) -> Result<Self, regex::Error> {
        // Without the anchors the expression would hold on a part of a ticket.
        Ok(Self { written: written.to_owned(), whole: Regex::new(&format!("^(?:{written})$"))? })
    }

    /// Whether a ticket looks like one.
    #[must_use]
    pub fn is_match(&self, ticket: &str) -> bool {
        self.whole.is_match(ticket)
    }
}

/// A key that a repository may require.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Required {
    /// Somebody answers for it, and not nobody in particular.
    Owner,
    /// A reason that says something.
    Reason,
    /// A last day.
    Expires,
    /// A day of review.
    Review,
    /// A ticket.
    Ticket,
}

/// What the ladder of evasion must reach.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Evasion {
    /// The least score that an exclusion may have, from 1 to 6.
    pub minimum: Option<u8>,
}

impl Default for Governance {
    fn default() -> Self {
        Self {
            require: vec![Required::Owner, Required::Reason],
            horizon: None,
            warn_before: 14,
            ticket: None,
        }
    }
}

impl Governance {
    /// Whether a key must be there.
    #[must_use]
    pub fn requires(&self, key: Required) -> bool {
        self.require.contains(&key)
    }
}

impl Config {
    /// What becomes of a code in a file, if the repository says so; `path` is relative to the folder of `lownoise.toml`.
    #[must_use]
    pub fn severity(&self, code: &str, path: &str) -> Option<Severity> {
        let named =
            |levels: &Levels| levels.iter().rev().find(|(name, _)| name == code).map(|(_, level)| *level);
        let overrides = self.overrides.iter().rev().filter(|found| found.paths.is_match(path));
        overrides.map(|found| &found.levels).find_map(named).or_else(|| named(&self.levels))
    }
}

#[cfg(test)]
mod tests;
