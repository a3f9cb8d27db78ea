//! `starts_with`: plain text, no wildcards.

use super::{Case, Definition};

pub(super) const DEFINITION: Definition = Definition {
    name: "starts_with",
    summary: "the text begins with the literal; no wildcards",
    examples: &[
        ("/usr/lib/apt/methods/http", "/usr/lib/apt/", true),
        ("/tmp/usr/lib/apt/http", "/usr/lib/apt/", false),
        ("abc", "a.c", false),
        ("", "a", false),
        ("abc", "", true),
    ],
};

#[inline]
pub(super) fn holds(text: &str, literal: &str, case: Case) -> bool {
    text.as_bytes().get(..literal.len()).is_some_and(|start| case.same(start, literal.as_bytes()))
}
