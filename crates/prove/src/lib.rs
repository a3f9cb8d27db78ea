//! Exact answers about policies: a claim is proved, or refuted by an event, or said to be unknown with the reason.
//! Knows policies and their operators; no files, no clock, no words of a report.

mod address;
mod build;
mod cdcl;
mod check;
mod claim;
mod coherent;
mod diff;
mod facts;
mod formula;
mod levels;
mod limits;
mod pairs;
mod part;
mod place;
mod prove;
mod review;
mod scalar;
mod search;
mod smtlib;
mod text;
mod theory;
mod truth;
mod value;

pub use claim::{Claim, verdict};
pub use diff::{Answer, Diff, diff, newly_hidden};
pub use facts::Assumptions;
pub use limits::{Limits, Reason};
pub use part::{Change, Part};
pub use prove::{Near, Proof, Prover, Setting, prove};
pub use review::{Idle, review};
pub use smtlib::{Inexpressible, smtlib};
pub use value::Assignment;

#[cfg(test)]
mod tests;
