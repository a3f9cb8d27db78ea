//! A text with wildcards: `*` stands for any text, `?` for one character, and a backslash takes their meaning away. Knows
//! no fields and no modifiers.

use lownoise_engine::op::TextOperator;

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// This, as it is.
    Plain(String),
    /// `*`
    Many,
    /// `?`
    One,
}

/// A text with wildcards.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Text {
    /// No two plain parts and no two `*` beside each other.
    pub(crate) parts: Vec<Part>,
}

/// What a text asks of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// A comparison with a literal that is not empty.
    Literal(TextOperator, String),
    /// `*`: there is a value.
    Anything,
    /// The empty text.
    Nothing,
    /// A pattern, that is found in no empty text.
    Pattern(String),
}

impl Text {
    /// Reads a text of Sigma: a backslash escapes wildcards and itself, and stands for itself before all else. Linear.
    pub(crate) fn read(written: &str) -> Self {
        let mut found = Self::default();
        let mut letters = written.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '*' => found.push(Part::Many),
                '?' => found.push(Part::One),
                '\\' => {
                    let escaped = letters.next_if(|next| matches!(next, '\\' | '*' | '?'));
                    found.letter(escaped.unwrap_or('\\'));
                }
                letter => found.letter(letter),
            }
        }
        found
    }

    /// Reads a text in which a backslash takes the meaning from whatever follows (Elasticsearch), or from nothing
    /// (Elastic's endpoints).
    pub(crate) fn read_elastic(written: &str, escapes: bool) -> Self {
        let mut found = Self::default();
        let mut letters = written.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '*' => found.push(Part::Many),
                '?' => found.push(Part::One),
                '\\' if escapes => found.letter(letters.next().unwrap_or('\\')),
                letter => found.letter(letter),
            }
        }
        found
    }

    /// A text without wildcards.
    pub(crate) fn plain(text: &str) -> Self {
        let mut found = Self::default();
        text.chars().for_each(|letter| found.letter(letter));
        found
    }

    fn letter(&mut self, letter: char) {
        if let Some(Part::Plain(text)) = self.parts.last_mut() {
            text.push(letter);
        } else {
            self.parts.push(Part::Plain(letter.to_string()));
        }
    }

    fn push(&mut self, part: Part) {
        if part == Part::Many && self.parts.last() == Some(&Part::Many) {
            return;
        }
        self.parts.push(part);
    }

    /// The text, if it has no wildcards.
    pub(crate) fn as_plain(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Plain(text)] => Some(text),
            _ => None,
        }
    }

    /// Each plain part as something else.
    pub(crate) fn map(&self, change: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let mut parts = Vec::new();
        for part in &self.parts {
            parts.push(match part {
                Part::Plain(text) => Part::Plain(change(text)?),
                other => other.clone(),
            });
        }
        Some(Self { parts })
    }

    /// With anything before it.
    #[must_use]
    pub(crate) fn behind_anything(mut self) -> Self {
        if self.parts.first() != Some(&Part::Many) {
            self.parts.insert(0, Part::Many);
        }
        self
    }

    /// With anything behind it.
    #[must_use]
    pub(crate) fn before_anything(mut self) -> Self {
        self.push(Part::Many);
        self
    }

    /// What it asks.
    pub(crate) fn asked(&self) -> Asked {
        use TextOperator::{Contains, EndsWith, Equals, StartsWith};
        match self.parts.as_slice() {
            [] => Asked::Nothing,
            [Part::Many] => Asked::Anything,
            [Part::Plain(text)] => Asked::Literal(Equals, text.clone()),
            [Part::Plain(text), Part::Many] => Asked::Literal(StartsWith, text.clone()),
            [Part::Many, Part::Plain(text)] => Asked::Literal(EndsWith, text.clone()),
            [Part::Many, Part::Plain(text), Part::Many] => Asked::Literal(Contains, text.clone()),
            parts => Asked::Pattern(pattern(parts)),
        }
    }

    /// As Sigma writes it: what would be a wildcard or a backslash's companion is escaped.
    pub(crate) fn written(plain: &str) -> String {
        let mut out = String::with_capacity(plain.len());
        let mut letters = plain.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '*' | '?' => out.extend(['\\', letter]),
                '\\' if matches!(letters.peek(), None | Some('\\' | '*' | '?')) => out.push_str("\\\\"),
                letter => out.push(letter),
            }
        }
        out
    }
}

/// The parts as a regular expression; `(?s)` where a wildcard may stand for a line's end.
fn pattern(parts: &[Part]) -> String {
    let (begins, parts) = match parts {
        [Part::Many, rest @ ..] => ("", rest),
        parts => ("^", parts),
    };
    let (parts, ends) = match parts {
        [rest @ .., Part::Many] => (rest, ""),
        parts => (parts, "$"),
    };
    let middle = parts.iter().map(|part| match part {
        Part::Plain(text) => regex_syntax::escape(text),
        Part::Many => ".*".to_owned(),
        Part::One => ".".to_owned(),
    });
    let middle: String = middle.collect();
    format!("(?s){begins}{middle}{ends}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backslashes_escape_what_they_may() {
        for (written, plain) in [
            (r"C:\Windows\x", Some(r"C:\Windows\x")),
            (r"C:\\Windows", Some(r"C:\Windows")),
            (r"a\*b", Some("a*b")),
            (r"a\?b", Some("a?b")),
            (r"a\\*", None),
            (r"a\\\*", Some(r"a\*")),
            (r"\\\\host", Some(r"\\host")),
            (r"\\\host", Some(r"\\host")),
            (r"a\", Some(r"a\")),
            ("", Some("")),
        ] {
            assert_eq!(Text::read(written).as_plain(), plain, "{written}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for plain in [r"a\", r"\\host\c$", r"a\*b?", "*", r"\\", r"\?", "é", r"\\*\\"] {
            assert_eq!(Text::read(&Text::written(plain)), Text::plain(plain), "{plain}");
        }
    }

    #[test]
    fn wildcards_ask_for_what_they_can_be() {
        use TextOperator::{Contains, EndsWith, Equals, StartsWith};
        let literal = |operator, text: &str| Asked::Literal(operator, text.to_owned());
        for (written, asked) in [
            ("a", literal(Equals, "a")),
            ("a*", literal(StartsWith, "a")),
            ("*a", literal(EndsWith, "a")),
            ("**a**", literal(Contains, "a")),
            ("**", Asked::Anything),
            ("", Asked::Nothing),
            ("a*b.c", Asked::Pattern(r"(?s)^a.*b\.c$".to_owned())),
            ("*a?b*", Asked::Pattern("(?s)a.b".to_owned())),
            ("?", Asked::Pattern("(?s)^.$".to_owned())),
            ("*?", Asked::Pattern("(?s).$".to_owned())),
            (r"*\\*", literal(Contains, r"\")),
        ] {
            assert_eq!(Text::read(written).asked(), asked, "{written}");
        }
    }
}
