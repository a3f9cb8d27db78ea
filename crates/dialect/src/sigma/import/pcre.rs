//! Regular expressions of Sigma are PCRE's; the engine's are those of Rust's `regex`. What is written alike and meant
//! otherwise is escaped; what the engine does not have stays an error of its parser. Knows patterns only.

/// A pattern of PCRE as one of `regex`. Linear.
pub(super) fn translated(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut letters = pattern.chars().peekable();
    // Inside of a class: how many of its letters were read.
    let mut class: Option<usize> = None;
    while let Some(letter) = letters.next() {
        if letter == '\\' {
            out.push(letter);
            out.extend(letters.next());
            class = class.map(|count| count + 1);
            continue;
        }
        match (class, letter) {
            (None, '[') => {
                out.push('[');
                if letters.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                class = Some(0);
            }
            (None, '{') => {
                // Braces that count nothing stand for themselves.
                let mut ahead = letters.clone().take(24);
                let counted: String = ahead.by_ref().take_while(|next| *next != '}').collect();
                let bounds = counted.split_once(',').unwrap_or((&counted, ""));
                let number = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
                if bounds.0.is_empty() || !number(bounds.0) || !number(bounds.1) {
                    out.push('\\');
                }
                out.push('{');
            }
            (None, _) => out.push(letter),
            (Some(0), ']') => {
                out.push_str("\\]");
                class = Some(1);
            }
            (Some(_), ']') => {
                out.push(']');
                class = None;
            }
            (Some(count), '[') if letters.peek() == Some(&':') => {
                // `[:alpha:]`, to its end.
                out.push('[');
                for next in letters.by_ref() {
                    out.push(next);
                    if next == ']' {
                        break;
                    }
                }
                class = Some(count + 1);
            }
            (Some(count), '[' | '&' | '~') => {
                out.extend(['\\', letter]);
                class = Some(count + 1);
            }
            (Some(count), '-') if letters.peek() == Some(&'-') => {
                out.push_str("\\-");
                class = Some(count + 1);
            }
            (Some(count), _) => {
                out.push(letter);
                class = Some(count + 1);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use lownoise_engine::op::{Case, Pattern};

    use super::*;

    #[test]
    fn what_is_meant_otherwise_is_escaped() {
        for (pattern, text, found) in [
            (r"a{2}b{1,2}c{1,}", "aabbcc", true),
            (r"{[0-9]+}", "x{12}", true),
            (r"\{[0-9]+\}", "x{12}", true),
            ("[a[b]c]", "[c]", true),
            ("[a[b]c]", "ac", false),
            ("[]x]", "]", true),
            ("[^]x]", "]", false),
            ("[[:digit:]_]+", "7", true),
            ("^[a&&b]$", "&", true),
            ("[~~]", "~", true),
            (r"[\[\]]", "[", true),
            (r"\\[a-c]+", r"\b", true),
            (r"\/\-\_", "/-_", true),
            (r"${a}", "x", false),
        ] {
            let translated = translated(pattern);
            let compiled = Pattern::new(&translated, Case::Sensitive);
            let compiled = compiled.unwrap_or_else(|why| panic!("{pattern} → {translated}: {why:?}"));
            assert_eq!(compiled.is_match(text), found, "{pattern} → {translated} on {text}");
        }
        assert!(Pattern::new(&translated("(?!a)b"), Case::Sensitive).is_err());
    }
}
