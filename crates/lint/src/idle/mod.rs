//! What does nothing: exclusions, conditions and entries of lists without which the policy keeps the same events. Each
//! lint is a file, and the file is its page.

mod covered_entry;
mod dead_exclusion;
mod duplicate_exclusion;
mod empty_scope;
mod proved;
mod redundant_condition;
mod unreachable_exclusion;
mod unused_exclusion;

use std::collections::HashMap;

use lownoise_engine::policy::{Exclusion, Policy};
use lownoise_engine::value::Time;

use crate::lint::Lint;

/// Every lint of this room.
pub(crate) const LINTS: [&Lint; 7] = [
    &covered_entry::LINT,
    &dead_exclusion::LINT,
    &duplicate_exclusion::LINT,
    &empty_scope::LINT,
    &redundant_condition::LINT,
    &unreachable_exclusion::LINT,
    &unused_exclusion::LINT,
];

/// Exclusions by their places, in words.
fn named(policy: &Policy, places: &[usize]) -> String {
    let ids = places.iter().filter_map(|place| policy.exclusions.get(*place));
    ids.map(|exclusion| format!("`{}`", exclusion.id)).collect::<Vec<_>>().join(" and ")
}

/// The places of exclusions that say what an earlier one says, each with that one; those that have expired are left out.
fn duplicates(policy: &Policy, now: Time) -> Vec<(usize, &Exclusion, &Exclusion)> {
    let mut seen = HashMap::new();
    let mut found = Vec::new();
    let active = policy.exclusions.iter().enumerate().filter(|(_, exclusion)| !exclusion.is_expired(now));
    for (place, exclusion) in active {
        let first = *seen.entry(&exclusion.predicate).or_insert(exclusion);
        if !std::ptr::eq(first, exclusion) {
            found.push((place, exclusion, first));
        }
    }
    found
}
