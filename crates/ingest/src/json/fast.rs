//! The wanted fields of a flat JSON object, the fast way: one pass, and for most keys one comparison with the
//! key that followed last time. What it answers is what `exact` answers; what it does not know well it does
//! not answer. Knows no wrappers, no columns.

use bumpalo::Bump;

use super::paths::Paths;
use super::scan::{colon, nested, scalar, spaces};
use super::string::{end, unescape};
use crate::convert::Raw;

/// Keys that are remembered; with more, those beyond are looked up each time.
const REMEMBERED: usize = 1024;

/// Places of the table of remembered keys: a power of two, and so many that it is never full.
const PLACES: usize = 4 * REMEMBERED;

/// What is done with a key's value.
#[derive(Debug, Clone, Copy)]
enum Use {
    Skip,
    Field(usize),
}

/// A key that was seen.
#[derive(Debug, Clone, Copy)]
struct Seen<'a> {
    /// With its quotes.
    key: &'a [u8],
    used: Use,
    /// The key that followed it last time.
    next: usize,
}

/// The keys of the lines so far, and the order they came in. One for each block: it borrows from the text.
#[derive(Debug)]
pub(super) struct Scanner<'a, 'p> {
    paths: &'p Paths,
    seen: Vec<Seen<'a>>,
    /// Places in `seen` by hash, with linear probing; 0 is free.
    table: Vec<u16>,
}

impl<'a, 'p> Scanner<'a, 'p> {
    /// A scanner that has seen nothing. The paths are flat.
    pub(super) fn new(paths: &'p Paths) -> Self {
        // The first one stands before the first key; its own key is no JSON.
        let start = Seen { key: b"\0", used: Use::Skip, next: 0 };
        Self { paths, seen: vec![start], table: vec![0; PLACES] }
    }

