//! Regular expressions in the spelling of other engines. What a pattern means is its parsed form: classes are written
//! out as ranges, so that no engine's idea of `\w`, of case or of a line's end matters. Knows patterns, no SQL.

use std::fmt::Write as _;
use std::sync::LazyLock;

use lownoise_engine::op::is_term_character;
use regex_syntax::Parser;
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look, Repetition};

use crate::dialect::Flavour;

/// Why a pattern cannot be written.
pub(super) type Refusal = &'static str;

/// Repetitions that RE2 allows.
const RE2_REPEATS: u32 = 1000;

/// A pattern as an engine writes it.
pub(super) fn spelled(hir: &Hir, flavour: Flavour) -> Result<String, Refusal> {
    let mut out = String::new();
    write(hir, flavour, &mut out)?;
    Ok(out)
}

/// A text as a pattern that finds it, in any case of its ASCII letters if so wished.
pub(super) fn literal(text: &str, any_case: bool, flavour: Flavour) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        if any_case && letter.is_ascii_alphabetic() {
            let (upper, lower) = (letter.to_ascii_uppercase(), letter.to_ascii_lowercase());
            letters(&[(upper, upper), (lower, lower)], flavour, &mut out);
        } else {
            push(letter, &mut out);
        }
    }
    out
}

/// A place with no term character before it, and one with none behind it.
pub(super) fn outside_terms(flavour: Flavour) -> (String, String) {
    let others = match flavour {
        Flavour::Rust => r"[^\p{Alphabetic}\p{N}]".to_owned(),
        Flavour::Java => r"[^\p{IsAlphabetic}\p{N}]".to_owned(),
        Flavour::Re2 => format!("[^{}]", *TERMS),
    };
    (format!(r"(?:\A|{others})"), format!(r"(?:\z|{others})"))
}

/// The term characters as RE2 has them: letters, numbers, and as ranges what else is alphabetic.
static TERMS: LazyLock<String> = LazyLock::new(|| {
    let named = r"[\p{L}\p{N}]";
    let known = match Parser::new().parse(named).map(Hir::into_kind) {
        Ok(HirKind::Class(Class::Unicode(class))) => class,
        _ => ClassUnicode::empty(),
    };
    let others = ('\0'..=char::MAX).filter(|letter| is_term_character(*letter));
    let mut others = ClassUnicode::new(others.map(|letter| ClassUnicodeRange::new(letter, letter)));
    others.difference(&known);
    let mut out = named.trim_matches(['[', ']']).to_owned();
    for one in others.ranges() {
        range(one.start(), one.end(), &mut out);
    }
    out
});

fn push(letter: char, out: &mut String) {
    if letter.is_ascii_alphanumeric() || letter == '/' || letter == '_' {
        out.push(letter);
    } else {
        let _infallible = write!(out, "\\x{{{:x}}}", u32::from(letter));
    }
}

fn range(low: char, high: char, out: &mut String) {
    push(low, out);
    if low < high {
        out.push('-');
        push(high, out);
    }
}

/// Recursion is bounded: the parser limits nesting.
fn write(hir: &Hir, flavour: Flavour, out: &mut String) -> Result<(), Refusal> {
    match hir.kind() {
        HirKind::Empty => out.push_str("(?:)"),
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).map_err(|_| "it finds what is no text")?;
            text.chars().for_each(|letter| push(letter, out));
        }
        HirKind::Class(class) => write_class(class, flavour, out)?,
        HirKind::Look(look) => out.push_str(look_around(*look, flavour)?),
        HirKind::Capture(capture) => write(&capture.sub, flavour, out)?,
        HirKind::Repetition(repetition) => {
            out.push_str("(?:");
            write(&repetition.sub, flavour, out)?;
            out.push(')');
            out.push_str(&count(repetition, flavour)?);
        }
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, flavour, out))?,
        HirKind::Alternation(parts) => {
            for (place, part) in parts.iter().enumerate() {
                out.push_str(if place == 0 { "(?:" } else { "|" });
                write(part, flavour, out)?;
            }
            out.push(')');
        }
    }
    Ok(())
}

fn write_class(class: &Class, flavour: Flavour, out: &mut String) -> Result<(), Refusal> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.ranges().iter().map(|range| (range.start(), range.end())).collect(),
        Class::Bytes(class) => {
            if !class.is_ascii() {
                return Err("it finds what is no text");
            }
            class.ranges().iter().map(|range| (char::from(range.start()), char::from(range.end()))).collect()
        }
    };
    if ranges.is_empty() {
        out.push_str(match flavour {
            Flavour::Re2 => r"[^\x{0}-\x{10ffff}]",
            Flavour::Rust => r"[^\s\S]",
            Flavour::Java => r"(?!)",
        });
        return Ok(());
    }
    letters(&ranges, flavour, out);
    Ok(())
}

