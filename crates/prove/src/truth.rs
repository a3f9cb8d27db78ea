//! The truth of a formula on an event. What has been found of an atom is kept for as long as the event stays as it is.

use lownoise_engine::event::OwnedEvent;
use lownoise_engine::predicate::Predicate;

use crate::formula::{Atom, AtomId, Formula, Node, NodeId};
use crate::value::Assignment;

/// What is known of the atoms of one formula, which may grow, on one event.
#[derive(Debug, Clone, Default)]
pub(crate) struct Truth {
    /// By the atom's place.
    atoms: Vec<Option<bool>>,
}

impl Truth {
    /// Whether a node holds on the event.
    pub(crate) fn of(&mut self, formula: &Formula, node: NodeId, event: &Assignment) -> bool {
        match formula.node(node) {
            Node::Literal(atom, wanted) => self.of_atom(formula, *atom, event) == *wanted,
            Node::All(parts) => parts.iter().all(|part| self.of(formula, *part, event)),
            Node::Any(parts) => parts.iter().any(|part| self.of(formula, *part, event)),
        }
    }

    /// Whether an atom holds on the event.
    pub(crate) fn of_atom(&mut self, formula: &Formula, atom: AtomId, event: &Assignment) -> bool {
        if self.atoms.len() <= atom.index() {
            self.atoms.resize(formula.atoms().max(atom.index() + 1), None);
        }
        let ask = || formula.atom(atom).is_some_and(|atom| holds(atom, event));
        match self.atoms.get_mut(atom.index()) {
            Some(known) => *known.get_or_insert_with(ask),
            None => ask(),
        }
    }

    /// The event has changed where these atoms look.
    pub(crate) fn forget(&mut self, atoms: &[AtomId]) {
        for atom in atoms {
            if let Some(known) = self.atoms.get_mut(atom.index()) {
                *known = None;
            }
        }
    }
}

/// Whether an atom holds on an event.
fn holds(atom: &Atom, event: &Assignment) -> bool {
    match atom {
        Atom::Test(column, operator) => operator.holds(event.event.value(*column)),
        Atom::Device(predicate) => some_row(predicate, &event.devices),
    }
}

fn some_row(predicate: &Predicate, rows: &[OwnedEvent]) -> bool {
    rows.iter().any(|row| predicate.holds(&row.borrow()))
}
