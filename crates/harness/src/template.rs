//! Step texts with placeholders, and the arguments that a step's words fill them with. Knows no steps.
//!
//! `the path is {path}` is written `the path is "/usr/bin/curl"`. What a placeholder accepts follows from its name:
//! `{port}`, `{hours}` a whole number, `{time}` a time, `{exclusions}` one or more quoted texts, `{verdict}` and
//! `{change}` another step's words, and every other name a quoted text.

use cucumber::gherkin::Table;
use lownoise_engine::value::Time;
use regex::{CaptureLocations, Regex};

/// A quoted text: `"…"` with `\"` and `\\`, or `'…'` as it is.
const QUOTED: &str = r#"(?:"(?:[^"\\]|\\.)*"|'[^']*')"#;

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

    /// The pattern, for reports.
    pub(crate) fn pattern(&self) -> &Regex {
        &self.pattern
    }

    /// The arguments and their places, when a step's words fit.
    pub(crate) fn read<'a>(
        &self,
        words: &'a str,
        table: Option<&'a Table>,
    ) -> Option<(Arguments<'a>, CaptureLocations)> {
        let mut places = self.pattern.capture_locations();
        self.pattern.captures_read(&mut places, words)?;
        let captured = (1..places.len())
            .map(|group| places.get(group).and_then(|(start, end)| words.get(start..end)).unwrap_or(""))
            .collect();
        Some((Arguments { captured, table }, places))
    }
}

/// A template as people read it: `the path is "<path>"`.
pub(crate) fn readable(text: &str) -> String {
    parts(text)
        .map(|(words, placeholder)| match placeholder {
            None => words.to_owned(),
            Some("exclusions") => format!(r#"{words}"<id>" and "<id>""#),
            Some(name @ ("port" | "hours" | "time" | "verdict" | "change")) => format!("{words}<{name}>"),
            Some(name) => format!(r#"{words}"<{name}>""#),
        })
        .collect()
}

/// A template with the quoted texts of some words in its placeholders, as far as there are any.
pub(crate) fn with_texts_of(text: &str, words: &str) -> String {
    let quoted = Regex::new(QUOTED).ok();
    let mut texts = quoted.iter().flat_map(|quoted| quoted.find_iter(words)).map(|found| found.as_str().to_owned());
    let fill = |placeholder: &str| texts.next().unwrap_or_else(|| readable(&format!("{{{placeholder}}}")));
    let filled = parts(text).scan(fill, |fill, (words, placeholder)| {
        Some(words.to_owned() + &placeholder.map_or_else(String::new, |placeholder| fill(placeholder)))
    });
    filled.collect()
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
        "port" | "hours" => "([0-9]{1,9})".to_owned(),
        "time" => r"([0-9]{4}-\S+)".to_owned(),
        "exclusions" => format!("({QUOTED}(?:(?:, and |, | and ){QUOTED})*)"),
        "verdict" => "(is .+?)".to_owned(),
        "change" => "(.+)".to_owned(),
        _ => format!("({QUOTED})"),
    }
}

impl<'a> Arguments<'a> {
    /// The words of a placeholder as they are written.
    pub(crate) fn words(&self, place: usize) -> &'a str {
        self.captured.get(place).copied().unwrap_or("")
    }

    /// A quoted text, without its quotes.
    ///
    /// # Errors
    /// When a backslash escapes something else than a quote or a backslash.
    pub(crate) fn text(&self, place: usize) -> Result<String, String> {
        unquote(self.words(place))
    }

    /// A list of quoted texts.
    ///
    /// # Errors
    /// As [`Arguments::text`].
    pub(crate) fn texts(&self, place: usize) -> Result<Vec<String>, String> {
        let quoted = Regex::new(QUOTED).map_err(|error| error.to_string())?;
        quoted.find_iter(self.words(place)).map(|found| unquote(found.as_str())).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_capture_what_their_names_promise() {
        let cases = [
            ("the path is {path}", r#"the path is "/a b""#, Some(vec![r#""/a b""#])),
            ("the path is {path}", r#"the path is '/a "b"'"#, Some(vec![r#"'/a "b"'"#])),
            ("the path is {path}", r#"the path is "/a\"b""#, Some(vec![r#""/a\"b""#])),
            ("the path is {path}", r#"the path is "/a" or "/b""#, None),
            ("the path is {path}", "the path is /a", None),
            ("the port is {port}", "the port is 443", Some(vec!["443"])),
            ("the port is {port}", "the port is many", None),
            ("hidden by {exclusions}", r#"hidden by "a", "b" and "c""#, Some(vec![r#""a", "b" and "c""#])),
            ("it {verdict} when {change}", "it is kept when x", Some(vec!["is kept", "x"])),
        ];
        for (template, words, expected) in cases {
            let template = Template::new(template).unwrap();
            let found = template.read(words, None).map(|(arguments, _)| arguments.captured);
            assert_eq!(found, expected, "{words}");
        }
    }

    #[test]
    fn quotes_come_off_and_lists_come_apart() {
        let arguments = Arguments {
            captured: vec![r#""a\"\\b""#, r"'a\b'", r#""a, b" and "c""#, r#""\n""#],
            table: None,
        };
        assert_eq!(arguments.text(0).unwrap(), r#"a"\b"#);
        assert_eq!(arguments.text(1).unwrap(), r"a\b");
        assert_eq!(arguments.texts(2).unwrap(), ["a, b", "c"]);
        assert!(arguments.text(3).unwrap_err().contains(r"`\n`"));
    }
}
