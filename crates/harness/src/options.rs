//! How features are run, and what came of it. Knows no Gherkin.

use std::path::PathBuf;
use std::sync::Arc;

use lownoise_engine::policy::Policy;
use lownoise_engine::value::Time;
use lownoise_prove::Assignment;

/// Finds a policy by the name that a scenario gives it; the error is for the scenario's author.
pub type Policies<'a> = dyn Fn(&str) -> Result<Arc<Policy>, String> + 'a;

/// How to run.
pub struct Options<'a> {
    /// Where policies come from; asked once for each scenario, so the caller keeps what it has read.
    pub policies: &'a Policies<'a>,
    /// The clock of scenarios that do not set it.
    pub now: Time,
    /// Whether every step is reported, or only what failed.
    pub verbose: bool,
}

/// Where a scenario is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The feature file.
    pub file: PathBuf,
    /// The line of the scenario, from 1.
    pub line: usize,
    /// The scenario's name.
    pub scenario: String,
}

/// A verdict that a scenario asked for by name, and got.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// The scenario; all of its steps passed.
    pub place: Place,
    /// The policy under test.
    pub policy: Arc<Policy>,
    /// The event, and the row of its device.
    pub event: Assignment,
    /// The clock.
    pub now: Time,
    /// What the scenario named.
    pub named: Named,
}

/// What a scenario names in its `Then`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// Exclusions that hide the event, by their ids.
    Exclusions(Vec<String>),
    /// The condition of the scope that the event fails.
    Condition(String),
}

/// A scenario that failed, or a feature that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failing {
    /// The scenario; of a feature that could not be read, line 1 and no name.
    pub place: Place,
    /// The step that failed, and its line.
    pub step: Option<(String, usize)>,
    /// Why, in one or more lines.
    pub why: String,
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Features that were read.
    pub features: usize,
    /// Features that could not be read as Gherkin.
    pub unreadable: usize,
    /// Scenarios of which every step passed.
    pub passed: usize,
    /// Scenarios with a failed, undefined or ambiguous step, or without a `Then`.
    pub failed: usize,
    /// What failed, in the order of the features.
    pub failures: Vec<Failing>,
    /// The verdicts that passed scenarios asked for by name, in the order of the features.
    pub met: Vec<Expectation>,
}

impl Summary {
    /// The scenarios that ran.
    #[must_use]
    pub fn scenarios(&self) -> usize {
        self.passed + self.failed
    }

    /// Whether something ran, and all of it passed.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.unreadable == 0 && self.failed == 0 && self.passed > 0
    }
}
