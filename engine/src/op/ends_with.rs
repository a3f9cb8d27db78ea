//! `ends_with`: plain text, no wildcards.

use super::{Case, Definition};

pub(super) const DEFINITION: Definition = Definition {
    name: "ends_with",
    summary: "the text ends with the literal; no wildcards",
    examples: &[
        ("/usr/bin/curl", "/curl", true),
        ("/usr/bin/curl ", "/curl", false),
        ("url", "curl", false),
        ("abc", "", true),
    ],
};

#[inline]
pub(super) fn holds(text: &str, literal: &str, case: Case) -> bool {
    let start = text.len().checked_sub(literal.len());
    start.and_then(|start| text.as_bytes().get(start..)).is_some_and(|end| case.same(end, literal.as_bytes()))
}
