//! `equals`, also written as a plain value: the whole text.

use super::{Case, Definition};

pub(super) const DEFINITION: Definition = Definition {
    name: "equals",
    summary: "the whole value is the literal",
    examples: &[
        ("snapd", "snapd", true),
        ("snapd ", "snapd", false),
        ("", "", true),
        ("NetworkManager", "networkmanager", false),
    ],
};

#[inline]
pub(super) fn holds(text: &str, literal: &str, case: Case) -> bool {
    case.same(text.as_bytes(), literal.as_bytes())
}
