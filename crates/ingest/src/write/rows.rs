//! Rows kept as bytes: collected on any thread, written later. Knows values, not formats.

use std::io::Write;

use lownoise_engine::value::{Time, Value};

use super::error::WriteError;
use super::layout::Row;
use super::row_key;
use super::writer::Writer;

/// Rows are kept in pieces of this many bytes, so that growing copies nothing.
const PIECE: usize = 1024 * 1024;

/// The first piece is smaller, since few rows may be all.
const FIRST_PIECE: usize = 64 * 1024;

/// One key of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortKey {
    /// The place of its column among [`Row::values`].
    pub place: usize,
    /// Greatest first.
    pub descending: bool,
}

/// What is kept of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    /// So many values of each row, from the first; those beyond are only for the order.
    pub columns: usize,
    /// The order that the rows will be sorted in.
    pub keys: Vec<SortKey>,
}

/// Rows, in the order in which they were pushed, until they are sorted. Memory: each row's text once, its key, and 24
/// bytes.
#[derive(Debug, Clone)]
pub struct Rows {
    shape: Shape,
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
    end: u32,
    key: u32,
}

impl Rows {
    /// No rows.
    #[must_use]
    pub fn new(shape: Shape) -> Self {
        Self { shape, pieces: Vec::new(), entries: Vec::new(), scratch: Vec::new() }
    }

    /// Adds a row.
    pub fn push(&mut self, row: &Row<'_>) {
        let mut bytes = std::mem::take(&mut self.scratch);
        bytes.clear();
        for key in &self.shape.keys {
            row_key::push(&mut bytes, row.value(key.place), key.descending);
        }
        let key = bytes.len();
        let prefix = row_key::prefix(&bytes);
        encode(&mut bytes, row, self.shape.columns);
        if self.pieces.last().is_none_or(|piece| piece.len() + bytes.len() > piece.capacity()) {
            let room = if self.pieces.is_empty() { FIRST_PIECE } else { PIECE };
            self.pieces.push(Vec::with_capacity(room.max(bytes.len())));
        }
        let piece = narrow(self.pieces.len() - 1);
        if let Some(last) = self.pieces.last_mut() {
            let (start, end) = (narrow(last.len()), narrow(last.len() + bytes.len()));
            self.entries.push(Entry { prefix, piece, start, end, key: narrow(key) });
            last.extend_from_slice(&bytes);
        }
        self.scratch = bytes;
    }

    /// Adds the rows of another, of the same shape, behind these.
    pub fn append(&mut self, mut other: Self) {
        // Few bytes are copied, so that memory does not go to pieces that are almost empty.
        let few = other.pieces.len() == 1 && other.bytes() <= FIRST_PIECE;
        let fits = self.pieces.last().is_some_and(|last| last.len() + other.bytes() <= last.capacity());
        let (piece, start) = if few {
            if !fits {
                self.pieces.push(Vec::with_capacity(PIECE));
            }
            (self.pieces.len() - 1, self.pieces.last().map_or(0, Vec::len))
        } else {
            (self.pieces.len(), 0)
        };
        let (piece, start) = (narrow(piece), narrow(start));
        let moved = other.entries.iter().map(|entry| Entry {
            piece: entry.piece + piece,
            start: entry.start + start,
            end: entry.end + start,
            ..*entry
        });
        self.entries.extend(moved);
        match (few, self.pieces.last_mut()) {
            (true, Some(last)) => other.pieces.iter().for_each(|piece| last.extend_from_slice(piece)),
            _ => self.pieces.append(&mut other.pieces),
        }
    }

    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The memory that they take, in bytes.
    #[must_use]
    pub fn memory(&self) -> usize {
        let pieces: usize = self.pieces.iter().map(Vec::capacity).sum();
        pieces + self.entries.len() * size_of::<Entry>()
    }

    fn bytes(&self) -> usize {
        self.pieces.iter().map(Vec::len).sum()
    }

    /// Sorts them; those that compare equal stay in the order in which they came. Most comparisons are of one machine
    /// word.
    pub(super) fn sort(&mut self) {
        let pieces = &self.pieces;
        let key = |entry: &Entry| entry.bytes(pieces).0;
        // Not a stable sort, which would need memory: the places break ties.
        self.entries.sort_unstable_by(|a, b| {
            let keys = a.prefix.cmp(&b.prefix).then_with(|| key(a).cmp(key(b)));
            keys.then((a.piece, a.start).cmp(&(b.piece, b.start)))
        });
    }

    /// The key of each row, and the row for [`write_row`].
    pub(super) fn encoded(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.entries.iter().map(|entry| entry.bytes(&self.pieces))
    }

    /// Writes them. Addresses come back as text, which is all that writers look at.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write_to<W: Write + Send>(&self, writer: &mut Writer<W>) -> Result<(), WriteError> {
        let (mut values, mut hidden_by) = (Vec::new(), Vec::new());
        for (_, row) in self.encoded() {
            let whole = decode(row, self.shape.columns, &mut values, &mut hidden_by);
            writer.row(&Row { values: &values, whole, hidden_by: &hidden_by })?;
        }
        Ok(())
    }
}

impl Entry {
    /// The key and the row.
    fn bytes<'a>(&self, pieces: &'a [Vec<u8>]) -> (&'a [u8], &'a [u8]) {
        let piece = pieces.get(self.piece as usize);
        let bytes =
            piece.and_then(|piece| piece.get(self.start as usize..self.end as usize)).unwrap_or_default();
        bytes.split_at_checked(self.key as usize).unwrap_or_default()
    }
}

/// Writes one row that was kept with so many columns.
pub(super) fn write_row<W: Write + Send>(
    row: &[u8],
    columns: usize,
    writer: &mut Writer<W>,
) -> Result<(), WriteError> {
    let (mut values, mut hidden_by) = (Vec::new(), Vec::new());
    let whole = decode(row, columns, &mut values, &mut hidden_by);
    writer.row(&Row { values: &values, whole, hidden_by: &hidden_by })
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
