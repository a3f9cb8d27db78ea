//! Makes plain data of the events of cucumber's runner. Prints nothing.

use std::rc::Rc;

use cucumber::event::{
    Cucumber, Feature as FeatureEvent, Hook, Rule as RuleEvent, Scenario as ScenarioEvent, Step, StepError,
};
use cucumber::gherkin::{self, StepType};
use cucumber::{Event, Writer, cli, parser};

use crate::check::Check;
use crate::options::{Expectation, Place};
use crate::outcome::{Outcome, ScenarioRun, StepWords};
use crate::selection::tags;
use crate::stage::{Leavings, Stage, reason};
use crate::steps::Steps;
use crate::world::Left;

/// The tag of a scenario whose undefined steps are no failure.
const ALLOW_SKIPPED: &str = "allow.skipped";

/// What has come of the run so far.
pub(crate) struct Collector {
    steps: Rc<Steps>,
    leavings: Leavings,
    /// The steps of the current scenario that passed.
    passed: Vec<StepWords>,
    /// How the current scenario ended, if a step ended it.
    ended: Option<Outcome>,
    /// The scenarios that have ended.
    pub(crate) scenarios: Vec<ScenarioRun>,
    /// The verdicts that passed scenarios asked for by name.
    pub(crate) met: Vec<Expectation>,
    /// What passed scenarios asked.
    pub(crate) checks: Vec<Check>,
}

impl Collector {
    /// Of a run that leaves something behind there.
    pub(crate) fn new(steps: Rc<Steps>, leavings: Leavings) -> Self {
        Self {
            steps,
            leavings,
            passed: Vec::new(),
            ended: None,
            scenarios: Vec::new(),
            met: Vec::new(),
            checks: Vec::new(),
        }
    }

    fn scenario(
        &mut self,
        feature: &gherkin::Feature,
        rule: Option<&gherkin::Rule>,
        scenario: &gherkin::Scenario,
        event: &ScenarioEvent<Stage>,
    ) {
        match event {
            ScenarioEvent::Started => (self.passed, self.ended) = (Vec::new(), None),
            ScenarioEvent::Background(step, event) | ScenarioEvent::Step(step, event) => match event {
                Step::Started => {}
                Step::Passed(..) => self.passed.push(words(step)),
                // The runner's word for a step that nobody knows.
                Step::Skipped if tags(feature, rule, scenario).iter().any(|tag| tag == ALLOW_SKIPPED) => {
                    self.ended = Some(Outcome::Skipped(ALLOW_SKIPPED.to_owned()));
                }
                Step::Skipped => self.fail(Some(step), self.why(step, &StepError::NotFound)),
                Step::Failed(_, _, _, error) => self.fail(Some(step), self.why(step, error)),
            },
            ScenarioEvent::Hook(_, Hook::Failed(_, info)) => self.fail(None, reason(info)),
            ScenarioEvent::Hook(..) | ScenarioEvent::Log(_) => {}
            ScenarioEvent::Finished => self.finish(feature, rule, scenario),
        }
    }

    fn fail(&mut self, step: Option<&gherkin::Step>, why: String) {
        self.ended.get_or_insert(Outcome::Failed { step: step.map(words), why });
    }

    fn finish(
        &mut self,
        feature: &gherkin::Feature,
        rule: Option<&gherkin::Rule>,
        scenario: &gherkin::Scenario,
    ) {
        let expects = scenario.steps.iter().any(|step| step.ty == StepType::Then);
        if !expects {
            self.fail(None, "it has no `Then`, so it could not fail".to_owned());
        }
        let Left { seen, met, checks } = self.leavings.borrow_mut().pop_front().unwrap_or_default();
        let place = place(feature, scenario);
        let outcome = self.ended.take().unwrap_or(Outcome::Passed);
        if outcome == Outcome::Passed {
            self.met.extend(met.into_iter().map(|met| met.of(place.clone())));
            self.checks.extend(checks.into_iter().map(|asked| asked.of(place.clone())));
        }
        self.scenarios.push(ScenarioRun {
            place,
            rule: rule.map(|rule| rule.name.clone()),
            tags: tags(feature, rule, scenario),
            passed: std::mem::take(&mut self.passed),
            outcome,
            seen,
        });
    }

    fn why(&self, step: &gherkin::Step, error: &StepError) -> String {
        match error {
            StepError::NotFound => {
                let advice = self.steps.advice(step.ty, &step.value);
                format!("no step reads like this after `{:?}`\nhelp: {advice}", step.ty)
            }
            StepError::AmbiguousMatch(matches) => {
                let patterns = matches.possible_matches.iter().map(|(pattern, _)| pattern.as_str());
                self.steps.ambiguous(patterns)
            }
            StepError::Panic(info) => reason(info),
        }
    }
}

impl Writer<Stage> for Collector {
    type Cli = cli::Empty;

    async fn handle_event(&mut self, event: parser::Result<Event<Cucumber<Stage>>>, _: &cli::Empty) {
        // Features are read before they are handed over, so there is no error of reading here.
        let Ok(Cucumber::Feature(feature, event)) = event.map(Event::into_inner) else { return };
        match event {
            FeatureEvent::Scenario(scenario, event) => self.scenario(&feature, None, &scenario, &event.event),
            FeatureEvent::Rule(rule, RuleEvent::Scenario(scenario, event)) => {
                self.scenario(&feature, Some(&rule), &scenario, &event.event);
            }
            _ => {}
        }
    }
}

/// Where a scenario is written.
pub(crate) fn place(feature: &gherkin::Feature, scenario: &gherkin::Scenario) -> Place {
    Place {
        file: feature.path.clone().unwrap_or_default(),
        line: scenario.position.line,
        scenario: scenario.name.clone(),
    }
}

fn words(step: &gherkin::Step) -> StepWords {
    StepWords {
        words: format!("{}{}", step.keyword, step.value),
        rows: step.table.as_ref().map(|table| table.rows.clone()).unwrap_or_default(),
        line: step.position.line,
    }
}
