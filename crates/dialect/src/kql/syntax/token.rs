//! Tokens of a query with their places, and its comments, kept apart. Knows the spelling of literals, no grammar.

use std::ops::Range;

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::span::Span;

use super::literal::{duration, escaped};

/// A piece of a query.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'t> {
    /// A name, a keyword or an operator of letters, as `in~` and `!startswith`.
    Name(&'t str),
    /// A text literal, decoded.
    Text(String),
    /// A whole number; `None` beyond 64 bits.
    Integer(Option<i64>),
    /// A number with a fraction or an exponent.
    Real(f64),
    /// A length of time in ticks; `None` for one that is no whole number of ticks.
    Duration(Option<i64>),
    /// `datetime(…)`, `timespan(…)` and their like, whose content is no expression: the name and the content.
    Raw(&'t str, &'t str),
    /// Anything else.
    Sign(&'static str),
    /// The end of the text.
    End,
}

/// A comment, without its slashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Comment {
    /// What it says.
    pub(crate) text: String,
    /// Where it begins.
    pub(crate) start: usize,
    /// Whether nothing stands before it on its line.
    pub(crate) own_line: bool,
}

/// A token and its bytes.
pub(super) type Placed<'t> = (Token<'t>, Range<usize>);

/// Longest first, so that the first that fits is the one that is meant.
const SIGNS: [&str; 33] = [
    "!=~", "<>", "<=", ">=", "==", "!=", "=~", "!~", "=>", "..", "(", ")", "[", "]", "{", "}", ",", ";", ":",
    ".", "|", "=", "<", ">", "+", "-", "*", "/", "%", "$", "?", "&", "~",
];

/// Names after which a parenthesis holds no expression.
const RAW: [&str; 6] = ["datetime", "date", "timespan", "time", "guid", "decimal"];

/// The longest point in time that is looked for, in bytes.
const LONGEST_RAW: usize = 80;

/// All tokens, the end last, and all comments. Linear in the text.
pub(super) fn tokens(text: &str) -> Result<(Vec<Placed<'_>>, Vec<Comment>), Box<Diagnostic>> {
    // A byte order mark is no part of the text.
    let mut reader = Reader { text, at: text.len() - text.trim_start_matches('\u{feff}').len() };
    let (mut tokens, mut comments) = (Vec::new(), Vec::new());
    loop {
        reader.skip(char::is_whitespace);
        let start = reader.at;
        if reader.rest().starts_with("//") {
            reader.skip(|letter| letter != '\n');
            let before = text.get(..start).and_then(|before| before.lines().next_back()).unwrap_or("");
            let begins = text.get(..start).is_none_or(|before| before.is_empty() || before.ends_with('\n'));
            comments.push(Comment {
                text: reader.since(start).trim_start_matches('/').trim().to_owned(),
                start,
                own_line: begins || before.trim().is_empty(),
            });
            continue;
        }
        let token = reader.token()?;
        let end = token == Token::End;
        tokens.push((token, start..reader.at));
        if end {
            return Ok((tokens, comments));
        }
    }
}

