//! Judges an edit of policies: what it newly hides, which line is to blame, which scenario accepts it, which invariant
//! it weakens. Knows policies, proofs and what scenarios asked for; no files, no git, no words of a format.
//!
//! [`compare`] and [`alone`] make a [`Reviewed`] of policies, and a [`Review`] holds all of them with whatever else was
//! found. It is plain data: every format of a report walks over it.

mod accept;
mod blame;
mod columns;
mod compare;
mod concern;
mod idle;
mod invariants;
mod later;
mod replay;
mod review;
mod show;

pub use compare::{Comparison, alone, compare};
pub use concern::{Accepted, Concern, Edit, Field, Level, Place, Replayed, Rule, Witness};
pub use idle::idle;
pub use invariants::{never_hide, weakened};
pub use replay::{Count, Direction, Replay, process_column};
pub use review::{Review, Reviewed, Scenarios, Standing, findings};
