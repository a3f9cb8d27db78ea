//! The counts of a run. Knows no scenario.

/// What came of running features.
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
