//! An exclusion hides nothing.
//!
//! It is proved that no event of the scope satisfies it: what it asks contradicts itself, or the scope. This is also asked
//! under what sensors usually do (a type follows from its address, a name from its path); the finding says so then, and
//! `--fix` leaves it alone.
//!
//! ## Why
//! It was written to hide something. Either that is still noise, or the entry has been dead from the first day.
//!
//! ## Example
//! ```toml
//! [scope]
//! where = { RemoteIPType = "Public" }
//!
//! [[exclusion]]
//! id    = "loopback"
//! where = { RemoteIPType = "Loopback" }
//! ```
//!
//! ## Instead
//! Remove it, as `--fix` does, or correct what it asks. Under an assumption: unless it does not hold of your sensors.

use lownoise_engine::diagnostic::Level;

use crate::lint::{Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "never-hides",
    level: Level::Warning,
    source: include_str!("never_hides.rs"),
    // Found together with `covered`, by one review.
    run: Run::Policy(|_, _| Vec::new()),
};
