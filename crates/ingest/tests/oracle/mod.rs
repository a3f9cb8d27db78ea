//! What an input holds, read by crates that are not ours, to hold our readers against it. Knows the rules of the manual
//! and none of our ways to keep them. Each `hold` panics where the two differ.
//!
//! A case of NDJSON or CSV is bytes: the first one says how small our blocks are, the others are the text. So one input
//! does for properties, for fuzzing and for seeds written by hand.

mod csv;
mod ndjson;
mod parquet;
mod value;

use std::collections::BTreeSet;
use std::io::Cursor;
use std::sync::{Arc, LazyLock};

use bumpalo::Bump;
use lownoise_engine::event::ColumnId;
use lownoise_engine::schema::{ColumnDefinition, Schema};
use lownoise_engine::value::{Kind, OwnedValue, Time, Value};
use lownoise_ingest::fuzz::{Limits, read_within};
use lownoise_ingest::{DateOrder, Dates, Format, MappingChoice, Request};

pub(crate) use self::csv::hold as csv;
pub(crate) use self::ndjson::hold as ndjson;
pub(crate) use self::parquet::hold as parquet;

/// The columns that are asked for: every kind, short names and long ones.
const COLUMNS: [(&str, Kind); 7] = [
    ("at", Kind::Time),
    ("ip", Kind::Address),
    ("port", Kind::Number),
    ("flag", Kind::Bool),
    ("s", Kind::Text),
    ("\u{e9}\"", Kind::Text),
    ("InitiatingProcessFileName", Kind::Text),
];

const TABLE: &str = "Events";

static SCHEMA: LazyLock<Arc<Schema>> = LazyLock::new(|| {
    let columns = COLUMNS.iter().map(|&(name, kind)| ColumnDefinition::new(name, kind)).collect();
    Arc::new(Schema::new(TABLE.into(), "at".into(), "s".into(), columns).expect("a schema"))
});

/// All that a reader says of an input.
#[derive(Debug, Default, PartialEq)]
struct Reading {
    /// The place of each row, and its values by column.
    rows: Vec<(u64, Vec<OwnedValue>)>,
    /// Each row whole, if that was asked for.
    whole: Vec<String>,
    /// How many rows were only counted.
    passed_over: u64,
    /// How many records are of another table.
    other_tables: u64,
    /// The places of records that cannot be read.
    malformed: Vec<u64>,
    /// The place and the column of each value that is not of its kind, and how it is written.
    mistyped: Vec<(u64, usize, String)>,
}

/// How our reader is asked.
#[derive(Debug, Clone, Copy)]
struct Way {
    limits: Limits,
    whole: bool,
    /// The first column's bound: of rows that are not after it, the number may do.
    after: Option<Time>,
}

impl Way {
    /// By a byte: blocks of 4 to 996 bytes, mostly small; whether more than a block of a record is held; whether rows are wanted whole.
    fn of(byte: u8) -> Self {
        let size = usize::from(byte & 0x3f);
        let block = 4 + size * size / 4;
        let longest = if byte & 0x40 == 0 { 1 << 20 } else { block };
        Self { limits: Limits { block, longest, rows: block }, whole: byte & 0x80 != 0, after: None }
    }
}

/// A zone and an order, so that no date asks for one.
fn dates() -> Dates {
    Dates { order: Some(DateOrder::Dmy), timezone: Some(jiff::tz::TimeZone::UTC) }
}

/// Our reading, and the places of the records that were too long for it; or why there is none.
fn ours(bytes: &[u8], format: Format, way: Way) -> Result<(Reading, BTreeSet<u64>), String> {
    let request = Request {
        schema: Arc::clone(&SCHEMA),
        columns: SCHEMA.ids().collect(),
        whole: way.whole,
        after: way.after.map(|bound| (ColumnId(0), bound)),
        shared: way.whole,
        mapping: MappingChoice::None,
        format: Some(format),
        dates: dates(),
    };
    let mut input = read_within("events", Cursor::new(bytes.to_vec()), &request, way.limits)
        .map_err(|error| error.to_string())?;
    let (mut reading, mut too_long) = (Reading::default(), BTreeSet::new());
    while let Some(block) = input.next_block().map_err(|error| error.to_string())? {
        let arena = Bump::new();
        let chunk = input.decoder().decode(&block, &arena).map_err(|error| error.to_string())?;
        assert_eq!(chunk.places.len(), chunk.batch.rows, "each row has its place");
        for (row, place) in chunk.places.iter().enumerate() {
            let values = SCHEMA.ids().map(|column| chunk.batch.value(column, row));
            let owned =
                |value: Value<'_>| if value.is_missing() { OwnedValue::Missing } else { value.into() };
            reading.rows.push((*place, values.map(owned).collect()));
        }
        if way.whole {
            let objects = input.decoder().objects(&block, &chunk, |_| true, &arena);
            reading.whole.extend(objects.expect("rows can be said").into_iter().map(str::to_owned));
        }
        reading.passed_over += chunk.passed_over;
        reading.other_tables += chunk.other_tables;
        too_long.extend(
            chunk.malformed.iter().filter(|one| one.reason.starts_with("longer than")).map(|one| one.place),
        );
        reading.malformed.extend(chunk.malformed.iter().map(|one| one.place));
        let mistyped = chunk.mistyped.into_iter().map(|one| (one.place, one.column.index(), one.found));
        reading.mistyped.extend(mistyped);
        drop(arena);
        input.recycle(block);
    }
    Ok((reading, too_long))
}

impl Reading {
    /// Adds a row whose fields are these.
    fn row(&mut self, place: u64, fields: impl Iterator<Item = value::Cell>) {
        let mut values = Vec::new();
        for ((column, (_, kind)), field) in COLUMNS.iter().enumerate().zip(fields) {
            values.push(value::read(*kind, &field).unwrap_or_else(|| {
                self.mistyped.push((place, column, field.spelled().chars().take(80).collect()));
                OwnedValue::Missing
            }));
        }
        self.rows.push((place, values));
    }
}

/// The text of a case and the way it is read. `None`: it would be taken for something compressed.
fn case(bytes: &[u8]) -> Option<(&[u8], &[u8], Way)> {
    let (first, text) = bytes.split_first()?;
    let compressed =
        matches!(text, [0x1f, 0x8b, ..] | [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]);
    // A byte order mark is no part of the text.
    (!compressed).then(|| (text, text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text), Way::of(*first)))
}
