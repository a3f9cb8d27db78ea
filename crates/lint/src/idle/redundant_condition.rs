//! Without a condition, the policy keeps the same events.
//!
//! Where that needs a fact that sensors break at times (the type of an address follows from the address), the fact is
//! printed with the finding. A test on the sensor's own word for such a type is never called redundant because of it.
//!
//! ## Why
//! A condition that does nothing is read as a safeguard.
//!
//! ## Example
//! ```toml
//! [scope.where]
//! RemoteIPType = "Public"
//! RemoteIP     = { not = { starts_with = "127." } }    # a loopback address is not public
//! ```
//!
//! ## Instead
//! Remove it, or say what it was meant to keep out.

use lownoise_engine::diagnostic::Level;

use crate::lint::{Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "redundant-condition",
    level: Level::Warning,
    source: include_str!("redundant_condition.rs"),
    run: Run::Together,
};
