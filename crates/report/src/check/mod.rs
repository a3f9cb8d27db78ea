//! What `check` tells, in every format: one plain list, walked over. What the formats share is here.

mod github;
mod json;
mod junit;
mod sarif;
mod strength;
mod text;

use lownoise_engine::diagnostic::Level;
use lownoise_engine::span::Span;
use lownoise_lint::Told;

pub use github::render_check_annotations;
pub use json::check_json;
pub use junit::check_junit;
pub use sarif::check_sarif;
pub use strength::Graded;
pub use text::{render_check, render_diff, render_told};

use crate::sarif::Region;
use crate::visible;

/// What was checked, and what is told of it.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// The files, by name, in order.
    pub files: Vec<String>,
    /// How many of them are policies.
    pub policies: usize,
    /// How many are sets.
    pub sets: usize,
    /// How many are in other languages.
    pub foreign: usize,
    /// What is told.
    pub told: Vec<Told>,
    /// How strong the exclusions are, if that is asked.
    pub graded: Vec<Graded>,
}

impl Checked {
    /// What counts: no comment allows it.
    pub fn counted(&self) -> impl Iterator<Item = &Told> {
        self.told.iter().filter(|told| told.allowed.is_none())
    }

    /// How many of a level count.
    #[must_use]
    pub fn count(&self, level: Level) -> usize {
        self.counted().filter(|told| told.diagnostic.level == level).count()
    }

    fn allowed(&self) -> usize {
        self.told.len() - self.counted().count()
    }

    /// What was checked and what came of it, in one line.
    fn summary(&self) -> String {
        let mut checked =
            vec![counted(self.policies, "policy", "policies"), counted(self.sets, "set", "sets")];
        if self.foreign > 0 {
            checked.push(counted(self.foreign, "query or rule", "queries and rules"));
        }
        let mut found = vec![
            counted(self.count(Level::Error), "error", "errors"),
            counted(self.count(Level::Warning), "warning", "warnings"),
        ];
        if self.allowed() > 0 {
            found.push(format!("{} allowed", self.allowed()));
        }
        format!("{}: {}", checked.join(", "), found.join(", "))
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// The file of what is told.
fn file_of(told: &Told) -> &str {
    let span = told.diagnostic.labels.first().map(|label| label.span).unwrap_or_default();
    told.sources.get(span.source).map_or("", |source| source.name.as_str())
}

/// Where a span is, in lines and columns from 1.
fn region(told: &Told, span: Span) -> Region {
    let (line, column) = told.sources.line_column(span);
    let (end_line, end_column) = told.sources.line_column(Span { start: span.end, ..span });
    Region { line, column, end_line, end_column }
}

/// What is told without markup: what annotations and code scanning show.
fn lines(told: &Told) -> Vec<String> {
    let mut lines = vec![visible(&told.diagnostic.message)];
    lines.extend(told.evidence.iter().map(|line| visible(line)));
    lines.extend(told.diagnostic.help.iter().map(|help| visible(help)));
    lines
}

#[cfg(test)]
mod tests;
