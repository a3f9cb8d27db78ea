//! What an edit changes: one question for each exclusion that changed, and one for the scope, in both directions.

use std::collections::HashSet;

use lownoise_engine::policy::Policy;
use lownoise_engine::predicate::Predicate;
use lownoise_engine::value::Time;

use crate::claim::Claim;
use crate::part::{Change, active};
use crate::prove::{Proof, Prover, Setting};

/// What came of comparing two policies.
#[derive(Debug, Clone, PartialEq)]
pub struct Diff {
    /// What of the new policy may hide events that the old one keeps. Holding means: nothing.
    pub newly_hidden: Vec<Answer>,
    /// What of the old policy hid events that the new one keeps. Holding means: nothing.
    pub newly_shown: Vec<Answer>,
    /// Exclusions of the new policy that stand, under whatever id, in the old one.
    pub unchanged: usize,
}

/// The proof about one part of a policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The part: of the new policy for what is newly hidden, of the old one for what is newly shown.
    pub part: Change,
    /// Holds: this part changes nothing in this direction.
    pub proof: Proof,
}

impl Diff {
    /// Whether it is proved that nothing is newly hidden.
    #[must_use]
    pub fn hides_nothing_new(&self) -> bool {
        self.newly_hidden.iter().all(|answer| answer.proof == Proof::Holds)
    }

    /// Whether it is proved that both keep the same events.
    #[must_use]
    pub fn is_equivalent(&self) -> bool {
        self.hides_nothing_new() && self.newly_shown.iter().all(|answer| answer.proof == Proof::Holds)
    }
}

/// Compares two policies over the same table.
#[must_use]
pub fn diff(old: &Policy, new: &Policy, setting: &Setting) -> Diff {
    let now = setting.now.unwrap_or(Time(0));
    Diff {
        newly_hidden: newly_hidden(old, new, setting),
        newly_shown: newly_hidden(new, old, setting),
        unchanged: new.exclusions.len() - changed(old, new, now).len(),
    }
}

/// What of the new policy may hide events that the old one keeps: one direction of [`diff`].
#[must_use]
pub fn newly_hidden(old: &Policy, new: &Policy, setting: &Setting) -> Vec<Answer> {
    let now = setting.now.unwrap_or(Time(0));
    let parts = changed(old, new, now).into_iter().map(Change::Exclusion).chain([Change::Scope]);
    let mut prover = Prover::new(&new.schema, setting);
    parts
        .map(|part| Answer { part, proof: prover.prove(&Claim::HidesNothingNew { old, new, by: part }) })
        .collect()
}

/// The active exclusions that do not stand in the old policy: one with the same condition, under whatever id, changes
/// nothing.
fn changed(old: &Policy, new: &Policy, now: Time) -> Vec<usize> {
    let standing: HashSet<&Predicate> = active(old, now).map(|(_, other)| &other.predicate).collect();
    let places = active(new, now).filter(|(_, exclusion)| !standing.contains(&exclusion.predicate));
    places.map(|(place, _)| place).collect()
}
