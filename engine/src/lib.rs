//! The meaning of a lownoise policy, and nothing else: no I/O, no clock, no environment, no threads.

pub mod event;
pub mod schema;
pub mod value;
