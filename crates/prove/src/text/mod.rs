//! The theory of text: whether operators of one text column can come out as wanted together, and on which text. Knows
//! the operators of text columns, no columns, no formulas, no other kinds of values.
//!
//! From cheap to complete: texts that were given · contradictions that single literals show · words made of the
//! literals · the product of the operators' automata, searched for its shortest text. Each operator is a regular
//! language over characters, so the last step decides; it may only run out of its budget, and then says so.

mod account;
mod alphabet;
mod atom;
mod automaton;
mod literals;
mod patterns;
mod product;
mod refute;
mod solve;
mod together;
mod words;

#[cfg(test)]
mod tests;

pub(crate) use account::{Account, Books};
pub(crate) use solve::{Answer, solve};
