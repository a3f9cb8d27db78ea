//! A condition changes nothing.
//!
//! It is proved that the policy keeps the same events without it. In the scope this is also asked under what sensors
//! usually do (a type follows from its address, a name from its path); the finding says so then.
//!
//! ## Why
//! A reader takes each condition for a reason. One that does nothing hides which of them does the work.
//!
//! ## Example
//! Under the assumption that `RemoteIPType` follows from `RemoteIP`, no public address begins with `127.`:
//! ```toml
//! [scope]
//! where = { RemoteIPType = "Public", RemoteIP = { not = { starts_with = "127." } } }
//! ```
//!
//! ## Instead
//! Remove it, unless the assumption does not hold of your sensors.

use lownoise_engine::diagnostic::Level;

use crate::lint::{Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "idle-condition",
    level: Level::Warning,
    source: include_str!("condition.rs"),
    // Found together with `covered`, by one review.
    run: Run::Policy(|_, _| Vec::new()),
};
