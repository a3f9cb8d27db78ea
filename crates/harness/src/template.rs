//! Step texts with placeholders, and the arguments that a step's words fill them with. Knows no steps.
//!
//! `the path is {path}` is written `the path is "/usr/bin/curl"`. What a placeholder accepts follows from its name:
//! `{port}` whole numbers joined by `or`, `{hours}` one, `{time}` a time, `{class}` a class of addresses, `{quantity}` and
//! `{state}` how many of several events are what, `{exclusions}` quoted texts joined by `and`, `{verdict}` and `{change}`
//! other steps' words, those of [`SINGLE`] a quoted text, and every other name quoted texts joined by `or`.

use std::fmt::Write;
use std::ops::Range;

use cucumber::gherkin::Table;
use lownoise_engine::op::AddressClass;
use lownoise_engine::value::Time;
use regex::Regex;

use crate::quantity;

/// A quoted text: `"…"` with `\"`, `\\`, `\n`, `\r`, `\t` and `\u{1F600}`, or `'…'` as it is.
const QUOTED: &str = r#"(?:"(?:[^"\\]|\\.)*"|'[^']*')"#;

/// The placeholders that accept one quoted text alone.
const SINGLE: [&str; 7] = ["policy", "column", "condition", "file", "network", "domain", "platform"];

/// The words of a step, with placeholders.
#[derive(Debug)]
pub(crate) struct Template {
    pattern: Regex,
}

/// What the placeholders of a template were filled with, and the table below the step.
#[derive(Debug)]
pub(crate) struct Arguments<'a> {
    captured: Vec<&'a str>,
    /// The table below the step.
    pub(crate) table: Option<&'a Table>,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// When it makes no pattern; a test of this crate holds that no step's does.
    pub(crate) fn new(text: &str) -> Result<Self, regex::Error> {
        let mut pattern = "^".to_owned();
        for (words, placeholder) in parts(text) {
            pattern += &regex::escape(words);
            pattern += &placeholder.map_or_else(String::new, accepted);
        }
        Ok(Self { pattern: Regex::new(&(pattern + "$"))? })
    }

    /// The pattern.
    pub(crate) fn pattern(&self) -> &Regex {
        &self.pattern
    }

    /// The arguments, when a step's words fit.
    pub(crate) fn read<'a>(&self, words: &'a str, table: Option<&'a Table>) -> Option<Arguments<'a>> {
        let mut places = self.pattern.capture_locations();
        self.pattern.captures_read(&mut places, words)?;
        let captured = (1..places.len())
            .map(|group| places.get(group).and_then(|(start, end)| words.get(start..end)).unwrap_or(""))
            .collect();
        Some(Arguments { captured, table })
    }
}

