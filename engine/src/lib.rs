//! The meaning of a lownoise policy, and nothing else: no I/O, no clock, no environment, no threads.
//!
//! A policy is a boolean formula over tests, and a test looks at one column of one event. Running, explaining,
//! proving, mutating and translating are walks over that one structure.

pub mod diagnostic;
pub mod evaluate;
pub mod event;
pub mod explain;
pub mod json_schema;
pub mod op;
pub mod parse;
pub mod plan;
pub mod policy;
pub mod predicate;
pub mod schema;
pub mod span;
pub mod value;
pub mod write;
