//! Runs features, one scenario after another, and tells a report what happened. Never panics, whatever a feature says.

use std::error::Error;
use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use cucumber::event::{
    Cucumber, Feature as FeatureEvent, Info, Rule as RuleEvent, Scenario, Source, StepError,
};
use cucumber::gherkin::{self, StepType};
use cucumber::step::AmbiguousMatchError;

use crate::features::{self, FeatureError};
use crate::options::{Options, Summary};
use crate::report::{self, NoWorld, Report};
use crate::steps::{NotFound, Steps};
use crate::world::World;

/// Why the features could not be run at all.
#[derive(Debug)]
pub enum HarnessError {
    /// They were not found.
    Features(FeatureError),
    /// A step's own words are broken; a test holds that none are.
    Steps(regex::Error),
    /// The report could not be written.
    Output(io::Error),
}

impl fmt::Display for HarnessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Features(error) => error.fmt(f),
            Self::Steps(error) => write!(f, "a step is broken: {error}"),
            Self::Output(error) => write!(f, "cannot write the report: {error}"),
        }
    }
}

impl Error for HarnessError {}

/// Runs every scenario of these feature files, and of those below the folders among them.
///
/// # Errors
/// When there is no feature, or the report cannot be written. A scenario that fails is no error: see [`Summary`].
pub fn run(paths: &[PathBuf], options: &Options<'_>, out: &mut dyn Write) -> Result<Summary, HarnessError> {
    let paths = features::find(paths).map_err(HarnessError::Features)?;
    let steps = Steps::new().map_err(HarnessError::Steps)?;
    let mut run = Run {
        options,
        steps: &steps,
        report: Report::new(out, &steps, options.verbose),
        summary: Summary::default(),
    };
    run.report.tell(Cucumber::Started);
    for path in paths {
        match features::read(&path) {
            Ok(feature) => run.feature(&Source::new(feature)),
            Err(error) => {
                run.summary.unreadable += 1;
                run.report.unreadable(&path, &error);
            }
        }
    }
    run.report.tell(Cucumber::Finished);
    let Run { mut report, mut summary, .. } = run;
    summary.failures = report.failures();
    report.finish(&summary).map_err(HarnessError::Output)?;
    Ok(summary)
}

struct Run<'a> {
    options: &'a Options<'a>,
    steps: &'a Steps,
    report: Report<'a>,
    summary: Summary,
}

/// A scenario's place, as events name it.
struct Place<'p> {
    feature: &'p Source<gherkin::Feature>,
    rule: Option<&'p Source<gherkin::Rule>>,
    scenario: Source<gherkin::Scenario>,
}

impl Run<'_> {
    fn feature(&mut self, feature: &Source<gherkin::Feature>) {
        self.summary.features += 1;
        self.report.tell(Cucumber::feature_started(feature.clone()));
        for scenario in &feature.scenarios {
            self.scenario(&Place { feature, rule: None, scenario: Source::new(scenario.clone()) });
        }
        for rule in &feature.rules {
            let rule = Source::new(rule.clone());
            self.report.tell(Cucumber::rule_started(feature.clone(), rule.clone()));
            for scenario in &rule.scenarios {
                self.scenario(&Place { feature, rule: Some(&rule), scenario: Source::new(scenario.clone()) });
            }
            self.report.tell(Cucumber::rule_finished(feature.clone(), rule));
        }
        self.report.tell(Cucumber::feature_finished(feature.clone()));
    }

    fn scenario(&mut self, place: &Place<'_>) {
        self.tell(place, Scenario::Started);
        if self.all_steps(place) {
            self.summary.passed += 1;
        } else {
            self.summary.failed += 1;
        }
        self.tell(place, Scenario::Finished);
    }

    /// Runs the steps up to the first that fails; true when all passed and one of them expected something.
    fn all_steps(&mut self, place: &Place<'_>) -> bool {
        let mut world = World::new(self.steps, self.options.policies, self.options.now);
        let background =
            place.feature.background.iter().chain(place.rule.and_then(|rule| rule.background.as_ref()));
        let steps: Vec<_> =
            background.flat_map(|background| &background.steps).chain(&place.scenario.steps).collect();
        for step in &steps {
            let step = Source::new((*step).clone());
            self.tell(place, Scenario::step_started(step.clone()));
            let (event, passed) = self.one_step(&mut world, &step);
            self.tell(place, event);
            if !passed {
                return false;
            }
        }
        let expects = place.scenario.steps.iter().any(|step| step.ty == StepType::Then);
        if !expects {
            let why: Info = Arc::new("it has no `Then`, so it could not fail".to_owned());
            self.tell(place, Scenario::hook_failed(cucumber::event::HookType::After, None, why));
        }
        if expects {
            let at = report::place(place.feature, &place.scenario);
            self.summary.met.extend(world.met().into_iter().map(|met| met.of(at.clone())));
        }
        expects
    }

    fn one_step(&self, world: &mut World<'_>, step: &Source<gherkin::Step>) -> (Scenario<NoWorld>, bool) {
        let found = match self.steps.find(step.ty, &step.value, step.table.as_ref()) {
            Ok(found) => found,
            Err(not_found) => {
                let error = match not_found {
                    NotFound::Undefined => StepError::NotFound,
                    NotFound::Ambiguous(patterns) => StepError::AmbiguousMatch(AmbiguousMatchError {
                        possible_matches: patterns
                            .into_iter()
                            .map(|pattern| (pattern.clone().into(), None))
                            .collect(),
                    }),
                };
                return (Scenario::step_failed(step.clone(), None, None, None, error), false);
            }
        };
        match (found.handler)(world, &found.arguments) {
            Ok(()) => (Scenario::step_passed(step.clone(), found.places, None), true),
            Err(why) => {
                let why: Info = Arc::new(why);
                (Scenario::step_failed(step.clone(), Some(found.places), None, None, why), false)
            }
        }
    }

    fn tell(&mut self, place: &Place<'_>, event: Scenario<NoWorld>) {
        let event = event.with_retries(None);
        let event = match place.rule {
            None => FeatureEvent::Scenario(place.scenario.clone(), event),
            Some(rule) => {
                FeatureEvent::Rule(rule.clone(), RuleEvent::Scenario(place.scenario.clone(), event))
            }
        };
        self.report.tell(Cucumber::Feature(place.feature.clone(), event));
    }
}
