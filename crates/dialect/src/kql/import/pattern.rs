//! Regular expressions of a query as patterns of a policy. Knows no columns.

use lownoise_engine::op::{Case, Pattern};
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Repetition};

/// A regular expression. `(?i)` becomes `ignore_case` where the two mean the same.
pub(super) fn pattern(text: &str) -> Result<Pattern, String> {
    let written = Pattern::new(text, Case::Sensitive)
        .or_else(|error| Pattern::new(&with_plain_braces(text), Case::Sensitive).map_err(|_| error))
        .map_err(|error| format!("`{text}` is no regular expression: {}", error.0))?;
    let folded = text.strip_prefix("(?i)").and_then(|rest| Pattern::new(rest, Case::Insensitive).ok());
    Ok(folded.filter(|folded| folded.hir() == written.hir()).unwrap_or(written))
}

/// The same with a backslash before each opening brace that begins no repetition: RE2 takes such a brace for itself, and
/// others refuse it.
fn with_plain_braces(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let after = rest.get(letter.len_utf8()..).unwrap_or("");
        let escaped = after.chars().next().filter(|_| letter == '\\');
        if letter == '{' && !is_repetition(after) {
            plain.push('\\');
        }
        plain.push(letter);
        plain.extend(escaped);
        rest = after.get(escaped.map_or(0, char::len_utf8)..).unwrap_or("");
    }
    plain
}

/// Whether this stands behind the brace of a repetition: `3}`, `3,}`, `3,5}`.
fn is_repetition(behind: &str) -> bool {
    fn after_digits(text: &str) -> &str {
        text.trim_start_matches(|letter: char| letter.is_ascii_digit())
    }
    let low = after_digits(behind);
    let high = low.strip_prefix(',').map_or(low, after_digits);
    low.len() < behind.len() && high.starts_with('}')
}

/// What a regular expression on the folded text asks of the text itself: each letter of it stands for those that become
/// it, and one that no letter becomes is never found.
pub(super) fn of_folded(text: &str, lower: bool) -> Result<Pattern, String> {
    if text.contains(|letter: char| letter.is_alphabetic() && !letter.is_ascii()) {
        return Err(format!("how `{text}` folds beyond ASCII is not documented"));
    }
    let written = pattern(text)?;
    let meant = before_folding(written.hir(), lower)
        .ok_or_else(|| format!("`{text}` looks at bytes of the folded text"))?;
    let readable = Pattern::new(written.text(), Case::Insensitive).ok().filter(|known| *known.hir() == meant);
    match readable {
        Some(pattern) => Ok(pattern),
        None => Pattern::new(&meant.to_string(), Case::Sensitive).map_err(|error| error.0),
    }
}

/// The expression of the texts that, folded, this one finds. As deep as the expression nests, which its parser bounds.
fn before_folding(hir: &Hir, lower: bool) -> Option<Hir> {
    let each =
        |parts: &[Hir]| parts.iter().map(|part| before_folding(part, lower)).collect::<Option<Vec<_>>>();
    Some(match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => hir.clone(),
        HirKind::Literal(literal) => {
            let letters = std::str::from_utf8(&literal.0).ok()?.chars();
            let class = |letter| ClassUnicode::new([ClassUnicodeRange::new(letter, letter)]);
            Hir::concat(letters.map(|letter| of_class(&class(letter), lower)).collect())
        }
        HirKind::Class(Class::Unicode(class)) => of_class(class, lower),
        HirKind::Class(Class::Bytes(_)) => return None,
        HirKind::Repetition(repetition) => {
            let sub = Box::new(before_folding(&repetition.sub, lower)?);
            Hir::repetition(Repetition { sub, ..repetition.clone() })
        }
        HirKind::Capture(capture) => before_folding(&capture.sub, lower)?,
        HirKind::Concat(parts) => Hir::concat(each(parts)?),
        HirKind::Alternation(parts) => Hir::alternation(each(parts)?),
    })
}

/// The letters that become one of these.
fn of_class(class: &ClassUnicode, lower: bool) -> Hir {
    let (small, capital) = (('a', 'z'), ('A', 'Z'));
    let (kept, lost) = if lower { (small, capital) } else { (capital, small) };
    let letters = |(first, last)| ClassUnicode::new([ClassUnicodeRange::new(first, last)]);
    let mut found = class.clone();
    found.difference(&letters(lost));
    let mut others = found.clone();
    others.intersect(&letters(kept));
    let turned = |letter: char| if lower { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() };
    let others =
        others.iter().map(|range| ClassUnicodeRange::new(turned(range.start()), turned(range.end())));
    found.union(&ClassUnicode::new(others.collect::<Vec<_>>()));
    Hir::class(Class::Unicode(found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lownoise_engine::op::Operator;
    use lownoise_engine::value::Value;
    use proptest::prelude::*;

    fn finds(pattern: &Pattern, text: &str) -> bool {
        Operator::Matches(vec![pattern.clone()]).holds(Value::Text(text))
    }

    const PARTS: [&str; 16] = [
        "a", "B", "[a-c]", "[^b]", "[A-Zx]", r"\w", r"\b", r"\d", r"\.", ".", "k?", r"\\\\", "(ab|Cd)*",
        "x{1,2}", "^", "(?i)d",
    ];

    proptest! {
        #[test]
        fn the_text_is_found_where_its_folding_is(
            lower in any::<bool>(),
            parts in proptest::collection::vec(proptest::sample::select(&PARTS[..]), 1..5),
            text in r"[a-dA-DxkK1._\\ ]{0,6}",
        ) {
            let expression = parts.concat();
            let pattern = of_folded(&expression, lower).unwrap();
            let folded = if lower { text.to_ascii_lowercase() } else { text.to_ascii_uppercase() };
            let written = Pattern::new(&expression, Case::Sensitive).unwrap();
            prop_assert_eq!(finds(&pattern, &text), finds(&written, &folded), "{} as {}", expression, pattern.text());
        }
    }

    #[test]
    fn small_letters_only_are_any_case() {
        let pattern = of_folded(r"\\users\\|\\temp\\", true).unwrap();
        assert_eq!((pattern.text(), pattern.case()), (r"\\users\\|\\temp\\", Case::Insensitive));
        assert!(!finds(&of_folded("Users", true).unwrap(), "Users"));
        assert!(of_folded("é", true).is_err());
    }
}
