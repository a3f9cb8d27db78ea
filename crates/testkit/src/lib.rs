//! What the tests of every evaluator share: random policies and events that are likely to meet, and the conformance
//! cases. For tests only; nothing that users run depends on it.

mod cases;
mod conformance;
mod event;
mod random;
mod small;

pub use cases::{configured, runner};
pub use conformance::{Case, conformance_cases};
pub use event::event;
pub use random::{
    any_event, any_opaque_policy, any_opaque_predicate, any_policy, any_predicate, any_separable_policy,
    any_separable_predicate, schema,
};
pub use small::{all_small_events, any_small_policy};
