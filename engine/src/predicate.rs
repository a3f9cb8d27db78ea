//! Predicates: boolean trees over tests, and a test is an operator on one column. The one structure that running,
//! explaining, proving and translating walk over.

use crate::event::{ColumnId, Event};
use crate::op::Operator;
use crate::span::Span;

/// A condition on an event.
#[derive(Debug, Clone, PartialEq)]
pub enum Predicate {
    /// Every part holds; an empty list holds.
    All(Vec<Predicate>),
    /// Some part holds; an empty list does not.
    Any(Vec<Predicate>),
    /// The part does not hold.
    Not(Box<Predicate>),
    /// A leaf.
    Test(Test),
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
            }
        }
        found
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
