//! What an intruder can make the sensor write, and which exclusions hide it. Knows techniques as data
//! (`schemas/control`), and asks the prover about each; not how an answer looks.

mod command;
mod control;
mod easily_ridden;
mod known;
mod platform;
mod shell;
mod strength;
mod technique;
#[cfg(test)]
mod tests;

use crate::lint::Lint;

pub use easily_ridden::rests_on;
pub use known::Known;
pub use strength::{Outcome, Ride, Strength, Strengths, strengths};

/// Every lint of this room.
pub(crate) const LINTS: [&Lint; 1] = [&easily_ridden::LINT];
