//! Where comments are in a TOML text, what stands beside them, and what they allow. It is TOML's own lexer that says what
//! a comment is: a `#` in a text is none.

use std::cell::Cell;
use std::ops::Range;

use lownoise_engine::span::Span;
use toml::de::DeValue;
use toml_parser::Source;
use toml_parser::lexer::{Token, TokenKind};

use super::{Allow, Allows, bad_allow, lines};

/// What begins a comment that is meant for us.
const MARK: &str = "lownoise:";

/// The allows of a text, which is the `source`-th of its policy. Its name tells whether it is TOML.
#[must_use]
pub fn read_allows(source: u32, text: &str, name: &str) -> Allows {
    let mut allows = Allows::default();
    if !text.contains(MARK) {
        return allows;
    }
    let foreign = [".yml", ".yaml", ".kql", ".csl"].iter().any(|end| name.ends_with(end));
    let comments = if foreign { lines::comments(text, MARK) } else { Layout::of(text).with_reach(text) };
    for (comment, reach) in comments {
        let Some(written) = text.get(comment.clone()) else { continue };
        let words = written.trim_start_matches(['#', '/']).trim_start();
        let Some(words) = words.strip_prefix(MARK) else { continue };
        let start = comment.end - words.len();
        if let Some((codes, reason)) = read(words) {
            // Only the text of a policy is edited by fixes.
            let alone = codes.len() == 1 && !foreign;
            let removed = Span::new(source, with_space(&comment, text));
            allows.all.extend(codes.into_iter().map(|(code, at)| Allow {
                code,
                reason: reason.clone(),
                span: Span::new(source, start + at.start..start + at.end),
                reach: reach.clone(),
                comment: removed,
                alone,
                used: Cell::new(false),
            }));
        } else {
            let message = format!("`{}` is not understood", words.trim());
            let help = "write `# lownoise: allow(CODE, reason = \"…\")`";
            let span = Span::new(source, comment);
            allows.mistakes.push(bad_allow::LINT.finds(message, span, "not an allow").help(help));
        }
    }
    allows
}

/// Codes with their places, and the reason.
type Read = (Vec<(String, Range<usize>)>, Option<String>);

/// `allow(CODE, CODE, reason = "…")`, in TOML's tokens.
fn read(words: &str) -> Option<Read> {
    let inside = words.trim().strip_prefix("allow")?.trim_start().strip_prefix('(')?.strip_suffix(')')?;
    let offset = words.find('(')? + 1;
    let (mut codes, mut reason) = (Vec::new(), None);
    let mut item = Vec::new();
    let tokens = Source::new(inside).lex().filter(|token| token.kind() != TokenKind::Whitespace);
    for token in tokens {
        if !matches!(token.kind(), TokenKind::Comma | TokenKind::Eof) {
            item.push(token);
            continue;
        }
        let text = |place: usize| {
            let token = item.get(place)?;
            inside.get(token.span().start()..token.span().end())
        };
        match item.iter().map(Token::kind).collect::<Vec<_>>().as_slice() {
            [TokenKind::Atom] => {
                let at = item.first()?.span();
                codes.push((text(0)?.to_owned(), offset + at.start()..offset + at.end()));
            }
            [TokenKind::Atom, TokenKind::Equals, TokenKind::BasicString | TokenKind::LiteralString]
                if text(0)? == "reason" && reason.is_none() =>
            {
                let value = DeValue::parse(text(2)?).ok()?;
                reason = Some(value.get_ref().as_str()?.to_owned());
            }
            [] if token.kind() == TokenKind::Eof => {}
            _ => return None,
        }
        item.clear();
    }
    (!codes.is_empty()).then_some((codes, reason))
}

/// Where the parts of a text are.
struct Layout {
    comments: Vec<Range<usize>>,
    /// Keys with their values, and headers of tables.
    statements: Vec<Statement>,
}

struct Statement {
    at: Range<usize>,
    /// The name of the table that it begins.
    header: Option<String>,
}

