//! The wanted fields of a flat JSON object, the fast way: one pass, and for most keys one comparison with the
//! key that followed last time. What it answers is what `exact` answers; what it does not know well it does
//! not answer. Knows no wrappers, no columns.

use bumpalo::Bump;
use fearless_simd::prelude::*;

use super::lead::{Before, NOBODY, Seen, Use};
use super::paths::Paths;
use super::scan::{colon, nested, scalar, short_number, spaces};
use super::stops::Stops;
use super::string::{end, end_beyond, unescape};
use crate::convert::Raw;

/// Keys that are remembered; with more, those beyond are looked up each time.
const REMEMBERED: usize = 1024;

/// Places of the table of remembered keys: a power of two, and so many that it is never full.
const PLACES: usize = 4 * REMEMBERED;

/// The number of the first key of a record, whichever it is: what leads to it is unlike other leads.
const START: usize = 0;

/// That of the first key that is remembered, behind [`NOBODY`].
const FIRST: usize = 2;

/// What follows a value.
enum Turn {
    /// Another key: the place of its value, its number, and its use.
    Key { at: usize, number: usize, used: Use },
    /// The end of the record: the place after it.
    End(usize),
}

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
        let nobody = Seen::new(b"", Use::Skip);
        Self { simd, paths, seen: vec![nobody; FIRST], table: vec![0; PLACES] }
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
        let (mut at, mut before) = (start, Before::Start);
        let (mut last, mut guess) = (NOBODY, START);
        loop {
            let (guessed, rest) = (self.seen.get(guess)?, bytes.get(at..)?);
            let (mut value, mut used) = (at + guessed.length, guessed.used);
            if guessed.leads(self.simd, rest, before) {
                (last, guess) = (guess, guessed.next);
            } else if let Some(number) = self.known_key(bytes, stops, at, before) {
                self.seen.get_mut(last)?.next = number;
                let known = self.seen.get(number)?;
                (value, used) = (at + known.length, known.used);
                (last, guess) = (number, known.next);
            } else {
                match self.other_key(bytes, stops, at, before, last)? {
                    Turn::Key { at, number, used: other } => (value, last, used) = (at, number, other),
                    Turn::End(place) => return Some(place),
                }
                guess = self.seen.get(last)?.next;
            }
            let field = match used {
                Use::Skip => None,
                Use::Field(field) => Some(record.get_mut(field)?),
            };
            if bytes.get(value) == Some(&b'"') {
                at = if let Some(raw) = field {
                    let close = end(bytes, stops, value + 1)?;
                    *raw = string(text.get(value + 1..close)?, value, stops, arena);
                    close
                } else {
                    // Whether it is the closing quote is seen when the next lead is compared.
                    stops.next(value + 1)
                };
                before = Before::Text;
            } else {
                let after = if let Some(after) = short_number(bytes, value) {
                    if let Some(raw) = field {
                        *raw = Raw::Json(text.get(value..after)?);
                    }
                    after
                } else {
                    let (after, found) = other_value(text, stops, value, arena)?;
                    if let Some(raw) = field {
                        *raw = found;
                    }
                    after
                };
                (at, before) = (after - 1, Before::Other);
            }
        }
    }

    /// The number of the key that follows the byte at this place, where all that stands there is as it was last time.
    #[expect(clippy::inline_always, reason = "part of a loop that is compiled for each kind of vectors")]
    #[inline(always)]
    fn known_key(&self, bytes: &[u8], stops: &Stops, at: usize, before: Before) -> Option<usize> {
        let open = match (before, bytes.get(at)?, bytes.get(at + 1)?) {
            (Before::Text, b'"', b',') | (Before::Other, _, b',') => spaces(bytes, at + 2),
            _ => return None,
        };
        let key = bytes.get(open..=stops.next(open + 1)).filter(|key| key.len() > 1)?;
        let number = usize::from(*self.table.get(hash(key))?);
        let known = self.seen.get(number).filter(|_| number > 0)?;
        known.leads(self.simd, bytes.get(at..)?, before).then_some(number)
    }

    /// What follows the byte at this place, where it is no key that was guessed.
    #[inline(never)]
    fn other_key(
        &mut self,
        bytes: &'a [u8],
        stops: &Stops,
        at: usize,
        before: Before,
        last: usize,
    ) -> Option<Turn> {
        let at = if before == Before::Text { end_beyond(bytes, stops, at)? } else { at };
        let mut open = spaces(bytes, at + 1);
        match (before, bytes.get(open)?) {
            (Before::Start, _) => {}
            (_, b',') => open = spaces(bytes, open + 1),
            (_, b'}') => return Some(Turn::End(open + 1)),
            _ => return None,
        }
        if bytes.get(open) != Some(&b'"') {
            return None;
        }
        let close = end(bytes, stops, open + 1)?;
        let value = colon(bytes, close + 1)?;
        let (mut number, used) = self.find(bytes.get(open..=close)?)?;
        if before == Before::Start {
            // The same key, but as it stands at the beginning.
            let mut first = *self.seen.get(number)?;
            first.used = used;
            *self.seen.get_mut(START)? = first;
            number = START;
        } else {
            self.seen.get_mut(last)?.next = number;
        }
        if number != NOBODY {
            self.seen.get_mut(number)?.learn(before, bytes.get(at..value)?);
        }
        Some(Turn::Key { at: value, number, used })
    }

    /// The number and the use of a key, remembered from now on; one beyond those that are remembered is [`NOBODY`]. `None`
    /// when it holds an escape.
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
            return Some((NOBODY, used));
        }
        let number = self.seen.len();
        *self.table.get_mut(place)? = u16::try_from(number).ok()?;
        self.seen.push(Seen::new(key, used));
        Some((number, used))
    }
}

