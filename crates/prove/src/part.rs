//! Parts of policies, by their places.

use lownoise_engine::policy::{Exclusion, Policy};
use lownoise_engine::value::Time;

/// A part of a policy, by its place in the policy's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A condition of the scope that is a predicate on the event.
    Scope(usize),
    /// An exclusion.
    Exclusion(usize),
}

/// Which part of the new policy may newly hide something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Any.
    Any,
    /// Its scope: what was kept is no longer looked at.
    Scope,
    /// One of its exclusions.
    Exclusion(usize),
}

/// The exclusions that have not expired, with their places.
pub(crate) fn active(policy: &Policy, now: Time) -> impl Iterator<Item = (usize, &Exclusion)> {
    policy.exclusions.iter().enumerate().filter(move |(_, exclusion)| !exclusion.is_expired(now))
}
