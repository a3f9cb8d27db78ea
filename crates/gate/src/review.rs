//! The result of judging policies, as plain data.

use lownoise_engine::diagnostic::{self, Diagnostic};
use lownoise_engine::span::Sources;
use serde::Serialize;

use crate::concern::{Concern, Level, Place, Rule};
use crate::replay::Replay;

/// What was found of all policies in question.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Review {
    /// What they are compared with, as people name it.
    pub base: Option<String>,
    /// Each policy, by its id.
    pub policies: Vec<Reviewed>,
    /// What is found beside them: scenarios that failed, policies that cannot be read.
    pub concerns: Vec<Concern>,
    /// What became of the scenarios, where they were run.
    pub scenarios: Option<Scenarios>,
    /// What was assumed of events.
    pub assumptions: Vec<String>,
}

/// What became of scenarios.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Scenarios {
    /// How many passed.
    pub passed: usize,
    /// How many failed.
    pub failed: usize,
}

/// What was found of one policy.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reviewed {
    /// The policy's id.
    pub id: String,
    /// Its file.
    pub file: String,
    /// What stands on the two sides.
    pub standing: Standing,
    /// Exclusions that stand as they stood, under whatever id.
    pub unchanged: usize,
    /// The invariants that are proved.
    pub proved: Vec<String>,
    /// Everything that was found, the worst first.
    pub concerns: Vec<Concern>,
    /// How many events were read for the counts.
    pub replayed: Option<u64>,
}

/// How the two sides of a policy stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// There is one side only to look at.
    Alone,
    /// It was not there before.
    Added,
    /// It is not there any more.
    Removed,
    /// Proved: both keep the same events.
    Equivalent,
    /// Proved: what the old one keeps, the new one keeps, and more.
    HidesNothingNew,
    /// The new one may hide more.
    MayHideMore,
    /// One of them cannot be read.
    NotComparable,
}

impl Review {
    /// Everything that was found.
    pub fn all(&self) -> impl Iterator<Item = &Concern> {
        self.policies.iter().flat_map(|policy| &policy.concerns).chain(&self.concerns)
    }

    /// Whether something is wrong.
    #[must_use]
    pub fn fails(&self) -> bool {
        self.all().any(|concern| concern.level == Level::Error)
    }
}

impl Reviewed {
    /// A policy of which nothing is said yet.
    #[must_use]
    pub fn new(id: impl Into<String>, file: impl Into<String>, standing: Standing) -> Self {
        Self {
            id: id.into(),
            file: file.into(),
            standing,
            unchanged: 0,
            proved: Vec::new(),
            concerns: Vec::new(),
            replayed: None,
        }
    }

    /// With what was found, the worst first.
    #[must_use]
    pub fn with(mut self, concerns: impl IntoIterator<Item = Concern>) -> Self {
        self.concerns.extend(concerns);
        self.concerns.sort_by_key(|concern| std::cmp::Reverse(concern.level));
        self
    }

    pub(crate) fn counted(mut self, replay: Option<&Replay>) -> Self {
        self.replayed = replay.map(|replay| replay.events);
        self
    }
}

impl Concern {
    /// Something that is no more than said.
    #[must_use]
    pub fn new(
        rule: Rule,
        level: Level,
        subject: impl Into<String>,
        message: impl Into<String>,
        place: Place,
    ) -> Self {
        Self {
            rule,
            level,
            subject: subject.into(),
            message: message.into(),
            details: Vec::new(),
            place,
            edit: None,
            witness: None,
            unknown: None,
            from: None,
            replayed: None,
            accepted: None,
            scenario: None,
            help: None,
        }
    }
}

/// What is wrong or suspicious in a policy's texts.
#[must_use]
pub fn findings(subject: &str, diagnostics: &[Diagnostic], sources: &Sources) -> Vec<Concern> {
    let concern = |found: &Diagnostic| {
        let level = match found.level {
            diagnostic::Level::Error => Level::Error,
            diagnostic::Level::Warning => Level::Warning,
        };
        let place = found.labels.first().map(|label| Place::of(sources, label.span)).unwrap_or_default();
        let mut concern = Concern::new(Rule::Check(found.code), level, subject, &found.message, place);
        concern.help.clone_from(&found.help);
        concern
    };
    diagnostics.iter().map(concern).collect()
}
