//! Runs features: reads them, hands their scenarios to cucumber's runner, and puts together what came of them. Knows no
//! step. Never panics, whatever a feature says.

use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use cucumber::gherkin::{Feature, Rule, Scenario};
use cucumber::runner::basic;
use cucumber::{Runner as _, Writer as _, cli};
use futures::executor::block_on;
use futures::stream::{self, StreamExt as _};

use crate::collector::{Collector, place};
use crate::features::{self, FeatureError};
use crate::options::Options;
use crate::outcome::{FeatureRun, Outcome, ScenarioRun, Seen, Summary, Unreadable};
use crate::selection::{Choice, Selection, tags};
use crate::stage::{Leavings, runner};
use crate::steps::Steps;

/// Why the features could not be run at all.
#[derive(Debug)]
pub enum HarnessError {
    /// They were not found.
    Features(FeatureError),
    /// A step's own words are broken; a test holds that none are.
    Steps(regex::Error),
}

impl fmt::Display for HarnessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Features(error) => error.fmt(f),
            Self::Steps(error) => write!(f, "a step is broken: {error}"),
        }
    }
}

impl Error for HarnessError {}

/// Runs every scenario of these feature files, and of those below the folders among them.
///
/// # Errors
/// When there is no feature. A scenario that fails is no error: see [`Summary`].
pub fn run(paths: &[PathBuf], options: &Options) -> Result<Summary, HarnessError> {
    let paths = features::find(paths).map_err(HarnessError::Features)?;
    let steps = Rc::new(Steps::new().map_err(HarnessError::Steps)?);
    let read = paths.into_iter().map(|path| {
        let feature = features::read(&path);
        (path, feature)
    });
    Ok(run_features(&steps, options, read))
}

/// Runs every scenario of these features, each with its path.
pub(crate) fn run_features(
    steps: &Rc<Steps>,
    options: &Options,
    features: impl IntoIterator<Item = (PathBuf, Result<Feature, FeatureError>)>,
) -> Summary {
    let mut selection = Selection::new(options);
    let mut plans = Vec::new();
    let mut to_run = Vec::new();
    for (path, feature) in features {
        let plan = match feature {
            Ok(feature) => plan(feature, &mut selection, &mut to_run),
            Err(error) => selection.next_is_ours().then(|| unreadable(&path, &error)),
        };
        plans.extend(plan);
    }
    let selected = selection.selected;
    let Collector { scenarios, met, checks, .. } = run_all(steps, options, to_run);
    let mut ran = VecDeque::from(scenarios);
    let features = plans.into_iter().map(|plan| plan.filled(&mut ran)).collect();
    Summary { features, met, checks, selected }
}

/// Runs all scenarios of these features on cucumber's runner.
fn run_all(steps: &Rc<Steps>, options: &Options, features: Vec<Feature>) -> Collector {
    let leavings = Leavings::default();
    let mut collector = Collector::new(Rc::clone(steps), Rc::clone(&leavings));
    let runner = runner(steps, options, &leavings);
    let events = runner.run(stream::iter(features.into_iter().map(Ok)), basic::Cli::default());
    block_on(async {
        let mut events = std::pin::pin!(events);
        while let Some(event) = events.next().await {
            collector.handle_event(event, &cli::Empty).await;
        }
    });
    collector
}

/// A feature, with a place for each of its scenarios.
struct Plan {
    run: FeatureRun,
    /// In their order: what is known already, or what the runner will say.
    scenarios: Vec<Planned>,
}

enum Planned {
    Skipped(ScenarioRun),
    ToRun(ScenarioRun),
}

impl Plan {
    /// With what came of the scenarios, which are taken from the front.
    fn filled(mut self, ran: &mut VecDeque<ScenarioRun>) -> FeatureRun {
        self.run.scenarios = self
            .scenarios
            .into_iter()
            .map(|planned| match planned {
                Planned::Skipped(scenario) => scenario,
                Planned::ToRun(scenario) => {
                    let same = ran.front().is_some_and(|ran| ran.place == scenario.place);
                    same.then(|| ran.pop_front()).flatten().unwrap_or(scenario)
                }
            })
            .collect();
        self.run
    }
}

/// What is run of a feature; `None` when nothing of it is looked at.
fn plan(mut feature: Feature, selection: &mut Selection<'_>, to_run: &mut Vec<Feature>) -> Option<Plan> {
    let around = Feature { scenarios: Vec::new(), rules: Vec::new(), ..feature.clone() };
    let mut planned = Vec::new();
    let mut choose = |rule: Option<&Rule>, scenario: &Scenario| {
        let tags = tags(&around, rule, scenario);
        let choice = selection.choose(&tags);
        let known = |outcome| ScenarioRun {
            place: place(&around, scenario),
            rule: rule.map(|rule| rule.name.clone()),
            tags,
            passed: Vec::new(),
            outcome,
            seen: Seen::default(),
        };
        match &choice {
            Choice::Leave => {}
            Choice::Skip(tag) => planned.push(Planned::Skipped(known(Outcome::Skipped(tag.clone())))),
            Choice::Run => {
                let why = "it did not run; this is a mistake in lownoise, please report it".to_owned();
                planned.push(Planned::ToRun(known(Outcome::Failed { step: None, why })));
            }
        }
        choice == Choice::Run
    };
    feature.scenarios.retain(|scenario| choose(None, scenario));
    for rule in &mut feature.rules {
        let around = Rule { scenarios: Vec::new(), ..rule.clone() };
        rule.scenarios.retain(|scenario| choose(Some(&around), scenario));
    }
    let empty = FeatureRun {
        file: feature.path.clone().unwrap_or_default(),
        name: feature.name.clone(),
        unreadable: None,
        scenarios: Vec::new(),
    };
    if !feature.scenarios.is_empty() || feature.rules.iter().any(|rule| !rule.scenarios.is_empty()) {
        to_run.push(feature);
    }
    (!planned.is_empty()).then_some(Plan { run: empty, scenarios: planned })
}

fn unreadable(path: &Path, error: &FeatureError) -> Plan {
    let why = Unreadable { line: error.line(), why: error.reason() };
    let run = FeatureRun {
        file: path.to_owned(),
        name: String::new(),
        unreadable: Some(why),
        scenarios: Vec::new(),
    };
    Plan { run, scenarios: Vec::new() }
}
