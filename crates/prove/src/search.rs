//! The boolean search, led by a candidate event: whatever holds on the candidate is not looked at. A part that does
//! not hold is made to hold by a decision, and a conflict jumps back to the last decision that it rests on. What
//! takes too many decisions goes to `cdcl`, over the same theories.

use std::collections::BTreeMap;

use crate::Reason;
use crate::cdcl;
use crate::check::{Check, Model, Outcome};
use crate::formula::{AtomId, Formula, Node, NodeId, Subject};
use crate::levels::Levels;
use crate::theory::Theories;
use crate::truth::Truth;
use crate::value::Assignment;

/// Decides whether a node can hold, beginning with a candidate.
pub(crate) fn solve(formula: &Formula, theories: &Theories<'_>, root: NodeId, start: Assignment) -> Outcome {
    solve_from(formula, theories, root, start, Truth::default())
}

/// Decides whether a node can hold, beginning with a candidate of which something is known.
pub(crate) fn solve_from(
    formula: &Formula,
    theories: &Theories<'_>,
    root: NodeId,
    start: Assignment,
    truth: Truth,
) -> Outcome {
    Search::new(formula, theories, start, truth).solve(root)
}

/// The state of a search.
struct Search<'s> {
    formula: &'s Formula,
    theories: &'s Theories<'s>,
    candidate: Assignment,
    /// What has been decided about each subject, and at which level.
    literals: BTreeMap<Subject, Vec<(AtomId, bool, u32)>>,
    /// The disjunctions that must hold.
    obligations: Vec<Obligation>,
    level: u32,
    decisions: usize,
    /// Of atoms on the candidate; forgotten when their subject changes.
    truth: Truth,
    /// A branch that could not be decided: without it, nothing is proved.
    undecided: Option<Reason>,
}

/// A disjunction that must hold.
#[derive(Debug, Clone, Copy)]
struct Obligation {
    node: NodeId,
    /// The level that asked for it.
    asked: u32,
    /// Whether one of its parts has been asked for, which is then what must hold.
    decided: bool,
}

/// What a search returns to.
struct Mark {
    obligations: usize,
    literals: Vec<(Subject, usize)>,
}

impl<'s> Search<'s> {
    /// A search that begins with a candidate.
    fn new(formula: &'s Formula, theories: &'s Theories<'s>, candidate: Assignment, truth: Truth) -> Self {
        Self {
            formula,
            theories,
            candidate,
            literals: BTreeMap::new(),
            obligations: Vec::new(),
            level: 0,
            decisions: 0,
            truth,
            undecided: None,
        }
    }

    /// Decides whether a node can hold.
    fn solve(mut self, root: NodeId) -> Outcome {
        let (formula, theories) = (self.formula, self.theories);
        let result = self.extend(root, 0).and_then(|()| self.run());
        match (result, self.undecided.take()) {
            (Ok(()), _) => Outcome::Satisfied(self.candidate),
            (Err(_), None) => Outcome::Impossible,
            (Err(_), Some(Reason::Decisions)) => cdcl::solve(formula, theories, root, &self.candidate),
            (Err(_), Some(reason)) => Outcome::Unknown(reason),
        }
    }

    /// Makes every obligation hold; an error names the levels that the conflict rests on.
    fn run(&mut self) -> Result<(), Levels> {
        match self.violated() {
            None => Ok(()),
            Some(place) => self.branch(place),
        }
    }

    /// The place of the obligation with the fewest parts among those that do not hold on the candidate.
    fn violated(&mut self) -> Option<usize> {
        let mut best: Option<(usize, usize)> = None;
        for place in 0..self.obligations.len() {
            let Some(Obligation { node, decided: false, .. }) = self.obligations.get(place).copied() else {
                continue;
            };
            let Node::Any(parts) = self.formula.node(node) else { continue };
            if best.is_some_and(|(fewest, _)| fewest <= parts.len()) || self.holds(node) {
                continue;
            }
            best = Some((parts.len(), place));
        }
        best.map(|(_, place)| place)
    }

