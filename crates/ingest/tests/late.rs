//! Parquet in two steps, the tested columns and then the rows that are shown, reads what one step reads.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

#[cfg(test)]
mod common;

use std::sync::Arc;

use arrow::array::{
    ArrayRef, AsArray, BinaryArray, BooleanArray, Int32Array, Int64Array, ListArray, RecordBatch,
    StringArray, StructArray, TimestampMicrosecondArray, UInt64Array,
};
use arrow::datatypes::{DataType, Field, Int32Type};
use bumpalo::Bump;
use common::request;
use lownoise_ingest::{Decoder, Input, Part, Request, Source};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

const TESTED: [&str; 3] = ["RemotePort", "InitiatingProcessFileName", "RemoteIP"];
const SHOWN: [&str; 5] = ["DeviceName", "InitiatingProcessCommandLine", "LocalPort", "Timestamp", "LocalIP"];

/// One row of an input: its number, the values of all columns, the whole of it.
type Line = (u64, Vec<String>, String);

#[derive(Debug, Clone)]
struct File {
    rows: usize,
    group: usize,
    page: usize,
    dictionary: bool,
    /// What the values are made of.
    seeds: Vec<Option<u8>>,
    /// Whether a column that is only shown is of a type whose values may spoil a row, or not be of their kind.
    odd: bool,
}

fn file() -> impl Strategy<Value = File> {
    let sizes = (1usize..300, 30usize..200, 1usize..60, any::<bool>(), any::<bool>());
    (sizes, vec(of(any::<u8>()), 37)).prop_map(|((rows, group, page, dictionary, odd), seeds)| File {
        rows,
        group,
        page,
        dictionary,
        seeds,
        odd,
    })
}

impl File {
    fn bytes(&self) -> Vec<u8> {
        // Each column walks through the seeds at a pace of its own.
        let seed = |pace: usize| (0..self.rows).map(move |row| self.seeds[row * pace % self.seeds.len()]);
        let texts = |pace, text: fn(u8) -> String| -> ArrayRef {
            Arc::new(seed(pace).map(|seed| seed.map(text)).collect::<StringArray>())
        };
        let inner = texts(8, |seed| "n".repeat(usize::from(seed)));
        let nested = StructArray::from(vec![(Arc::new(Field::new("deep", DataType::Utf8, true)), inner)]);
        let lists =
            seed(9).map(|seed| seed.map(|seed| (0..i32::from(seed % 4)).map(Some).collect::<Vec<_>>()));
        let times = seed(6).map(|seed| seed.map(|seed| i64::from(seed) * 1_000_000_007));
        let command: ArrayRef = if self.odd {
            let text = texts(5, |seed| "c".repeat(usize::from(seed)));
            let spoilt = text.as_string::<i32>().iter();
            Arc::new(
                spoilt
                    .map(|text| text.map(|text| if text.len() == 7 { b"\xff" } else { text.as_bytes() }))
                    .collect::<BinaryArray>(),
            )
        } else {
            texts(5, |seed| format!("curl {seed} ").repeat(usize::from(seed % 9)))
        };
        let local: ArrayRef = if self.odd {
            Arc::new(
                seed(7)
                    .map(|seed| seed.map(|seed| u64::MAX - u64::from(seed % 2) * 9_999_999_999_999_999_999))
                    .collect::<UInt64Array>(),
            )
        } else {
            Arc::new(seed(7).map(|seed| seed.map(i64::from)).collect::<Int64Array>())
        };
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("more", Arc::new(nested)),
            ("RemotePort", Arc::new(seed(1).map(|seed| seed.map(i32::from)).collect::<Int32Array>())),
            ("InitiatingProcessFileName", texts(2, |seed| format!("p{}", seed % 5))),
            ("DeviceName", texts(3, |seed| format!("a device of a longer name, {}", seed % 7))),
            (
                "RemoteIP",
                texts(4, |seed| if seed % 9 == 0 { "?".to_owned() } else { format!("10.0.0.{seed}") }),
            ),
            ("InitiatingProcessCommandLine", command),
            ("LocalPort", local),
            ("LocalIP", texts(10, |seed| format!("::{seed}"))),
            ("Timestamp", Arc::new(times.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))),
            ("many", Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(lists))),
            ("flag", Arc::new(seed(11).map(|seed| seed.map(|seed| seed > 9)).collect::<BooleanArray>())),
            ("filler", texts(12, |seed| format!("{seed}-").repeat(20))),
        ];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let properties = WriterProperties::builder()
            .set_max_row_group_row_count(Some(self.group))
            .set_data_page_row_count_limit(self.page)
            .set_write_batch_size(self.page)
            .set_dictionary_enabled(self.dictionary)
            .set_compression(Compression::SNAPPY);
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties.build())).unwrap();
        writer.write(&batch).unwrap();
        writer.into_inner().unwrap()
    }
}

