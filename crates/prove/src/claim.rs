//! Claims about policies. A claim is about all events; its negation is a formula, and an event that satisfies the
//! formula refutes it. What a claim means is said a second time, in words of the reference evaluator: `is_refuted_by`.

use std::collections::HashSet;

use lownoise_engine::evaluate::{Context, Devices, Verdict, evaluate};
use lownoise_engine::policy::{ConditionKind, Exclusion, Policy};
use lownoise_engine::predicate::Predicate;
use lownoise_engine::schema::Schema;
use lownoise_engine::value::{Time, Value};

use crate::facts::Assumptions;
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

/// A part of a policy, by its place in the policy's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A condition of the scope that is a predicate on the event.
    Scope(usize),
    /// An exclusion.
    Exclusion(usize),
}

/// One way in which an event refutes a claim.
#[derive(Debug)]
pub(crate) struct Question<'p> {
    /// What must hold on it.
    pub(crate) must: NodeId,
    /// Exclusions, by their places in their policy, of which none may hold on it. They are often many, and few of
    /// them matter.
    pub(crate) none: Vec<(usize, &'p Exclusion)>,
    /// The table that those are over.
    pub(crate) schema: Option<&'p Schema>,
}

impl Question<'_> {
    fn must(must: NodeId) -> Self {
        Self { must, none: Vec::new(), schema: None }
    }

    /// One of the exclusions as a node that says that it does not hold.
    pub(crate) fn not(&self, at: usize, formula: &mut Formula, assumptions: Assumptions) -> Option<NodeId> {
        let (_, exclusion) = self.none.get(at)?;
        Some(formula.predicate(&assumptions.rewrite(&exclusion.predicate, self.schema?), false))
    }

    /// The whole of it as one node.
    fn whole(&self, formula: &mut Formula, assumptions: Assumptions) -> NodeId {
        let none =
            (0..self.none.len()).filter_map(|at| self.not(at, formula, assumptions)).collect::<Vec<_>>();
        formula.all([self.must].into_iter().chain(none).collect())
    }
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

    /// How an event can refute it: in one of these ways. The nodes are of the formula that is given.
    pub(crate) fn questions(
        &self,
        formula: &mut Formula,
        now: Time,
        assumptions: Assumptions,
    ) -> Vec<Question<'p>> {
        let mut build = Build { formula, now, assumptions };
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
                    active(policy, now).filter(|(place, _)| *place != exclusion && by.contains(place));
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
    pub(crate) fn negation(&self, formula: &mut Formula, now: Time, assumptions: Assumptions) -> NodeId {
        let ways = self.questions(formula, now, assumptions);
        let ways = ways.into_iter().map(|question| question.whole(formula, assumptions)).collect();
        formula.any(ways)
    }

    /// Whether an event refutes it, by the reference evaluator.
    #[must_use]
    pub fn is_refuted_by(&self, event: &Assignment, now: Time) -> bool {
        let verdict = |policy: &Policy| verdict(policy, event, now);
        let hides = |policy: &Policy, place: usize| matches!(verdict(policy), Verdict::Hidden(by) if by.contains(&place));
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
fn without_condition(policy: &Policy, place: usize) -> Policy {
    let scope = policy.scope.iter().enumerate().filter(|(at, _)| *at != place);
    Policy { scope: scope.map(|(_, condition)| condition.clone()).collect(), ..policy.clone() }
}

/// The exclusions that have not expired, with their places.
pub(crate) fn active(policy: &Policy, now: Time) -> impl Iterator<Item = (usize, &Exclusion)> {
    policy.exclusions.iter().enumerate().filter(move |(_, exclusion)| !exclusion.is_expired(now))
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
    fn newly_hidden<'p>(&mut self, old: &'p Policy, new: &'p Policy, by: Change) -> Question<'p> {
        let shown = self.scope(old, true);
        let hidden = match by {
            Change::Exclusion(place) => {
                let both = vec![self.scope(new, true), self.exclusion(new, place)];
                self.formula.all(both)
            }
            Change::Scope => self.scope(new, false),
            Change::Any => {
                // What stands unchanged in the old policy hides nothing that the old policy keeps.
                let standing: HashSet<&Predicate> =
                    active(old, self.now).map(|(_, exclusion)| &exclusion.predicate).collect();
                let mut some = vec![self.scope(new, false)];
                for (_, exclusion) in active(new, self.now) {
                    if !standing.contains(&exclusion.predicate) {
                        some.push(self.predicate(&exclusion.predicate, &new.schema, true));
                    }
                }
                self.formula.any(some)
            }
        };
        let must = self.formula.all(vec![shown, hidden]);
        Question { must, none: active(old, self.now).collect(), schema: Some(&old.schema) }
    }

    /// The other parts let the event through, and on it a part's predicate and the one in its place differ.
    fn differs<'p>(&mut self, policy: &'p Policy, part: Part, by: &Predicate) -> Question<'p> {
        let schema = &policy.schema;
        let (predicate, scope) = match part {
            Part::Exclusion(place) => {
                let scope = self.scope(policy, true);
                (policy.exclusions.get(place).map(|exclusion| &exclusion.predicate), scope)
            }
            Part::Scope(place) => {
                let predicate = match policy.scope.get(place).map(|condition| &condition.kind) {
                    Some(ConditionKind::Where(predicate)) => Some(predicate),
                    _ => None,
                };
                (predicate, self.scope(&without_condition(policy, place), true))
            }
        };
        let Some(predicate) = predicate else { return Question::must(self.formula.never()) };
        let ways = [true, false].map(|wanted| {
            let both = [self.predicate(predicate, schema, wanted), self.predicate(by, schema, !wanted)];
            self.formula.all(both.into())
        });
        let differs = self.formula.any(ways.into());
        let must = self.formula.all(vec![scope, differs]);
        let others = active(policy, self.now).filter(|(place, _)| part != Part::Exclusion(*place));
        Question { must, none: others.collect(), schema: Some(schema) }
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
                ConditionKind::Lookback(lookback) => match policy.schema.column(&policy.schema.time) {
                    Some(column) => {
                        self.formula.literal(Atom::Test(column, later_than(lookback.after(self.now))), wanted)
                    }
                    None => self.formula.never(),
                },
                ConditionKind::Devices { predicate, .. } => self.formula.devices(predicate, wanted),
                ConditionKind::Where(predicate) => self.predicate(predicate, &policy.schema, wanted),
            })
            .collect();
        if wanted { self.formula.all(nodes) } else { self.formula.any(nodes) }
    }

    fn hidden(&mut self, policy: &Policy) -> NodeId {
        let nodes = active(policy, self.now)
            .map(|(_, exclusion)| self.predicate(&exclusion.predicate, &policy.schema, true))
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

    fn predicate(&mut self, predicate: &Predicate, schema: &Schema, wanted: bool) -> NodeId {
        self.formula.predicate(&self.assumptions.rewrite(predicate, schema), wanted)
    }
}

fn later_than(time: Time) -> lownoise_engine::op::Operator {
    use lownoise_engine::op::{Comparison, Operator};
    Operator::Time(Comparison::Gt(time))
}
