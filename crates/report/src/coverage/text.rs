//! Coverage for a terminal: what is not covered, on the lines of the policy.

use std::fmt::Write;

use lownoise_harness::Coverage;

use super::{files, lack, share};
use crate::{BAD, BOLD, DIM, GOOD, ODD, Style};

/// What no scenario would notice, where it is written; then a line a policy.
#[must_use]
pub fn render_coverage(coverage: &Coverage, style: Style) -> String {
    let mut text = String::new();
    for (name, (source, placed)) in files(coverage) {
        for placed in &placed {
            let Some(lack) = lack(placed.part, &placed.point) else { continue };
            let start = source.text.get(..placed.range.start).unwrap_or_default();
            let column = start.chars().rev().take_while(|letter| *letter != '\n').count();
            let line = source.text.lines().nth(placed.line.saturating_sub(1)).unwrap_or_default();
            let marked = source.text.get(placed.range.clone()).unwrap_or_default();
            let width = marked.lines().next().unwrap_or_default().chars().count().max(1);
            // Writing to a string cannot fail.
            let _infallible = write!(
                text,
                "{}\n  {}\n  {}{} {}\n",
                style.paint(BOLD, &format!("{name}:{}:{}", placed.line, column + 1)),
                crate::visible(line),
                " ".repeat(column),
                style.paint(BAD, &"^".repeat(width)),
                style.paint(ODD, &lack),
            );
        }
    }
    for policy in &coverage.policies {
        let (covered, outcomes) = policy.counted();
        let all = if covered == outcomes { GOOD } else { BAD };
        let _infallible = writeln!(
            text,
            "{}  {} {}",
            style.paint(BOLD, &policy.policy.id),
            style.paint(all, &format!("{} covered", share((covered, outcomes)))),
            style.paint(DIM, &format!("({covered} of {outcomes} outcomes)")),
        );
        for part in policy.exclusions.iter().filter(|part| part.examples == 0 || part.near_misses == 0) {
            let lacks = match (part.examples, part.near_misses) {
                (0, 0) => "no hidden example and no near miss",
                (0, _) => "no hidden example",
                _ => "no near miss",
            };
            let _infallible = writeln!(text, "  {}: {lacks}", part.name);
        }
    }
    text
}
