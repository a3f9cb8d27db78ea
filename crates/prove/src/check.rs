//! What theories and searches answer with: a model, a conflict with its core, or that they do not know.

use lownoise_engine::event::OwnedEvent;
use lownoise_engine::op::Operator;
use lownoise_engine::value::OwnedValue;

use crate::limits::Reason;
use crate::value::Assignment;

/// What a theory says of literals on one subject.
#[derive(Debug, Clone)]
pub(crate) enum Check {
    /// They come out as wanted on this.
    Model(Model),
    /// Together they cannot; these of them (by place) already cannot.
    Conflict(Vec<usize>),
    /// It cannot be said.
    Unknown(Reason),
}

/// A value of a subject.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Model {
    /// Of a column.
    Value(OwnedValue),
    /// The rows that the device table has of the device.
    Rows(Vec<OwnedEvent>),
}

/// Whether a formula can hold.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// On this.
    Satisfied(Assignment),
    /// On nothing: proved.
    Impossible,
    /// It cannot be said.
    Unknown(Reason),
}

/// Above this many literals a core is not made minimal: each step costs a solution.
const MINIMAL: usize = 16;

/// A small part of the literals that is already impossible: by leaving out one after another.
pub(crate) fn core(
    literals: &[(&Operator, bool)],
    impossible: impl Fn(&[(&Operator, bool)]) -> bool,
) -> Vec<usize> {
    let mut kept: Vec<usize> = (0..literals.len()).collect();
    if literals.len() > MINIMAL {
        return kept;
    }
    for place in 0..literals.len() {
        let without: Vec<usize> = kept.iter().copied().filter(|other| *other != place).collect();
        let part: Vec<(&Operator, bool)> =
            without.iter().filter_map(|place| literals.get(*place).copied()).collect();
        if impossible(&part) {
            kept = without;
        }
    }
    kept
}