    fn branch(&mut self, place: usize) -> Result<(), Levels> {
        let formula = self.formula;
        let Some(Obligation { node, asked, .. }) = self.obligations.get(place).copied() else {
            return Ok(());
        };
        let Node::Any(parts) = formula.node(node) else { return Ok(()) };
        self.decisions += 1;
        if self.decisions > self.theories.limits.decisions || self.level >= self.theories.limits.depth {
            self.undecided = Some(Reason::Decisions);
            return Err(Levels::up_to(self.level));
        }
        self.level += 1;
        self.decide(place, true);
        let level = self.level;
        let mut conflict = Levels::default();
        conflict.insert(asked);
        for part in parts {
            let mark = self.mark();
            let Err(mut levels) = self.extend(*part, level).and_then(|()| self.run()) else { return Ok(()) };
            self.undo(mark);
            let given_up = matches!(self.undecided, Some(Reason::Decisions));
            if !levels.contains(level) || given_up {
                conflict = levels;
                break;
            }
            levels.remove(level);
            conflict.extend(&levels);
        }
        self.level -= 1;
        self.decide(place, false);
        Err(conflict)
    }

    fn decide(&mut self, place: usize, decided: bool) {
        if let Some(obligation) = self.obligations.get_mut(place) {
            obligation.decided = decided;
        }
    }

    /// Asks for a node at a level: literals go to the theories, once for each subject, disjunctions wait.
    fn extend(&mut self, node: NodeId, level: u32) -> Result<(), Levels> {
        let mut waiting = vec![node];
        let mut touched: Vec<Subject> = Vec::new();
        while let Some(node) = waiting.pop() {
            match self.formula.node(node) {
                Node::All(parts) => waiting.extend(parts),
                Node::Any(parts) if parts.is_empty() => return Err(single(level)),
                Node::Any(_) => self.obligations.push(Obligation { node, asked: level, decided: false }),
                Node::Literal(atom, wanted) => {
                    let subject = self.formula.subject(*atom);
                    let known = self.literals.entry(subject).or_default();
                    match known.iter().find(|(other, ..)| other == atom) {
                        Some((_, value, _)) if value == wanted => {}
                        Some((_, _, other)) => {
                            let mut levels = single(level);
                            levels.insert(*other);
                            return Err(levels);
                        }
                        None => {
                            known.push((*atom, *wanted, level));
                            touched.push(subject);
                        }
                    }
                }
            }
        }
        touched.sort_unstable();
        touched.dedup();
        touched.into_iter().try_for_each(|subject| self.check(subject))
    }

    /// Makes the candidate agree with what is decided about a subject.
    fn check(&mut self, subject: Subject) -> Result<(), Levels> {
        let decided = self.literals.get(&subject).cloned().unwrap_or_default();
        if decided.iter().all(|(atom, wanted, _)| self.atom_holds(*atom) == *wanted) {
            return Ok(());
        }
        let literals: Vec<(AtomId, bool)> =
            decided.iter().map(|(atom, wanted, _)| (*atom, *wanted)).collect();
        match self.theories.check(self.formula, subject, &literals) {
            Check::Model(model) => {
                self.adopt(subject, model);
                Ok(())
            }
            Check::Conflict(core) => {
                let mut levels = Levels::default();
                core.iter()
                    .filter_map(|place| decided.get(*place))
                    .for_each(|(_, _, level)| levels.insert(*level));
                Err(levels)
            }
            Check::Unknown(reason) => {
                self.undecided.get_or_insert(reason);
                Err(Levels::up_to(self.level))
            }
        }
    }

    fn adopt(&mut self, subject: Subject, model: Model) {
        match (subject, model) {
            (Subject::Column(column), Model::Value(value)) => self.candidate.event.set(column, value),
            (_, Model::Rows(rows)) => self.candidate.devices = rows,
            (Subject::Devices, Model::Value(_)) => {}
        }
        self.truth.forget(self.formula.atoms_of(subject));
    }

    fn holds(&mut self, node: NodeId) -> bool {
        self.truth.of(self.formula, node, &self.candidate)
    }

    fn atom_holds(&mut self, atom: AtomId) -> bool {
        self.truth.of_atom(self.formula, atom, &self.candidate)
    }

    fn mark(&self) -> Mark {
        Mark {
            obligations: self.obligations.len(),
            literals: self.literals.iter().map(|(subject, literals)| (*subject, literals.len())).collect(),
        }
    }

    /// Takes back what was asked for since. The candidate stays: it agrees with less, too.
    fn undo(&mut self, mark: Mark) {
        self.obligations.truncate(mark.obligations);
        let before: BTreeMap<Subject, usize> = mark.literals.into_iter().collect();
        for (subject, literals) in &mut self.literals {
            literals.truncate(before.get(subject).copied().unwrap_or(0));
        }
    }
}

fn single(level: u32) -> Levels {
    let mut levels = Levels::default();
    levels.insert(level);
    levels
}
