//! What `let` names, as it is written: tables are followed to where their rows come from. Knows no meaning.

use std::collections::HashMap;

use crate::kql::syntax::{Expression, ExpressionKind, Let, Pipeline, Query, Step, StepKind};

/// How many names may stand for names.
const LONGEST_CHAIN: usize = 64;

/// How many tables a query may be over, each as often as it is named.
const MOST_LEGS: usize = 64;

/// Where the rows of a pipeline come from in the end, and everything that is done with them.
pub(super) struct Rows<'q> {
    /// A name, a list, or something else.
    pub(super) source: &'q Expression,
    /// In order.
    pub(super) steps: Vec<&'q Step>,
}

/// What `let` names, as it is written.
#[derive(Debug, Default)]
pub(super) struct Bindings<'q> {
    values: HashMap<&'q str, &'q Expression>,
    statements: &'q [Let],
    /// Where the last statement of a name stands among them.
    places: HashMap<&'q str, usize>,
}

impl<'q> Bindings<'q> {
    /// Of a query.
    pub(super) fn of(query: &'q Query) -> Self {
        let named =
            query.lets.iter().filter_map(|binding| Some((binding.name.as_str(), binding.value.as_ref()?)));
        let places = query.lets.iter().enumerate().map(|(place, binding)| (binding.name.as_str(), place));
        Self { values: named.collect(), statements: &query.lets, places: places.collect() }
    }

    /// The statement that gives a name.
    pub(super) fn statement(&self, name: &str) -> Option<&'q Let> {
        self.statements.get(*self.places.get(name)?)
    }

    /// All statements, in their order.
    pub(super) fn statements(&self) -> impl Iterator<Item = &'q Let> {
        self.statements.iter()
    }

    /// A pipeline with the names that it begins with written out; `None` when they lead in a circle.
    pub(super) fn written_out(&self, pipeline: &'q Pipeline) -> Option<Rows<'q>> {
        self.followed(&pipeline.source, vec![pipeline.steps.as_slice()])
    }

    /// Each table that the rows of a pipeline come from, with all that is done with its rows; `None` when names lead in
    /// a circle, or to more tables than anybody writes.
    pub(super) fn legs(&self, pipeline: &'q Pipeline) -> Option<Vec<Rows<'q>>> {
        self.apart(self.written_out(pipeline)?, &mut MOST_LEGS.clone())
    }

    fn apart(&self, rows: Rows<'q>, left: &mut usize) -> Option<Vec<Rows<'q>>> {
        *left = left.checked_sub(1)?;
        let mut each = |legs: &'q [Expression]| {
            let legs = legs.iter().map(|leg| self.apart(self.followed(leg, Vec::new())?, left));
            Some(legs.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect::<Vec<_>>())
        };
        let mut found = match &rows.source.kind {
            ExpressionKind::Union(legs) => each(legs)?,
            _ => vec![Rows { source: rows.source, steps: Vec::new() }],
        };
        for step in rows.steps {
            match &step.kind {
                StepKind::Union(legs) => found.extend(each(legs)?),
                _ => found.iter_mut().for_each(|leg| leg.steps.push(step)),
            }
        }
        Some(found)
    }

    fn followed(&self, source: &'q Expression, mut parts: Vec<&'q [Step]>) -> Option<Rows<'q>> {
        let mut source = source;
        for _ in 0..LONGEST_CHAIN {
            match &source.kind {
                ExpressionKind::Call(name, arguments) if name == "materialize" && arguments.len() == 1 => {
                    source = arguments.first()?;
                }
                ExpressionKind::Pipeline(inner) => {
                    parts.push(&inner.steps);
                    source = &inner.source;
                }
                ExpressionKind::Name(name) if self.values.contains_key(name.as_str()) => {
                    source = self.values.get(name.as_str())?;
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
                ExpressionKind::Name(name) => self.values.get(name.as_str())?,
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