/// What is said by the text between the quotes, which starts at this place.
#[expect(clippy::inline_always, reason = "part of a loop that is compiled for each kind of vectors")]
#[inline(always)]
fn string<'a>(said: &'a str, at: usize, stops: &Stops, arena: &'a Bump) -> Raw<'a> {
    let may_have_escapes = stops.may_have_backslash(at, at + said.len());
    Raw::Text(if may_have_escapes { unescape(said, arena) } else { said })
}

/// Any value that starts at this place, perhaps after spaces: the place after it, and what it says.
#[inline(never)]
fn other_value<'a>(text: &'a str, stops: &Stops, at: usize, arena: &'a Bump) -> Option<(usize, Raw<'a>)> {
    let bytes = text.as_bytes();
    let at = spaces(bytes, at);
    match bytes.get(at)? {
        b'"' => {
            let close = end(bytes, stops, at + 1)?;
            Some((close + 1, string(text.get(at + 1..close)?, at, stops, arena)))
        }
        b'{' | b'[' => {
            let after = nested(bytes, stops, at)?;
            Some((after, Raw::Json(text.get(at..after)?)))
        }
        _ => {
            let after = scalar(bytes, at)?;
            let json = text.get(at..after)?;
            Some((after, if json == "null" { Raw::Absent } else { Raw::Json(json) }))
        }
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
    use crate::json::lead::LEAD;
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
        // Leads are compared only where a vector of text is left.
        let text = format!("{}\n{:LEAD$}", lines.join("\n"), "");
        stops.find(simd, text.as_bytes());
        let mut start = 0;
        for line in lines {
            let (mut fast, mut slow) = ([Raw::Absent; 6], [Raw::Absent; 6]);
            let end = start + line.len();
            let quick = scanner.fields(&text, &stops, start, &arena, &mut fast) == Some(end);
            if quick {
                assert_eq!(exact::fields(line, &paths, &arena, &mut slow), Ok(()), "{line}");
                assert_eq!(fast, slow, "{line}");
            }
            answered.push(quick);
            start = end + 1;
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
            "{\"A\":true\"A\":2}",
            "{\"A\":true\"B\":2}",
            "{\"A\":\"x\"\"B\":2}",
            "\",\"B\":1}",
            "x\"A\":1}",
        ];
        // Also where the keys are known, and how they begin and go on.
        let before = ["{\"A\":true,\"B\":1,\"A\":\"x\",\"B\":true,\"A\":2}"; 2].map(str::to_owned);
        for line in lines {
            assert_eq!(both(&[line.to_owned()]), [false], "{line}");
            let answers = both(&[before.as_slice(), &[line.to_owned()]].concat());
            assert_eq!(answers, [true, true, false], "{line}");
        }
    }

    #[test]
    fn more_keys_than_are_remembered() {
        let line = |from: usize| {
            let keys: Vec<String> =
                (from..from + 2000).map(|number| format!("\"k{number}\":{number}")).collect();
            format!("{{{},\"A\":7}}", keys.join(","))
        };
        let starts = format!("{{\"A\":{}}}", "7".repeat(LEAD));
        assert_eq!(both(&[line(0), line(0), line(5000), starts.clone(), starts]), [true; 5]);
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
            "-?(0|[1-9][0-9]{0,3}|[1-9][0-9]{6,18})(\\.[0-9]{1,2})?([eE][+-]?[0-9])?",
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
            // The keys are known after the first time.
            let lines = [lines.clone(), lines].concat();
            for (line, quick) in lines.iter().zip(both(&lines)) {
                let plain = !line.contains('\\') && !line.contains('\u{7f}');
                prop_assert!(quick || !plain, "{line}");
            }
        }

        #[test]
        fn fast_is_exact_on_broken_lines(
            (whole, cut, put) in (line(), any::<proptest::sample::Index>(), "[\\[\\]{}\",:\\\\0-9a-z -]{0,2}"),
        ) {
            let mut letters: Vec<String> = whole.chars().map(String::from).collect();
            let cut = cut.index(letters.len());
            letters[cut] = put;
            both(&[whole.clone(), whole, letters.concat()]);
        }
    }
}
