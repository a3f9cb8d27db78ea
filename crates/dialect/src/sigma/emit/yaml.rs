//! Texts as YAML writes them. Knows no Sigma.

use std::fmt::Write as _;

/// A text in quotes: in single ones, where nothing has to be escaped.
pub(super) fn quoted(text: &str) -> String {
    let escaped = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
            || u32::from(letter) > 0x1_fff0
    };
    if !text.chars().any(escaped) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            letter if escaped(letter) => {
                let _infallible = write!(out, "\\U{:08x}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// A key: bare where that is the same.
pub(super) fn key(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-.|".contains(letter);
    let begins = text.starts_with(|letter: char| letter.is_ascii_alphabetic());
    // Words that mean something else where they are bare.
    let word = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word));
    if begins && !word && text.chars().all(plain) { text.to_owned() } else { quoted(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in [
            "a",
            "it's",
            "a\"\\\nb\t\u{1}",
            "",
            "# no",
            "é\u{2028}",
            "null",
            "on",
            "a: b",
            "\u{10ffff}",
            "\u{fffd}",
            "\r",
            "😀",
        ] {
            let yaml = format!("{}: {}\n", key(&format!("{text}|x")), quoted(text));
            let stream = crate::yaml::parse(&yaml).unwrap_or_else(|wrong| panic!("{yaml}: {wrong:?}"));
            let node = stream.documents[0].get(&format!("{text}|x"));
            assert_eq!(node.and_then(|node| node.text()), Some(text), "{yaml}");
        }
    }
}
