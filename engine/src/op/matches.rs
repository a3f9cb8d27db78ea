//! `matches`: a regular expression, found anywhere in the text, in the syntax of the `regex` crate, which is the
//! syntax that Kusto documents. Linear time; no look-around.
//!
//! Two things are lownoise's own, so that engine and prover mean the same: `\b` and `\B` look at ASCII word
//! characters, and `ignore_case` folds ASCII letters only. `(?i)` inside a pattern folds as `regex` does, beyond
//! ASCII (`k` finds `K`, the Kelvin sign).

use std::fmt;
use std::hash::{Hash, Hasher};

use regex_automata::meta::Regex;
use regex_syntax::ast::parse::Parser;
use regex_syntax::hir::translate::Translator;
use regex_syntax::hir::{Hir, HirKind, Literal, Look};

use super::Case;
use super::fold::fold;

/// A compiled pattern, with the text it came from.
#[derive(Clone)]
pub struct Pattern {
    text: String,
    case: Case,
    hir: Hir,
    regex: Regex,
}

/// Why a text is no pattern, in the words of its parser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError(pub String);

impl Pattern {
    /// Compiles a pattern. Its automaton may take up to 10 MiB.
    ///
    /// # Errors
    /// When the text is no regular expression, or its automaton is too large.
    pub fn new(text: &str, case: Case) -> Result<Self, PatternError> {
        let wrong = |error: String| PatternError(last_line(&error));
        let mut pattern = Parser::new().parse(text).map_err(|error| wrong(error.to_string()))?;
        if case == Case::Insensitive {
            fold(&mut pattern);
        }
        let hir = Translator::new().translate(text, &pattern).map_err(|error| wrong(error.to_string()))?;
        let hir = with_ascii_words(hir);
        let regex = Regex::builder()
            .configure(Regex::config().nfa_size_limit(Some(10 << 20)))
            .build_from_hir(&hir)
            .map_err(|error| PatternError(format!("{error}")))?;
        Ok(Self { text: text.to_owned(), case, hir, regex })
    }

    /// Whether it is found in a text.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// As written in the policy.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether `ignore_case` stands beside it.
    #[must_use]
    pub fn case(&self) -> Case {
        self.case
    }

    /// The meaning of the pattern, with lownoise's `\b` and folding applied.
    #[must_use]
    pub fn hir(&self) -> &Hir {
        &self.hir
    }
}

impl Eq for Pattern {}

impl Hash for Pattern {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
        self.case.hash(state);
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.case == other.case
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pattern").field("text", &self.text).field("case", &self.case).finish_non_exhaustive()
    }
}

/// The parser draws the pattern over several lines; the reason is the last one.
fn last_line(message: &str) -> String {
    message.lines().last().unwrap_or(message).trim_start_matches("error: ").to_owned()
}

/// Makes word boundaries ASCII. Recursion is bounded: the parser limits nesting.
fn with_ascii_words(hir: Hir) -> Hir {
    match hir.into_kind() {
        HirKind::Look(look) => Hir::look(ascii_look(look)),
        HirKind::Repetition(mut repetition) => {
            repetition.sub = Box::new(with_ascii_words(*repetition.sub));
            Hir::repetition(repetition)
        }
        HirKind::Capture(mut capture) => {
            capture.sub = Box::new(with_ascii_words(*capture.sub));
            Hir::capture(capture)
        }
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(with_ascii_words).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.into_iter().map(with_ascii_words).collect()),
        HirKind::Literal(Literal(bytes)) => Hir::literal(bytes),
        HirKind::Class(class) => Hir::class(class),
        HirKind::Empty => Hir::empty(),
    }
}

fn ascii_look(look: Look) -> Look {
    match look {
        Look::WordUnicode => Look::WordAscii,
        Look::WordUnicodeNegate => Look::WordAsciiNegate,
        Look::WordStartUnicode => Look::WordStartAscii,
        Look::WordEndUnicode => Look::WordEndAscii,
        Look::WordStartHalfUnicode => Look::WordStartHalfAscii,
        Look::WordEndHalfUnicode => Look::WordEndHalfAscii,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_what_they_say() {
        use Case::{Insensitive, Sensitive};
        let cases = [
            ("b.*k", Sensitive, "Fabrikam", true),
            ("b.*k", Sensitive, "FABRIKAM", false),
            ("b.*k", Insensitive, "FABRIKAM", true),
            ("(?i)b.*k", Sensitive, "FABRIKAM", true),
            ("[a-c]+\\d", Insensitive, "xBA7", true),
            ("^[^a]$", Insensitive, "A", false),
            ("^[^a-z]+$", Insensitive, "CURL", false),
            ("^[^a-z]+$", Insensitive, "7é", true),
            ("^[x-zA]$", Insensitive, "a", true),
            ("^[[:upper:]]$", Insensitive, "a", true),
            ("^[a-z&&[^b]]$", Insensitive, "B", false),
            ("(?-u:[A-Z])", Insensitive, "curl", true),
            (r"^\x61$", Insensitive, "A", true),
            ("k", Insensitive, "\u{212a}", false),
            ("(?i)k", Sensitive, "\u{212a}", true),
            (r"\bapt\b", Sensitive, "éapt", true),
            (r"\bapt\b", Sensitive, "xapt", false),
            ("^$", Sensitive, "", true),
            ("É", Insensitive, "é", false),
        ];
        for (pattern, case, text, expected) in cases {
            assert_eq!(
                Pattern::new(pattern, case).unwrap().is_match(text),
                expected,
                "{pattern} {case:?} {text}"
            );
        }
    }

    #[test]
    fn what_is_no_pattern_says_why() {
        assert_eq!(Pattern::new("a(b", Case::Sensitive).unwrap_err().0, "unclosed group");
        assert!(Pattern::new("(?=a)", Case::Sensitive).unwrap_err().0.contains("look-around"));
        assert!(Pattern::new("(\\w{1000}){1000}", Case::Sensitive).is_err());
    }
}
