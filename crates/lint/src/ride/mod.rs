//! What an intruder can make the sensor write, and which exclusions hide it. Knows techniques as data
//! (`schemas/control`), and asks the prover about each; not how an answer looks.

mod command;
mod control;
mod known;
mod outcome;
mod platform;
mod shell;
mod strength;
mod technique;
#[cfg(test)]
mod tests;

pub use known::Known;
pub(crate) use outcome::shown;
pub use outcome::{Outcome, Ride};
pub use strength::{Strength, Strengths, strengths};
