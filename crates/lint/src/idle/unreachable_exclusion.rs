//! An exclusion hides nothing that is in the scope.
//!
//! ## Why
//! It looks as if something were hidden on purpose, and nothing is. Its conditions contradict the scope or each other; most
//! often one of them was meant otherwise.
//!
//! ## Example
//! ```toml
//! [scope.where]
//! RemoteIPType = "Public"
//!
//! [[exclusion]]
//! id    = "intranet"
//! where = { RemoteIPType = "Private" }
//! ```
//!
//! ## Instead
//! Remove it, or say what was meant. That there is no event is proved.

use lownoise_engine::diagnostic::Level;
use lownoise_engine::policy::Policy;

use super::proved;
use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "unreachable-exclusion",
    level: Level::Warning,
    source: include_str!("unreachable_exclusion.rs"),
    run: Run::Policy(run),
};

/// Everything that is found by proof, in one pass.
fn run(context: &Context<'_>, policy: &Policy) -> Vec<Finding> {
    proved::run(context, policy)
}
