//! Turns the events of a run into text: what failed and why, or every step. Decides nothing.

use std::convert::Infallible;
use std::io::{self, Write};
use std::path::Path;

use cucumber::event::{
    Cucumber, Feature as FeatureEvent, Hook, Info, Rule as RuleEvent, Scenario, Step, StepError,
};
use cucumber::{Event, World, Writer, cli, gherkin, parser};

use crate::features::FeatureError;
use crate::options::{Failing, Place, Summary};
use crate::steps::Steps;

/// Stands where cucumber's events would carry the state of a scenario; ours never leaves the runner.
#[derive(Debug)]
pub(crate) struct NoWorld;

impl World for NoWorld {
    type Error = Infallible;

    async fn new() -> Result<Self, Infallible> {
        Ok(Self)
    }
}

/// A report of one run.
pub(crate) struct Report<'a> {
    out: &'a mut dyn Write,
    steps: &'a Steps,
    verbose: bool,
    /// The first error of writing; nothing is written after it.
    broken: Option<io::Error>,
    /// Whether the current scenario's name has been printed.
    named: bool,
    /// What failed so far.
    failures: Vec<Failing>,
}

impl<'a> Report<'a> {
    pub(crate) fn new(out: &'a mut dyn Write, steps: &'a Steps, verbose: bool) -> Self {
        Self { out, steps, verbose, broken: None, named: false, failures: Vec::new() }
    }

    /// Reports an event.
    pub(crate) fn tell(&mut self, event: Cucumber<NoWorld>) {
        futures_executor::block_on(self.handle_event(Ok(Event::new(event)), &cli::Empty));
    }

    /// Reports something that is no event.
    pub(crate) fn say(&mut self, line: &str) {
        if self.broken.is_none() {
            self.broken = writeln!(self.out, "{line}").err();
        }
    }

    /// A feature that could not be read.
    pub(crate) fn unreadable(&mut self, path: &Path, error: &FeatureError) {
        self.say(&format!("✘ {error}"));
        let place = Place { file: path.to_owned(), line: 1, scenario: String::new() };
        self.failures.push(Failing { place, step: None, why: error.to_string() });
    }

    /// What failed.
    pub(crate) fn failures(&mut self) -> Vec<Failing> {
        std::mem::take(&mut self.failures)
    }

    /// Closes the report.
    ///
    /// # Errors
    /// When anything of it could not be written.
    pub(crate) fn finish(mut self, summary: &Summary) -> io::Result<()> {
        let plural =
            |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        let mut counted = vec![plural(summary.features, "feature"), plural(summary.scenarios(), "scenario")];
        if summary.unreadable > 0 {
            counted.push(format!("{} unreadable", plural(summary.unreadable, "feature")));
        }
        self.say(&counted.join(", "));
        self.say(&format!("{} passed, {} failed", summary.passed, summary.failed));
        if self.broken.is_none() {
            self.broken = self.out.flush().err();
        }
        self.broken.map_or(Ok(()), Err)
    }

    fn scenario(
        &mut self,
        feature: &gherkin::Feature,
        scenario: &gherkin::Scenario,
        event: &Scenario<NoWorld>,
    ) {
        match event {
            Scenario::Started => {
                self.named = false;
                if self.verbose {
                    self.name(feature, scenario);
                }
            }
            Scenario::Background(step, event) | Scenario::Step(step, event) => match event {
                Step::Passed(..) if self.verbose => self.say(&format!("  ✔ {}{}", step.keyword, step.value)),
                Step::Failed(_, _, _, error) => {
                    self.name(feature, scenario);
                    self.say(&format!("  ✘ {}{}  (line {})", step.keyword, step.value, step.position.line));
                    let why = reason(self.steps, step, error);
                    self.because(&why);
                    let said = (format!("{}{}", step.keyword, step.value), step.position.line);
                    self.failures.push(Failing { place: place(feature, scenario), step: Some(said), why });
                }
                _ => {}
            },
            Scenario::Hook(_, Hook::Failed(_, info)) => {
                self.name(feature, scenario);
                self.because(&text(info));
                self.failures.push(Failing { place: place(feature, scenario), step: None, why: text(info) });
            }
            _ => {}
        }
    }

    /// Prints which scenario it is, once.
    fn name(&mut self, feature: &gherkin::Feature, scenario: &gherkin::Scenario) {
        if !std::mem::replace(&mut self.named, true) {
            let path = feature.path.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
            self.say(&format!("{path}:{}: {}", scenario.position.line, scenario.name));
        }
    }

    fn because(&mut self, why: &str) {
        for line in why.lines() {
            self.say(&format!("      {line}"));
        }
    }
}

impl Writer<NoWorld> for Report<'_> {
    type Cli = cli::Empty;

    async fn handle_event(&mut self, event: parser::Result<Event<Cucumber<NoWorld>>>, _: &cli::Empty) {
        match event.map(Event::into_inner) {
            Err(error) => self.say(&format!("✘ {error}")),
            Ok(Cucumber::Feature(feature, event)) => match event {
                FeatureEvent::Started if self.verbose => {
                    self.say(&format!("{}: {}", feature.keyword, feature.name));
                }
                FeatureEvent::Scenario(scenario, event)
                | FeatureEvent::Rule(_, RuleEvent::Scenario(scenario, event)) => {
                    self.scenario(&feature, &scenario, &event.event);
                }
                _ => {}
            },
            Ok(_) => {}
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

fn reason(steps: &Steps, step: &gherkin::Step, error: &StepError) -> String {
    match error {
        StepError::NotFound => {
            let advice = steps.advice(step.ty, &step.value);
            format!("no step reads like this after `{:?}`\nhelp: {advice}", step.ty)
        }
        StepError::AmbiguousMatch(matches) => {
            let patterns = matches.possible_matches.iter().map(|(pattern, _)| format!("\n  {pattern}"));
            format!("more than one step reads like this:{}", patterns.collect::<String>())
        }
        StepError::Panic(info) => text(info),
    }
}

fn text(info: &Info) -> String {
    info.downcast_ref::<String>().cloned().unwrap_or_default()
}
