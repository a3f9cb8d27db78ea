//! Places in source texts, so that everything in a policy can be pointed at. Knows no TOML.

use std::ops::Range;

/// A text that was read, with the name its owner knows it by (a path).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The path or name, as printed in messages.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// The texts that one policy is made of: its own file first, then the sets it uses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    all: Vec<Source>,
}

/// A range of bytes in one of the [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Which source, by place.
    pub source: u32,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Sources {
    /// Adds a text and returns its place.
    pub fn add(&mut self, source: Source) -> u32 {
        self.all.push(source);
        u32::try_from(self.all.len() - 1).unwrap_or(u32::MAX)
    }

    /// The text at a place.
    #[must_use]
    pub fn get(&self, source: u32) -> Option<&Source> {
        self.all.get(usize::try_from(source).ok()?)
    }

    /// Every text, in the order they were read.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.all.iter()
    }

    /// The text of a span, empty when there is none.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.get(span.source).and_then(|source| source.text.get(span.range())).unwrap_or("")
    }

    /// Line and column (both from 1, the column in characters) of a span's start.
    #[must_use]
    pub fn line_column(&self, span: Span) -> (usize, usize) {
        let before = self
            .get(span.source)
            .and_then(|source| source.text.get(..usize::try_from(span.start).unwrap_or(usize::MAX)))
            .unwrap_or("");
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(line_start..).unwrap_or("").chars().count() + 1;
        (before.matches('\n').count() + 1, column)
    }
}

impl Span {
    /// A span of a range of bytes. Texts beyond 4 GiB are not policies; their places are cut.
    #[must_use]
    pub fn new(source: u32, range: Range<usize>) -> Self {
        let cut = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        Self { source, start: cut(range.start), end: cut(range.end) }
    }

    /// The range of bytes.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        let wide = |place: u32| usize::try_from(place).unwrap_or(usize::MAX);
        wide(self.start)..wide(self.end)
    }

    /// From the start of this span to the end of another one in the same source.
    #[must_use]
    pub fn to(self, end: Self) -> Self {
        Self { end: end.end, ..self }
    }
}
