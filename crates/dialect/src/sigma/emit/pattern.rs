//! Regular expressions with no more than Sigma specifies: `.`, anchors, counts, classes, groups, alternatives. What a
//! pattern means is its parsed form, so case and named classes are written out. Knows patterns, no policies.

use std::fmt::Write as _;

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look, Repetition};

/// Why a pattern cannot be written.
pub(super) type Refusal = &'static str;

/// How many ranges a class may have: those of all letters are some hundred.
const MOST_RANGES: usize = 60;

/// A pattern as Sigma writes it, and whether its anchors are those of lines, which `|m` says.
pub(super) fn spelled(hir: &Hir) -> Result<(String, bool), Refusal> {
    let looks = hir.properties().look_set();
    let of_lines = looks.contains(Look::StartLF) || looks.contains(Look::EndLF);
    if of_lines && (looks.contains(Look::Start) || looks.contains(Look::End)) {
        return Err("it has anchors of lines and of the whole text");
    }
    let mut out = String::new();
    write(hir, &mut out)?;
    Ok((out, of_lines))
}

/// Recursion is bounded: the parser limits nesting.
fn write(hir: &Hir, out: &mut String) -> Result<(), Refusal> {
    match hir.kind() {
        HirKind::Empty => out.push_str("()"),
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).map_err(|_| "it finds what is no text")?;
            out.push_str(
                &regex_syntax::escape(text)
                    .replace(r"\#", "#")
                    .replace(r"\&", "&")
                    .replace(r"\-", "-")
                    .replace(r"\~", "~"),
            );
        }
        HirKind::Class(class) => write_class(class, out)?,
        HirKind::Look(Look::Start | Look::StartLF) => out.push('^'),
        HirKind::Look(Look::End | Look::EndLF) => out.push('$'),
        HirKind::Look(_) => return Err("Sigma's regular expressions cannot look around so"),
        HirKind::Capture(capture) => write(&capture.sub, out)?,
        HirKind::Repetition(repetition) => {
            let single = matches!(repetition.sub.kind(), HirKind::Class(_))
                || matches!(repetition.sub.kind(), HirKind::Literal(text) if text.0.len() == 1);
            if single {
                write(&repetition.sub, out)?;
            } else {
                out.push('(');
                write(&repetition.sub, out)?;
                out.push(')');
            }
            count(repetition, out);
        }
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, out))?,
        HirKind::Alternation(parts) => {
            for (place, part) in parts.iter().enumerate() {
                out.push(if place == 0 { '(' } else { '|' });
                write(part, out)?;
            }
            out.push(')');
        }
    }
    Ok(())
}

fn write_class(class: &Class, out: &mut String) -> Result<(), Refusal> {
    let class = match class {
        Class::Unicode(class) => class.clone(),
        Class::Bytes(bytes) if bytes.is_ascii() => {
            let range = |(start, end): (u8, u8)| ClassUnicodeRange::new(char::from(start), char::from(end));
            ClassUnicode::new(bytes.ranges().iter().map(|each| range((each.start(), each.end()))))
        }
        Class::Bytes(_) => return Err("it finds what is no text"),
    };
    let mut others = class.clone();
    others.negate();
    let newline = ClassUnicode::new([ClassUnicodeRange::new('\n', '\n')]);
    if others.ranges().is_empty() {
        out.push_str("(.|\n)");
        return Ok(());
    }
    if others == newline {
        out.push('.');
        return Ok(());
    }
    if class.ranges().is_empty() {
        return Err("it finds nothing at all");
    }
    let negated = class.ranges().last().is_some_and(|last| last.end() == char::MAX);
    let written = if negated { &others } else { &class };
    if written.ranges().len() > MOST_RANGES {
        return Err("it has a class of more letters than can be written out");
    }
    out.push_str(if negated { "[^" } else { "[" });
    for range in written.ranges() {
        letter(range.start(), out);
        if range.start() < range.end() {
            if u32::from(range.start()) + 1 < u32::from(range.end()) {
                out.push('-');
            }
            letter(range.end(), out);
        }
    }
    out.push(']');
    Ok(())
}

fn letter(letter: char, out: &mut String) {
    if matches!(letter, '\\' | '[' | ']' | '^' | '-' | '&' | '~') {
        out.push('\\');
    }
    out.push(letter);
}

fn count(repetition: &Repetition, out: &mut String) {
    let _infallible = match (repetition.min, repetition.max) {
        (0, None) => write!(out, "*"),
        (1, None) => write!(out, "+"),
        (0, Some(1)) => write!(out, "?"),
        (min, None) => write!(out, "{{{min},}}"),
        (min, Some(max)) if min == max => write!(out, "{{{min}}}"),
        (min, Some(max)) => write!(out, "{{{min},{max}}}"),
    };
}

#[cfg(test)]
mod tests {
    use lownoise_engine::op::{Case, Pattern};

    use super::*;

    fn of(pattern: &str, case: Case) -> Result<String, Refusal> {
        let (spelled, of_lines) = spelled(Pattern::new(pattern, case).unwrap().hir())?;
        Ok(if of_lines { format!("m: {spelled}") } else { spelled })
    }

    #[test]
    fn patterns_are_written_with_what_there_is() {
        use Case::{Insensitive, Sensitive};
        for (pattern, case, expected) in [
            (r"^/snap/[0-9]+/a\.exe$", Sensitive, Ok(r"^/snap/[0-9]+/a\.exe$")),
            ("(?s)^a.*b", Sensitive, Ok("^a(.|\n)*b")),
            ("a.b", Sensitive, Ok("a.b")),
            ("ab", Insensitive, Ok("[Aa][Bb]")),
            ("[^a-z]", Sensitive, Ok("[^a-z]")),
            (r"[\]\^-]", Sensitive, Ok(r"[\-\]\^]")),
            ("(?:ab)+?|c{2}", Sensitive, Ok("((ab)+|c{2})")),
            ("x{2,}y{1,3}", Sensitive, Ok("x{2,}y{1,3}")),
            ("(?m)^a$", Sensitive, Ok("m: ^a$")),
            ("(?m:^a)$", Sensitive, Err("it has anchors of lines and of the whole text")),
            (r"\bx", Sensitive, Err("Sigma's regular expressions cannot look around so")),
            (r"\w", Sensitive, Err("it has a class of more letters than can be written out")),
            (r"(?-u:\d)#-", Sensitive, Ok("[0-9]#-")),
        ] {
            assert_eq!(of(pattern, case).as_deref(), expected.as_ref().copied(), "{pattern}");
        }
    }
}
