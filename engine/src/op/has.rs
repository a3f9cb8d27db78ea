//! `has`, `has_prefix` and `has_suffix`: the literal as whole terms, or bounded on one side only.

use super::contains::occurrences;
use super::term::is_boundary;
use super::{Case, Definition};

pub(super) const DEFINITION: Definition = Definition {
    name: "has",
    summary: "the literal is in the text as whole terms (runs of letters and digits)",
    examples: &[
        ("error_log", "error", true),
        ("errors", "error", false),
        ("KustoExplorerQueryRun", "Explorer", false),
        ("/usr/lib/apt/methods/http", "usr/lib", true),
        ("/usr/lib/apt/methods/http", "sr/lib", false),
        ("x ab y", " a", false),
        ("a b", "a ", true),
        ("éa", "a", false),
        ("aa aab aa", "aa", true),
        ("anything", "", true),
    ],
};

pub(super) const PREFIX_DEFINITION: Definition = Definition {
    name: "has_prefix",
    summary: "the literal is in the text where a term begins",
    examples: &[("x-error", "err", true), ("North America", "mer", false), ("err or", "r o", false)],
};

pub(super) const SUFFIX_DEFINITION: Definition = Definition {
    name: "has_suffix",
    summary: "the literal is in the text where a term ends",
    examples: &[("North America", "ica", true), ("x-error", "err", false)],
};

pub(super) fn holds(text: &str, literal: &str, case: Case) -> bool {
    occurrences(text, literal, case).any(|at| begins(text, literal, at) && ends(text, literal, at))
}

pub(super) fn prefix_holds(text: &str, literal: &str, case: Case) -> bool {
    occurrences(text, literal, case).any(|at| begins(text, literal, at))
}

pub(super) fn suffix_holds(text: &str, literal: &str, case: Case) -> bool {
    occurrences(text, literal, case).any(|at| ends(text, literal, at))
}

fn begins(text: &str, literal: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    is_boundary(literal.chars().next(), before)
}

fn ends(text: &str, literal: &str, at: usize) -> bool {
    let after = text.get(at + literal.len()..).and_then(|after| after.chars().next());
    is_boundary(literal.chars().next_back(), after)
}
