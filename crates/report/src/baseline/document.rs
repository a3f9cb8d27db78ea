//! A page as headings, paragraphs, lists and tables: what Markdown and HTML have in common. Knows no policy.

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Document {
    pub(super) title: String,
    pub(super) blocks: Vec<Block>,
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// Of the second or third level.
    Heading(u8, Inline),
    Paragraph(Inline),
    List(Vec<Item>),
    /// The first row is its head.
    Table(Vec<Vec<Inline>>),
    /// A language and its text, folded under a summary.
    Code {
        summary: String,
        language: String,
        text: String,
    },
}

/// An entry of a list, and what stands below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) text: Inline,
    pub(super) below: Vec<Item>,
}

/// A line of text, in pieces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Inline(pub(super) Vec<Piece>);

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Code(String),
    Strong(String),
}

impl Inline {
    /// Plain words.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self(vec![Piece::Text(text.into())])
    }

    /// Words as they are written elsewhere.
    pub(super) fn code(text: impl Into<String>) -> Self {
        Self(vec![Piece::Code(text.into())])
    }

    /// With plain words behind it.
    pub(super) fn and(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Text(text.into()));
        self
    }

    /// With words behind it as they are written elsewhere.
    pub(super) fn and_code(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Code(text.into()));
        self
    }

    /// With words behind it that must be seen.
    pub(super) fn and_strong(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Strong(text.into()));
        self
    }

    /// Followed by another line.
    pub(super) fn then(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
}

/// `a`, `b` or `c`.
pub(super) fn listed(texts: &[String], word: &str) -> Inline {
    let mut line = Inline::default();
    for (place, text) in texts.iter().enumerate() {
        let between = match place {
            0 => "",
            last if last + 1 == texts.len() => word,
            _ => ", ",
        };
        if !between.is_empty() {
            line = line.and(between);
        }
        line = line.and_code(text);
    }
    line
}

impl From<Inline> for Item {
    fn from(text: Inline) -> Self {
        Self { text, below: Vec::new() }
    }
}
