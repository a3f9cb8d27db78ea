//! The library that reads Parquet panics on some damaged files where it should give an error (as of version 60: a
//! page that needs a dictionary and has none, levels that are shorter than they say). That is an error here, provided
//! that the program unwinds.

use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static GUARDING: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic of this thread would be caught and become an error: a program's panic hook stays silent then.
#[must_use]
pub fn is_guarding() -> bool {
    GUARDING.get()
}

/// What the library says, its panics included.
pub(super) fn guarded<T, E: fmt::Display>(read: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    GUARDING.set(true);
    let result = catch_unwind(AssertUnwindSafe(read));
    GUARDING.set(false);
    match result {
        Ok(read) => read.map_err(|error| error.to_string()),
        Err(_) => Err("its pages contradict each other".to_owned()),
    }
}