/// A class of letters.
fn letters(ranges: &[(char, char)], flavour: Flavour, out: &mut String) {
    if let (Flavour::Re2, [('K', 'K'), ('k', 'k')] | [('S', 'S'), ('s', 's')]) = (flavour, ranges) {
        // `[Kk]` beside another letter, as in `[Kk]|x`, also finds the sign for Kelvin there, and `[Ss]` the long s.
        let each: Vec<String> = ranges.iter().map(|(letter, _)| letter.to_string()).collect();
        let _infallible = write!(out, "(?:{})", each.join("|"));
        return;
    }
    out.push('[');
    for (low, high) in ranges {
        range(*low, *high, out);
    }
    out.push(']');
}

fn count(repetition: &Repetition, flavour: Flavour) -> Result<String, Refusal> {
    let Repetition { min, max, .. } = *repetition;
    if flavour == Flavour::Re2 && min.max(max.unwrap_or(0)) > RE2_REPEATS {
        return Err("the engine allows no more than 1,000 repetitions");
    }
    Ok(match (min, max) {
        (0, None) => "*".to_owned(),
        (1, None) => "+".to_owned(),
        (0, Some(1)) => "?".to_owned(),
        (min, None) => format!("{{{min},}}"),
        (min, Some(max)) => format!("{{{min},{max}}}"),
    })
}

fn look_around(look: Look, flavour: Flavour) -> Result<&'static str, Refusal> {
    Ok(match (look, flavour) {
        (Look::Start, _) => r"\A",
        (Look::End, _) => r"\z",
        (Look::StartLF, Flavour::Java) => r"(?<![^\n])",
        (Look::EndLF, Flavour::Java) => r"(?![^\n])",
        (Look::StartLF, _) => "(?m:^)",
        (Look::EndLF, _) => "(?m:$)",
        (Look::WordAscii, Flavour::Re2) => r"\b",
        (Look::WordAsciiNegate, Flavour::Re2) => r"\B",
        (Look::WordAscii, Flavour::Rust) => r"(?-u:\b)",
        (Look::WordAsciiNegate, Flavour::Rust) => r"(?-u:\B)",
        (Look::WordAscii, Flavour::Java) => {
            "(?:(?<=[0-9A-Za-z_])(?![0-9A-Za-z_])|(?<![0-9A-Za-z_])(?=[0-9A-Za-z_]))"
        }
        (Look::WordAsciiNegate, Flavour::Java) => {
            "(?:(?<=[0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<![0-9A-Za-z_])(?![0-9A-Za-z_]))"
        }
        _ => return Err("the engine's patterns cannot look around so"),
    })
}

#[cfg(test)]
mod tests {
    use lownoise_engine::op::{Case, Pattern};

    use super::*;

    fn of(pattern: &str, flavour: Flavour) -> Result<String, Refusal> {
        spelled(Pattern::new(pattern, Case::Sensitive).unwrap().hir(), flavour)
    }

    #[test]
    fn patterns_are_written_out() {
        let cases = [
            (r"^a.c$", r"\Aa[\x{0}-\x{9}\x{b}-\x{10ffff}]c\z"),
            ("(?i)k", "[Kk\\x{212a}]"),
            (r"a{2,}|b?", "(?:(?:a){2,}|(?:b)?)"),
            (r"[kK]|x", "(?:(?:K|k)|x)"),
            (r"\bno\b", r"\bno\b"),
            ("/usr/lib", "/usr/lib"),
            ("", "(?:)"),
        ];
        for (pattern, expected) in cases {
            assert_eq!(of(pattern, Flavour::Re2).as_deref(), Ok(expected), "{pattern}");
        }
        assert!(of("a{1001}", Flavour::Re2).is_err());
        assert!(of("a{1001}", Flavour::Java).is_ok());
        assert!(of(r"\b{start}a", Flavour::Re2).is_err());
    }

    #[test]
    fn what_is_written_for_our_own_engine_means_the_same() {
        for pattern in
            ["a", "^a", "a$", "^$", "a.*b", r"\ba\b", "[^a]", "snap[a-e]?", "(?i)k", "é", r"\d", "(a|b)+$"]
        {
            let written = of(pattern, Flavour::Rust).unwrap();
            let (one, other) = (
                Pattern::new(pattern, Case::Sensitive).unwrap(),
                Pattern::new(&written, Case::Sensitive).unwrap(),
            );
            for text in [
                "", "a", "ab", "A", "k", "\u{212a}", "é", "snapc", "x a y", "xay", "5", "\u{663}", "a\nb",
                "bab",
            ] {
                assert_eq!(one.is_match(text), other.is_match(text), "{pattern} as {written} on {text:?}");
            }
        }
    }
}
