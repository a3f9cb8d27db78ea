//! Scenarios as a terminal shows them: what failed and why, or every step.

use std::fmt::Write as _;

use lownoise_harness::{FeatureRun, Outcome, ScenarioRun, StepWords, Summary};

use super::{counts, plural};
use crate::{BAD, BOLD, DIM, GOOD, ODD, Style};

/// What failed and why, or with `verbose` every step of every scenario; and the counts.
#[must_use]
pub fn render_suite(suite: &Summary, verbose: bool, style: Style) -> String {
    let mut text = String::new();
    for feature in &suite.features {
        render_feature(feature, verbose, style, &mut text);
    }
    for expired in suite.expired() {
        let mark = style.paint(ODD, "expired");
        line(
            &mut text,
            &format!(
                "{mark}: `{}` of `{}` hid until {} and hides nothing any more",
                expired.exclusion, expired.policy, expired.last
            ),
        );
    }
    let read = suite.features.len() - suite.unreadable();
    let mut counted = vec![
        plural(read, "feature"),
        plural(suite.features.iter().map(|feature| feature.scenarios.len()).sum(), "scenario"),
    ];
    if suite.unreadable() > 0 {
        counted.push(format!("{} unreadable", plural(suite.unreadable(), "feature")));
    }
    line(&mut text, &counted.join(", "));
    let paint = if suite.is_success() { GOOD } else { BAD };
    line(&mut text, &style.paint(paint, &counts(suite)));
    if suite.selected == 0 && suite.unreadable() == 0 {
        line(&mut text, "no scenario was to be run, so none could fail");
    }
    text
}

fn render_feature(feature: &FeatureRun, verbose: bool, style: Style, text: &mut String) {
    if let Some(unreadable) = &feature.unreadable {
        let place = format!("{}:{}", feature.file.display(), unreadable.line);
        line(text, &format!("{place}: {} {}", style.paint(BAD, "✘"), indented(&unreadable.why, "  ")));
        return;
    }
    if verbose {
        line(text, &style.paint(BOLD, &format!("Feature: {}", feature.name)));
    }
    for scenario in &feature.scenarios {
        if verbose || matches!(scenario.outcome, Outcome::Failed { .. }) {
            render_scenario(scenario, verbose, style, text);
        }
    }
}

fn render_scenario(scenario: &ScenarioRun, verbose: bool, style: Style, text: &mut String) {
    let place = &scenario.place;
    let skipped = match &scenario.outcome {
        Outcome::Skipped(tag) => style.paint(DIM, &format!("  (skipped by @{tag})")),
        _ => String::new(),
    };
    line(
        text,
        &format!("{}:{}: {}{skipped}", place.file.display(), place.line, style.paint(BOLD, &place.scenario)),
    );
    for StepWords { words, .. } in scenario.passed.iter().filter(|_| verbose) {
        line(text, &format!("  {} {words}", style.paint(GOOD, "✔")));
    }
    if let Outcome::Failed { step, why } = &scenario.outcome {
        if let Some(StepWords { words, line: at, .. }) = step {
            line(text, &format!("  {} {words}  (line {at})", style.paint(BAD, "✘")));
        }
        line(text, &format!("      {}", indented(why.trim_end(), "      ")));
    }
}

fn indented(text: &str, by: &str) -> String {
    text.replace('\n', &format!("\n{by}"))
}

fn line(text: &mut String, words: &str) {
    // Writing to a string cannot fail.
    let _infallible = writeln!(text, "{words}");
}
