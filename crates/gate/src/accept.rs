//! Which scenario accepts that something is newly hidden: one that passes, names the part that hides it, and whose
//! event the old policy keeps. So the decision stands in words beside the edit.

use lownoise_engine::policy::Policy;
use lownoise_engine::value::{OwnedValue, Time, Value};
use lownoise_harness::{Expectation, Named};
use lownoise_prove::{Assignment, Change, Claim};

use crate::concern::{Accepted, Place};

/// The first scenario that accepts what a part of the new policy newly hides at a moment.
pub(crate) fn accepted(
    met: &[Expectation],
    old: &Policy,
    new: &Policy,
    part: Change,
    now: Time,
) -> Option<Accepted> {
    let claim = Claim::HidesNothingNew { old, new, by: part };
    let accepts = |expectation: &&Expectation| {
        expectation.policy.id == new.id
            && names(&expectation.named, new, part)
            && claim.is_refuted_by(&at(expectation, new, now), now)
            // By its own clock too: one that speaks of a time when it was hidden anyway does not speak of the edit.
            && claim.is_refuted_by(&expectation.event, expectation.now)
    };
    let found = met.iter().find(accepts)?;
    let place = Place::line(found.place.file.display().to_string(), found.place.line);
    Some(Accepted { scenario: found.place.scenario.clone(), place })
}

/// Whether a scenario names the part.
fn names(named: &Named, policy: &Policy, part: Change) -> bool {
    match (named, part) {
        (Named::Exclusions(ids), Change::Exclusion(place)) => {
            policy.exclusions.get(place).is_some_and(|exclusion| ids.contains(&exclusion.id))
        }
        (Named::Condition(_), Change::Scope) => true,
        _ => false,
    }
}

/// The scenario's event, as long before another clock as it was before the scenario's.
fn at(expectation: &Expectation, policy: &Policy, now: Time) -> Assignment {
    let mut event = expectation.event.clone();
    if let Some(column) = policy.schema.column(&policy.schema.time)
        && let Value::Time(time) = event.event.value(column)
    {
        let ago = expectation.now.0.saturating_sub(time.0);
        event.event.set(column, OwnedValue::Time(Time(now.0.saturating_sub(ago))));
    }
    event
}