/// A template as people read it: `the path is "<path>"`.
pub(crate) fn readable(text: &str) -> String {
    parts(text)
        .map(|(words, placeholder)| match placeholder {
            None => words.to_owned(),
            Some("exclusions") => format!(r#"{words}"<id>" and "<id>""#),
            Some("quantity") => format!("{words}at least <count>"),
            Some("state") => format!("{words}are <verdict>"),
            Some(name @ ("port" | "hours" | "time" | "class" | "verdict" | "change")) => {
                format!("{words}<{name}>")
            }
            Some(name) => format!(r#"{words}"<{name}>""#),
        })
        .collect()
}

/// A template with the quoted texts of some words in its placeholders, as far as there are any.
pub(crate) fn with_texts_of(text: &str, words: &str) -> String {
    let mut texts = quoted_in(words).into_iter().filter_map(|range| words.get(range)).map(str::to_owned);
    let mut filled = String::new();
    for (words, placeholder) in parts(text) {
        filled += words;
        if let Some(placeholder) = placeholder {
            filled += &texts.next().unwrap_or_else(|| readable(&format!("{{{placeholder}}}")));
        }
    }
    filled
}

/// Words, each with the placeholder behind them; the last may have none.
fn parts(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    text.split('}').map(|part| match part.split_once('{') {
        Some((words, placeholder)) => (words, Some(placeholder)),
        None => (part, None),
    })
}

/// The pattern of what a placeholder accepts.
fn accepted(placeholder: &str) -> String {
    match placeholder {
        "port" => "([0-9]{1,9}(?:(?:, or |, | or )[0-9]{1,9})*)".to_owned(),
        "hours" => "([0-9]{1,9})".to_owned(),
        "time" => r"([0-9]{4}-\S+)".to_owned(),
        "exclusions" => format!("({QUOTED}(?:(?:, and |, | and ){QUOTED})*)"),
        "verdict" => format!("(is {}|stays visible)", state()),
        "state" => format!("((?:is|are) {})", state()),
        "quantity" => format!("({})", quantity::PATTERN),
        "class" => format!("({})", classes()),
        "change" => "(.+)".to_owned(),
        single if SINGLE.contains(&single) => format!("({QUOTED})"),
        _ => format!("({QUOTED}(?:(?:, or |, | or ){QUOTED})*)"),
    }
}

/// The names of the classes of addresses, as steps write them: `link-local`.
fn classes() -> String {
    AddressClass::ALL.map(|(_, name)| name.replace('_', "-")).join("|")
}

/// The pattern of a verdict's words behind `is` or `are`.
fn state() -> String {
    let ids = format!("{QUOTED}(?:(?:, and |, | and ){QUOTED})*");
    format!(
        "(?:kept|hidden(?: by (?:none but {ids}|{ids}(?: among others)?))?|out of scope(?: because of {QUOTED})?)"
    )
}

/// The steps of a change, which are joined by `and`; not within quoted texts.
pub(crate) fn parts_of_change(change: &str) -> Vec<&str> {
    let quoted = quoted_in(change);
    let outside = |place: usize| !quoted.iter().any(|range| range.contains(&place));
    let mut parts = Vec::new();
    let mut begin = 0;
    for (place, and) in change.match_indices(" and ").filter(|(place, _)| outside(*place)) {
        parts.extend(change.get(begin..place));
        begin = place + and.len();
    }
    parts.extend(change.get(begin..));
    parts
}

/// Where the quoted texts of some words are, with their quotes.
fn quoted_in(words: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<(usize, char)> = None;
    let mut escaped = false;
    for (place, letter) in words.char_indices() {
        match open {
            None if letter == '"' || letter == '\'' => open = Some((place, letter)),
            Some((begin, quote)) if letter == quote && !escaped => {
                found.push(begin..place + 1);
                open = None;
            }
            _ => {}
        }
        escaped = letter == '\\' && !escaped && open.is_some_and(|(_, quote)| quote == '"');
    }
    found
}

impl<'a> Arguments<'a> {
    /// The words of a placeholder as they are written.
    pub(crate) fn words(&self, place: usize) -> &'a str {
        self.captured.get(place).copied().unwrap_or("")
    }

    /// A quoted text, without its quotes.
    ///
    /// # Errors
    /// When a backslash is followed by what it cannot escape.
    pub(crate) fn text(&self, place: usize) -> Result<String, String> {
        match self.texts(place)?.as_slice() {
            [text] => Ok(text.clone()),
            _ => Err(format!("one text is expected, not {}", self.words(place))),
        }
    }

    /// A list of quoted texts.
    ///
    /// # Errors
    /// As [`Arguments::text`].
    pub(crate) fn texts(&self, place: usize) -> Result<Vec<String>, String> {
        let words = self.words(place);
        quoted_in(words).into_iter().filter_map(|range| words.get(range)).map(unquote).collect()
    }

    /// Whole numbers, as they are written.
    pub(crate) fn numbers(&self, place: usize) -> Vec<&'a str> {
        self.words(place)
            .split(|letter: char| !letter.is_ascii_digit())
            .filter(|part| !part.is_empty())
            .collect()
    }

    /// A whole number.
    ///
    /// # Errors
    /// When it is none.
    pub(crate) fn number(&self, place: usize) -> Result<i64, String> {
        self.words(place).parse().map_err(|_| format!("`{}` is no whole number", self.words(place)))
    }

    /// A time.
    ///
    /// # Errors
    /// When it is none.
    pub(crate) fn time(&self, place: usize) -> Result<Time, String> {
        Time::parse(self.words(place))
            .ok_or_else(|| format!("`{}` is no time; write it as 2026-02-03T00:00:00Z", self.words(place)))
    }
}

