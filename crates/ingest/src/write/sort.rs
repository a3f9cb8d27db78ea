//! The order of rows: collects them, sorts them, hands them to a writer. Knows values, not formats.

use std::io::Write;

use lownoise_engine::value::{Time, Value};

use super::error::WriteError;
use super::layout::Row;
use super::row_key;
use super::writer::Writer;

/// Rows are kept in pieces of this many bytes, so that growing copies nothing.
const PIECE: usize = 1024 * 1024;

/// One key of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortKey {
    /// The place of its column among [`Row::values`].
    pub place: usize,
    /// Greatest first.
    pub descending: bool,
}

/// Collects rows and writes them in order; rows that compare equal stay in the order in which they came.
///
/// What is missing comes first in ascending and last in descending order, as in Kusto. Memory: each row's text
/// once, its key, and 24 bytes. Time: n log n comparisons, most of them of one machine word.
#[derive(Debug)]
pub struct Sorter {
    keys: Vec<SortKey>,
    columns: usize,
    /// Each row is its key, then what [`encode`] writes. Pieces are only appended to.
    pieces: Vec<Vec<u8>>,
    entries: Vec<Entry>,
    scratch: Vec<u8>,
}

/// Where a row is, and the beginning of its key. Entries in the order of their places are in the order of rows.
#[derive(Debug, Clone, Copy)]
struct Entry {
    prefix: u64,
    piece: u32,
    start: u32,
    key: u32,
}

impl Sorter {
    /// A sorter that keeps the first `columns` values of each row; values beyond are only for the order.
    #[must_use]
    pub fn new(columns: usize, keys: Vec<SortKey>) -> Self {
        Self { keys, columns, pieces: Vec::new(), entries: Vec::new(), scratch: Vec::new() }
    }

    /// Collects a row.
    pub fn push(&mut self, row: &Row<'_>) {
        let mut bytes = std::mem::take(&mut self.scratch);
        bytes.clear();
        for key in &self.keys {
            row_key::push(&mut bytes, row.value(key.place), key.descending);
        }
        let key = bytes.len();
        let prefix = row_key::prefix(&bytes);
        encode(&mut bytes, row, self.columns);
        if self.pieces.last().is_none_or(|piece| piece.len() + bytes.len() > piece.capacity()) {
            self.pieces.push(Vec::with_capacity(PIECE.max(bytes.len())));
        }
        let piece = self.pieces.len() - 1;
        if let Some(last) = self.pieces.last_mut() {
            self.entries.push(Entry {
                prefix,
                piece: narrow(piece),
                start: narrow(last.len()),
                key: narrow(key),
            });
            last.extend_from_slice(&bytes);
        }
        self.scratch = bytes;
    }

    /// The number of rows that were collected.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.entries.len()
    }

    /// Writes all rows in order. Addresses come back as text, which is all that writers look at.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write_to<W: Write + Send>(mut self, writer: &mut Writer<W>) -> Result<(), WriteError> {
        let pieces = &self.pieces;
        let key = |entry: &Entry| bytes(pieces, entry).get(..entry.key as usize).unwrap_or_default();
        // Not a stable sort, which would need memory: the places break ties.
        self.entries.sort_unstable_by(|a, b| {
            let keys = a.prefix.cmp(&b.prefix).then_with(|| key(a).cmp(key(b)));
            keys.then((a.piece, a.start).cmp(&(b.piece, b.start)))
        });
        let (mut values, mut hidden_by) = (Vec::new(), Vec::new());
        for entry in &self.entries {
            let rest = bytes(pieces, entry).get(entry.key as usize..).unwrap_or_default();
            let whole = decode(rest, self.columns, &mut values, &mut hidden_by);
            writer.row(&Row { values: &values, whole, hidden_by: &hidden_by })?;
        }
        Ok(())
    }
}

/// The bytes from a row's start on.
fn bytes<'a>(pieces: &'a [Vec<u8>], entry: &Entry) -> &'a [u8] {
    pieces.get(entry.piece as usize).and_then(|piece| piece.get(entry.start as usize..)).unwrap_or_default()
}

/// Pieces, places in them, and texts are far below 4 GiB: a record has at most 16 MiB.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

const MISSING: u8 = 0;
const TEXT: u8 = 1;
const NUMBER: u8 = 2;
const TIME: u8 = 3;
const FALSE: u8 = 4;
const TRUE: u8 = 5;

