//! Comments as reasons: those above a condition, and the one behind it. Knows the words that the emitter puts into
//! them.

use std::collections::HashMap;

use jiff::civil::Date as Day;
use lownoise_engine::policy::Date;
use lownoise_engine::span::Span;

use crate::kql::syntax::Comment;

/// How many lines above a condition speak of it at most.
const LONGEST: usize = 50;

/// The comments of a query by their lines.
#[derive(Debug)]
pub(super) struct Comments<'q> {
    /// Where each line begins.
    lines: Vec<usize>,
    by_line: HashMap<usize, &'q Comment>,
}

/// What is said of an exclusion, or of the query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Remark {
    /// `id: …`
    pub(super) id: Option<String>,
    /// The rest of it.
    pub(super) text: String,
    /// `owner: …`
    pub(super) owner: Option<String>,
    /// `created: …`
    pub(super) created: Option<Date>,
    /// `expires: …`
    pub(super) expires: Option<Date>,
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

impl Remark {
    /// With what is said behind it.
    fn and(self, behind: Self) -> Self {
        let text = match (self.text.as_str(), behind.text.as_str()) {
            ("", text) | (text, "") => text.to_owned(),
            (above, behind) => format!("{}: {behind}", above.trim_end_matches(['.', ':', ';', ','])),
        };
        Self {
            text,
            id: behind.id.or(self.id),
            owner: behind.owner.or(self.owner),
            created: behind.created.or(self.created),
            expires: behind.expires.or(self.expires),
        }
    }

    /// Of lines of comments.
    pub(super) fn of(lines: &[&str]) -> Self {
        let mut remark = Self::default();
        let mut words: Vec<&str> = Vec::new();
        for line in
            lines.iter().map(|line| line.trim()).filter(|line| line.chars().any(char::is_alphanumeric))
        {
            if remark.fields(line) {
                continue;
            }
            match line.split_once(": ").filter(|(id, _)| words.is_empty() && remark.id.is_none() && is_id(id))
            {
                Some((id, rest)) => {
                    remark.id = Some(id.to_owned());
                    words.push(rest.trim());
                }
                None => words.push(line),
            }
        }
        remark.text = words.join(" ");
        remark
    }

    /// `owner: x; created: 2026-02-02; expires: 2027-02-02`
    fn fields(&mut self, line: &str) -> bool {
        let mut read = self.clone();
        for field in line.split("; ") {
            let Some((name, value)) = field.split_once(": ") else { return false };
            let date = || value.trim().parse::<Day>().ok().map(Date);
            match name.trim() {
                "owner" => read.owner = Some(value.trim().to_owned()),
                "created" => read.created = date(),
                "expires" => read.expires = date(),
                "policy" => read.id = Some(value.trim().to_owned()),
                _ => return false,
            }
        }
        *self = read;
        true
    }
}

/// Small letters, digits and hyphens.
fn is_id(word: &str) -> bool {
    let letter = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    word.starts_with(letter)
        && word.chars().all(|part| letter(part) || part == '-' || part == '_' || part == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_say_what_is_in_them() {
        let remark = Remark::of(&["apt: Updates", "of packages", "owner: it; expires: 2027-02-02", "----"]);
        assert_eq!(remark.id.as_deref(), Some("apt"));
        assert_eq!(remark.text, "Updates of packages");
        assert_eq!(remark.owner.as_deref(), Some("it"));
        assert_eq!(remark.expires.map(|date| date.to_string()).as_deref(), Some("2027-02-02"));
        let plain = Remark::of(&["Known good: see https://example.com"]);
        assert_eq!((plain.id, plain.text.as_str()), (None, "Known good: see https://example.com"));
    }
}
