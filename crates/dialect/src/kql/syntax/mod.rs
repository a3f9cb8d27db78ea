//! From the text of a query to its statements, pipelines and expressions, or to the place of the first mistake. Knows
//! the grammar of the part of the language that filters rows; of other steps it knows where they end.
//!
//! Whatever the text, it takes linear time and bounded depth: brackets are matched and counted before anything is
//! parsed.

#![expect(clippy::unnecessary_box_returns, reason = "an error is as large as it has to be, and rare")]

mod ast;
mod expression;
mod literal;
mod parser;
mod pipeline;
mod token;

pub(crate) use ast::{
    Access, Comparison, Expression, ExpressionKind, Join, Let, Named, Operator, OrderBy, Pipeline, Query,
    Step, StepKind, word_of,
};
pub(crate) use literal::{datetime, timespan};
pub(crate) use token::Comment;

use lownoise_engine::diagnostic::Diagnostic;

/// Reads a query.
pub(crate) fn parse(text: &str) -> Result<Query, Box<Diagnostic>> {
    let (tokens, comments) = token::tokens(text)?;
    let brackets = parser::matched(&tokens)?;
    parser::Parser::new(text, tokens, brackets).query(comments)
}

/// The names, and other words, of a text.
pub(crate) fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split(|sign: char| !sign.is_alphanumeric() && sign != '_').filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests;
