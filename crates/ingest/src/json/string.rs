//! JSON strings: where they end and what they say. Knows no objects.

use bumpalo::Bump;
use bumpalo::collections::String as ArenaString;

use super::stops::Stops;

/// The place of the quote that ends a string whose text starts at `at`. `None` when there is none, an escape is wrong,
/// or it holds a control character. The stops are those of the bytes.
#[expect(clippy::inline_always, reason = "part of a loop that is compiled for each kind of vectors")]
#[inline(always)]
pub(super) fn end(bytes: &[u8], stops: &Stops, at: usize) -> Option<usize> {
    let stop = stops.next(at);
    if bytes.get(stop) == Some(&b'"') { Some(stop) } else { end_beyond(bytes, stops, stop) }
}

/// The same, where the text is read up to this stop, whatever it is.
#[cold]
pub(super) fn end_beyond(bytes: &[u8], stops: &Stops, mut stop: usize) -> Option<usize> {
    loop {
        let after = match bytes.get(stop..)? {
            [b'"', ..] => return Some(stop),
            [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => stop + 2,
            [b'\\', b'u', digits @ ..] if digits.get(..4)?.iter().all(u8::is_ascii_hexdigit) => stop + 6,
            _ => return None,
        };
        stop = stops.next(after);
    }
}

/// What the text between the quotes says. Its escapes are known to be right, see [`end`]; half a surrogate
/// pair, which is no character, reads as U+FFFD, so that a row is not lost for one odd letter of a file name.
pub(super) fn unescape<'a>(text: &'a str, arena: &'a Bump) -> &'a str {
    let Some(first) = memchr::memchr(b'\\', text.as_bytes()) else { return text };
    let mut said = ArenaString::with_capacity_in(text.len(), arena);
    let (plain, mut rest) = text.split_at_checked(first).unwrap_or((text, ""));
    said.push_str(plain);
    while let Some(escape) = rest.strip_prefix('\\') {
        let mut letters = escape.chars();
        match letters.next() {
            Some('u') => rest = unicode(letters.as_str(), &mut said),
            Some(letter) => {
                said.push(simple(letter));
                rest = letters.as_str();
            }
            None => rest = "",
        }
        let next = memchr::memchr(b'\\', rest.as_bytes()).unwrap_or(rest.len());
        let (plain, after) = rest.split_at_checked(next).unwrap_or((rest, ""));
        said.push_str(plain);
        rest = after;
    }
    said.into_bump_str()
}

fn simple(letter: char) -> char {
    match letter {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        other => other,
    }
}

/// Appends the character of a `\u` escape, whose digits `text` starts with; hands back what follows.
fn unicode<'t>(text: &'t str, said: &mut ArenaString<'_>) -> &'t str {
    let (high, rest) = four(text);
    if (0xd800..0xdc00).contains(&high)
        && let Some(after) = rest.strip_prefix("\\u")
    {
        let (low, after) = four(after);
        if (0xdc00..0xe000).contains(&low) {
            let code = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
            said.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            return after;
        }
    }
    said.push(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
    rest
}

/// The number that four hexadecimal digits spell, and what follows them.
fn four(text: &str) -> (u32, &str) {
    let (digits, rest) = text.split_at_checked(4).unwrap_or((text, ""));
    (u32::from_str_radix(digits, 16).unwrap_or(0xfffd), rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fearless_simd::{Level, dispatch};
    use proptest::prelude::{any, prop_assert_eq, proptest};

    fn end(text: &str) -> Option<usize> {
        let mut stops = Stops::default();
        dispatch!(Level::new(), simd => stops.find(simd, text.as_bytes()));
        super::end(text.as_bytes(), &stops, 0)
    }

    #[test]
    fn half_a_surrogate_pair_is_replaced() {
        let arena = Bump::new();
        for (text, said) in [
            (r"a\ud83d\ude00b", "a😀b"),
            (r"\ud83d", "\u{fffd}"),
            (r"\ud83dx", "\u{fffd}x"),
            (r"\ud83d\n", "\u{fffd}\n"),
            (r"\ud83d\u0041", "\u{fffd}A"),
            (r"\ude00", "\u{fffd}"),
            (r"C:\\Users\/x\t", "C:\\Users/x\t"),
        ] {
            assert_eq!(end(&format!("{text}\"")), Some(text.len()));
            assert_eq!(unescape(text, &arena), said, "{text}");
        }
    }

    #[test]
    fn wrong_escapes_end_nowhere() {
        for text in [r#"\x""#, r#"\u12""#, r#"\u12g4""#, r"abc", r"abc\", r#"\""#] {
            assert_eq!(end(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn reads_what_serde_json_writes(said in any::<String>()) {
            let arena = Bump::new();
            let written = serde_json::to_string(&said).unwrap();
            let text = written.get(1..).unwrap();
            let close = end(text).unwrap();
            prop_assert_eq!(close, text.len() - 1);
            prop_assert_eq!(unescape(text.get(..close).unwrap(), &arena), said);
        }
    }
}