impl Layout {
    fn of(text: &str) -> Self {
        let mut layout = Self { comments: Vec::new(), statements: Vec::new() };
        let mut depth = 0_usize;
        let mut statement: Option<Range<usize>> = None;
        for token in Source::new(text).lex() {
            let at = token.span().start()..token.span().end();
            match token.kind() {
                TokenKind::Comment => layout.comments.push(at),
                TokenKind::Newline | TokenKind::Eof if depth == 0 => {
                    layout.statements.extend(statement.take().map(|at| Statement::of(text, at)));
                }
                TokenKind::Newline | TokenKind::Whitespace | TokenKind::Eof => {}
                kind => {
                    match kind {
                        TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => depth += 1,
                        TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                            depth = depth.saturating_sub(1);
                        }
                        _ => {}
                    }
                    statement = Some(statement.map_or(at.start, |before| before.start)..at.end);
                }
            }
        }
        layout
    }

    /// Each comment with what it is about.
    fn with_reach(&self, text: &str) -> Vec<(Range<usize>, Range<usize>)> {
        self.comments.iter().map(|comment| (comment.clone(), self.reach(comment, text))).collect()
    }

    /// What a comment is about: at the head of a file the file, at a table's header the table, at a key its value, at a line
    /// within a value that line. It stands behind it or above it.
    fn reach(&self, comment: &Range<usize>, text: &str) -> Range<usize> {
        let line = line(text, comment.start);
        let own_line = text.get(line.start..comment.start).is_some_and(|before| before.trim().is_empty());
        if own_line && self.statements.first().is_none_or(|first| first.at.start > comment.start) {
            return 0..text.len();
        }
        let inside =
            |statement: &&Statement| statement.at.start < comment.start && comment.start < statement.at.end;
        match self.statements.iter().find(inside) {
            Some(statement) if own_line => {
                let next = self.next_line(comment.end, text);
                if next.start < statement.at.end { next } else { line }
            }
            Some(statement) if line.contains(&statement.at.start) => self.whole(statement, text),
            Some(_) => line,
            None if own_line => {
                let next = self.statements.iter().find(|statement| statement.at.start > comment.start);
                next.map_or(line, |statement| self.whole(statement, text))
            }
            None => {
                let before = self.statements.iter().find(|statement| line.contains(&statement.at.start));
                before.map_or(line, |statement| self.whole(statement, text))
            }
        }
    }

    /// A key with its value, or a table with all that belongs to it.
    fn whole(&self, statement: &Statement, text: &str) -> Range<usize> {
        let Some(name) = &statement.header else { return statement.at.clone() };
        let below = |other: &&Statement| {
            other.at.start > statement.at.start
                && other.header.as_ref().is_some_and(|other| {
                    other.strip_prefix(name.as_str()).is_none_or(|rest| !rest.starts_with('.'))
                })
        };
        let end = self.statements.iter().find(below).map_or(text.len(), |next| next.at.start);
        statement.at.start..end
    }

    /// The next line that holds more than a comment.
    fn next_line(&self, from: usize, text: &str) -> Range<usize> {
        let mut next = line(text, from);
        while next.end < text.len() {
            next = line(text, next.end + 1);
            let start = text.get(next.clone()).map_or(0, |line| line.len() - line.trim_start().len());
            let blank = text.get(next.clone()).is_none_or(|line| line.trim().is_empty());
            if !blank && !self.comments.iter().any(|comment| comment.start == next.start + start) {
                break;
            }
        }
        next
    }
}

impl Statement {
    fn of(text: &str, at: Range<usize>) -> Self {
        let written = text.get(at.clone()).unwrap_or("");
        let header = written.starts_with('[').then(|| {
            let name = written.trim_matches(|letter| matches!(letter, '[' | ']'));
            name.chars().filter(|letter| !letter.is_whitespace()).collect()
        });
        Self { at, header }
    }
}

/// A comment with the space before it, and its line where it stands alone.
fn with_space(comment: &Range<usize>, text: &str) -> Range<usize> {
    let line = line(text, comment.start);
    let before = text.get(line.start..comment.start).unwrap_or("").trim_end();
    if before.is_empty() {
        return line.start..(line.end + 1).min(text.len());
    }
    line.start + before.len()..comment.end
}

/// The line that a byte is on, without its newline.
fn line(text: &str, at: usize) -> Range<usize> {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let end = text.get(at..).and_then(|after| after.find('\n')).map_or(text.len(), |newline| at + newline);
    start..end
}
