//! Formulas: predicates in negation normal form, every part of them once. An atom is an operator on one column, or
//! the question whether some row of the device table satisfies a predicate.

use hashbrown::HashMap;
use lownoise_engine::event::{ColumnId, OwnedEvent};
use lownoise_engine::op::{Operator, Relation};
use lownoise_engine::predicate::{Opaque, Pair, Predicate};
use lownoise_engine::value::OwnedValue;

/// A node of a [`Formula`], by place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(u32);

/// An atom of a [`Formula`], by place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct AtomId(pub(crate) u32);

/// What an atom looks at. Atoms of different subjects are independent of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Subject {
    /// One column of the event.
    Column(ColumnId),
    /// The rows that the device table has of the event's device.
    Devices,
}

/// A question with two answers about one subject.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Atom {
    /// The operator holds on the column's value.
    Test(ColumnId, Operator),
    /// Some row of the device satisfies the predicate.
    Device(Predicate),
}

/// What cannot be looked into: the same is true of equal ones, and nothing else is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unread {
    /// A test that cannot be asked.
    Test(Opaque),
    /// A test of two columns: theories look at one.
    Pair(Pair),
    /// A condition on devices that has one of these.
    Devices(Predicate),
}

impl Unread {
    /// The texts of the opaque tests in it.
    pub(crate) fn opaque_texts(&self) -> Vec<String> {
        match self {
            Self::Test(opaque) => vec![opaque.text.clone()],
            Self::Pair(_) => Vec::new(),
            Self::Devices(predicate) => {
                predicate.opaque().into_iter().map(|opaque| opaque.text.clone()).collect()
            }
        }
    }
}

/// A part of a formula. Negation stands at atoms only.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    /// The atom comes out like this.
    Literal(AtomId, bool),
    /// Every part holds.
    All(Vec<NodeId>),
    /// Some part holds.
    Any(Vec<NodeId>),
}

/// What a test that cannot be looked into is in a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Opaques {
    /// Neither it nor its negation holds: what holds then holds whatever the test means.
    #[default]
    Never,
    /// Free to hold or not, the same text alike: what cannot hold then cannot hold whatever the test means. Each is
    /// a boolean column after so many others.
    Free(u16),
}

/// Parts that are equal are one part.
#[derive(Debug, Default)]
pub(crate) struct Formula {
    nodes: Vec<Node>,
    places: HashMap<Node, NodeId>,
    atoms: Vec<Atom>,
    atom_places: HashMap<Atom, AtomId>,
    by_subject: HashMap<Subject, Vec<AtomId>>,
    opaques: Opaques,
    /// In the order of their columns.
    unread: Vec<Unread>,
}

impl Formula {
    pub(crate) fn new(opaques: Opaques) -> Self {
        Self { opaques, ..Self::default() }
    }

    /// What was met that cannot be looked into, in the order of their columns.
    pub(crate) fn unread(&self) -> &[Unread] {
        &self.unread
    }

    /// Makes room in an event for the truth of opaque tests.
    pub(crate) fn make_room(&self, event: &mut OwnedEvent) {
        if let Opaques::Free(columns) = self.opaques {
            event.values.resize(usize::from(columns) + self.unread.len(), OwnedValue::Missing);
        }
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        // Ids are made here only, so a node without a place does not occur; an impossible `Any` would hold nothing.
        static NOTHING: Node = Node::Any(Vec::new());
        self.nodes.get(id.index()).unwrap_or(&NOTHING)
    }

    pub(crate) fn atom(&self, id: AtomId) -> Option<&Atom> {
        self.atoms.get(id.index())
    }

    pub(crate) fn atoms(&self) -> usize {
        self.atoms.len()
    }

