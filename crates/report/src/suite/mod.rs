//! What came of scenarios, in every format that people and their CI read. Decides nothing.

mod github;
mod json;
mod junit;
mod markdown;
mod tap;
mod text;

use lownoise_harness::{Expired, Failing, Summary};

pub use github::suite_annotations;
pub use json::suite_json;
pub use junit::suite_junit;
pub use markdown::suite_markdown;
pub use tap::suite_tap;
pub use text::render_suite;

/// One scenario or several.
fn plural(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

/// `4 passed, 0 failed`, and what was skipped.
fn counts(suite: &Summary) -> String {
    let skipped = match suite.skipped() {
        0 => String::new(),
        skipped => format!(", {skipped} skipped"),
    };
    format!("{} passed, {} failed{skipped}", suite.passed(), suite.failed())
}

/// What became of an expired exclusion, in words that follow its name.
fn expired_words(expired: &Expired) -> String {
    format!("hid until {} and hides nothing any more", expired.last)
}

/// Why a skipped scenario was not run.
fn skipped_words(tag: &str) -> String {
    format!("skipped by @{tag}")
}

/// What failed, in one line.
fn failed_words(failing: &Failing<'_>) -> String {
    match (failing.step, failing.scenario) {
        (Some(step), _) => format!("it fails at “{}”", step.words),
        (None, Some(_)) => failing.why.lines().next().unwrap_or_default().to_owned(),
        (None, None) => "this feature cannot be read".to_owned(),
    }
}
