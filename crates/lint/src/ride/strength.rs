//! How strong an exclusion is: the lowest rung of the ladder on which an intruder can ride it. Every ride is an event
//! that the reference evaluator hides; every "cannot" is a proof, and carries what it assumes.

use std::collections::HashMap;
use std::sync::Arc;

use lownoise_engine::event::{ColumnId, OwnedEvent};
use lownoise_engine::op::{Operator, TextOperator};
use lownoise_engine::policy::Policy;
use lownoise_engine::value::{Kind, OwnedValue, Time};
use lownoise_prove::{Assignment, Claim, Near, Proof, Prover, Setting};

use super::command::{Words, command};
use super::known::{Asked, Known};
use super::outcome::{Outcome, Ride};
use super::platform::{ASSUMPTIONS, assumed, everything, is_possible, likeliest_first};
use super::technique::{Technique, Techniques, Way};

/// The strength of each exclusion of a policy.
#[derive(Debug, Clone)]
pub struct Strengths {
    /// Of each that has not expired, in the policy's order; in tables with all kinds of events, of those that look only at
    /// columns of which it is said who controls them.
    pub all: Vec<Strength>,
    /// What every ride and every proof takes as given.
    pub assumed: Vec<String>,
}

/// How strong one exclusion is.
#[derive(Debug, Clone)]
pub struct Strength {
    /// Its place in the policy.
    pub exclusion: usize,
    /// What came of asking.
    pub outcome: Outcome,
    /// The techniques that were proved to make no event that it hides, weakest first.
    pub withstands: Vec<&'static str>,
}

/// The highest rung.
const TOP: u8 = 6;

/// So many entries of a list are shown beside the first.
const MOST_ENTRIES: usize = 9;

impl Strength {
    /// The rung that it stands on, from 1 to 6. What is not known counts as ridden.
    #[must_use]
    pub fn rung(&self) -> u8 {
        rung_of(&self.outcome)
    }
}

fn rung_of(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::Ridden(ride) => ride.rung,
        Outcome::Proved => TOP,
        Outcome::Unknown { rung, .. } => *rung,
    }
}

impl Strengths {
    /// The policy's number: the weakest rung, and the mean.
    #[must_use]
    pub fn score(&self) -> Option<(u8, f64)> {
        let weakest = self.all.iter().map(Strength::rung).min()?;
        let sum: u32 = self.all.iter().map(|strength| u32::from(strength.rung())).sum();
        Some((weakest, f64::from(sum) / f64::from(u32::try_from(self.all.len()).ok()?)))
    }
}

/// The strength of every exclusion that hides anything today; none if nothing is known of who controls the columns of
/// the policy's table. What is `known` of the same exclusion in the same scope is not asked again.
#[must_use]
pub fn strengths(policy: &Policy, now: Time, known: &Known) -> Option<Strengths> {
    let techniques = known.techniques(&policy.schema);
    let setting = Setting { assumptions: ASSUMPTIONS, ..Setting::of(policy, now) };
    let possible: Vec<&Techniques> =
        techniques.iter().filter(|techniques| is_possible(techniques.machine, policy, &setting)).collect();
    let first = possible.first()?;
    let prover = Prover::new(&policy.schema, &setting);
    let everything = everything(policy);
    let mut asking = Asking {
        policy,
        now,
        setting: &setting,
        prover,
        everything: &everything,
        in_scope: HashMap::new(),
        near: HashMap::new(),
    };
    let known = known.in_scope_of(policy, now);
    let all = (0_usize..).zip(&policy.exclusions).filter(|(_, exclusion)| {
        let spoken_of = |column: ColumnId| first.roles.speak_of(policy.schema.name(column));
        !exclusion.is_expired(now) && exclusion.predicate.columns().into_iter().all(spoken_of)
    });
    let all = all.map(|(place, exclusion)| {
        let ask = || asking.strength(place, &likeliest_first(policy, exclusion, &possible));
        let (outcome, withstands) = known.of(&exclusion.predicate, ask);
        Strength { exclusion: place, outcome, withstands }
    });
    let all = all.collect();
    Some(Strengths { all, assumed: assumed(policy, &possible) })
}

struct Asking<'a> {
    policy: &'a Policy,
    now: Time,
    setting: &'a Setting,
    prover: Prover<'a>,
    /// The policy with one exclusion, which hides all of the scope.
    everything: &'a Policy,
    /// Whether the scope has any of the events of a way, by the way's address.
    in_scope: HashMap<*const Way, bool>,
    /// What an answer is made to look like, by the way's address: the way's own example, at a believable time.
    near: HashMap<*const Way, Near>,
}