/// What a part holds, with what cannot be read and what is not of its kind, by their places.
fn lines(request: &Request, decoder: &Decoder, part: Part) -> (Vec<Line>, Vec<u64>) {
    let (mut lines, mut told) = (Vec::new(), Vec::new());
    for block in part {
        let (arena, block) = (Bump::new(), block.unwrap());
        let chunk = decoder.decode(&block, &arena).unwrap();
        let objects = if request.whole {
            decoder.objects(&block, &chunk, |_| true, &arena).unwrap()
        } else {
            vec![""; chunk.batch.rows]
        };
        for (row, object) in objects.iter().enumerate() {
            let values = request.columns.iter().map(|id| chunk.batch.value(*id, row).to_string());
            lines.push((chunk.places[row], values.collect(), (*object).to_owned()));
        }
        told.extend(chunk.malformed.iter().map(|one| one.place));
        told.extend(chunk.mistyped.iter().map(|one| one.place));
    }
    (lines, told)
}

/// How many parts were read in two steps.
fn hold(file: &File, whole: bool, is_shown: impl Fn(u64) -> bool) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.parquet");
    std::fs::write(&path, file.bytes()).unwrap();
    let names: Vec<&str> =
        if whole { TESTED.to_vec() } else { TESTED.iter().chain(&SHOWN).copied().collect() };
    let mut request = request(&names);
    request.whole = whole;
    let shown: Vec<_> = SHOWN.iter().map(|name| request.schema.column(name).unwrap()).collect();
    let mut input = Input::open(&Source::File(path), &request).unwrap();
    let (decoder, first) = (input.decoder().clone(), input.decoder().without(&shown));
    let mut late = 0;
    while let Some(part) = input.next_part().unwrap() {
        let Some(tested) = part.tested(&first) else { continue };
        late += 1;
        let tested_request = Request { whole: false, ..request.clone() };
        let (early, early_told) = lines(&tested_request, &first, tested);
        let places: Vec<u64> =
            early.iter().map(|(place, ..)| *place).filter(|place| is_shown(*place)).collect();
        let (second, _) = lines(&request, &decoder, part.only(&places));
        let (all, told) = lines(&request, &decoder, part);
        assert_eq!(early_told, told, "nothing is told later");
        let tests = |(place, values, _): &Line| (*place, values[..TESTED.len()].to_vec());
        assert!(early.iter().map(tests).eq(all.iter().map(tests)), "what is tested is there at once");
        let wanted =
            all.into_iter().filter(|(place, ..)| is_shown(*place)).map(|(_, values, whole)| (values, whole));
        assert!(second.into_iter().map(|(_, values, whole)| (values, whole)).eq(wanted), "{file:?}");
    }
    late
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn two_steps_read_what_one_reads(file in file(), whole: bool, bits in vec(any::<bool>(), 53)) {
        hold(&file, whole, |_| false);
        hold(&file, whole, |_| true);
        hold(&file, whole, |place| place % 2 == 0);
        hold(&file, whole, |place| bits[usize::try_from(place).unwrap() % bits.len()]);
    }
}

#[test]
fn large_groups_are_read_in_spans() {
    let seeds = (0..37).map(|seed| (seed % 11 > 0).then_some(seed)).collect();
    let file = File { rows: 140_000, group: 1 << 20, page: 7_001, dictionary: true, seeds, odd: false };
    assert_eq!(hold(&file, true, |place| place % 1_000 == 7), 3);
    assert_eq!(hold(&file, false, |place| place > 139_000), 3);
}
