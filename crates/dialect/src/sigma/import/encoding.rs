//! The modifiers that make other texts of a text: dashes, wide characters, Base64. Knows texts, no fields.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::modifiers::{Key, Modifier};
use crate::wildcards::{Part, Text};

/// The dashes that Windows' programs take for each other.
const DASHES: [char; 5] = ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}'];

/// How many dashes of a text are looked at: each makes five texts of one.
const MOST_DASHES: usize = 3;

/// The texts that a text stands for, after the modifiers in their order.
///
/// # Errors
/// Why it cannot be encoded.
pub(super) fn encoded(text: Text, key: &Key) -> Result<Vec<Text>, &'static str> {
    let mut texts = vec![text];
    let mut marked = false;
    for modifier in &key.modifiers {
        let mut next = Vec::new();
        for text in texts {
            match modifier {
                Modifier::Contains => next.push(text.behind_anything().before_anything()),
                Modifier::StartsWith => next.push(text.before_anything()),
                Modifier::EndsWith => next.push(text.behind_anything()),
                Modifier::Wide => next.push(wide(&text, |unit| [unit, 0])?),
                Modifier::Utf16Be => next.push(wide(&text, |unit| [0, unit])?),
                Modifier::Utf16 => {
                    marked = true;
                    next.push(wide(&text, |unit| [unit, 0])?);
                }
                Modifier::Base64 => next.push(Text::plain(&STANDARD.encode(bytes(&text, marked)?))),
                Modifier::Base64Offset => next.extend(offsets(&bytes(&text, marked)?)),
                Modifier::Windash => next.extend(dashed(&text)?),
                _ => next.push(text),
            }
        }
        texts = next;
    }
    if marked && !key.has(Modifier::Base64) && !key.has(Modifier::Base64Offset) {
        return Err("a byte order mark is no text");
    }
    Ok(texts)
}

/// Two bytes for each character; only of ASCII are they text again.
fn wide(text: &Text, unit: impl Fn(u8) -> [u8; 2]) -> Result<Text, &'static str> {
    text.map(|plain| {
        let ascii = plain.is_ascii().then_some(plain)?;
        Some(ascii.bytes().flat_map(&unit).map(char::from).collect())
    })
    .ok_or("wide characters of what is not ASCII are no text")
}

fn bytes(text: &Text, marked: bool) -> Result<Vec<u8>, &'static str> {
    let plain = text.as_plain().ok_or("a text with wildcards has no Base64")?;
    let mark: &[u8] = if marked { &[0xff, 0xfe] } else { &[] };
    Ok([mark, plain.as_bytes()].concat())
}

/// What is the same in the Base64 of a longer text, whichever of three places in it this stands at.
fn offsets(bytes: &[u8]) -> Vec<Text> {
    let starts = [0, 2, 3];
    let ends = [0, 3, 2];
    let at = |offset: usize| {
        let whole = STANDARD.encode([vec![b' '; offset], bytes.to_vec()].concat());
        let cut = ends.get((bytes.len() + offset) % 3).copied().unwrap_or(0);
        let end = whole.len().saturating_sub(cut);
        starts.get(offset).and_then(|start| whole.get(*start..end)).map(Text::plain)
    };
    (0..3).filter_map(at).collect()
}

/// Each dash before a word as any of the five. Not inside of words: `a-b` is no flag.
fn dashed(text: &Text) -> Result<Vec<Text>, &'static str> {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut texts = vec![Text::default()];
    let mut dashes = 0;
    for part in &text.parts {
        let Part::Plain(plain) = part else {
            for text in &mut texts {
                text.parts.push(part.clone());
            }
            continue;
        };
        let mut written = vec![String::new()];
        let mut before = None;
        let mut letters = plain.chars().peekable();
        while let Some(letter) = letters.next() {
            let flag = matches!(letter, '-' | '/')
                && !before.is_some_and(is_word)
                && letters.peek().copied().is_some_and(is_word);
            if flag {
                dashes += 1;
                if dashes > MOST_DASHES {
                    return Err("`windash` takes three dashes at most");
                }
                let each = |text: &String| DASHES.map(|dash| format!("{text}{dash}"));
                written = written.iter().flat_map(each).collect();
            } else {
                for text in &mut written {
                    text.push(letter);
                }
            }
            before = Some(letter);
        }
        let with = |text: &Text, plain: &String| {
            let mut text = text.clone();
            text.parts.push(Part::Plain(plain.clone()));
            text
        };
        texts = texts.iter().flat_map(|text| written.iter().map(move |plain| with(text, plain))).collect();
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(key: &str, text: &str) -> Result<Vec<String>, &'static str> {
        let spelled = |text: &Text| {
            let part = |part: &Part| match part {
                Part::Plain(text) => text.clone(),
                Part::Many => "*".to_owned(),
                Part::One => "?".to_owned(),
            };
            text.parts.iter().map(part).collect::<String>()
        };
        let found = encoded(Text::read(text), &Key::read(key).unwrap())?;
        Ok(found.iter().map(spelled).collect())
    }

    #[test]
    fn texts_are_encoded() {
        let one = |text: &str| Ok(vec![text.to_owned()]);
        assert_eq!(texts("a|base64", "foobar"), one("Zm9vYmFy"));
        assert_eq!(texts("a|base64|contains", "foobar"), one("*Zm9vYmFy*"));
        assert_eq!(texts("a|wide|base64", "ping"), one("cABpAG4AZwA="));
        assert_eq!(texts("a|utf16le", "ab"), one("a\0b\0"));
        assert_eq!(texts("a|utf16be", "a"), one("\0a"));
        assert_eq!(texts("a|utf16|base64", "a"), one("//5hAA=="));
        assert_eq!(
            texts("a|base64offset|contains", "foobar").unwrap(),
            ["*Zm9vYmFy*", "*Zvb2Jhc*", "*mb29iYX*"]
        );
        assert!(
            texts("a|base64", "a*").is_err()
                && texts("a|wide", "é").is_err()
                && texts("a|utf16", "a").is_err()
        );
    }

    #[test]
    fn dashes_are_those_of_flags() {
        assert_eq!(texts("a|windash|contains", " -f ").unwrap().len(), 5);
        assert_eq!(texts("a|contains|windash", "-f").unwrap()[1], "*/f*");
        assert_eq!(texts("a|windash", "a-b - c").unwrap(), ["a-b - c"]);
        assert_eq!(texts("a|windash", "-a-b /c").unwrap().len(), 25);
        assert!(texts("a|windash", "-a -b -c -d").is_err());
    }
}
