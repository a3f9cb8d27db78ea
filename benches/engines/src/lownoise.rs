//! This project's two evaluators, without a scope. Both name every exclusion that hides an event.

use lownoise_engine::evaluate::{Context, Devices, Verdict, evaluate};
use lownoise_engine::event::Event;
use lownoise_engine::plan::{Plan, Scratch, Verdicts};

use crate::{Answers, Engine, Setting, common};

/// The reference: each event a list of values.
pub struct Reference<'s> {
    setting: &'s Setting<'s>,
    events: Vec<Event<'s>>,
    verdicts: Vec<Verdict>,
}

impl<'s> Reference<'s> {
    pub fn new(setting: &'s Setting<'s>) -> Self {
        let events = (0..setting.batch.rows).map(|row| setting.batch.event(row)).collect();
        Self { setting, events, verdicts: Vec::new() }
    }
}

impl Engine for Reference<'_> {
    fn decide(&mut self) {
        let context = Context { now: common::now(), devices: &Devices::Every };
        self.verdicts.clear();
        self.verdicts.extend(self.events.iter().map(|event| evaluate(&self.setting.policy, event, context)));
    }

    fn answers(&self) -> Answers {
        Answers::HiddenBy(self.verdicts.iter().map(hidden_by).collect())
    }
}

/// The plan: events as columns of values.
pub struct Planned<'s> {
    setting: &'s Setting<'s>,
    plan: Plan,
    scratch: Scratch,
    verdicts: Verdicts,
}

impl<'s> Planned<'s> {
    pub fn new(setting: &'s Setting<'s>) -> Self {
        let plan = Plan::compile(&setting.policy, common::now(), &Devices::Every);
        Self { setting, plan, scratch: Scratch::default(), verdicts: Verdicts::default() }
    }
}

impl Engine for Planned<'_> {
    fn decide(&mut self) {
        self.plan.run(&self.setting.batch, &mut self.scratch, &mut self.verdicts);
    }

    fn answers(&self) -> Answers {
        let verdict = |row| self.verdicts.verdict(row).as_ref().map_or_else(Vec::new, hidden_by);
        Answers::HiddenBy((0..self.setting.batch.rows).map(verdict).collect())
    }
}

fn hidden_by(verdict: &Verdict) -> Vec<usize> {
    match verdict {
        Verdict::Hidden(by) => by.clone(),
        Verdict::Kept | Verdict::OutOfScope(_) => Vec::new(),
    }
}
