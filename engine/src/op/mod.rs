//! The operators: what each one means, once. The reference evaluator calls these functions; the plan, the
//! prover and every emitter are tested against them. Knows values, no columns and no policies.
//!
//! One operator, one file. Each has a [`Definition`] whose examples are its tests and its documentation.

mod address;
mod address_class;
mod case;
mod comparison;
mod contains;
mod ends_with;
mod equals;
mod exists;
mod fold;
mod has;
mod matches;
mod present;
mod ranges;
mod relation;
mod spelling;
mod starts_with;
mod term;

pub use address::AddressSet;
pub use address_class::{AddressClass, SENSOR_MAPPED, SENSOR_TYPES, sensor_type, sensor_type_of};
pub use case::Case;
pub use comparison::Comparison;
pub use matches::{Pattern, PatternError};
pub use ranges::{Block, MAPPED, address_number, blocks, complement, intersection};
pub use relation::{Order, Relation};
pub use spelling::ipv4_pattern;
pub use term::is_term_character;

use crate::value::{Time, Value};

/// What an operator is called, what it means, and examples that are run as tests.
#[derive(Debug)]
pub struct Definition {
    /// As written in a policy.
    pub name: &'static str,
    /// One line for the manual.
    pub summary: &'static str,
    /// Value, literal, whether the test holds (case-sensitive).
    pub examples: &'static [(&'static str, &'static str, bool)],
}

/// The operators that compare text with literal text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextOperator {
    /// See [`equals`](self).
    Equals,
    /// The text begins with the literal.
    StartsWith,
    /// The text ends with the literal.
    EndsWith,
    /// The literal is somewhere in the text.
    Contains,
    /// The literal is in the text as whole terms.
    Has,
    /// The literal is in the text where a term begins.
    HasPrefix,
    /// The literal is in the text where a term ends.
    HasSuffix,
}

impl TextOperator {
    /// All of them, in the order of the manual.
    pub const ALL: [Self; 7] = [
        Self::Equals,
        Self::StartsWith,
        Self::EndsWith,
        Self::Contains,
        Self::Has,
        Self::HasPrefix,
        Self::HasSuffix,
    ];

    /// Its name, meaning and examples.
    #[must_use]
    pub fn definition(self) -> &'static Definition {
        match self {
            Self::Equals => &equals::DEFINITION,
            Self::StartsWith => &starts_with::DEFINITION,
            Self::EndsWith => &ends_with::DEFINITION,
            Self::Contains => &contains::DEFINITION,
            Self::Has => &has::DEFINITION,
            Self::HasPrefix => &has::PREFIX_DEFINITION,
            Self::HasSuffix => &has::SUFFIX_DEFINITION,
        }
    }

    /// Whether it holds for a text and one literal. Linear in the text for a literal of bounded length.
    #[inline]
    #[must_use]
    pub fn holds(self, text: &str, literal: &str, case: Case) -> bool {
        match self {
            Self::Equals => equals::holds(text, literal, case),
            Self::StartsWith => starts_with::holds(text, literal, case),
            Self::EndsWith => ends_with::holds(text, literal, case),
            Self::Contains => contains::holds(text, literal, case),
            Self::Has => has::holds(text, literal, case),
            Self::HasPrefix => has::prefix_holds(text, literal, case),
            Self::HasSuffix => has::suffix_holds(text, literal, case),
        }
    }
}

/// An operator with its operand: all that a test says about one value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Operator {
    /// Text or address column: some literal compares.
    Text {
        /// How.
        operator: TextOperator,
        /// Any of these.
        literals: Vec<String>,
        /// Whether case matters.
        case: Case,
    },
    /// Text or address column: some pattern is found in the text.
    Matches(Vec<Pattern>),
    /// Any column: the value is there; empty text is not.
    Exists,
    /// Any column: the event says something of it, be it the empty text.
    Present,
    /// Address column: the address is in the set.
    In(AddressSet),
    /// Number column.
    Number(Comparison<i64>),
    /// Time column.
    Time(Comparison<Time>),
    /// Boolean column: the value is this one.
    Bool(bool),
}

impl Operator {
    /// Whether it folds ASCII letters.
    #[must_use]
    pub fn ignores_case(&self) -> bool {
        match self {
            Self::Text { case, .. } => *case == Case::Insensitive,
            Self::Matches(patterns) => patterns.iter().any(|pattern| pattern.case() == Case::Insensitive),
            _ => false,
        }
    }

    /// Whether the test holds on a value. A test on a missing value, or on one of another kind, is false;
    /// text that is missing is the empty text to all but [`Present`](Self::Present).
    #[inline]
    #[must_use]
    pub fn holds(&self, value: Value<'_>) -> bool {
        match self {
            Self::Text { operator, literals, case } => {
                literals.iter().any(|literal| operator.holds(value.text(), literal, *case))
            }
            Self::Matches(patterns) => patterns.iter().any(|pattern| pattern.is_match(value.text())),
            Self::Exists => exists::holds(value),
            Self::Present => present::holds(value),
            Self::In(set) => matches!(value, Value::Address(_, Some(ip)) if set.contains(ip)),
            Self::Number(comparison) => matches!(value, Value::Number(number) if comparison.holds(&number)),
            Self::Time(comparison) => matches!(value, Value::Time(time) if comparison.holds(&time)),
            Self::Bool(expected) => matches!(value, Value::Bool(found) if found == *expected),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_of_every_text_operator_is_true() {
        for operator in TextOperator::ALL {
            let definition = operator.definition();
            assert!(definition.examples.iter().any(|example| example.2), "{}", definition.name);
            assert!(definition.examples.iter().any(|example| !example.2), "{}", definition.name);
            for (text, literal, expected) in definition.examples {
                let found = operator.holds(text, literal, Case::Sensitive);
                assert_eq!(found, *expected, "`{text}` {} `{literal}`", definition.name);
                // Folding both sides by hand is what ignoring case means.
                let folded = operator.holds(
                    &text.to_ascii_uppercase(),
                    &literal.to_ascii_lowercase(),
                    Case::Insensitive,
                );
                let lowered = operator.holds(
                    &text.to_ascii_lowercase(),
                    &literal.to_ascii_lowercase(),
                    Case::Sensitive,
                );
                assert_eq!(folded, lowered, "`{text}` {} `{literal}` ignoring case", definition.name);
            }
        }
    }
}
