//! Mutation testing: small edits of a policy, as people make them, and whether its scenarios notice. Knows checks and the
//! prover; not how a result looks.
//!
//! A mutant is killed when some check of some scenario comes out differently on it. One that no check notices is given to
//! the prover: it is equivalent if that is proved, it has survived if an event shows the difference, and it stays unknown
//! otherwise. What the clock decides (expiry) is asked at a moment when the edit matters; otherwise the clock is held
//! fixed.
//!
//! A scenario that would notice a survivor is run before it is proposed: it passes on the policy and fails on the mutant.

mod edits;
mod kind;
mod mutants;
mod near;
mod noticed;
mod operators;
mod proposals;

use std::sync::Arc;

use lownoise_engine::policy::{Condition, Exclusion, Policy};
use lownoise_engine::span::Span;
use lownoise_engine::value::Time;
use lownoise_prove::{Assignment, Reason};

use crate::check::{Check, Judged};
use crate::options::Place;
use crate::runner::HarnessError;
use proposals::Proposals;

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
    /// What stands there, as one would write it between the braces of a condition, or as a line.
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
    /// Scenarios that together would notice the survivors, as far as scenarios can be written that do.
    pub proposed: Vec<Proposed>,
}

/// A scenario that passes on the policy and would notice survivors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// Its name, which no other proposed one has.
    pub name: String,
    /// The whole of it, indented as in a feature.
    pub text: String,
}

/// What became of a mutant.
#[derive(Debug, Clone)]
pub enum Fate {
    /// A scenario notices it: this one, the first.
    Killed(Place),
    /// No scenario notices it, and an event shows that one could.
    Survived {
        /// The event: kept by one of the policy and the mutant, and not by the other.
        witness: Box<Assignment>,
        /// The moment at which it shows the difference.
        now: Time,
        /// The scenario that would notice it, by its place among the proposed ones; none where the event cannot be said
        /// in a scenario.
        scenario: Option<usize>,
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

    /// How many mutants are killed, and how many are not equivalent.
    #[must_use]
    pub fn score(&self) -> (usize, usize) {
        let [killed, survived, _, unknown] = self.counts(None);
        (killed, killed + survived + unknown)
    }
}

impl Mutation {
    /// How many mutants are killed, and how many are not equivalent.
    #[must_use]
    pub fn score(&self) -> (usize, usize) {
        let scores = self.policies.iter().map(PolicyMutation::score);
        scores.fold((0, 0), |(killed, all), (some, of)| (killed + some, all + of))
    }
}

/// Tries every mutant of these policies on the checks of passed scenarios. Linear in mutants times events; what no check
/// notices costs a proof, and where a scenario is proposed, two runs of it.
///
/// # Errors
/// Never but for a mistake in this program: the steps' own words are broken.
pub fn mutation(policies: &[Arc<Policy>], checks: &[Check], now: Time) -> Result<Mutation, HarnessError> {
    let policies = policies.iter().map(|policy| of_policy(policy, checks, now));
    Ok(Mutation { policies: policies.collect::<Result<_, _>>()? })
}

fn of_policy(policy: &Arc<Policy>, checks: &[Check], now: Time) -> Result<PolicyMutation, HarnessError> {
    let of_policy = checks.iter().filter(|check| check.is_of(policy));
    let judged: Vec<Judged<'_>> = of_policy.map(Judged::new).collect();
    let mut proposals = Proposals::new(policy, now)?;
    let mut tried: Vec<(usize, Mutant, Fate)> = Vec::new();
    // Narrow edits first: a scenario that notices one of those mostly notices the broad ones, too.
    let mut mutants: Vec<(usize, Mutant)> = mutants(policy).into_iter().enumerate().collect();
    mutants.sort_by_key(|(_, mutant)| mutant.kind.is_broad());
    for (place, mutant) in mutants {
        let edited = mutant.scope_edited(policy);
        let killer = judged.iter().find(|judged| mutant.is_noticed_by(judged, &edited));
        let fate = match killer {
            Some(killer) => Fate::Killed(killer.check.place.clone()),
            None => proposals.fate(&mutant, &edited),
        };
        tried.push((place, mutant, fate));
    }
    tried.sort_by_key(|(place, ..)| *place);
    let tried = tried.into_iter().map(|(_, mutant, fate)| (mutant, fate)).collect();
    Ok(PolicyMutation { policy: Arc::clone(policy), tried, proposed: proposals.scenarios })
}

#[cfg(test)]
mod tests;
