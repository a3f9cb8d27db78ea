//! What a writer writes, a reader reads back: every format, every kind.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::net::IpAddr;
use std::sync::Arc;

use bumpalo::Bump;
use lownoise_engine::event::{ColumnId, Event};
use lownoise_engine::schema::{ColumnDefinition, Schema};
use lownoise_engine::value::{Kind, Time, Value, read_address};
use lownoise_ingest::write::{Layout, OutputColumn, OutputFormat, Row, Writer};
use lownoise_ingest::{Dates, Input, MappingChoice, Request, Source};
use proptest::prelude::*;

#[derive(Debug, Clone)]
struct Record {
    time: Option<i64>,
    text: String,
    number: Option<i64>,
    flag: Option<bool>,
    address: String,
}

const COLUMNS: [(&str, Kind); 5] = [
    ("Time", Kind::Time),
    ("Text", Kind::Text),
    ("Number", Kind::Number),
    ("Flag", Kind::Bool),
    ("Address", Kind::Address),
];

impl Record {
    fn values(&self) -> [Value<'_>; 5] {
        [
            self.time.map_or(Value::Missing, |ticks| Value::Time(Time(ticks))),
            Value::Text(&self.text),
            self.number.map_or(Value::Missing, Value::Number),
            self.flag.map_or(Value::Missing, Value::Bool),
            Value::Address(&self.address, read_address(&self.address).1),
        ]
    }
}

fn record() -> impl Strategy<Value = Record> {
    // Within what nanoseconds can say.
    let time = proptest::option::of(-90_000_000_000_000_000i64..90_000_000_000_000_000);
    let text = "(\\PC|[\"\\\\,;\n\r\t\0='])*";
    let address =
        prop_oneof![any::<IpAddr>().prop_map(|ip| ip.to_string()), Just(String::new()), "[a-z]{1,5}"];
    (time, text, any::<Option<i64>>(), any::<Option<bool>>(), address)
        .prop_map(|(time, text, number, flag, address)| Record { time, text, number, flag, address })
}

fn schema() -> Schema {
    let mut columns: Vec<ColumnDefinition> =
        COLUMNS.iter().map(|&(name, kind)| ColumnDefinition::new(name, kind)).collect();
    columns.push(ColumnDefinition::new("Device", Kind::Text));
    Schema::new("Table".into(), "Time".into(), "Device".into(), columns).unwrap()
}

fn write(records: &[Record], format: OutputFormat) -> Vec<u8> {
    let columns = COLUMNS.iter().map(|&(name, kind)| OutputColumn { name: name.to_owned(), kind }).collect();
    let layout = Layout { columns, ..Layout::default() };
    let mut writer = Writer::create(format, layout, Vec::new()).unwrap();
    for record in records {
        writer.row(&Row { values: &record.values(), ..Row::default() }).unwrap();
    }
    writer.finish().unwrap()
}

/// Holds every record that is read against the one that was written.
fn check(records: &[Record], format: OutputFormat, name: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, write(records, format)).unwrap();
    let request = Request {
        schema: Arc::new(schema()),
        columns: (0..5).map(ColumnId).collect(),
        whole: false,
        after: None,
        shared: false,
        mapping: MappingChoice::None,
        format: None,
        dates: Dates::default(),
    };
    let mut input = Input::open(&Source::File(path), &request).unwrap();
    let mut expected = records.iter();
    while let Some(block) = input.next_block().unwrap() {
        let arena = Bump::new();
        let chunk = input.decoder().decode(&block, &arena).unwrap();
        assert_eq!((chunk.malformed.as_slice(), chunk.mistyped.as_slice()), (&[][..], &[][..]));
        for row in 0..chunk.batch.rows {
            let mut values = expected.next().unwrap().values().to_vec();
            values.push(Value::Missing);
            assert_eq!(chunk.batch.event(row), Event { values });
        }
    }
    assert_eq!(expected.count(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn rows_come_back(records in proptest::collection::vec(record(), 1..30)) {
        check(&records, OutputFormat::Ndjson, "rows.ndjson");
        check(&records, OutputFormat::Csv, "rows.csv");
        check(&records, OutputFormat::Parquet, "rows.parquet");
    }
}
