//! Predicates: boolean trees over tests, and a test is an operator on one column, or a relation of two. The one structure
//! that running, explaining, proving and translating walk over.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::event::{Batch, ColumnId, Event};
use crate::op::{Case, Operator, Relation};
use crate::span::Span;
use crate::value::Value;

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
    /// A leaf that looks at two columns.
    Pair(Pair),
    /// A leaf of which only the text is known.
    Opaque(Opaque),
}

/// A test that cannot be asked: it was imported from elsewhere and could not be understood, or the values that it asks for
/// are not here. It is not dropped: it is taken as whatever keeps more events visible, and every proof that depends on it
/// is unknown.
#[derive(Debug, Clone)]
pub struct Opaque {
    /// What it says, in the words of wherever it came from.
    pub text: String,
    /// What it asks, when all that lacks is the values of a list.
    pub listed: Option<Listed>,
    /// What evaluators take it as. Two opaque tests that differ only here and in their place are equal.
    pub taken_as: bool,
    /// Where it is written.
    pub span: Span,
}

/// A test that asks for the values of a list that are not here.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Listed {
    /// The column it looks at.
    pub column: ColumnId,
    /// The key of its operator in a policy, such as `equals`.
    pub operator: String,
    /// Whether case matters.
    pub case: Case,
    /// The list.
    pub list: String,
    /// The query in KQL that gives its values: with another one it is another list.
    pub kql: Option<Arc<str>>,
}

impl Opaque {
    /// A test of which only the text is known, taken as false.
    #[must_use]
    pub fn new(text: impl Into<String>, span: Span) -> Self {
        Self { text: text.into(), listed: None, taken_as: false, span }
    }

    /// A test on a list whose values are not here, taken as false.
    #[must_use]
    pub fn listed(listed: Listed, column: &str, span: Span) -> Self {
        let ignoring = if listed.case == Case::Insensitive { " ignoring case" } else { "" };
        let text = format!("{column} {} the list {}{ignoring}", listed.operator, listed.list);
        Self { listed: Some(listed), ..Self::new(text, span) }
    }
}

impl Eq for Opaque {}

impl Hash for Opaque {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.text, &self.listed).hash(state);
    }
}

impl PartialEq for Opaque {
    fn eq(&self, other: &Self) -> bool {
        (&self.text, &self.listed) == (&other.text, &other.listed)
    }
}

/// A column of an event against another of the same event, and where it is written.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The column on the left.
    pub left: ColumnId,
    /// What is asked of the two values.
    pub relation: Relation,
    /// The column on the right.
    pub right: ColumnId,
    /// Where it is written. Two pairs that differ only here are equal.
    pub span: Span,
}

impl Pair {
    /// Whether it holds, given the values of columns.
    #[inline]
    #[must_use]
    pub fn holds<'v>(&self, value: impl Fn(ColumnId) -> Value<'v>) -> bool {
        self.relation.holds(value(self.left), value(self.right))
    }
}

impl Eq for Pair {}

impl Hash for Pair {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.left, self.relation, self.right).hash(state);
    }
}

impl PartialEq for Pair {
    fn eq(&self, other: &Self) -> bool {
        (self.left, self.relation, self.right) == (other.left, other.relation, other.right)
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
            Self::Pair(pair) => pair.holds(|column| event.value(column)),
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
            Self::Pair(pair) => pair.holds(|column| batch.value(column, row)),
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
            Self::Test(_) | Self::Pair(_) => self,
            Self::Opaque(opaque) => Self::Opaque(Opaque { taken_as: wanted, ..opaque }),
        }
    }

    /// The same over a schema in which columns have other ids.
    #[must_use]
    pub fn with_columns(self, to: &impl Fn(ColumnId) -> ColumnId) -> Self {
        let each = |parts: Vec<Self>| parts.into_iter().map(|part| part.with_columns(to)).collect();
        match self {
            Self::All(parts) => Self::All(each(parts)),
            Self::Any(parts) => Self::Any(each(parts)),
            Self::Not(part) => Self::Not(Box::new(part.with_columns(to))),
            Self::Test(test) => Self::Test(Test { column: to(test.column), ..test }),
            Self::Pair(pair) => Self::Pair(Pair { left: to(pair.left), right: to(pair.right), ..pair }),
            Self::Opaque(mut opaque) => {
                if let Some(listed) = &mut opaque.listed {
                    listed.column = to(listed.column);
                }
                Self::Opaque(opaque)
            }
        }
    }

    /// Every leaf, left to right.
    #[must_use]
    pub fn leaves(&self) -> Vec<&Self> {
        let mut found = Vec::new();
        let mut waiting = vec![self];
        while let Some(predicate) = waiting.pop() {
            match predicate {
                Self::All(parts) | Self::Any(parts) => waiting.extend(parts.iter().rev()),
                Self::Not(part) => waiting.push(part),
                leaf => found.push(leaf),
            }
        }
        found
    }

    /// Every test of one column, left to right.
    #[must_use]
    pub fn tests(&self) -> Vec<&Test> {
        let tests = self.leaves().into_iter();
        tests.filter_map(|leaf| if let Self::Test(test) = leaf { Some(test) } else { None }).collect()
    }

    /// Every test of two columns, left to right.
    #[must_use]
    pub fn pairs(&self) -> Vec<&Pair> {
        let pairs = self.leaves().into_iter();
        pairs.filter_map(|leaf| if let Self::Pair(pair) = leaf { Some(pair) } else { None }).collect()
    }

    /// Every column that a test looks at, left to right, as often as it does.
    #[must_use]
    pub fn columns(&self) -> Vec<ColumnId> {
        let of = |leaf: &Self| match leaf {
            Self::Test(test) => vec![test.column],
            Self::Pair(pair) => vec![pair.left, pair.right],
            _ => Vec::new(),
        };
        self.leaves().into_iter().flat_map(of).collect()
    }

    /// As [`columns`](Self::columns), with those of tests on lists whose values are not here.
    #[must_use]
    pub fn named_columns(&self) -> Vec<ColumnId> {
        let listed = self.opaque().into_iter().filter_map(|opaque| opaque.listed.as_ref());
        let listed: Vec<ColumnId> = listed.map(|listed| listed.column).collect();
        self.columns().into_iter().chain(listed).collect()
    }

    /// Whether every test looks at one column and can be asked: then columns can be reasoned about one by one.
    #[must_use]
    pub fn is_separable(&self) -> bool {
        self.leaves().into_iter().all(|leaf| matches!(leaf, Self::Test(_)))
    }

    /// From the first test to the last; the first alone where they stand in several texts. `None` without any.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        let of = |leaf: &Self| match leaf {
            Self::Test(test) => Some(test.span),
            Self::Pair(pair) => Some(pair.span),
            Self::Opaque(opaque) => Some(opaque.span),
            _ => None,
        };
        let leaves = self.leaves();
        let (first, last) = (of(leaves.first()?)?, of(leaves.last()?)?);
        Some(if first.source == last.source && first.start <= last.end { first.to(last) } else { first })
    }

    /// Every opaque test, left to right.
    #[must_use]
    pub fn opaque(&self) -> Vec<&Opaque> {
        let leaves = self.leaves().into_iter();
        leaves.filter_map(|leaf| if let Self::Opaque(opaque) = leaf { Some(opaque) } else { None }).collect()
    }

    /// Whether some test cannot be asked.
    #[must_use]
    pub fn is_opaque(&self) -> bool {
        self.leaves().into_iter().any(|leaf| matches!(leaf, Self::Opaque(_)))
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
