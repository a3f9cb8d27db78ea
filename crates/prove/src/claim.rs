//! Claims about policies. A claim is about all events; its negation is a formula, and an event that satisfies the
//! formula refutes it. What a claim means is said a second time, in words of the reference evaluator: `is_refuted_by`.

use std::collections::HashSet;

use lownoise_engine::evaluate::{Context, Devices, Verdict, evaluate, hides, out_of_scope};
use lownoise_engine::policy::{ConditionKind, Policy};
use lownoise_engine::predicate::Predicate;
use lownoise_engine::value::{Time, Value};

use crate::build::{Build, Question};
use crate::formula::NodeId;
use crate::part::{Change, Part, active};
use crate::value::Assignment;

/// A statement about all events. Places are places in the policy's lists.
#[derive(Debug, Clone, Copy)]
pub enum Claim<'p> {
    /// What `old` keeps, `new` keeps too.
    HidesNothingNew {
        /// Before.
        old: &'p Policy,
        /// After.
        new: &'p Policy,
        /// Which part of `new` is asked about.
        by: Change,
    },
    /// Both keep the same events.
    Equivalent(&'p Policy, &'p Policy),
    /// No exclusion, or not this one, hides what an invariant protects.
    NeverHides {
        /// The policy.
        policy: &'p Policy,
        /// The invariant.
        invariant: usize,
        /// One exclusion; none: all of them.
        exclusion: Option<usize>,
    },
    /// Whatever the exclusion hides, others among these hide too: it is dead.
    Subsumed {
        /// The policy.
        policy: &'p Policy,
        /// The exclusion.
        exclusion: usize,
        /// The others.
        by: &'p [usize],
    },
    /// The exclusion hides nothing in the scope.
    Unreachable {
        /// The policy.
        policy: &'p Policy,
        /// The exclusion.
        exclusion: usize,
    },
    /// Nothing is in the scope.
    EmptyScope(&'p Policy),
    /// With another predicate in place of a part's, the policy keeps the same events.
    Replaceable {
        /// The policy.
        policy: &'p Policy,
        /// The part.
        part: Part,
        /// Instead of its predicate.
        by: &'p Predicate,
    },
    /// Nothing in the scope that satisfies the predicate is hidden by the exclusion.
    HidesNone {
        /// The policy.
        policy: &'p Policy,
        /// The exclusion.
        exclusion: usize,
        /// The events.
        events: &'p Predicate,
    },
}

