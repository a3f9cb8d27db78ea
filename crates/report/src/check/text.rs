//! What is told, for people at a terminal.

use lownoise_lint::Told;

use super::Checked;
use crate::diagnostics::render_with;
use crate::{BAD, BOLD, GOOD, Style};

/// Everything that counts, how strong the exclusions are if that is asked, and a line that sums it up.
#[must_use]
pub fn render_check(checked: &Checked, style: Style) -> String {
    let mut out = String::new();
    for told in checked.counted() {
        out.push_str(&render_told(told, style));
        out.push_str("\n\n");
    }
    for graded in &checked.graded {
        out.push_str(&graded.text(style));
        out.push('\n');
    }
    out.push_str(&checked.summary());
    out.push('\n');
    out
}

/// One thing, with the source and a caret.
#[must_use]
pub fn render_told(told: &Told, style: Style) -> String {
    let advice: Vec<String> = told.fix.iter().map(|fix| format!("`--fix` does it: {}", fix.title)).collect();
    render_with(&told.diagnostic, &told.sources, &told.evidence, &advice, style)
}

/// What an edit of a file changes, as a unified diff.
#[must_use]
pub fn render_diff(file: &str, before: &str, after: &str, style: Style) -> String {
    let diff = similar::TextDiff::from_lines(before, after);
    let plain = diff.unified_diff().context_radius(2).header(file, file).to_string();
    let paint = |line: &str| match line.get(..1) {
        _ if line.starts_with("---") || line.starts_with("+++") => style.paint(BOLD, line),
        Some("+") => style.paint(GOOD, line),
        Some("-") => style.paint(BAD, line),
        _ => line.to_owned(),
    };
    plain.lines().map(|line| paint(line) + "\n").collect()
}
