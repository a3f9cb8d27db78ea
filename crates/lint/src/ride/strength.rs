//! How strong an exclusion is: the lowest rung of the ladder on which an intruder can ride it. Every ride is an event
//! that the reference evaluator hides; every "cannot" is a proof, and carries what it assumes.

use lownoise_engine::policy::Policy;
use lownoise_engine::value::{OwnedValue, Time};
use lownoise_prove::{Assignment, Assumptions, Claim, Proof, Prover, Setting};

use super::command::command;
use super::known::{Asked, Known};
use super::outcome::{Outcome, Ride};
use super::technique::{Technique, Techniques, Way};

/// The strength of each exclusion of a policy.
#[derive(Debug, Clone)]
pub struct Strengths {
    /// Of each that has not expired, in the policy's order.
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

/// What a proof assumes of events beside who controls what.
const ASSUMPTIONS: Assumptions = Assumptions { types_follow: true, names_follow: true };

impl Strength {
    /// The rung that it stands on, from 1 to 6. What is not known counts as ridden.
    #[must_use]
    pub fn rung(&self) -> u8 {
        match &self.outcome {
            Outcome::Ridden(ride) => ride.rung,
            Outcome::Proved => TOP,
            Outcome::Unknown { rung, .. } => *rung,
        }
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
    let techniques = known.techniques(&policy.schema)?;
    let setting = Setting { assumptions: ASSUMPTIONS, ..Setting::of(policy, now) };
    let prover = Prover::new(&policy.schema, &setting);
    let mut asking = Asking { policy, now, techniques: &techniques, setting: &setting, prover };
    let known = known.in_scope_of(policy, now);
    let all = (0_usize..).zip(&policy.exclusions).filter(|(_, exclusion)| !exclusion.is_expired(now));
    let all = all.map(|(place, exclusion)| {
        let (outcome, withstands) = known.of(&exclusion.predicate, || asking.strength(place));
        Strength { exclusion: place, outcome, withstands }
    });
    let all = all.collect();
    let mut assumed = techniques.control.assumed(techniques.roles);
    assumed.extend(ASSUMPTIONS.words(&policy.schema));
    Some(Strengths { all, assumed })
}

struct Asking<'a> {
    policy: &'a Policy,
    now: Time,
    techniques: &'a Techniques,
    setting: &'a Setting,
    prover: Prover<'a>,
}

impl<'a> Asking<'a> {
    fn strength(&mut self, exclusion: usize) -> Asked {
        let mut withstands = Vec::new();
        let techniques = self.techniques;
        for technique in &techniques.all {
            match self.technique(exclusion, technique) {
                Outcome::Proved => withstands.push(technique.written.title.as_str()),
                outcome => return (outcome, withstands),
            }
        }
        (Outcome::Proved, withstands)
    }

    /// Whether a technique rides. Of ways of which each is needed, the first that does not ends the question.
    fn technique(&mut self, exclusion: usize, technique: &'a Technique) -> Outcome {
        let rung = technique.written.rung;
        if let Some(common) = &technique.common {
            let claim = Claim::HidesNone { policy: self.policy, exclusion, events: common };
            if self.prover.prove(&claim) == Proof::Holds {
                return Outcome::Proved;
            }
        }
        let mut first = None;
        for way in &technique.ways {
            match self.way(exclusion, way) {
                Proof::Holds if technique.each => return Outcome::Proved,
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
            Outcome::Ridden(Box::new(self.ride(exclusion, technique, way, event)))
        })
    }

    fn way(&mut self, exclusion: usize, way: &'a Way) -> Proof {
        // What the answer is made to look like: the way's own example, at a believable time.
        let mut near = Assignment { event: way.example.clone(), devices: Vec::new() };
        if let Some(believable) = self.setting.events.first() {
            near.devices.clone_from(&believable.devices);
            if let Some(time) = self.policy.schema.column(&self.policy.schema.time) {
                near.event.set(time, OwnedValue::from(believable.event.value(time)));
            }
        }
        let near = self.prover.consistent(near);
        let claim = Claim::HidesNone { policy: self.policy, exclusion, events: &way.events };
        self.prover.prove_near(&claim, &near)
    }

    fn ride(&self, exclusion: usize, technique: &Technique, way: &Way, found: Assignment) -> Ride {
        let claim = Claim::HidesNone { policy: self.policy, exclusion, events: &way.events };
        let Techniques { control, roles, .. } = *self.techniques;
        let rides = |event: &lownoise_engine::event::OwnedEvent| {
            let other = Assignment { event: event.clone(), devices: found.devices.clone() };
            claim.is_refuted_by(&other, self.now)
        };
        let (event, command) =
            command(found.event.clone(), way, (control, roles, &self.policy.schema), &rides);
        let written = technique.written;
        Ride {
            rung: written.rung,
            technique: &written.id,
            title: &written.title,
            ridden: &written.ridden,
            intruder: &written.intruder,
            event: Assignment { event, devices: found.devices },
            command,
            program: way.program.map(|program| program.id.as_str()),
            source: way.program.map(|program| program.source.as_str()),
        }
    }
}
