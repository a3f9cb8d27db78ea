//! The wanted fields of a flat JSON object, the fast way: one pass, and for most keys one comparison with the
//! key that followed last time. What it answers is what `exact` answers; what it does not know well it does
//! not answer. Knows no wrappers, no columns.

use bumpalo::Bump;
use fearless_simd::prelude::*;
use fearless_simd::u8x64;

use super::paths::Paths;
use super::scan::{colon, nested, scalar, short_number, spaces};
use super::stops::Stops;
use super::string::{end, unescape};
use crate::convert::Raw;

/// Keys that are remembered; with more, those beyond are looked up each time.
const REMEMBERED: usize = 1024;

/// Places of the table of remembered keys: a power of two, and so many that it is never full.
const PLACES: usize = 4 * REMEMBERED;

/// The longest lead that is guessed: with one vector it is compared.
const LEAD: usize = 64;

/// What is done with a key's value.
#[derive(Debug, Clone, Copy)]
enum Use {
    Skip,
    Field(usize),
}

/// A key that was seen.
#[derive(Debug, Clone, Copy)]
struct Seen<'a> {
    lead: Lead,
    /// The bytes of the lead.
    length: usize,
    /// With its quotes.
    key: &'a [u8],
    used: Use,
    /// The key that followed it last time.
    next: usize,
}

/// All that stood last time between the comma before a key and its value, `"Protocol": `, and padding. Aligned, so that
/// it is in one line of the cache.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Lead([u8; LEAD]);

/// The keys of the lines so far, and the order they came in. One for each block: it borrows from the text.
#[derive(Debug)]
pub(super) struct Scanner<'a, 'p, S> {
    simd: S,
    paths: &'p Paths,
    seen: Vec<Seen<'a>>,
    /// Places in `seen` by hash, with linear probing; 0 is free.
    table: Vec<u16>,
}

impl<'a, 'p, S: Simd> Scanner<'a, 'p, S> {
    /// A scanner that has seen nothing. The paths are flat.
    pub(super) fn new(simd: S, paths: &'p Paths) -> Self {
        // The first one stands before the first key, and is guessed where no key followed yet.
        let start = Seen::new(b"", Use::Skip);
        Self { simd, paths, seen: vec![start], table: vec![0; PLACES] }
    }

