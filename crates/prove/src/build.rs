//! From policies to formulas, and to the questions that are asked of them. Knows what a scope and an exclusion ask, no claims.

use hashbrown::{HashMap, HashSet};
use lownoise_engine::op::{Comparison, Operator};
use lownoise_engine::policy::{ConditionKind, Exclusion, Policy};
use lownoise_engine::predicate::Predicate;
use lownoise_engine::schema::Schema;
use lownoise_engine::value::Time;

use crate::facts::Assumptions;
use crate::formula::{Atom, Formula, NodeId, Opaques};
use crate::part::{Change, Part, active};
use crate::place::Place;

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

impl<'p> Question<'p> {
    pub(crate) fn must(must: NodeId) -> Self {
        Self { must, none: Vec::new(), schema: None }
    }

    /// One of the exclusions as a node that says that it does not hold.
    pub(crate) fn not(&self, at: usize, build: &mut Build<'p>) -> Option<NodeId> {
        let (_, exclusion) = self.none.get(at)?;
        Some(build.predicate(&exclusion.predicate, self.schema?, false))
    }

    /// The whole of it as one node.
    pub(crate) fn whole(&self, build: &mut Build<'p>) -> NodeId {
        let none = (0..self.none.len()).filter_map(|at| self.not(at, build)).collect::<Vec<_>>();
        build.formula.all([self.must].into_iter().chain(none).collect())
    }
}

/// Builds the formulas of policies, and keeps what it has built: many claims are about the same parts.
#[derive(Debug)]
pub(crate) struct Build<'p> {
    pub(crate) formula: Formula,
    pub(crate) now: Time,
    assumptions: Assumptions,
    built: HashMap<(Place<'p, Predicate>, bool), NodeId>,
}

impl<'p> Build<'p> {
    /// Nothing is built yet.
    pub(crate) fn new(now: Time, assumptions: Assumptions, opaques: Opaques) -> Self {
        Self { formula: Formula::new(opaques), now, assumptions, built: HashMap::new() }
    }

    pub(crate) fn newly_hidden(&mut self, old: &'p Policy, new: &'p Policy, by: Change) -> Question<'p> {
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
    pub(crate) fn differs(&mut self, policy: &'p Policy, part: Part, by: &'p Predicate) -> Question<'p> {
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
                (predicate, self.scope_without(policy, Some(place), true))
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

    pub(crate) fn in_scope_and(
        &mut self,
        policy: &'p Policy,
        events: Option<&'p Predicate>,
        rest: NodeId,
    ) -> NodeId {
        let scope = self.scope(policy, true);
        let events = events.map(|events| self.predicate(events, &policy.schema, true));
        self.formula.all([scope, rest].into_iter().chain(events).collect())
    }

    pub(crate) fn scope(&mut self, policy: &'p Policy, wanted: bool) -> NodeId {
        self.scope_without(policy, None, wanted)
    }

    /// The scope as if one of its conditions were not there.
    fn scope_without(&mut self, policy: &'p Policy, place: Option<usize>, wanted: bool) -> NodeId {
        let conditions = policy.scope.iter().enumerate().filter(|(at, _)| Some(*at) != place);
        let nodes: Vec<NodeId> = conditions
            .map(|(_, condition)| match &condition.kind {
                ConditionKind::Lookback(lookback) => match policy.schema.column(&policy.schema.time) {
                    Some(column) => {
                        self.formula.literal(Atom::Test(column, later_than(lookback.after(self.now))), wanted)
                    }
                    None => self.formula.never(),
                },
                ConditionKind::Devices { predicate, .. } => self.devices(predicate, wanted),
                ConditionKind::Where(predicate) => self.predicate(predicate, &policy.schema, wanted),
            })
            .collect();
        if wanted { self.formula.all(nodes) } else { self.formula.any(nodes) }
    }

    pub(crate) fn hidden(&mut self, policy: &'p Policy) -> NodeId {
        let nodes = active(policy, self.now)
            .map(|(_, exclusion)| self.predicate(&exclusion.predicate, &policy.schema, true))
            .collect();
        self.formula.any(nodes)
    }

    /// An exclusion that has expired hides nothing.
    pub(crate) fn exclusion(&mut self, policy: &'p Policy, place: usize) -> NodeId {
        match policy.exclusions.get(place).filter(|exclusion| !exclusion.is_expired(self.now)) {
            Some(exclusion) => self.predicate(&exclusion.predicate, &policy.schema, true),
            None => self.formula.never(),
        }
    }

    /// A condition on events.
    pub(crate) fn predicate(&mut self, predicate: &'p Predicate, schema: &Schema, wanted: bool) -> NodeId {
        let key = (Place(predicate), wanted);
        if let Some(node) = self.built.get(&key) {
            return *node;
        }
        let node = self.formula.predicate(&self.assumptions.rewrite(predicate, schema), wanted);
        self.built.insert(key, node);
        node
    }

    /// A condition on devices.
    fn devices(&mut self, predicate: &'p Predicate, wanted: bool) -> NodeId {
        let key = (Place(predicate), wanted);
        if let Some(node) = self.built.get(&key) {
            return *node;
        }
        let node = self.formula.devices(predicate, wanted);
        self.built.insert(key, node);
        node
    }
}

fn later_than(time: Time) -> Operator {
    Operator::Time(Comparison::Gt(time))
}
