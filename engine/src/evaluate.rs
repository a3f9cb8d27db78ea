//! The reference evaluator: what a policy says of one event, as plainly as it can be written. The plan, the
//! prover and every emitted query are tested against it; it is never made fast.

use std::collections::HashSet;

use crate::event::{ColumnId, Event};
use crate::policy::{Condition, ConditionKind, Exclusion, Policy};
use crate::value::{Time, Value};

/// What a verdict depends on beside the policy and the event.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The clock: for `lookback` and `expires`.
    pub now: Time,
    /// The devices that satisfy the scope's device condition.
    pub devices: &'a Devices,
}

/// The devices that satisfy a device condition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Devices {
    /// Every device: the condition is not applied.
    #[default]
    Every,
    /// These, by device id.
    Among(HashSet<String>),
}

impl Devices {
    /// Whether a device is one of them.
    #[must_use]
    pub fn contains(&self, device: &str) -> bool {
        match self {
            Self::Every => true,
            Self::Among(devices) => devices.contains(device),
        }
    }
}

/// What a policy says of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The first condition of the scope, by place, that does not hold.
    OutOfScope(usize),
    /// In scope, and no exclusion hides it.
    Kept,
    /// In scope, and hidden by these exclusions: all of them, by place, ascending.
    Hidden(Vec<usize>),
}

/// The verdict on one event.
#[must_use]
pub fn evaluate(policy: &Policy, event: &Event<'_>, context: Context<'_>) -> Verdict {
    if let Some(condition) = out_of_scope(policy, event, context) {
        return Verdict::OutOfScope(condition);
    }
    let hiding: Vec<usize> = policy
        .exclusions
        .iter()
        .enumerate()
        .filter(|(_, exclusion)| hides(exclusion, event, context.now))
        .map(|(place, _)| place)
        .collect();
    if hiding.is_empty() { Verdict::Kept } else { Verdict::Hidden(hiding) }
}

/// The first condition of the scope, by place, that does not hold.
#[must_use]
pub fn out_of_scope(policy: &Policy, event: &Event<'_>, context: Context<'_>) -> Option<usize> {
    policy.scope.iter().position(|condition| !in_scope(policy, condition, event, context))
}

/// Whether one condition of the scope holds.
#[must_use]
pub fn in_scope(policy: &Policy, condition: &Condition, event: &Event<'_>, context: Context<'_>) -> bool {
    let value =
        |name: &str| policy.schema.column(name).map_or(Value::Missing, |id: ColumnId| event.value(id));
    match &condition.kind {
        ConditionKind::Lookback(lookback) => {
            matches!(value(&policy.schema.time), Value::Time(time) if time > lookback.after(context.now))
        }
        ConditionKind::Devices { .. } => context.devices.contains(value(&policy.schema.device).text()),
        ConditionKind::Where(predicate) => predicate.holds(event),
    }
}

/// Whether one exclusion hides an event that is in scope.
#[must_use]
pub fn hides(exclusion: &Exclusion, event: &Event<'_>, now: Time) -> bool {
    !exclusion.is_expired(now) && exclusion.predicate.holds(event)
}
