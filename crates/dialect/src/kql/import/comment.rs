//! Comments as reasons: those above a condition, and the one behind it.

use std::collections::HashMap;

use lownoise_engine::span::Span;

use crate::kql::syntax::Comment;
use crate::remark::Remark;

/// How many lines above a condition speak of it at most.
const LONGEST: usize = 50;

/// The comments of a query by their lines.
#[derive(Debug)]
pub(super) struct Comments<'q> {
    /// Where each line begins.
    lines: Vec<usize>,
    by_line: HashMap<usize, &'q Comment>,
}

impl<'q> Comments<'q> {
    /// Of a text.
    pub(super) fn new(text: &str, comments: &'q [Comment]) -> Self {
        let lines = [0].into_iter().chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut found = Self { lines, by_line: HashMap::new() };
        for comment in comments {
            found.by_line.insert(found.line(comment.start), comment);
        }
        found
    }

    /// The line of a byte, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|start| *start <= at)
    }

    /// The first and the last line of a span.
    pub(super) fn lines(&self, span: Span) -> (usize, usize) {
        (self.line(span.range().start), self.line(span.range().end.saturating_sub(1).max(span.range().start)))
    }

    /// What stands behind a place on its line.
    pub(super) fn behind(&self, at: usize) -> Option<&'q Comment> {
        let comment = self.by_line.get(&self.line(at)).copied();
        comment.filter(|comment| !comment.own_line && comment.start >= at && !comment.text.is_empty())
    }

    /// The lines of comments that stand directly above a line.
    pub(super) fn above(&self, line: usize) -> Vec<&'q str> {
        let mut found: Vec<&str> = Vec::new();
        let mut line = line;
        while found.len() < LONGEST
            && let Some(comment) = line.checked_sub(1).and_then(|above| self.by_line.get(&above))
        {
            if !comment.own_line {
                break;
            }
            found.push(&comment.text);
            line -= 1;
        }
        found.reverse();
        found
    }

    /// What is said of a condition: above it and behind it, else above the step that it is in.
    pub(super) fn of(&self, condition: Span, step: usize, first: bool) -> Remark {
        let (from, to) = self.lines(condition);
        let mut said = self.above(from);
        if said.is_empty() && first {
            said = self.above(self.line(step));
        }
        let above = Remark::of(&said);
        let behind =
            (from..=to).filter_map(|line| self.by_line.get(&line)).filter(|comment| !comment.own_line);
        let end = condition.range().end;
        // Comments inside a list belong to its entries; the last line's belongs to the whole.
        let behind: Vec<&str> =
            behind.filter(|comment| comment.start >= end).map(|comment| comment.text.as_str()).collect();
        above.and(Remark::of(&behind))
    }
}
