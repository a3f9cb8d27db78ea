//! Claims about policies. A claim is about all events; its negation is a formula, and an event that satisfies the
//! formula refutes it. What a claim means is said a second time, in words of the reference evaluator: `is_refuted_by`.

use std::collections::HashSet;

use lownoise_engine::evaluate::{Context, Devices, Verdict, evaluate};
use lownoise_engine::policy::{ConditionKind, Exclusion, Policy};
use lownoise_engine::predicate::Predicate;
use lownoise_engine::schema::Schema;
use lownoise_engine::value::{Time, Value};

use crate::facts::{Assumptions, rewrite};
use crate::formula::{Atom, Formula, NodeId};
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

    /// The formula of the events that refute it.
    pub(crate) fn negation(&self, formula: &mut Formula, now: Time, assumptions: Assumptions) -> NodeId {
        let mut build = Build { formula, now, assumptions };
        match self {
            Self::HidesNothingNew { old, new, by } => build.newly_hidden(old, new, *by),
            Self::Equivalent(left, right) => {
                let differ = [
                    build.newly_hidden(left, right, Change::Any),
                    build.newly_hidden(right, left, Change::Any),
                ];
                build.formula.any(differ.to_vec())
            }
            Self::NeverHides { policy, invariant, exclusion } => {
                let protected = policy.never_hide.get(*invariant).map(|invariant| &invariant.predicate);
                let hidden = match exclusion {
                    Some(place) => build.exclusion(policy, *place),
                    None => build.hidden(policy),
                };
                build.in_scope_and(policy, protected, hidden)
            }
            Self::Subsumed { policy, exclusion, by } => {
                let this = build.exclusion(policy, *exclusion);
                let others: Vec<NodeId> =
                    by.iter().map(|place| build.not_exclusion(policy, *place)).collect();
                let alone = build.formula.all([this].into_iter().chain(others).collect());
                build.in_scope_and(policy, None, alone)
            }
            Self::Unreachable { policy, exclusion } => {
                let this = build.exclusion(policy, *exclusion);
                build.in_scope_and(policy, None, this)
            }
            Self::EmptyScope(policy) => build.scope(policy, true),
            Self::HidesNone { policy, exclusion, events } => {
                let this = build.exclusion(policy, *exclusion);
                build.in_scope_and(policy, Some(events), this)
            }
        }
    }

    /// Whether an event refutes it, by the reference evaluator.
    #[must_use]
    pub fn is_refuted_by(&self, event: &Assignment, now: Time) -> bool {
        let verdict = |policy: &Policy| verdict(policy, event, now);
        let hides = |policy: &Policy, place: usize| matches!(verdict(policy), Verdict::Hidden(by) if by.contains(&place));
        match self {
            Self::HidesNothingNew { old, new, by } => {
                verdict(old) == Verdict::Kept
                    && match (verdict(new), by) {
                        (Verdict::Kept, _) => false,
                        (_, Change::Any) | (Verdict::OutOfScope(_), Change::Scope) => true,
                        (Verdict::Hidden(places), Change::Exclusion(place)) => places.contains(place),
                        _ => false,
                    }
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
            Self::Subsumed { policy, exclusion, by } => {
                hides(policy, *exclusion)
                    && !by.iter().any(|place| place != exclusion && hides(policy, *place))
            }
            Self::Unreachable { policy, exclusion } => hides(policy, *exclusion),
            Self::EmptyScope(policy) => !matches!(verdict(policy), Verdict::OutOfScope(_)),
            Self::HidesNone { policy, exclusion, events } => {
                hides(policy, *exclusion) && events.holds(&event.event.borrow())
            }
        }
    }
}

/// What a policy says of an event whose device has the rows that are noted with it.
#[must_use]
pub fn verdict(policy: &Policy, event: &Assignment, now: Time) -> Verdict {
    let id = policy.schema.column(&policy.schema.device).map_or(Value::Missing, |id| event.event.value(id));
    let accepted = policy
        .devices()
        .is_none_or(|(_, predicate)| event.devices.iter().any(|row| predicate.holds(&row.borrow())));
    let devices = if accepted { HashSet::from([id.text().to_owned()]) } else { HashSet::new() };
    evaluate(policy, &event.event.borrow(), Context { now, devices: &Devices::Among(devices) })
}