    pub(crate) fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// The atoms that look at a subject.
    pub(crate) fn atoms_of(&self, subject: Subject) -> &[AtomId] {
        self.by_subject.get(&subject).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn subject(&self, id: AtomId) -> Subject {
        match self.atom(id) {
            Some(Atom::Test(column, _)) => Subject::Column(*column),
            _ => Subject::Devices,
        }
    }

    pub(crate) fn always(&mut self) -> NodeId {
        self.add(Node::All(Vec::new()))
    }

    pub(crate) fn never(&mut self) -> NodeId {
        self.add(Node::Any(Vec::new()))
    }

    /// The predicate, or its negation.
    pub(crate) fn predicate(&mut self, predicate: &Predicate, wanted: bool) -> NodeId {
        match predicate {
            Predicate::Test(test) => self.literal(Atom::Test(test.column, test.operator.clone()), wanted),
            Predicate::Not(part) => self.predicate(part, !wanted),
            Predicate::Pair(pair) => self.pair(pair, wanted),
            Predicate::Opaque(opaque) => self.not_read(Unread::Test(opaque.clone()), wanted),
            Predicate::All(parts) | Predicate::Any(parts) => {
                let nodes: Vec<NodeId> = parts.iter().map(|part| self.predicate(part, wanted)).collect();
                if matches!(predicate, Predicate::All(_)) == wanted {
                    self.all(nodes)
                } else {
                    self.any(nodes)
                }
            }
        }
    }

    /// A relation of two columns: of numbers and their like only where both are there.
    fn pair(&mut self, pair: &Pair, wanted: bool) -> NodeId {
        let relation = self.not_read(Unread::Pair(pair.clone()), wanted);
        if matches!(pair.relation, Relation::Text { .. }) {
            return relation;
        }
        let there =
            [pair.left, pair.right].map(|column| self.literal(Atom::Test(column, Operator::Exists), wanted));
        let parts = there.into_iter().chain([relation]).collect();
        if wanted { self.all(parts) } else { self.any(parts) }
    }

    pub(crate) fn literal(&mut self, atom: Atom, wanted: bool) -> NodeId {
        let known = self.atom_places.get(&atom).copied();
        let id = known.unwrap_or_else(|| {
            let id = AtomId(u32::try_from(self.atoms.len()).unwrap_or(u32::MAX));
            self.atom_places.insert(atom.clone(), id);
            self.atoms.push(atom);
            self.by_subject.entry(self.subject(id)).or_default().push(id);
            id
        });
        self.add(Node::Literal(id, wanted))
    }

    /// Some row of the device satisfies the predicate, or none does.
    pub(crate) fn devices(&mut self, predicate: &Predicate, wanted: bool) -> NodeId {
        if predicate.is_separable() {
            self.literal(Atom::Device(predicate.clone()), wanted)
        } else {
            self.not_read(Unread::Devices(predicate.clone()), wanted)
        }
    }

    fn not_read(&mut self, unread: Unread, wanted: bool) -> NodeId {
        let known = self.unread.iter().position(|known| *known == unread);
        let place = known.unwrap_or_else(|| {
            self.unread.push(unread);
            self.unread.len() - 1
        });
        match self.opaques {
            Opaques::Never => self.never(),
            Opaques::Free(columns) => {
                let place = u16::try_from(place).unwrap_or(u16::MAX);
                let column = ColumnId(columns.saturating_add(place));
                self.literal(Atom::Test(column, Operator::Bool(true)), wanted)
            }
        }
    }

    /// Every part; what is always true or always false is resolved.
    pub(crate) fn all(&mut self, parts: Vec<NodeId>) -> NodeId {
        self.combine(parts, true)
    }

    /// Some part.
    pub(crate) fn any(&mut self, parts: Vec<NodeId>) -> NodeId {
        self.combine(parts, false)
    }

    fn combine(&mut self, parts: Vec<NodeId>, all: bool) -> NodeId {
        let mut flat: Vec<NodeId> = Vec::with_capacity(parts.len());
        for part in parts {
            match (self.node(part), all) {
                (Node::All(inner), true) | (Node::Any(inner), false) => flat.extend(inner),
                (Node::All(inner), false) | (Node::Any(inner), true) if inner.is_empty() => {
                    return if all { self.never() } else { self.always() };
                }
                _ => flat.push(part),
            }
        }
        flat.sort_unstable();
        flat.dedup();
        match (flat.as_slice(), all) {
            ([only], _) => *only,
            (_, true) => self.add(Node::All(flat)),
            (_, false) => self.add(Node::Any(flat)),
        }
    }

    fn add(&mut self, node: Node) -> NodeId {
        if let Some(id) = self.places.get(&node) {
            return *id;
        }
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.places.insert(node.clone(), id);
        self.nodes.push(node);
        id
    }
}

impl NodeId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

impl AtomId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}
