//! How much a proof may cost, and why one was given up.

use std::fmt;

/// Bounds of a proof. When one is reached, the answer is unknown, never proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Decisions of the search before the question goes to clause learning.
    pub decisions: usize,
    /// Decisions that may be open at once.
    pub depth: u32,
    /// Rounds of clause learning.
    pub rounds: usize,
    /// States of a product of automata that are looked at.
    pub states: usize,
    /// Bytes of one automaton.
    pub automaton_bytes: usize,
    /// What one proof may cost: states of products and bytes of automata, of all questions to the theories together.
    pub work: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            decisions: 20_000,
            depth: 4_000,
            rounds: 20_000,
            states: 3_000_000,
            automaton_bytes: 32 << 20,
            work: 5_000_000,
        }
    }
}

/// Why a claim is neither proved nor refuted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The automaton of this pattern or list grew beyond its limit.
    Automaton(String),
    /// The product of the automata of one column has too many states.
    States,
    /// Too many cases.
    Decisions,
    /// All questions to the theories together cost too much.
    Work,
    /// It depends on a test that cannot be asked: it could not be imported, or is on a list whose values are not here.
    Opaque(String),
    /// It depends on how a column compares with another: these.
    Pair(String),
    /// Two policies are not over one schema: each adds columns of its own.
    Columns,
    /// A text made of an address's characters that may or may not spell one.
    AddressLike,
    /// A value was found that the operators do not confirm: a mistake of the prover.
    Unconfirmed(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Automaton(pattern) => write!(f, "the automaton of `{pattern}` grows too large"),
            Self::States => f.write_str("the tests on one column combine into too many states"),
            Self::Decisions => f.write_str("there are too many cases"),
            Self::Work => f.write_str("the cases together cost too much"),
            Self::Opaque(text) => write!(f, "it depends on `{text}`, which cannot be asked"),
            Self::Pair(columns) => {
                write!(f, "it depends on how {columns} compare, and columns are reasoned about one by one")
            }
            Self::Columns => f.write_str("the policies add different columns to their table"),
            Self::AddressLike => f.write_str("it depends on texts that look like addresses and are none"),
            Self::Unconfirmed(what) => {
                write!(f, "a value of {what} was found that the evaluator does not confirm")
            }
        }
    }
}
