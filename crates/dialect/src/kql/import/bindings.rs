//! What `let` names, as it is written: tables are followed to where their rows come from. Knows no meaning.

use std::collections::HashMap;

use crate::kql::syntax::{Expression, ExpressionKind, Pipeline, Query, Step};

/// How many names may stand for names.
const LONGEST_CHAIN: usize = 64;

/// Where the rows of a pipeline come from in the end, and everything that is done with them.
pub(super) struct Rows<'q> {
    /// A name, a list, or something else.
    pub(super) source: &'q Expression,
    /// In order.
    pub(super) steps: Vec<&'q Step>,
}

/// What `let` names, as it is written.
#[derive(Debug, Default)]
pub(super) struct Bindings<'q>(HashMap<&'q str, &'q Expression>);

impl<'q> Bindings<'q> {
    /// Of a query.
    pub(super) fn of(query: &'q Query) -> Self {
        let named =
            query.lets.iter().filter_map(|binding| Some((binding.name.as_str(), binding.value.as_ref()?)));
        Self(named.collect())
    }

    /// A pipeline with the names that it begins with written out; `None` when they lead in a circle.
    pub(super) fn written_out(&self, pipeline: &'q Pipeline) -> Option<Rows<'q>> {
        let mut parts = vec![pipeline.steps.as_slice()];
        let mut source = &pipeline.source;
        for _ in 0..LONGEST_CHAIN {
            match &source.kind {
                ExpressionKind::Call(name, arguments) if name == "materialize" && arguments.len() == 1 => {
                    source = arguments.first()?;
                }
                ExpressionKind::Pipeline(inner) => {
                    parts.push(&inner.steps);
                    source = &inner.source;
                }
                ExpressionKind::Name(name) if self.0.contains_key(name.as_str()) => {
                    source = self.0.get(name.as_str())?;
                }
                _ => {
                    let steps = parts.iter().rev().flat_map(|steps| steps.iter()).collect();
                    return Some(Rows { source, steps });
                }
            }
        }
        None
    }

    /// The pipeline that is meant as a list.
    pub(super) fn pipeline(&self, expression: &'q Expression) -> Option<&'q Pipeline> {
        let mut expression = expression;
        for _ in 0..LONGEST_CHAIN {
            expression = match &expression.kind {
                ExpressionKind::Pipeline(pipeline) => return Some(pipeline),
                ExpressionKind::Name(name) => self.0.get(name.as_str())?,
                ExpressionKind::List(items) if items.len() == 1 => items.first()?,
                ExpressionKind::Call(name, arguments) if name == "materialize" => arguments.first()?,
                _ => return None,
            };
        }
        None
    }
}

/// The name of the table that rows come from.
pub(super) fn table_name(source: &Expression) -> Option<&str> {
    match &source.kind {
        ExpressionKind::Name(name) => Some(name),
        _ => None,
    }
}
