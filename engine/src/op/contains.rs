//! `contains`: plain text, no wildcards, no attention to terms.

use super::{Case, Definition};

pub(super) const DEFINITION: Definition = Definition {
    name: "contains",
    summary: "the literal is somewhere in the text; no wildcards",
    examples: &[
        ("python3 /usr/lib/ubuntu-release-upgrader/check", "ubuntu-release-upgrader", true),
        ("do-release-upgrade", "ubuntu-release-upgrader", false),
        ("100%", "%", true),
        ("abc", "%", false),
        ("abc", "", true),
    ],
};

pub(super) fn holds(text: &str, literal: &str, case: Case) -> bool {
    occurrences(text, literal, case).next().is_some()
}

/// Where the literal begins in the text, every time, overlapping ones too. An empty literal is found once, at
/// the start.
pub(super) fn occurrences<'a>(
    text: &'a str,
    literal: &'a str,
    case: Case,
) -> impl Iterator<Item = usize> + 'a {
    // Two valid UTF-8 texts match as bytes exactly where they match as characters.
    let windows = text.as_bytes().windows(literal.len().max(1)).enumerate();
    let found = windows.filter(move |(_, window)| case.same(window, literal.as_bytes())).map(|(at, _)| at);
    literal.is_empty().then_some(0).into_iter().chain(found)
}
