//! What came of scenarios, in every format that people and their CI read. Decides nothing.

mod text;

use lownoise_harness::Summary;

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
