//! Predicates: boolean trees over tests, and a test is an operator on one column. The one structure that running,
//! explaining, proving and translating walk over.

use std::hash::{Hash, Hasher};

use crate::event::{Batch, ColumnId, Event};
use crate::op::Operator;
use crate::span::Span;

/// A condition on an event.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Predicate {
    /// Every part holds; an empty list holds.
    All(Vec<Predicate>),
    /// Some part holds; an empty list does not.
    Any(Vec<Predicate>),
    /// The part does not hold.
    Not(Box<Predicate>),
    /// A leaf.
    Test(Test),
    /// A leaf of which only the text is known.
    Opaque(Opaque),
}

/// A test that was imported from elsewhere and could not be understood. It is not dropped: it is taken as whatever
/// keeps more events visible, and every proof that depends on it is unknown.
#[derive(Debug, Clone)]
pub struct Opaque {
    /// What it says, in the words of wherever it came from.
    pub text: String,
    /// What evaluators take it as. Two opaque tests that differ only here and in their place are equal.
    pub taken_as: bool,
    /// Where it is written.
    pub span: Span,
}

impl Eq for Opaque {}

impl Hash for Opaque {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl PartialEq for Opaque {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// An operator on one column, and where it is written.
#[derive(Debug, Clone)]
pub struct Test {
    /// The column it looks at.
    pub column: ColumnId,
    /// What is asked of the value.
    pub operator: Operator,
    /// Where it is written. Two tests that differ only here are equal.
    pub span: Span,
}

impl Eq for Test {}

impl Hash for Test {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.column.hash(state);
        self.operator.hash(state);
    }
}

impl PartialEq for Test {
    fn eq(&self, other: &Self) -> bool {
        self.column == other.column && self.operator == other.operator
    }
}

impl Predicate {
    /// Whether it holds on an event.
    #[must_use]
    pub fn holds(&self, event: &Event<'_>) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(event)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(event)),
            Self::Not(part) => !part.holds(event),
            Self::Test(test) => test.operator.holds(event.value(test.column)),
            Self::Opaque(opaque) => opaque.taken_as,
        }
    }

    /// Whether it holds on a row of a batch: as [`holds`](Self::holds) of [`Batch::event`], which is not made.
    #[must_use]
    pub fn holds_in(&self, batch: &Batch<'_>, row: usize) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds_in(batch, row)),
            Self::Any(parts) => parts.iter().any(|part| part.holds_in(batch, row)),
            Self::Not(part) => !part.holds_in(batch, row),
            Self::Test(test) => test.operator.holds(batch.value(test.column, row)),
            Self::Opaque(opaque) => opaque.taken_as,
        }
    }

    /// Takes every opaque test so that the whole is more likely to come out as wanted.
    #[must_use]
    pub fn opaque_as(self, wanted: bool) -> Self {
        let each = |parts: Vec<Self>| parts.into_iter().map(|part| part.opaque_as(wanted)).collect();
        match self {
            Self::All(parts) => Self::All(each(parts)),
            Self::Any(parts) => Self::Any(each(parts)),
            Self::Not(part) => Self::Not(Box::new(part.opaque_as(!wanted))),
            Self::Test(test) => Self::Test(test),
            Self::Opaque(opaque) => Self::Opaque(Opaque { taken_as: wanted, ..opaque }),
        }
    }

    /// Every test, left to right.
    #[must_use]
    pub fn tests(&self) -> Vec<&Test> {
        let mut found = Vec::new();
        let mut waiting = vec![self];
        while let Some(predicate) = waiting.pop() {
            match predicate {
                Self::All(parts) | Self::Any(parts) => waiting.extend(parts.iter().rev()),
                Self::Not(part) => waiting.push(part),
                Self::Test(test) => found.push(test),
                Self::Opaque(_) => {}
            }
        }
        found
    }

    /// Every opaque test, left to right.
    #[must_use]
    pub fn opaque(&self) -> Vec<&Opaque> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::opaque).collect(),
            Self::Not(part) => part.opaque(),
            Self::Test(_) => Vec::new(),
            Self::Opaque(opaque) => vec![opaque],
        }
    }

    /// Whether some test could not be imported.
    #[must_use]
    pub fn is_opaque(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::is_opaque),
            Self::Not(part) => part.is_opaque(),
            Self::Test(_) => false,
            Self::Opaque(_) => true,
        }
    }

    /// All parts, without a wrapper around a single one.
    #[must_use]
    pub fn all(mut parts: Vec<Self>) -> Self {
        match (parts.pop(), parts.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                parts.extend(last);
                Self::All(parts)
            }
        }
    }
}