    /// Finds the fields of a record as [`exact::fields`](super::exact::fields) does. The text holds no control
    /// characters and no space around. False when it has to be read the exact way; `record` is then undefined.
    pub(super) fn fields(&mut self, text: &'a str, arena: &'a Bump, record: &mut [Raw<'a>]) -> bool {
        self.object(text, arena, record).is_some()
    }

    fn object(&mut self, text: &'a str, arena: &'a Bump, record: &mut [Raw<'a>]) -> Option<()> {
        let bytes = text.as_bytes();
        if bytes.first() != Some(&b'{') {
            return None;
        }
        let mut at = spaces(bytes, 1);
        let mut last = 0;
        loop {
            let used;
            (at, last, used) = self.key(bytes, at, last)?;
            at = colon(bytes, at)?;
            let raw;
            (at, raw) = value(text, at, arena, matches!(used, Use::Field(_)))?;
            match used {
                Use::Skip => {}
                Use::Field(field) => *record.get_mut(field)? = raw,
            }
            at = spaces(bytes, at);
            match bytes.get(at)? {
                b',' => at = spaces(bytes, at + 1),
                b'}' => return (at + 1 == bytes.len()).then_some(()),
                _ => return None,
            }
        }
    }

    /// The place after the key that starts here, its number, and its use.
    #[inline]
    fn key(&mut self, bytes: &'a [u8], at: usize, last: usize) -> Option<(usize, usize, Use)> {
        let rest = bytes.get(at..)?;
        let guess = self.seen.get(last)?.next;
        let guessed = self.seen.get(guess)?;
        if rest.starts_with(guessed.key) {
            return Some((at + guessed.key.len(), guess, guessed.used));
        }
        if rest.first() != Some(&b'"') {
            return None;
        }
        // A quote within the key would be escaped, and `find` leaves keys with escapes.
        let key = rest.get(..memchr::memchr(b'"', rest.get(1..)?)? + 2)?;
        let (number, used) = self.find(key)?;
        if let Some(last) = self.seen.get_mut(last) {
            last.next = number;
        }
        Some((at + key.len(), number, used))
    }

    /// The number and the use of a key, remembered from now on; one beyond those that are remembered has number
    /// 0. `None` when it holds an escape.
    fn find(&mut self, key: &'a [u8]) -> Option<(usize, Use)> {
        let mut place = hash(key);
        loop {
            let number = usize::from(*self.table.get(place)?);
            if number == 0 {
                break;
            }
            let seen = self.seen.get(number)?;
            if seen.key == key {
                return Some((number, seen.used));
            }
            place = (place + 1) & (PLACES - 1);
        }
        if key.contains(&b'\\') {
            return None;
        }
        let name = std::str::from_utf8(key.get(1..key.len() - 1)?).ok()?;
        let used = match self.paths.target(0, name).field {
            Some(field) => Use::Field(field),
            None => Use::Skip,
        };
        if self.seen.len() > REMEMBERED {
            return Some((0, used));
        }
        let number = self.seen.len();
        *self.table.get_mut(place)? = u16::try_from(number).ok()?;
        self.seen.push(Seen { key, used, next: 0 });
        Some((number, used))
    }
}

/// The place after the value that starts here, and what it says; of a string only when that is wanted.
#[inline]
fn value<'a>(text: &'a str, from: usize, arena: &'a Bump, wanted: bool) -> Option<(usize, Raw<'a>)> {
    let bytes = text.as_bytes();
    let at = match bytes.get(from)? {
        b'"' => {
            let (close, escaped) = end(bytes, from + 1)?;
            let raw = match wanted.then(|| text.get(from + 1..close)) {
                None => Raw::Absent,
                Some(said) if escaped => Raw::Text(unescape(said?, arena)),
                Some(said) => Raw::Text(said?),
            };
            return Some((close + 1, raw));
        }
        b'n' => return Some((scalar(bytes, from)?, Raw::Absent)),
        b'{' | b'[' => nested(bytes, from)?,
        _ => scalar(bytes, from)?,
    };
    Some((at, Raw::Json(text.get(from..at)?)))
}

/// Where a key is looked for first. Field names of one source differ in their length and at their ends.
#[inline]
fn hash(key: &[u8]) -> usize {
    let eight = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let ends = eight(key.first_chunk()).rotate_left(21) ^ eight(key.last_chunk()) ^ key.len() as u64;
    // The multiplier of Fibonacci hashing, 2^64 divided by the golden ratio; its high bits are the best mixed.
    (ends.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as usize & (PLACES - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::exact;
    use proptest::prelude::*;

    const FIELDS: [&str; 5] = ["Timestamp", "RemoteIP", "A", "", "é"];

    /// Both ways on lines that one scanner sees one after another; each line's answer of the fast one, if any.
    fn both(lines: &[String]) -> Vec<bool> {
        let (paths, arena) = (Paths::new(FIELDS.iter().copied().chain(["properties"])), Bump::new());
        let mut scanner = Scanner::new(&paths);
        let mut answered = Vec::new();
        for line in lines {
            let (mut fast, mut slow) = ([Raw::Absent; 6], [Raw::Absent; 6]);
            let quick = scanner.fields(line, &arena, &mut fast);
            if quick {
                assert_eq!(exact::fields(line, &paths, &arena, &mut slow), Ok(()), "{line}");
                assert_eq!(fast, slow, "{line}");
            }
            answered.push(quick);
        }
        answered
    }

    #[test]
    fn what_is_usual_is_answered() {
        let lines = [
            r#"{"Timestamp":"x","RemoteIP":null,"A":12,"B":true}"#,
            r#"{"Timestamp": "x", "RemoteIP": "1.2.3.4", "C": {"a": [1, {}], "b": []}, "A": -0.5e+7}"#,
            r#"{ "A" : {"x":"}"} , "A" : "last" }"#,
            r#"{"":"a\"b\u00e9","é":"é","B":"\\"}"#,
            r#"{"A":[],"B":"\"","Timestamp":false}"#,
            r#"{"A":[[[[{"a":{"b":[null]}}]]]]}"#,
        ];
        assert_eq!(both(&lines.map(str::to_owned)), [true; 6]);
    }

    #[test]
    fn what_is_wrong_or_odd_is_left() {
        let lines = [
            "",
            "{",
            "{}",
            "[]",
            "{\"A\"}",
            "{\"A\":}",
            "{\"A\":1,}",
            "{\"A\":1}}",
            "{\"A\":1} x",
            "{\"A\":01}",
            "{\"A\":1.}",
            "{\"A\":.5}",
            "{\"A\":-}",
            "{\"A\":1e}",
            "{\"A\":+1}",
            "{\"A\":nul}",
            "{\"A\":True}",
            "{\"A\":\"\\x\"}",
            "{\"A\":\"\\u12\"}",
            "{\"A\":[1,]}",
            "{\"A\":[1}",
            "{\"A\":{\"a\":1]}",
            "{A:1}",
            "{\"A\":{\"a\"}}",
            "{\"A\":{,}}",
            "{\"A\":[,]}",
            "{\"A\":\"",
            "{\"\\u0041\":1}",
            "{\"A\" 1}",
            "{,\"A\":1}",
            "{\"A\":1 \"B\":2}",
            "{\"A\":{\"a\":1,}}",
            "{\"A\":{\"a\":1 \"b\"}}",
        ];
        for line in lines {
            assert_eq!(both(&[line.to_owned()]), [false], "{line}");
        }
    }

    #[test]
    fn more_keys_than_are_remembered() {
        let line = |from: usize| {
            let keys: Vec<String> =
                (from..from + 2000).map(|number| format!("\"k{number}\":{number}")).collect();
            format!("{{{},\"A\":7}}", keys.join(","))
        };
        assert_eq!(both(&[line(0), line(0), line(5000)]), [true; 3]);
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            Just("\"a\"".to_owned()),
            any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
            r#""([a-z]|\\\\|\\"|\\u00[0-9a-f]{2}|\\ud83d|\\ude00)*""#,
        ]
    }

    fn value() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            text(),
            "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,2})?([eE][+-]?[0-9])?",
            prop_oneof![Just("true".to_owned()), Just("false".to_owned()), Just("null".to_owned())],
        ];
        leaf.prop_recursive(4, 16, 4, |inner| {
            let list = proptest::collection::vec(inner.clone(), 0..4);
            let table = proptest::collection::vec((text(), inner), 0..4);
            prop_oneof![
                list.prop_map(|list| format!("[{}]", list.join(","))),
                table.prop_map(|table| {
                    let table: Vec<String> =
                        table.iter().map(|(key, value)| format!("{key}: {value}")).collect();
                    format!("{{{}}}", table.join(", "))
                }),
            ]
        })
    }

