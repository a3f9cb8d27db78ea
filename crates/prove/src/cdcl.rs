//! The same question by conflict-driven clause learning: immune to nasty boolean structure, and a check of `search`.
//! The formula becomes clauses (Plaisted and Greenbaum), the literals that a model needs go to the same theories, and
//! each core that they return becomes a clause.

use std::collections::BTreeMap;

use batsat::{BasicSolver, Lit, SolverInterface, lbool};

use crate::Reason;
use crate::check::{Check, Model, Outcome};
use crate::formula::{AtomId, Formula, Node, NodeId, Subject};
use crate::theory::Theories;
use crate::value::Assignment;

/// Decides whether a node can hold.
pub(crate) fn solve(formula: &Formula, theories: &Theories<'_>, root: NodeId, start: &Assignment) -> Outcome {
    let mut encoded = Encoded::new(formula, root);
    for _ in 0..theories.limits.rounds {
        if encoded.solver.solve_limited(&[]) != lbool::TRUE {
            return Outcome::Impossible;
        }
        let needed = encoded.needed(formula, root);
        match agree(formula, theories, &needed, start.clone()) {
            Agreement::On(assignment) => return Outcome::Satisfied(assignment),
            Agreement::Conflict(core) => encoded.forbid(&core),
            Agreement::Unknown(reason) => return Outcome::Unknown(reason),
        }
    }
    Outcome::Unknown(Reason::Decisions)
}

enum Agreement {
    On(Assignment),
    Conflict(Vec<(AtomId, bool)>),
    Unknown(Reason),
}

/// Whether every subject's theory agrees with the literals.
fn agree(
    formula: &Formula,
    theories: &Theories<'_>,
    needed: &[(AtomId, bool)],
    start: Assignment,
) -> Agreement {
    let mut by_subject: BTreeMap<Subject, Vec<(AtomId, bool)>> = BTreeMap::new();
    for literal in needed {
        by_subject.entry(formula.subject(literal.0)).or_default().push(*literal);
    }
    let mut assignment = start;
    for (subject, literals) in by_subject {
        match (theories.check(formula, subject, &literals), subject) {
            (Check::Model(Model::Value(value)), Subject::Column(column)) => {
                assignment.event.set(column, value);
            }
            (Check::Model(Model::Rows(rows)), _) => assignment.devices = rows,
            (Check::Model(Model::Value(_)), Subject::Devices) => {}
            (Check::Conflict(core), _) => {
                return Agreement::Conflict(
                    core.iter().filter_map(|place| literals.get(*place).copied()).collect(),
                );
            }
            (Check::Unknown(reason), _) => return Agreement::Unknown(reason),
        }
    }
    Agreement::On(assignment)
}

/// A formula as clauses: a variable for each atom, and one for each node.
struct Encoded {
    solver: BasicSolver,
    atoms: Vec<Lit>,
    nodes: Vec<Lit>,
}

impl Encoded {
    fn new(formula: &Formula, root: NodeId) -> Self {
        let mut solver = BasicSolver::default();
        let atoms: Vec<Lit> =
            (0..formula.atoms()).map(|_| Lit::new(solver.new_var_default(), true)).collect();
        let nodes: Vec<Lit> =
            (0..formula.nodes()).map(|_| Lit::new(solver.new_var_default(), true)).collect();
        let mut encoded = Self { solver, atoms, nodes };
        let mut waiting = vec![root];
        let mut seen = vec![false; formula.nodes()];
        while let Some(node) = waiting.pop() {
            if seen.get_mut(node.index()).is_none_or(|seen| std::mem::replace(seen, true)) {
                continue;
            }
            let Some(this) = encoded.nodes.get(node.index()).copied() else { continue };
            match formula.node(node) {
                Node::Literal(atom, wanted) => {
                    let literal = encoded.literal(*atom, *wanted);
                    encoded.clause(vec![!this], literal);
                }
                Node::All(parts) => {
                    for part in parts {
                        let part = encoded.nodes.get(part.index()).copied();
                        encoded.clause(vec![!this], part);
                    }
                    waiting.extend(parts);
                }
                Node::Any(parts) => {
                    let some = parts.iter().filter_map(|part| encoded.nodes.get(part.index()).copied());
                    let clause: Vec<Lit> = [!this].into_iter().chain(some).collect();
                    encoded.clause(clause, None);
                    waiting.extend(parts);
                }
            }
        }
        let whole = encoded.nodes.get(root.index()).copied();
        encoded.clause(Vec::new(), whole);
        encoded
    }

    fn literal(&self, atom: AtomId, wanted: bool) -> Option<Lit> {
        self.atoms.get(atom.index()).map(|literal| if wanted { *literal } else { !*literal })
    }

    fn clause(&mut self, mut clause: Vec<Lit>, more: Option<Lit>) {
        clause.extend(more);
        // Whether the clauses can hold is asked of `solve_limited`.
        let _consistent = self.solver.add_clause_reuse(&mut clause);
    }

    fn forbid(&mut self, core: &[(AtomId, bool)]) {
        let clause = core.iter().filter_map(|(atom, wanted)| self.literal(*atom, !*wanted)).collect();
        self.clause(clause, None);
    }

    /// The literals that make the root hold in the model: of each disjunction, one part.
    fn needed(&self, formula: &Formula, root: NodeId) -> Vec<(AtomId, bool)> {
        let mut needed = Vec::new();
        let mut waiting = vec![root];
        let mut seen = vec![false; formula.nodes()];
        while let Some(node) = waiting.pop() {
            if seen.get_mut(node.index()).is_none_or(|seen| std::mem::replace(seen, true)) {
                continue;
            }
            match formula.node(node) {
                Node::Literal(atom, wanted) => needed.push((*atom, *wanted)),
                Node::All(parts) => waiting.extend(parts),
                Node::Any(parts) => {
                    let chosen = parts.iter().find(|part| {
                        self.nodes
                            .get(part.index())
                            .is_some_and(|part| self.solver.value_lit(*part) == lbool::TRUE)
                    });
                    waiting.extend(chosen);
                }
            }
        }
        needed
    }
}
