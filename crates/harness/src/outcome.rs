//! What came of a run, as plain data in the order of the features. Knows no Gherkin and no words for people.

use std::path::PathBuf;

use lownoise_engine::policy::Date;

use crate::check::Check;
use crate::options::{Expectation, Place};

/// What came of a run.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Every feature of which something was looked at.
    pub features: Vec<FeatureRun>,
    /// The verdicts that passed scenarios asked for by name, in the order of the features.
    pub met: Vec<Expectation>,
    /// What passed scenarios asked of their policies, in the order of the features.
    pub checks: Vec<Check>,
    /// The scenarios to run before they were divided into shards; none is a mistake.
    pub selected: usize,
}

/// What came of a feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureRun {
    /// Its file.
    pub file: PathBuf,
    /// Its name; of one that could not be read, none.
    pub name: String,
    /// Why it could not be read.
    pub unreadable: Option<Unreadable>,
    /// Its scenarios, outlines expanded.
    pub scenarios: Vec<ScenarioRun>,
}

/// Why a feature could not be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The line, from 1.
    pub line: usize,
    /// Why, in one or more lines.
    pub why: String,
}

/// What came of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioRun {
    /// Where it is written.
    pub place: Place,
    /// The name of the rule that it stands in.
    pub rule: Option<String>,
    /// Its tags and those of what it stands in, without `@`.
    pub tags: Vec<String>,
    /// The steps that passed.
    pub passed: Vec<StepWords>,
    /// How it ended.
    pub outcome: Outcome,
    /// What its policies said.
    pub seen: Seen,
}

/// A step as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepWords {
    /// Keyword and words.
    pub words: String,
    /// The rows of the table below it.
    pub rows: Vec<Vec<String>>,
    /// Its line, from 1.
    pub line: usize,
}

/// How a scenario ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Every step passed, and one of them expected something.
    Passed,
    /// It was not run, or not to its end, because of this tag.
    Skipped(String),
    /// A failed, undefined or ambiguous step, or no `Then`.
    Failed {
        /// The step, unless it is the scenario as a whole.
        step: Option<StepWords>,
        /// Why, in one or more lines.
        why: String,
    },
}

/// What the policies of a scenario are and said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// The policies under test, by their ids, in the order of the scenario.
    pub policies: Vec<String>,
    /// The exclusions that hid an event on which a step passed.
    pub hidden_by: Vec<String>,
    /// The exclusions of these policies that had expired by the clock of the run, so that they hide nothing.
    pub expired: Vec<Expired>,
}

/// An exclusion that has expired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expired {
    /// The policy under test.
    pub policy: String,
    /// The exclusion.
    pub exclusion: String,
    /// The last day on which it hid.
    pub last: Date,
}

/// A scenario that failed, or a feature that could not be read.
#[derive(Debug, Clone, Copy)]
pub struct Failing<'s> {
    /// The feature file.
    pub feature: &'s FeatureRun,
    /// The scenario, unless it is the feature as a whole.
    pub scenario: Option<&'s ScenarioRun>,
    /// The line to look at: of the step, the scenario, or the mistake.
    pub line: usize,
    /// The step that failed.
    pub step: Option<&'s StepWords>,
    /// Why, in one or more lines.
    pub why: &'s str,
}

impl Summary {
    /// The scenarios, in the order of the features.
    pub fn scenarios(&self) -> impl Iterator<Item = &ScenarioRun> {
        self.features.iter().flat_map(|feature| &feature.scenarios)
    }

    /// Features that could not be read as Gherkin.
    #[must_use]
    pub fn unreadable(&self) -> usize {
        self.features.iter().filter(|feature| feature.unreadable.is_some()).count()
    }

    /// Scenarios of which every step passed.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.scenarios().filter(|scenario| scenario.outcome == Outcome::Passed).count()
    }

    /// Scenarios that failed.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.scenarios().filter(|scenario| matches!(scenario.outcome, Outcome::Failed { .. })).count()
    }

    /// Scenarios that were skipped because of a tag.
    #[must_use]
    pub fn skipped(&self) -> usize {
        self.scenarios().filter(|scenario| matches!(scenario.outcome, Outcome::Skipped(_))).count()
    }

    /// Whether there was something to run, and all of it passed.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.unreadable() == 0 && self.failed() == 0 && self.selected > 0
    }

    /// What failed, in the order of the features.
    pub fn failures(&self) -> impl Iterator<Item = Failing<'_>> {
        self.features.iter().flat_map(|feature| {
            let broken = feature.unreadable.iter().map(move |broken| Failing {
                feature,
                scenario: None,
                line: broken.line,
                step: None,
                why: &broken.why,
            });
            broken.chain(feature.scenarios.iter().filter_map(move |scenario| failing(feature, scenario)))
        })
    }

    /// The exclusions under test that had expired by the clock of the run, each once.
    #[must_use]
    pub fn expired(&self) -> Vec<&Expired> {
        let mut all: Vec<&Expired> = Vec::new();
        for expired in self.scenarios().flat_map(|scenario| &scenario.seen.expired) {
            if !all.contains(&expired) {
                all.push(expired);
            }
        }
        all
    }
}

fn failing<'s>(feature: &'s FeatureRun, scenario: &'s ScenarioRun) -> Option<Failing<'s>> {
    let Outcome::Failed { step, why } = &scenario.outcome else { return None };
    let step = step.as_ref();
    let line = step.map_or(scenario.place.line, |step| step.line);
    Some(Failing { feature, scenario: Some(scenario), line, step, why })
}