fn unquote(quoted: &str) -> Result<String, String> {
    if let Some(plain) = quoted.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return Ok(plain.to_owned());
    }
    let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(quoted);
    let mut text = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some(escaped @ ('"' | '\\')) => text.push(escaped),
                Some('n') => text.push('\n'),
                Some('r') => text.push('\r'),
                Some('t') => text.push('\t'),
                Some('u') => text.push(by_number(&mut characters).ok_or_else(|| {
                    format!(
                        "`\\u` is followed by no character's number in {quoted}; write it as `\\u{{1F600}}`"
                    )
                })?),
                other => {
                    let other = other.map(String::from).unwrap_or_default();
                    return Err(format!(
                        "`\\{other}` means nothing in {quoted}; write `\\\\` for a backslash, or quote with '…'"
                    ));
                }
            },
            other => text.push(other),
        }
    }
    Ok(text)
}

/// The character that `{1F600}` names.
fn by_number(characters: &mut std::str::Chars<'_>) -> Option<char> {
    let (number, rest) = characters.as_str().strip_prefix('{')?.split_once('}')?;
    *characters = rest.chars();
    char::from_u32(u32::from_str_radix(number, 16).ok()?)
}

/// A text as a step writes it: in quotes, on one line, every character that cannot be seen by its number.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted += "\\n",
            '\r' => quoted += "\\r",
            '\t' => quoted += "\\t",
            // What Rust's own debugging output spells out cannot be seen, or joins what stands before it.
            '\'' => quoted.push(character),
            other if other.escape_debug().nth(1).is_some() => {
                // Writing to a string cannot fail.
                let _infallible = write!(quoted, "\\u{{{:X}}}", u32::from(other));
            }
            other => quoted.push(other),
        }
    }
    quoted + "\""
}

/// A template with its placeholders filled, one after another, with what they accept.
pub(crate) fn filled<'t>(text: &'t str, with: impl IntoIterator<Item = &'t str>) -> String {
    let mut with = with.into_iter();
    parts(text)
        .map(|(words, placeholder)| words.to_owned() + placeholder.and_then(|_| with.next()).unwrap_or(""))
        .collect()
}

/// Whether a placeholder of that template accepts a bare whole number.
pub(crate) fn accepts(text: &str, words: &str) -> bool {
    Template::new(text).is_ok_and(|template| template.read(words, None).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_capture_what_their_names_promise() {
        let cases = [
            ("the path is {path}", r#"the path is "/a b""#, Some(vec![r#""/a b""#])),
            ("the path is {path}", r#"the path is '/a "b"'"#, Some(vec![r#"'/a "b"'"#])),
            ("the path is {path}", r#"the path is "/a\"b""#, Some(vec![r#""/a\"b""#])),
            ("the path is {path}", r#"the path is "/a" or "/b""#, Some(vec![r#""/a" or "/b""#])),
            ("the policy {policy}", r#"the policy "a" or "b""#, None),
            ("the path is {path}", "the path is /a", None),
            ("the port is {port}", "the port is 443", Some(vec!["443"])),
            ("the port is {port}", "the port is many", None),
            ("hidden by {exclusions}", r#"hidden by "a", "b" and "c""#, Some(vec![r#""a", "b" and "c""#])),
            ("it {verdict} when {change}", "it is kept when x", Some(vec!["is kept", "x"])),
        ];
        for (template, words, expected) in cases {
            let template = Template::new(template).unwrap();
            let found = template.read(words, None).map(|arguments| arguments.captured);
            assert_eq!(found, expected, "{words}");
        }
    }

    #[test]
    fn quotes_come_off_and_lists_come_apart() {
        let arguments = Arguments {
            captured: vec![r#""a\"\\b""#, r"'a\b'", r#""a, b" and "c""#, r#""\q""#],
            table: None,
        };
        assert_eq!(arguments.text(0).unwrap(), r#"a"\b"#);
        for text in ["", "a'b", "\u{0}\u{1b}[1m\u{a0}\u{2028}e\u{301}\u{10ffff}😀", "#\t<x>|\r\n"] {
            assert_eq!(unquote(&quoted(text)).unwrap(), text);
            assert!(!quoted(text).contains(char::is_control), "{}", quoted(text));
        }
        assert!(unquote(r#""\u{110000}""#).is_err() && unquote(r#""\u41""#).is_err());
        assert_eq!(arguments.text(1).unwrap(), r"a\b");
        assert_eq!(arguments.texts(2).unwrap(), ["a, b", "c"]);
        let parts = parts_of_change(r#"the path is "/a and b" and the user is 'x and y' and the port is 1"#);
        assert_eq!(parts, [r#"the path is "/a and b""#, "the user is 'x and y'", "the port is 1"]);
        assert!(arguments.text(3).unwrap_err().contains(r"`\q`"));
    }
}