/// A place in the text.
struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or("")
    }

    fn skip(&mut self, wanted: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|letter| !wanted(letter)).unwrap_or(rest.len());
    }

    fn token(&mut self) -> Result<Token<'t>, Box<Diagnostic>> {
        let start = self.at;
        let Some(first) = self.peek() else { return Ok(Token::End) };
        if let Some(text) = self.text_literal()? {
            return Ok(Token::Text(text));
        }
        if first.is_ascii_digit() {
            return self.number();
        }
        if is_name_start(first) {
            self.skip(is_name_part);
            let name = self.since(start);
            if name == "in" && self.peek() == Some('~') {
                self.at += 1;
                return Ok(Token::Name(self.since(start)));
            }
            return Ok(if RAW.contains(&name) { self.raw(name) } else { Token::Name(name) });
        }
        if first == '!' && self.rest().chars().nth(1).is_some_and(char::is_alphabetic) {
            self.at += 1;
            self.skip(is_name_part);
            if self.since(start) == "!in" && self.peek() == Some('~') {
                self.at += 1;
            }
            return Ok(Token::Name(self.since(start)));
        }
        let rest = self.rest();
        if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            self.at += sign.len();
            return Ok(Token::Sign(sign));
        }
        let message = format!("`{first}` means nothing here");
        let wrong = wrong(message, start..start + first.len_utf8(), "not of the query language");
        let quotes = "write plain quotes, \" or '";
        Err(Box::new(wrong.maybe_help("“”‘’„`".contains(first).then(|| quotes.to_owned()))))
    }

    /// `"…"`, `'…'`, `@"…"`, `h"…"`, and texts over several lines.
    fn text_literal(&mut self) -> Result<Option<String>, Box<Diagnostic>> {
        let start = self.at;
        let rest = self.rest();
        // `h` hides the literal from the telemetry of the engine, and means nothing else.
        let shown = rest.strip_prefix(['h', 'H']).unwrap_or(rest);
        let plain = shown.strip_prefix('@').unwrap_or(shown);
        let verbatim = plain.len() < shown.len();
        for fence in ["```", "~~~"] {
            if plain.starts_with(fence) {
                self.at += rest.len() - plain.len() + fence.len();
                let inside = self.rest();
                let Some(length) = inside.find(fence) else { return Err(unterminated(start, fence)) };
                self.at += length + fence.len();
                return Ok(inside.get(..length).map(str::to_owned));
            }
        }
        let Some(quote) = plain.chars().next().filter(|quote| ['"', '\''].contains(quote)) else {
            return Ok(None);
        };
        self.at += rest.len() - plain.len() + 1;
        let mut found = String::new();
        loop {
            let at = self.at;
            let Some(letter) = self.peek().filter(|letter| *letter != '\n') else {
                return Err(unterminated(start, &quote.to_string()));
            };
            self.at += letter.len_utf8();
            if letter == quote {
                if verbatim && self.peek() == Some(quote) {
                    self.at += 1;
                } else {
                    return Ok(Some(found));
                }
            }
            if letter == '\\' && !verbatim {
                let (meant, length) = escaped(self.rest()).ok_or_else(|| bad_escape(at))?;
                found.push(meant);
                self.at += length;
            } else {
                found.push(letter);
            }
        }
    }

    fn number(&mut self) -> Result<Token<'t>, Box<Diagnostic>> {
        let start = self.at;
        if self.rest().starts_with("0x") || self.rest().starts_with("0X") {
            self.at += 2;
            self.skip(|letter| letter.is_ascii_hexdigit());
            let digits = self.since(start).get(2..).unwrap_or("");
            return Ok(Token::Integer(i64::from_str_radix(digits, 16).ok()));
        }
        self.skip(|letter| letter.is_ascii_digit());
        let mut whole = true;
        let mut after = self.rest().chars();
        if after.next() == Some('.') && after.next().is_some_and(|digit| digit.is_ascii_digit()) {
            whole = false;
            self.at += 1;
            self.skip(|letter| letter.is_ascii_digit());
        }
        let digits = self.since(start);
        let unit_at = self.at;
        self.skip(|letter| letter.is_alphanumeric() || letter == '_');
        let unit = self.since(unit_at);
        if unit.is_empty() {
            let real = || digits.parse().map_or(Token::Integer(None), Token::Real);
            return Ok(if whole { Token::Integer(digits.parse().ok()) } else { real() });
        }
        if let Some(ticks) = duration(digits, unit) {
            return Ok(Token::Duration(ticks));
        }
        if unit.starts_with(['e', 'E']) {
            if unit.len() == 1 && self.rest().starts_with(['+', '-']) {
                self.at += 1;
                self.skip(|letter| letter.is_ascii_digit());
            }
            if let Ok(real) = self.since(start).parse() {
                return Ok(Token::Real(real));
            }
        }
        let message = format!("`{}` is no number, and no length of time", self.since(start));
        Err(Box::new(wrong(message, start..self.at, "put it in quotes if it is text")))
    }

    /// The name alone when no parenthesis follows, or one that holds a text.
    fn raw(&mut self, name: &'t str) -> Token<'t> {
        let rest = self.rest();
        let open = rest.trim_start();
        let inside = open.strip_prefix('(').map(str::trim_start);
        let close = open.bytes().take(LONGEST_RAW).position(|byte| byte == b')');
        let (Some(inside), Some(length)) = (inside, close) else { return Token::Name(name) };
        if inside.starts_with(['"', '\'', '@', 'h']) || inside.is_empty() {
            return Token::Name(name);
        }
        let content = open.get(1..length).unwrap_or("");
        self.at += rest.len() - open.len() + length + 1;
        Token::Raw(name, content.trim())
    }
}

fn is_name_start(letter: char) -> bool {
    letter.is_alphabetic() || letter == '_'
}

fn is_name_part(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// An error of the language itself.
pub(super) fn wrong(message: impl Into<String>, range: Range<usize>, label: &str) -> Diagnostic {
    Diagnostic::error("kql-syntax", message, Span::new(0, range), label)
}

fn unterminated(start: usize, quote: &str) -> Box<Diagnostic> {
    let help = format!("close it with {quote}; a text in quotes ends on its own line");
    Box::new(wrong("this text has no end", start..start + 1, "begins here").help(help))
}

fn bad_escape(at: usize) -> Box<Diagnostic> {
    let help = "double the backslash, or write @\"…\", where a backslash stands for itself";
    Box::new(wrong("this backslash begins no known escape", at..at + 1, "here").help(help))
}
