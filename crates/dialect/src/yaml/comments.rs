//! The comments of a YAML file, which its scanner drops.

use std::collections::HashMap;

use lownoise_engine::span::Span;

/// How many lines above a place speak of it at most.
const LONGEST: usize = 50;

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Comment {
    /// What it says, without its `#`.
    text: String,
    /// Whether nothing else stands on its line.
    own_line: bool,
}

/// Those of a file, by their lines.
#[derive(Debug, Clone, Default)]
pub(crate) struct Comments {
    /// Where each line begins.
    lines: Vec<usize>,
    by_line: HashMap<usize, Comment>,
}

impl Comments {
    /// Of a text whose scalars stand at these places, in order.
    pub(super) fn of(text: &str, scalars: &[Span]) -> Self {
        let mut found = Self::default();
        let mut scalars = scalars.iter().peekable();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            found.lines.push(start);
            for (at, _) in line.match_indices('#') {
                let before = line.get(..at).unwrap_or("");
                let place = start + at;
                while scalars.next_if(|scalar| scalar.range().end <= place).is_some() {}
                let inside = scalars.peek().is_some_and(|scalar| scalar.range().contains(&place));
                if !inside && (before.is_empty() || before.ends_with([' ', '\t'])) {
                    let text = line.get(at..).unwrap_or("").trim_start_matches('#').trim().to_owned();
                    let own_line = before.trim().is_empty();
                    found.by_line.insert(found.lines.len(), Comment { text, own_line });
                    break;
                }
            }
            start += line.len();
        }
        found
    }

    /// The line of a byte, from 1.
    pub(crate) fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|start| *start <= at)
    }

    /// What stands behind something on a line.
    pub(crate) fn behind(&self, line: usize) -> Option<&str> {
        let comment = self.by_line.get(&line).filter(|comment| !comment.own_line)?;
        Some(comment.text.as_str()).filter(|text| !text.is_empty())
    }

    /// The lines of comments that stand directly above a line.
    pub(crate) fn above(&self, line: usize) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        let mut line = line;
        while found.len() < LONGEST
            && let Some(comment) = line.checked_sub(1).and_then(|above| self.by_line.get(&above))
            && comment.own_line
        {
            found.push(&comment.text);
            line -= 1;
        }
        found.reverse();
        found
    }
}