    /// Finds the fields of the record that starts at this place of a text, as [`exact::fields`](super::exact::fields)
    /// does, and the place after it. `None` when it has to be read the exact way; `record` is then undefined. The stops
    /// are the text's.
    pub(super) fn fields(
        &mut self,
        text: &'a str,
        stops: &Stops,
        start: usize,
        arena: &'a Bump,
        record: &mut [Raw<'a>],
    ) -> Option<usize> {
        self.simd.vectorize(
            #[inline(always)]
            || self.walk(text, stops, start, arena, record),
        )
    }

    #[expect(clippy::inline_always, reason = "part of a loop that is compiled for each kind of vectors")]
    #[inline(always)]
    fn walk(
        &mut self,
        text: &'a str,
        stops: &Stops,
        start: usize,
        arena: &'a Bump,
        record: &mut [Raw<'a>],
    ) -> Option<usize> {
        let bytes = text.as_bytes();
        if bytes.get(start) != Some(&b'{') {
            return None;
        }
        let (mut at, mut last, mut guess) = (start + 1, 0, self.seen.first()?.next);
        loop {
            let guessed = self.seen.get(guess)?;
            let value = at + guessed.length;
            let used = if guessed.leads(self.simd, bytes.get(at..)?) && bytes.get(value) != Some(&b' ') {
                (at, last, guess) = (value, guess, guessed.next);
                guessed.used
            } else {
                let used;
                (at, last, used) = self.other_key(bytes, stops, at, last)?;
                guess = self.seen.get(last)?.next;
                used
            };
            at = match used {
                Use::Skip => skip(bytes, stops, at)?,
                Use::Field(field) => read(text, stops, at, arena, record.get_mut(field)?)?,
            };
            match bytes.get(at)? {
                b',' => at += 1,
                b'}' => return Some(at + 1),
                _ => match (spaces(bytes, at), bytes.get(spaces(bytes, at))?) {
                    (place, b',') => at = place + 1,
                    (place, b'}') => return Some(place + 1),
                    _ => return None,
                },
            }
        }
    }

    /// The place of the value whose key starts here, the key's number, and its use, where it was not guessed.
    #[inline(never)]
    fn other_key(
        &mut self,
        bytes: &'a [u8],
        stops: &Stops,
        at: usize,
        last: usize,
    ) -> Option<(usize, usize, Use)> {
        let open = spaces(bytes, at);
        if bytes.get(open) != Some(&b'"') {
            return None;
        }
        let close = end(bytes, stops, open + 1)?;
        let value = colon(bytes, close + 1)?;
        let (number, used) = self.find(bytes.get(open..=close)?)?;
        if let Some(seen) = self.seen.get_mut(number).filter(|_| number != 0) {
            seen.learn(bytes.get(at..value)?);
        }
        if let Some(last) = self.seen.get_mut(last) {
            last.next = number;
        }
        Some((value, number, used))
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
        self.seen.push(Seen::new(key, used));
        Some((number, used))
    }
}

impl<'a> Seen<'a> {
    /// Its lead is of no text: what is read is UTF-8, which has no such byte.
    fn new(key: &'a [u8], used: Use) -> Self {
        Self { lead: Lead([0xff; LEAD]), length: 1, key, used, next: 0 }
    }

    /// Takes this for the lead. One that is too long is not guessed.
    fn learn(&mut self, lead: &[u8]) {
        if let Some(bytes) = self.lead.0.get_mut(..lead.len()) {
            bytes.copy_from_slice(lead);
            self.length = lead.len();
        } else {
            *self = Self { next: self.next, ..Self::new(self.key, self.used) };
        }
    }

    /// Whether a text begins with the lead. Of less than a vector, at the end of a block, it says no.
    #[expect(clippy::inline_always, reason = "part of a loop that is compiled for each kind of vectors")]
    #[inline(always)]
    fn leads<S: Simd>(&self, simd: S, text: &[u8]) -> bool {
        let vector = |bytes| u8x64::from_slice(simd, bytes);
        text.get(..LEAD).is_some_and(|text| {
            let differs = vector(text).simd_ne(vector(&self.lead.0)).to_bitmask();
            differs << (LEAD - self.length) == 0
        })
    }
}

/// Reads the value that starts here; the place after it.
#[expect(clippy::inline_always, reason = "part of a loop that is compiled for each kind of vectors")]
#[inline(always)]
fn read<'a>(text: &'a str, stops: &Stops, from: usize, arena: &'a Bump, raw: &mut Raw<'a>) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.get(from) == Some(&b'"') {
        let close = end(bytes, stops, from + 1)?;
        let said = text.get(from + 1..close)?;
        *raw = Raw::Text(if stops.may_have_backslash(from, close) { unescape(said, arena) } else { said });
        return Some(close + 1);
    }
    let at = skip(bytes, stops, from)?;
    let json = text.get(from..at)?;
    *raw = if json == "null" { Raw::Absent } else { Raw::Json(json) };
    Some(at)
}

/// The place after the value that starts here.
#[expect(clippy::inline_always, reason = "part of a loop that is compiled for each kind of vectors")]
#[inline(always)]
fn skip(bytes: &[u8], stops: &Stops, from: usize) -> Option<usize> {
    if bytes.get(from) == Some(&b'"') {
        return Some(end(bytes, stops, from + 1)? + 1);
    }
    match short_number(bytes, from) {
        None => skip_other(bytes, stops, from),
        end => end,
    }
}

/// The same, of what is neither a string nor a short number.
#[inline(never)]
fn skip_other(bytes: &[u8], stops: &Stops, from: usize) -> Option<usize> {
    match bytes.get(from)? {
        b'{' | b'[' => nested(bytes, stops, from),
        _ => scalar(bytes, from),
    }
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
    use fearless_simd::{Level, dispatch};
    use proptest::prelude::{Just, Strategy, any, prop_assert, prop_oneof, proptest};

    const FIELDS: [&str; 5] = ["Timestamp", "RemoteIP", "A", "", "é"];

    /// Both ways on lines that one scanner sees one after another; each line's answer of the fast one, if any.
    fn both(lines: &[String]) -> Vec<bool> {
        let best = dispatch!(Level::new(), simd => both_with(simd, lines));
        assert_eq!(dispatch!(Level::baseline(), simd => both_with(simd, lines)), best);
        best
    }

    fn both_with(simd: impl Simd, lines: &[String]) -> Vec<bool> {
        let (paths, arena) = (Paths::new(FIELDS.iter().copied().chain(["properties"])), Bump::new());
        let mut scanner = Scanner::new(simd, &paths);
        let (mut answered, mut stops) = (Vec::new(), Stops::default());
        for line in lines {
            let (mut fast, mut slow) = ([Raw::Absent; 6], [Raw::Absent; 6]);
            stops.find(simd, line.as_bytes());
            let quick = scanner.fields(line, &stops, 0, &arena, &mut fast) == Some(line.len());
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
            "{\0\"A\"}",
            "{\"A\":1,\0\"B\"}",
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
