//! What is told, as workflow commands of GitHub Actions: each at its place, the errors first.

use lownoise_engine::diagnostic::Level;
use lownoise_lint::Told;

use super::{Checked, file_of, lines, region};
use crate::diagnostics::level;
use crate::github::{At, command_of, repository_path};

/// One workflow command for each thing that counts; `prefix` is the folder, below the repository's root, that the
/// names of files are relative to.
#[must_use]
pub fn render_check_annotations(checked: &Checked, prefix: &str) -> String {
    let mut told: Vec<&Told> = checked.counted().collect();
    told.sort_by_key(|told| std::cmp::Reverse(told.diagnostic.level == Level::Error));
    told.into_iter().map(|told| annotation(told, prefix)).collect()
}

fn annotation(told: &Told, prefix: &str) -> String {
    let at = told.diagnostic.labels.first().map(|label| {
        let region = region(told, label.span);
        let one_line = region.line == region.end_line && region.column < region.end_column;
        At {
            file: repository_path(file_of(told), prefix),
            line: region.line,
            end_line: region.end_line,
            // GitHub marks from the first to the last column, both included.
            column: one_line.then(|| (region.column, region.end_column - 1)),
        }
    });
    command_of(level(told.diagnostic.level), at, told.diagnostic.code, &lines(told).join("\n"))
}
