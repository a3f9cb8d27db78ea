//! What an intruder can ride. Knows strengths, and not how they are found.

mod easily_ridden;

use crate::lint::Lint;

pub use easily_ridden::rests_on;

/// Every lint of this room.
pub(crate) const LINTS: [&Lint; 1] = [&easily_ridden::LINT];