impl<'p> Claim<'p> {
    /// The policy whose table the events are of.
    pub(crate) fn policy(&self) -> &'p Policy {
        match self {
            Self::HidesNothingNew { new: policy, .. }
            | Self::Equivalent(_, policy)
            | Self::NeverHides { policy, .. }
            | Self::Subsumed { policy, .. }
            | Self::Unreachable { policy, .. }
            | Self::EmptyScope(policy)
            | Self::Replaceable { policy, .. }
            | Self::HidesNone { policy, .. } => policy,
        }
    }

    /// The policies that it is about.
    pub(crate) fn policies(&self) -> Vec<&'p Policy> {
        match self {
            Self::HidesNothingNew { old, new, .. } | Self::Equivalent(old, new) => vec![old, new],
            _ => vec![self.policy()],
        }
    }

    /// How an event can refute it: in one of these ways. The nodes are of the formula that is built.
    pub(crate) fn questions(&self, build: &mut Build<'p>) -> Vec<Question<'p>> {
        match *self {
            Self::HidesNothingNew { old, new, by } => vec![build.newly_hidden(old, new, by)],
            Self::Equivalent(left, right) => [(left, right), (right, left)]
                .map(|(old, new)| build.newly_hidden(old, new, Change::Any))
                .into(),
            Self::NeverHides { policy, invariant, exclusion } => {
                let protected = policy.never_hide.get(invariant).map(|invariant| &invariant.predicate);
                let hidden = match exclusion {
                    Some(place) => build.exclusion(policy, place),
                    None => build.hidden(policy),
                };
                vec![Question::must(build.in_scope_and(policy, protected, hidden))]
            }
            Self::Subsumed { policy, exclusion, by } => {
                let this = build.exclusion(policy, exclusion);
                let must = build.in_scope_and(policy, None, this);
                let by: HashSet<usize> = by.iter().copied().collect();
                let others =
                    active(policy, build.now).filter(|(place, _)| *place != exclusion && by.contains(place));
                vec![Question { must, none: others.collect(), schema: Some(&policy.schema) }]
            }
            Self::Unreachable { policy, exclusion } => {
                let this = build.exclusion(policy, exclusion);
                vec![Question::must(build.in_scope_and(policy, None, this))]
            }
            Self::EmptyScope(policy) => vec![Question::must(build.scope(policy, true))],
            Self::HidesNone { policy, exclusion, events } => {
                let this = build.exclusion(policy, exclusion);
                vec![Question::must(build.in_scope_and(policy, Some(events), this))]
            }
            Self::Replaceable { policy, part, by } => vec![build.differs(policy, part, by)],
        }
    }

    /// The formula of the events that refute it, whole.
    pub(crate) fn negation(&self, build: &mut Build<'p>) -> NodeId {
        let ways = self.questions(build);
        let ways = ways.into_iter().map(|question| question.whole(build)).collect();
        build.formula.any(ways)
    }

    /// Whether an event refutes it, by the reference evaluator.
    #[must_use]
    pub fn is_refuted_by(&self, event: &Assignment, now: Time) -> bool {
        let verdict = |policy: &Policy| verdict(policy, event, now);
        let hides = |policy: &Policy, place: usize| is_hidden_by(policy, place, event, now);
        match self {
            Self::HidesNothingNew { old, new, by } => {
                let is_hidden = match (verdict(new), by) {
                    (Verdict::Kept, _) => false,
                    (_, Change::Any) | (Verdict::OutOfScope(_), Change::Scope) => true,
                    (Verdict::Hidden(places), Change::Exclusion(place)) => places.contains(place),
                    _ => false,
                };
                is_hidden && verdict(old) == Verdict::Kept
            }
            Self::Equivalent(left, right) => {
                (verdict(left) == Verdict::Kept) != (verdict(right) == Verdict::Kept)
            }
            Self::NeverHides { policy, invariant, exclusion } => {
                let protected = policy.never_hide.get(*invariant);
                protected.is_some_and(|protected| protected.predicate.holds(&event.event.borrow()))
                    && match exclusion {
                        Some(place) => hides(policy, *place),
                        None => matches!(verdict(policy), Verdict::Hidden(_)),
                    }
            }
            Self::Subsumed { policy, exclusion, by } => match verdict(policy) {
                Verdict::Hidden(hiding) => {
                    hiding.contains(exclusion)
                        && !hiding.iter().any(|place| place != exclusion && by.contains(place))
                }
                _ => false,
            },
            Self::Unreachable { policy, exclusion } => hides(policy, *exclusion),
            Self::EmptyScope(policy) => !matches!(verdict(policy), Verdict::OutOfScope(_)),
            Self::HidesNone { policy, exclusion, events } => {
                hides(policy, *exclusion) && events.holds(&event.event.borrow())
            }
            Self::Replaceable { policy, part, by } => {
                let differs = |predicate: &Predicate| {
                    let event = event.event.borrow();
                    predicate.holds(&event) != by.holds(&event)
                };
                match (verdict(policy), part) {
                    (Verdict::Kept, Part::Exclusion(place)) => {
                        policy.exclusions.get(*place).is_some_and(|exclusion| differs(&exclusion.predicate))
                    }
                    (Verdict::Hidden(places), Part::Exclusion(place)) => {
                        places == [*place]
                            && policy
                                .exclusions
                                .get(*place)
                                .is_some_and(|exclusion| differs(&exclusion.predicate))
                    }
                    (Verdict::OutOfScope(_), Part::Exclusion(_)) => false,
                    (_, Part::Scope(place)) => {
                        let kind = policy.scope.get(*place).map(|condition| &condition.kind);
                        let Some(ConditionKind::Where(predicate)) = kind else { return false };
                        differs(predicate) && verdict(&without_condition(policy, *place)) == Verdict::Kept
                    }
                }
            }
        }
    }
}

/// The policy as if a condition of its scope were not there.
pub(crate) fn without_condition(policy: &Policy, place: usize) -> Policy {
    let scope = policy.scope.iter().enumerate().filter(|(at, _)| *at != place);
    Policy { scope: scope.map(|(_, condition)| condition.clone()).collect(), ..policy.clone() }
}

/// What a policy says of an event whose device has the rows that are noted with it.
#[must_use]
pub fn verdict(policy: &Policy, event: &Assignment, now: Time) -> Verdict {
    evaluate(policy, &event.event.borrow(), Context { now, devices: &devices(policy, event) })
}

/// Whether a policy's exclusion at this place is one of those that hide the event: [`verdict`], without the others.
fn is_hidden_by(policy: &Policy, place: usize, event: &Assignment, now: Time) -> bool {
    let devices = devices(policy, event);
    let (event, context) = (event.event.borrow(), Context { now, devices: &devices });
    let hides = policy.exclusions.get(place).is_some_and(|exclusion| hides(exclusion, &event, now));
    hides && out_of_scope(policy, &event, context).is_none()
}

/// The devices of the scope, as far as the event's own goes.
fn devices(policy: &Policy, event: &Assignment) -> Devices {
    let id = policy.schema.column(&policy.schema.device).map_or(Value::Missing, |id| event.event.value(id));
    let accepted = policy
        .devices()
        .is_none_or(|(_, predicate)| event.devices.iter().any(|row| predicate.holds(&row.borrow())));
    Devices::Among(if accepted { HashSet::from([id.text().to_owned()]) } else { HashSet::new() })
}