    fn line() -> impl Strategy<Value = String> {
        let key = prop_oneof![
            4 => proptest::sample::select(&FIELDS[..]).prop_map(|key| format!("\"{key}\"")),
            2 => proptest::sample::select(&["\"B\"", "\"C\"", "\"RemoteIPType\"", "\"properties\""][..]).prop_map(str::to_owned),
            1 => text(),
        ];
        proptest::collection::vec((key, value()), 1..8).prop_map(|entries| {
            let entries: Vec<String> = entries.iter().map(|(key, value)| format!("{key}:{value}")).collect();
            format!("{{{}}}", entries.join(","))
        })
    }

    proptest! {
        #[test]
        fn fast_is_exact_on_valid_lines(lines in proptest::collection::vec(line(), 1..6)) {
            for (line, quick) in lines.iter().zip(both(&lines)) {
                let plain = !line.contains('\\') && !line.contains('\u{7f}');
                prop_assert!(quick || !plain, "{line}");
            }
        }

        #[test]
        fn fast_is_exact_on_broken_lines(
            (mut line, cut, put) in (line(), any::<proptest::sample::Index>(), "[\\[\\]{}\",:\\\\0-9a-z -]{0,2}"),
        ) {
            let mut letters: Vec<String> = line.chars().map(String::from).collect();
            let cut = cut.index(letters.len());
            letters[cut] = put;
            line = letters.concat();
            both(&[line]);
        }
    }
}
