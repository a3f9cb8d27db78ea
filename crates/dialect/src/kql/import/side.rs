//! Scope or exclusion: which conditions say what a query looks at, and which say what it leaves out. The rule: a
//! condition that is negated as a whole leaves out; every other one looks at. `X != ""` and `not(isempty(X))` only ask
//! for a value, and look at. The user may say otherwise, by line.

use lownoise_engine::op::TextOperator;
use lownoise_engine::span::Span;

use crate::kql::syntax::{Comparison, Expression, ExpressionKind, Operator};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// What is looked at.
    Scope,
    /// What is left out.
    Exclusion,
}

/// What the user says of lines, from 1.
#[derive(Debug, Clone, Default)]
pub(super) struct Sides {
    /// Conditions on these are scope.
    pub(super) scope: Vec<usize>,
    /// Conditions on these are exclusions.
    pub(super) exclusion: Vec<usize>,
}

impl Sides {
    /// Whether the user calls what stands on these lines an exclusion.
    pub(super) fn say_exclusion(&self, (from, to): (usize, usize)) -> bool {
        self.exclusion.iter().any(|line| (from..=to).contains(line))
    }

    /// Whether the user says anything of what stands on these lines.
    pub(super) fn name(&self, (from, to): (usize, usize)) -> bool {
        self.scope.iter().chain(&self.exclusion).any(|line| (from..=to).contains(line))
    }

    /// Where a condition goes that stands on these lines.
    pub(super) fn of(&self, condition: &Expression, (from, to): (usize, usize)) -> Side {
        if self.scope.iter().any(|line| (from..=to).contains(line)) {
            Side::Scope
        } else if self.say_exclusion((from, to)) || is_negated(condition) {
            Side::Exclusion
        } else {
            Side::Scope
        }
    }
}

/// The conditions of a `where`: those that `and` joins, at whatever depth.
pub(super) fn parts(condition: &Expression) -> Vec<&Expression> {
    match &condition.kind {
        ExpressionKind::And(inner) => inner.iter().flat_map(parts).collect(),
        _ => vec![condition],
    }
}

/// Whether a condition is negated as a whole.
fn is_negated(condition: &Expression) -> bool {
    match &condition.kind {
        ExpressionKind::Compare(comparison, sides) => {
            let [_, right] = &**sides;
            comparison.negated && !is_empty_text(*comparison, right)
        }
        ExpressionKind::Between { negated, .. } => *negated,
        ExpressionKind::Call(name, arguments) => match arguments.as_slice() {
            [inner] if name == "not" => !asks_for_nothing(inner) && !is_negated(inner),
            _ => false,
        },
        ExpressionKind::Or(parts) | ExpressionKind::And(parts) => parts.iter().all(is_negated),
        _ => false,
    }
}

fn is_empty_text(comparison: Comparison, right: &Expression) -> bool {
    comparison.operator == Operator::Text(TextOperator::Equals)
        && matches!(&right.kind, ExpressionKind::Text(text, _) if text.is_empty())
}

/// `isempty(X)` and `X == ""`
fn asks_for_nothing(condition: &Expression) -> bool {
    match &condition.kind {
        ExpressionKind::Call(name, _) => ["isempty", "isnull"].contains(&name.as_str()),
        ExpressionKind::Compare(comparison, sides) => {
            let [_, right] = &**sides;
            !comparison.negated && is_empty_text(*comparison, right)
        }
        _ => false,
    }
}

/// A part of a condition that leaves something out.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part<'q> {
    /// A condition.
    Whole(&'q Expression),
    /// One entry of a list that a column is compared with.
    Entry(&'q Expression, Comparison, &'q Expression),
}

impl Part<'_> {
    /// Where it is written.
    pub(super) fn span(&self) -> Span {
        match self {
            Self::Whole(expression) | Self::Entry(.., expression) => expression.span,
        }
    }
}

/// The exclusions that a condition is: each by itself, and whether it is the opposite that is kept. `not(a or b)`
/// leaves out two things; a list whose entries have comments of their own leaves out each of them.
pub(super) fn excluded<'q>(
    condition: &'q Expression,
    has_comment: &dyn Fn(usize) -> bool,
) -> Vec<(Part<'q>, bool)> {
    match &condition.kind {
        ExpressionKind::Call(name, arguments) if name == "not" => match arguments.as_slice() {
            [Expression { kind: ExpressionKind::Or(parts), .. }] => parts
                .iter()
                .flat_map(|part| alternatives(part))
                .map(|part| (Part::Whole(part), true))
                .collect(),
            _ => vec![(Part::Whole(condition), false)],
        },
        ExpressionKind::Compare(comparison, sides) => {
            let [column, list] = &**sides;
            let ExpressionKind::List(entries) = &list.kind else {
                return vec![(Part::Whole(condition), false)];
            };
            let equal = comparison.operator == Operator::Text(TextOperator::Equals);
            let texts = entries.iter().all(|entry| matches!(entry.kind, ExpressionKind::Text(..)));
            let told = entries.len() > 1 && entries.iter().any(|entry| has_comment(entry.span.range().end));
            if comparison.negated && equal && texts && told {
                entries.iter().map(|entry| (Part::Entry(column, *comparison, entry), false)).collect()
            } else {
                vec![(Part::Whole(condition), false)]
            }
        }
        _ => vec![(Part::Whole(condition), false)],
    }
}

fn alternatives(condition: &Expression) -> Vec<&Expression> {
    match &condition.kind {
        ExpressionKind::Or(parts) => parts.iter().flat_map(alternatives).collect(),
        _ => vec![condition],
    }
}
