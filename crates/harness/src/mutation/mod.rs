//! Mutation testing: small edits of a policy, as people make them, and whether its scenarios notice. Knows checks and the
//! prover; not how a result looks.
//!
//! A mutant is killed when some check of some scenario comes out differently on it. One that no check notices is given to
//! the prover: it is equivalent if that is proved, it has survived if an event shows the difference, and it stays unknown
//! otherwise. What the clock decides (expiry) is asked at a moment when the edit matters; otherwise the clock is held
//! fixed.

mod edits;
mod kind;
mod mutants;
mod spelled;

use std::sync::Arc;

use lownoise_engine::policy::{Condition, Exclusion, Policy};
use lownoise_engine::span::Span;
use lownoise_engine::value::Time;
use lownoise_prove::{Assignment, Claim, Proof, Reason, Setting, prove};

use crate::check::{Check, Judged, holds, is_of};
use crate::options::Place;
use crate::sketch::{Sketch, scenario};

pub use kind::Kind;
pub use mutants::mutants;

/// A policy with one small edit.
#[derive(Debug, Clone)]
pub struct Mutant {
    /// What kind of edit.
    pub kind: Kind,
    /// The exclusion, or the condition of the scope, that was edited.
    pub part: String,
    /// Where.
    pub span: Span,
    /// What stands there.
    pub before: String,
    /// What stands there afterwards; empty: nothing.
    pub after: String,
    change: Change,
    /// The moment at which the edit matters, when that is not now.
    at: Option<Time>,
}

/// The part that the edit changes, by its place; `None`: it is gone.
#[derive(Debug, Clone)]
enum Change {
    Exclusion(usize, Option<Exclusion>),
    Condition(usize, Option<Condition>),
}

/// What became of the mutants of some policies.
#[derive(Debug, Clone)]
pub struct Mutation {
    /// In the order in which they were given.
    pub policies: Vec<PolicyMutation>,
}

/// What became of the mutants of a policy.
#[derive(Debug, Clone)]
pub struct PolicyMutation {
    /// The policy; spans point into its sources.
    pub policy: Arc<Policy>,
    /// The mutants, in the order of the policy.
    pub tried: Vec<(Mutant, Fate)>,
}

/// What became of a mutant.
#[derive(Debug, Clone)]
pub enum Fate {
    /// A scenario notices it: this one, the first.
    Killed(Place),
    /// No scenario notices it, and an event shows that one could.
    Survived {
        /// The event.
        witness: Box<Assignment>,
        /// The scenario that notices it.
        scenario: String,
    },
    /// Proved: it keeps the same events.
    Equivalent,
    /// Not noticed, and neither proved nor refuted.
    Unknown(Reason),
}

impl Mutant {
    /// The policy with the edit.
    #[must_use]
    pub fn policy(&self, policy: &Policy) -> Policy {
        let mut policy = policy.clone();
        match &self.change {
            Change::Exclusion(place, changed) => replace(&mut policy.exclusions, *place, changed.clone()),
            Change::Condition(place, changed) => replace(&mut policy.scope, *place, changed.clone()),
        }
        policy
    }

    /// Whether a check comes out differently.
    fn is_noticed_by(&self, judged: &Judged<'_>) -> bool {
        let Check { policy, events, now, expected, .. } = judged.check;
        let facts = events.iter().zip(&judged.facts).enumerate();
        match &self.change {
            Change::Exclusion(place, changed) => {
                let gone = |id: &String| policy.exclusions.get(*place).is_some_and(|was| was.id == *id);
                if changed.is_none() && expected.exclusions().iter().any(gone) {
                    return true;
                }
                let changed = changed.as_ref().filter(|exclusion| !exclusion.is_expired(*now));
                let verdicts = facts.filter_map(|(at, (event, facts))| {
                    let hides =
                        changed.is_some_and(|exclusion| exclusion.predicate.holds(&event.event.borrow()));
                    let hid = facts.hiding.binary_search(place).is_ok();
                    (hides != hid).then(|| (at, facts.with_exclusion(*place, hides).verdict()))
                });
                judged.notices_all(verdicts)
            }
            Change::Condition(place, changed) => {
                let verdicts = facts.filter_map(|(at, (event, facts))| {
                    let holds =
                        changed.as_ref().is_none_or(|condition| holds(policy, &condition.kind, event, *now));
                    let held = facts.conditions.get(*place).copied().unwrap_or_default();
                    (holds != held).then(|| (at, facts.with_condition(*place, holds).verdict()))
                });
                judged.notices_all(verdicts)
            }
        }
    }
}

fn replace<T>(all: &mut Vec<T>, place: usize, by: Option<T>) {
    match (all.get_mut(place), by) {
        (Some(part), Some(by)) => *part = by,
        (Some(_), None) => drop(all.remove(place)),
        (None, _) => {}
    }
}

impl PolicyMutation {
    /// Killed, survived, equivalent, unknown.
    #[must_use]
    pub fn counts(&self, kind: Option<Kind>) -> [usize; 4] {
        let mut counts = [0; 4];
        for (mutant, fate) in &self.tried {
            if kind.is_none_or(|kind| kind == mutant.kind) {
                let [killed, survived, equivalent, unknown] = &mut counts;
                *match fate {
                    Fate::Killed(_) => killed,
                    Fate::Survived { .. } => survived,
                    Fate::Equivalent => equivalent,
                    Fate::Unknown(_) => unknown,
                } += 1;
            }
        }
        counts
    }
}

/// Tries every mutant of these policies on the checks of passed scenarios.
#[must_use]
pub fn mutation(policies: &[Arc<Policy>], checks: &[Check], now: Time) -> Mutation {
    let policies = policies.iter().map(|policy| {
        let judged: Vec<Judged<'_>> =
            checks.iter().filter(|check| is_of(check, policy)).map(Judged::new).collect();
        let tried = mutants(policy).into_iter().map(|mutant| {
            let fate = fate(policy, &mutant, &judged, now);
            (mutant, fate)
        });
        PolicyMutation { policy: Arc::clone(policy), tried: tried.collect() }
    });
    Mutation { policies: policies.collect() }
}

fn fate(policy: &Policy, mutant: &Mutant, judged: &[Judged<'_>], now: Time) -> Fate {
    if let Some(killer) = judged.iter().find(|judged| mutant.is_noticed_by(judged)) {
        return Fate::Killed(killer.check.place.clone());
    }
    let edited = mutant.policy(policy);
    let clock = mutant.at.unwrap_or(now);
    match prove(&Claim::Equivalent(policy, &edited), &Setting::of(policy, clock)) {
        Proof::Holds => Fate::Equivalent,
        Proof::Unknown(why) => Fate::Unknown(why),
        Proof::Fails(witness) => {
            let name = format!("{}: {}", mutant.part, mutant.kind.words());
            let scenario = scenario(&Sketch {
                name: &name,
                policy,
                before: Some(&edited),
                event: &witness,
                now: clock,
                states_clock: mutant.at.is_some(),
            });
            Fate::Survived { witness, scenario }
        }
    }
}
