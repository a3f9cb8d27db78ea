//! What exclusions look like: the shapes that a policy declares. Each lint is a file, and the file is its page.

mod undeclared_shape;

use crate::lint::Lint;

/// Every lint of this room.
pub(crate) const LINTS: [&Lint; 1] = [&undeclared_shape::LINT];
