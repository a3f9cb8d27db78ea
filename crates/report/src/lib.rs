//! Renders plain results: findings with the source and a caret, explanations as trees, the summary of a run. Decides
//! nothing, reads nothing, prints nothing.

mod baseline;
mod check;
mod coverage;
mod diagnostics;
mod explanation;
mod github;
mod mutation;
mod number;
mod review;
mod sarif;
mod suite;
mod summary;

pub use baseline::{Baseline, baseline_html, baseline_markdown};
pub use check::{
    Checked, Graded, check_json, check_junit, check_sarif, render_check, render_check_annotations,
    render_diff, render_told,
};
pub use coverage::{coverage_html, coverage_json, coverage_lcov, render_coverage};
pub use diagnostics::{Finding, findings, render};
pub use explanation::{explanation_json, render_explanation};
pub use github::repository_path;
pub use mutation::{mutation_json, render_mutation};
pub use number::grouped;
pub use review::{render_annotations, render_markdown, render_review, review_json, sarif};
pub use suite::{render_suite, suite_annotations, suite_json, suite_junit, suite_markdown, suite_tap};
pub use summary::{
    BrokenInvariant, ColumnNote, ConditionCount, ExclusionCount, Failure, InputNote, Summary, render_summary,
};

/// Whether text is for a terminal that shows colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// No escapes.
    #[default]
    Plain,
    /// ANSI colours.
    Coloured,
}

impl Style {
    /// The text in a style, if styles are wanted.
    pub(crate) fn paint(self, style: anstyle::Style, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Coloured => format!("{style}{text}{style:#}"),
        }
    }
}

/// A text from an event as a terminal may show it: control characters spelled out.
pub(crate) fn visible(text: &str) -> String {
    let spelled = |letter: char| {
        if letter.is_control() { letter.escape_default().to_string() } else { letter.to_string() }
    };
    text.chars().map(spelled).collect()
}

/// What holds, what is kept.
pub(crate) const GOOD: anstyle::Style = anstyle::AnsiColor::Green.on_default();
/// What does not hold, what is wrong.
pub(crate) const BAD: anstyle::Style = anstyle::AnsiColor::Red.on_default();
/// What deserves a look.
pub(crate) const ODD: anstyle::Style = anstyle::AnsiColor::Yellow.on_default();
/// Headings.
pub(crate) const BOLD: anstyle::Style = anstyle::Style::new().bold();
/// What is beside the point.
pub(crate) const DIM: anstyle::Style = anstyle::Style::new().dimmed();