/// Builds the formulas of policies.
struct Build<'f> {
    formula: &'f mut Formula,
    now: Time,
    assumptions: Assumptions,
}

impl Build<'_> {
    fn newly_hidden(&mut self, old: &Policy, new: &Policy, by: Change) -> NodeId {
        let mut parts = vec![self.scope(old, true)];
        let shown: Vec<&Exclusion> = self.active(old).collect();
        let shown: Vec<NodeId> = shown
            .into_iter()
            .map(|exclusion| self.predicate(&exclusion.predicate, &old.schema, false))
            .collect();
        let not_hidden: HashSet<NodeId> = shown.iter().copied().collect();
        parts.extend(shown);
        let hidden = match by {
            Change::Exclusion(place) => {
                parts.push(self.scope(new, true));
                self.exclusion(new, place)
            }
            Change::Scope => self.scope(new, false),
            Change::Any => {
                let active: Vec<&Exclusion> = self.active(new).collect();
                let mut some = vec![self.scope(new, false)];
                for exclusion in active {
                    // What stands unchanged in the old policy hides nothing that the old policy keeps.
                    let negated = self.predicate(&exclusion.predicate, &new.schema, false);
                    if !not_hidden.contains(&negated) {
                        some.push(self.predicate(&exclusion.predicate, &new.schema, true));
                    }
                }
                self.formula.any(some)
            }
        };
        parts.push(hidden);
        self.formula.all(parts)
    }

    fn in_scope_and(&mut self, policy: &Policy, events: Option<&Predicate>, rest: NodeId) -> NodeId {
        let scope = self.scope(policy, true);
        let events = events.map(|events| self.predicate(events, &policy.schema, true));
        self.formula.all([scope, rest].into_iter().chain(events).collect())
    }

    fn scope(&mut self, policy: &Policy, wanted: bool) -> NodeId {
        let nodes: Vec<NodeId> = policy
            .scope
            .iter()
            .map(|condition| match &condition.kind {
                ConditionKind::Lookback(ticks) => match policy.schema.column(&policy.schema.time) {
                    Some(column) => self.formula.literal(Atom::Test(column, after(self.now, *ticks)), wanted),
                    None => self.formula.never(),
                },
                ConditionKind::Devices { predicate, .. } => {
                    self.formula.literal(Atom::Device(predicate.clone()), wanted)
                }
                ConditionKind::Where(predicate) => self.predicate(predicate, &policy.schema, wanted),
            })
            .collect();
        if wanted { self.formula.all(nodes) } else { self.formula.any(nodes) }
    }

    fn hidden(&mut self, policy: &Policy) -> NodeId {
        let active: Vec<&Exclusion> = self.active(policy).collect();
        let nodes = active
            .into_iter()
            .map(|exclusion| self.predicate(&exclusion.predicate, &policy.schema, true))
            .collect();
        self.formula.any(nodes)
    }

    /// An exclusion that has expired hides nothing.
    fn exclusion(&mut self, policy: &Policy, place: usize) -> NodeId {
        match policy.exclusions.get(place).filter(|exclusion| !exclusion.is_expired(self.now)) {
            Some(exclusion) => self.predicate(&exclusion.predicate, &policy.schema, true),
            None => self.formula.never(),
        }
    }

    fn not_exclusion(&mut self, policy: &Policy, place: usize) -> NodeId {
        match policy.exclusions.get(place).filter(|exclusion| !exclusion.is_expired(self.now)) {
            Some(exclusion) => self.predicate(&exclusion.predicate, &policy.schema, false),
            None => self.formula.always(),
        }
    }

    fn active<'p>(&self, policy: &'p Policy) -> impl Iterator<Item = &'p Exclusion> + use<'p> {
        let now = self.now;
        policy.exclusions.iter().filter(move |exclusion| !exclusion.is_expired(now))
    }

    fn predicate(&mut self, predicate: &Predicate, schema: &Schema, wanted: bool) -> NodeId {
        if self.assumptions.types_follow {
            self.formula.predicate(&rewrite(predicate, schema), wanted)
        } else {
            self.formula.predicate(predicate, wanted)
        }
    }
}

/// Later than now minus so many ticks.
fn after(now: Time, ticks: i64) -> lownoise_engine::op::Operator {
    use lownoise_engine::op::{Comparison, Operator};
    Operator::Time(Comparison::Gt(Time(now.0.saturating_sub(ticks))))
}