impl<'a> Asking<'a> {
    fn strength(&mut self, exclusion: usize, machines: &[&'a Techniques]) -> Asked {
        let mut withstands = Vec::new();
        let mut weakest: Option<Outcome> = None;
        for techniques in machines {
            // On another machine, only what is weaker matters.
            let below = weakest.as_ref().map_or(u8::MAX, rung_of);
            for technique in techniques.all.iter().take_while(|technique| technique.written.rung < below) {
                match self.technique(exclusion, technique, techniques) {
                    Outcome::Proved => withstands.push(technique.written.title.as_str()),
                    outcome => {
                        weakest = Some(outcome);
                        break;
                    }
                }
            }
        }
        (weakest.unwrap_or(Outcome::Proved), withstands)
    }

    /// Whether a technique rides. Of ways of which each is needed, the first in the scope that does not ends the question.
    fn technique(
        &mut self,
        exclusion: usize,
        technique: &'a Technique,
        techniques: &'a Techniques,
    ) -> Outcome {
        let rung = technique.written.rung;
        if let Some(common) = &technique.common {
            let claim = Claim::HidesNone { policy: self.policy, exclusion, events: common };
            if self.prover.holds(&claim) {
                return Outcome::Proved;
            }
        }
        let mut first = None;
        for way in &technique.ways {
            match self.way(exclusion, way) {
                Proof::Holds if technique.each && self.is_in_scope(way) => return Outcome::Proved,
                Proof::Holds => {}
                Proof::Unknown(reason) => return Outcome::Unknown { rung, reason: reason.to_string() },
                Proof::Fails(event) => {
                    first.get_or_insert((way, *event));
                    if !technique.each {
                        break;
                    }
                }
            }
        }
        first.map_or(Outcome::Proved, |(way, event)| {
            Outcome::Ridden(Arc::new(self.ride(exclusion, (technique, way), techniques, &event)))
        })
    }

    /// Whether the scope has any events of a way; what is not known counts.
    fn is_in_scope(&mut self, way: &'a Way) -> bool {
        let (everything, prover) = (self.everything, &mut self.prover);
        *self.in_scope.entry(std::ptr::from_ref(way)).or_insert_with(|| {
            let claim = Claim::HidesNone { policy: everything, exclusion: 0, events: &way.events };
            !prover.holds(&claim)
        })
    }

    fn way(&mut self, exclusion: usize, way: &'a Way) -> Proof {
        let Self { policy, setting, prover, near, .. } = self;
        let near = *near.entry(std::ptr::from_ref(way)).or_insert_with(|| {
            let mut near = Assignment { event: way.example.clone(), devices: Vec::new() };
            if let Some(believable) = setting.events.first() {
                near.devices.clone_from(&believable.devices);
                if let Some(time) = policy.schema.column(&policy.schema.time) {
                    near.event.set(time, OwnedValue::from(believable.event.value(time)));
                }
            }
            prover.near(near)
        });
        prover.prove_near(&Claim::HidesNone { policy, exclusion, events: &way.events }, near)
    }

    /// The event with each of the other entries of the list that a test of the exclusion finds one of in it. A name
    /// goes with its path.
    fn of_other_entries(&self, exclusion: usize, event: &OwnedEvent, words: Words<'_>) -> Vec<OwnedEvent> {
        let tests = self.policy.exclusions.get(exclusion).map(|exclusion| exclusion.predicate.tests());
        let found = tests.into_iter().flatten().find_map(|test| match &test.operator {
            Operator::Text { operator: operator @ TextOperator::Equals, literals, case }
                if literals.len() > 1 && self.policy.schema.kind(test.column) == Kind::Text =>
            {
                let text = event.value(test.column).text();
                let has = |literal: &&String| operator.holds(text, literal, *case);
                Some((test.column, literals, literals.iter().find(has)?))
            }
            _ => None,
        });
        let Some((column, literals, has)) = found else { return Vec::new() };
        let others = literals.iter().filter(|literal| *literal != has).take(MOST_ENTRIES);
        others.map(|literal| words.with_text(event.clone(), column, literal)).collect()
    }

    fn ride(
        &self,
        exclusion: usize,
        (technique, way): (&Technique, &Way),
        techniques: &Techniques,
        found: &Assignment,
    ) -> Ride {
        let claim = Claim::HidesNone { policy: self.policy, exclusion, events: &way.events };
        let rides = |event: &OwnedEvent| {
            let other = Assignment { event: event.clone(), devices: found.devices.clone() };
            claim.is_refuted_by(&other, self.now)
        };
        let words =
            Words { machine: techniques.machine, roles: techniques.roles, schema: &self.policy.schema };
        let made = |event: OwnedEvent| {
            let (event, command) = command(event, way, words, &rides);
            (Assignment { event, devices: found.devices.clone() }, command)
        };
        let others = self.of_other_entries(exclusion, &found.event, words);
        let also = others.into_iter().filter(rides).map(made).collect();
        let (event, command) = made(found.event.clone());
        let written = technique.written;
        Ride {
            rung: written.rung,
            technique: &written.id,
            title: &written.title,
            ridden: &written.ridden,
            intruder: &written.intruder,
            event,
            command,
            also,
            program: way.program.map(|program| program.id.as_str()),
            source: way.program.map(|program| program.source.as_str()),
        }
    }
}
