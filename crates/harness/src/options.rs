//! How features are run, and what came of it. Knows no Gherkin.

use std::sync::Arc;

use lownoise_engine::policy::Policy;
use lownoise_engine::value::Time;

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

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Features that were read.
    pub features: usize,
    /// Features that could not be read as Gherkin.
    pub unreadable: usize,
    /// Scenarios of which every step passed.
    pub passed: usize,
    /// Scenarios with a failed, undefined or ambiguous step, or without a `Then`.
    pub failed: usize,
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