/// The kept values, each a tag and what it needs; then the whole row, and the ids after their number.
fn encode(out: &mut Vec<u8>, row: &Row<'_>, columns: usize) {
    for place in 0..columns {
        match row.value(place) {
            Value::Missing => out.push(MISSING),
            Value::Text(text) | Value::Address(text, _) => {
                out.push(TEXT);
                push_text(out, text);
            }
            Value::Number(number) => push_number(out, NUMBER, number),
            Value::Time(time) => push_number(out, TIME, time.0),
            Value::Bool(false) => out.push(FALSE),
            Value::Bool(true) => out.push(TRUE),
        }
    }
    push_text(out, row.whole);
    out.extend(narrow(row.hidden_by.len()).to_le_bytes());
    row.hidden_by.iter().for_each(|id| push_text(out, id));
}

fn push_number(out: &mut Vec<u8>, tag: u8, number: i64) {
    out.push(tag);
    out.extend(number.to_le_bytes());
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    out.extend(narrow(text.len()).to_le_bytes());
    out.extend(text.as_bytes());
}

/// Reads what [`encode`] wrote; gives back the whole row.
fn decode<'a>(
    mut from: &'a [u8],
    columns: usize,
    values: &mut Vec<Value<'a>>,
    hidden_by: &mut Vec<&'a str>,
) -> &'a str {
    values.clear();
    hidden_by.clear();
    for _ in 0..columns {
        let [tag] = take(&mut from);
        values.push(match tag {
            TEXT => Value::Text(take_text(&mut from)),
            NUMBER => Value::Number(i64::from_le_bytes(take(&mut from))),
            TIME => Value::Time(Time(i64::from_le_bytes(take(&mut from)))),
            FALSE => Value::Bool(false),
            TRUE => Value::Bool(true),
            _ => Value::Missing,
        });
    }
    let whole = take_text(&mut from);
    for _ in 0..u32::from_le_bytes(take(&mut from)) {
        hidden_by.push(take_text(&mut from));
    }
    whole
}

fn take<const N: usize>(from: &mut &[u8]) -> [u8; N] {
    let Some((taken, rest)) = from.split_first_chunk() else { return [0; N] };
    *from = rest;
    *taken
}

fn take_text<'a>(from: &mut &'a [u8]) -> &'a str {
    let length = u32::from_le_bytes(take(from)) as usize;
    let Some((text, rest)) = from.split_at_checked(length) else { return "" };
    *from = rest;
    simdutf8::basic::from_utf8(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Layout, OutputColumn, OutputFormat};
    use super::*;
    use lownoise_engine::value::Kind;

    fn sorted(rows: &[(Option<i64>, String)], keys: Vec<SortKey>) -> String {
        let column = |name: &str, kind| OutputColumn { name: name.to_owned(), kind };
        let layout = Layout {
            columns: vec![column("text", Kind::Text), column("place", Kind::Number)],
            hidden_by: true,
            whole: false,
        };
        let mut sorter = Sorter::new(2, keys);
        for (place, (number, text)) in (0i64..).zip(rows) {
            let number = number.map_or(Value::Missing, Value::Number);
            let values = [Value::Text(text), Value::Number(place), number];
            sorter.push(&Row { values: &values, whole: "", hidden_by: &[text, "b"] });
        }
        assert_eq!(sorter.rows(), rows.len());
        let mut writer = Writer::create(OutputFormat::Ndjson, layout, Vec::new()).unwrap();
        sorter.write_to(&mut writer).unwrap();
        String::from_utf8(writer.finish().unwrap()).unwrap()
    }

    #[test]
    fn missing_is_first_when_ascending_and_last_when_descending() {
        let rows = [(Some(2), "a".to_owned()), (None, "b".to_owned()), (Some(-1), "c".to_owned())];
        let order = |descending| {
            let out = sorted(&rows, vec![SortKey { place: 2, descending }]);
            out.lines().filter_map(|line| line.chars().nth(9)).collect::<String>()
        };
        assert_eq!(order(false), "bca");
        assert_eq!(order(true), "acb");
    }

    proptest! {
        #[test]
        fn as_a_stable_sort_by_rows(
            rows in proptest::collection::vec((proptest::option::of(-2i64..3), "[a-cé]{0,2}"), 0..40),
            descending: bool,
        ) {
            let keys = vec![SortKey { place: 2, descending }, SortKey { place: 0, descending: false }];
            let mut expected: Vec<_> = rows.iter().zip(0..).collect();
            expected.sort_by(|((a, text_a), _), ((b, text_b), _)| {
                let numbers = if descending { b.cmp(a) } else { a.cmp(b) };
                numbers.then(text_a.cmp(text_b))
            });
            let lines: Vec<String> = expected
                .iter()
                .map(|((_, text), place)| format!("{{\"text\":\"{text}\",\"place\":{place},\"hidden_by\":[\"{text}\",\"b\"]}}\n"))
                .collect();
            prop_assert_eq!(sorted(&rows, keys), lines.concat());
        }
    }
}
