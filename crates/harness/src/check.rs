//! What a scenario asked of a policy, in a form that can be asked again of another one. Knows events and verdicts; no
//! Gherkin. The scenario's own step passes or fails by the same words, so the two cannot disagree.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use lownoise_engine::evaluate::{Context, Devices, Verdict, hides, in_scope};
use lownoise_engine::policy::{Condition, ConditionKind, Policy};
use lownoise_engine::value::Time;
use lownoise_prove::Assignment;

use crate::expected::Expected;
use crate::options::Place;
use crate::quantity::Quantity;

/// What a step of a passed scenario expected of its events.
#[derive(Debug, Clone)]
pub struct Check {
    /// The scenario.
    pub place: Place,
    /// The policy under test.
    pub policy: Arc<Policy>,
    /// The clock.
    pub now: Time,
    /// The events, each with the rows of its device.
    pub events: Vec<Assignment>,
    pub(crate) expected: Expected,
    pub(crate) quantity: Quantity,
}

/// What decides the verdict on one event: the parts of the policy, one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    /// Of each condition of the scope, whether it holds.
    pub(crate) conditions: Vec<bool>,
    /// The exclusions that have not expired and hold, by place, ascending; whatever the scope says.
    pub(crate) hiding: Vec<usize>,
}

impl Facts {
    /// Of an event.
    pub(crate) fn of(policy: &Policy, event: &Assignment, now: Time) -> Self {
        let conditions = policy.scope.iter().map(|condition| holds(policy, condition, event, now));
        let borrowed = event.event.borrow();
        let hiding = policy.exclusions.iter().enumerate();
        let hiding = hiding.filter(|(_, exclusion)| hides(exclusion, &borrowed, now));
        Self { conditions: conditions.collect(), hiding: hiding.map(|(place, _)| place).collect() }
    }

    /// As the reference evaluator says it.
    pub(crate) fn verdict(&self) -> Verdict {
        match self.conditions.iter().position(|holds| !holds) {
            Some(place) => Verdict::OutOfScope(place),
            None if self.hiding.is_empty() => Verdict::Kept,
            None => Verdict::Hidden(self.hiding.clone()),
        }
    }

    /// The same, but for one exclusion.
    pub(crate) fn with_exclusion(&self, place: usize, hides: bool) -> Self {
        let mut hiding: Vec<usize> = self.hiding.iter().copied().filter(|other| *other != place).collect();
        if hides {
            hiding.push(place);
            hiding.sort_unstable();
        }
        Self { conditions: self.conditions.clone(), hiding }
    }

    /// The same, but for one condition of the scope.
    pub(crate) fn with_condition(&self, place: usize, holds: bool) -> Self {
        let mut facts = self.clone();
        if let Some(condition) = facts.conditions.get_mut(place) {
            *condition = holds;
        }
        facts
    }

    /// The same, but for a condition of the scope that is gone; places are those of the conditions that are left.
    pub(crate) fn without_condition(&self, place: usize) -> Self {
        let left = self.conditions.iter().enumerate().filter(|(at, _)| *at != place);
        Self { conditions: left.map(|(_, holds)| *holds).collect(), hiding: self.hiding.clone() }
    }
}

/// Whether a condition of the scope holds on an event, whatever the other conditions say.
pub(crate) fn holds(policy: &Policy, condition: &Condition, event: &Assignment, now: Time) -> bool {
    let accepted = match &condition.kind {
        ConditionKind::Devices { predicate, .. } => {
            event.devices.iter().any(|row| predicate.holds(&row.borrow()))
        }
        ConditionKind::Lookback(_) | ConditionKind::Where(_) => true,
    };
    let devices = if accepted { Devices::Every } else { Devices::Among(HashSet::new()) };
    in_scope(policy, condition, &event.event.borrow(), Context { now, devices: &devices })
}

/// A check with what its own policy says of its events.
pub(crate) struct Judged<'c> {
    pub(crate) check: Cow<'c, Check>,
    /// Of each event.
    pub(crate) facts: Vec<Facts>,
    met: Vec<bool>,
    found: usize,
}

impl<'c> Judged<'c> {
    pub(crate) fn new(check: &'c Check) -> Self {
        Self::of(Cow::Borrowed(check))
    }

    pub(crate) fn of(check: Cow<'c, Check>) -> Self {
        let facts: Vec<Facts> =
            check.events.iter().map(|event| Facts::of(&check.policy, event, check.now)).collect();
        let met: Vec<bool> =
            facts.iter().map(|facts| check.expected.is_met(&check.policy, &facts.verdict())).collect();
        let found = met.iter().filter(|met| **met).count();
        Self { check, facts, met, found }
    }

    /// Whether the check would come out differently if one of its events had this verdict.
    pub(crate) fn notices(&self, event: usize, verdict: &Verdict) -> bool {
        self.notices_all(&self.check.policy, [(event, verdict.clone())])
    }

    /// Whether the check would come out differently if this were the policy, and these of its events had these verdicts.
    /// What the check names has to be there: else its scenario cannot be run.
    pub(crate) fn notices_all(
        &self,
        policy: &Policy,
        changed: impl IntoIterator<Item = (usize, Verdict)>,
    ) -> bool {
        let mut found = self.found;
        for (event, verdict) in changed {
            let was = usize::from(self.met.get(event).copied().unwrap_or_default());
            let is = usize::from(self.check.expected.is_met(policy, &verdict));
            found = found.saturating_sub(was) + is;
        }
        let allows = |found| self.check.quantity.allows(found, self.check.events.len());
        allows(found) != allows(self.found)
    }
}

impl Check {
    /// Whether it is of this policy: of the same id, from the same file.
    #[must_use]
    pub fn is_of(&self, policy: &Policy) -> bool {
        let file = |policy: &Policy| policy.sources.get(0).map(|source| source.name.clone());
        self.policy.id == policy.id && file(&self.policy) == file(policy)
    }
}

#[cfg(test)]
pub(crate) mod tests;
