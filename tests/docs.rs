//! The committed pages of policies are what `lownoise docs` writes. `LOWNOISE_DOCS=overwrite cargo test --test docs` writes
//! them anew, to be read in the diff.

use std::path::Path;
use std::process::Command;

const NOW: &str = "2026-02-03T00:00:00Z";
const AWKWARD: [&str; 6] = [
    "--rules",
    "tests/cli/docs/rules",
    "--features",
    "tests/cli/docs/features",
    "-o",
    "tests/cli/docs/pages",
];

/// Runs `docs` in the repository: to write, where that is asked for, else to check.
fn is_fresh(arguments: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lownoise"));
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR"))).args(["docs", "--now", NOW]).args(arguments);
    if std::env::var_os("LOWNOISE_DOCS").is_none_or(|wanted| wanted != "overwrite") {
        command.arg("--check");
    }
    let done = command.output();
    assert!(done.as_ref().is_ok_and(|done| done.status.success()), "{done:?}");
}

#[test]
fn the_pages_of_the_shipped_policies_are_fresh() {
    is_fresh(&[]);
}

#[test]
fn the_pages_of_an_awkward_policy_are_fresh() {
    is_fresh(&AWKWARD);
    is_fresh(&[AWKWARD.as_slice(), &["--format", "html"]].concat());
}

#[test]
fn nothing_that_a_policy_says_becomes_a_tag() {
    let known = [
        "body", "code", "details", "h1", "h2", "h3", "head", "html", "li", "meta", "p", "pre", "strong",
        "style", "summary", "table", "td", "th", "title", "tr", "ul", "!DOCTYPE", "!--",
    ];
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/docs/pages/awkward.html");
    let text = std::fs::read_to_string(page).unwrap_or_default();
    assert!(text.contains("&lt;script&gt;alert(&#39;no&#39;)&lt;/script&gt;"), "{text}");
    for tag in text.split('<').skip(1) {
        let name = tag.trim_start_matches('/').split([' ', '>', '\n']).next().unwrap_or_default();
        assert!(known.contains(&name), "<{name}>");
    }
}
