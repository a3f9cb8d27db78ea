//! `matches`: a regular expression, found anywhere in the text, in the syntax of the `regex` crate, which is the
//! syntax that Kusto documents. Linear time; no look-around.
//!
//! Two things are lownoise's own, so that engine and prover mean the same: `\b` and `\B` look at ASCII word
//! characters, and `ignore_case` folds ASCII letters only. `(?i)` inside a pattern folds as `regex` does, beyond
//! ASCII (`k` finds `K`, the Kelvin sign).

use std::fmt;

use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Literal, Look};

use super::Case;

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
        let hir = syntax::parse(text).map_err(|error| PatternError(last_line(&error.to_string())))?;
        let hir = adjust(hir, case);
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

/// Makes word boundaries ASCII and folds as asked. Recursion is bounded: the parser limits nesting.
fn adjust(hir: Hir, case: Case) -> Hir {
    match hir.into_kind() {
        HirKind::Look(look) => Hir::look(ascii_look(look)),
        HirKind::Repetition(mut repetition) => {
            repetition.sub = Box::new(adjust(*repetition.sub, case));
            Hir::repetition(repetition)
        }
        HirKind::Capture(mut capture) => {
            capture.sub = Box::new(adjust(*capture.sub, case));
            Hir::capture(capture)
        }
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(|part| adjust(part, case)).collect()),
        HirKind::Alternation(parts) => {
            Hir::alternation(parts.into_iter().map(|part| adjust(part, case)).collect())
        }
        HirKind::Literal(literal) if case == Case::Insensitive => fold_literal(&literal),
        HirKind::Literal(Literal(bytes)) => Hir::literal(bytes),
        HirKind::Class(Class::Unicode(class)) if case == Case::Insensitive => {
            Hir::class(Class::Unicode(fold_class(&class)))
        }
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

/// Each letter as a class of its two cases. The literal is UTF-8, since patterns are parsed as Unicode.
fn fold_literal(literal: &Literal) -> Hir {
    let text = String::from_utf8_lossy(&literal.0);
    Hir::concat(
        text.chars()
            .map(|letter| {
                let range = ClassUnicodeRange::new(letter, letter);
                Hir::class(Class::Unicode(fold_class(&ClassUnicode::new([range]))))
            })
            .collect(),
    )
}

fn fold_class(class: &ClassUnicode) -> ClassUnicode {
    let mut folded = class.clone();
    for (letters, shift) in [(('a', 'z'), -32_i32), (('A', 'Z'), 32)] {
        let mut part = ClassUnicode::new([ClassUnicodeRange::new(letters.0, letters.1)]);
        part.intersect(class);
        for range in part.ranges() {
            let other =
                |letter: char| char::from_u32(u32::from(letter).wrapping_add_signed(shift)).unwrap_or(letter);
            folded.push(ClassUnicodeRange::new(other(range.start()), other(range.end())));
        }
    }
    folded
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
            ("^[^a]$", Insensitive, "A", true),
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
