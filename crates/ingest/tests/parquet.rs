//! Parquet as others write it: types, nesting, compression, and what cannot be read.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

#[cfg(test)]
mod common;

use std::io::Write;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array,
    Int16Array, Int32Array, Int64Array, LargeStringArray, ListArray, NullArray, RecordBatch, StringArray,
    StringViewArray, StructArray, Time64MicrosecondArray, TimestampMicrosecondArray,
    TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray, UInt64Array,
};
use arrow::datatypes::{DataType, Field, Int32Type};
use common::{Read, read_as, request};
use lownoise_ingest::{Dates, Input, MappingChoice, Source};
use parquet::arrow::ArrowWriter;
use parquet::basic::{BrotliLevel, Compression, GzipLevel, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use proptest::prelude::*;

fn written(columns: Vec<(&str, ArrayRef)>, properties: WriterProperties) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    )
    .unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn plain(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    written(columns, WriterProperties::default())
}

/// The one wanted column, by row; and what was mistyped.
fn column(name: &str, array: ArrayRef) -> (Vec<String>, Vec<String>) {
    let read = read_as("events.parquet", &plain(vec![(name, array)]), &request(&[name]));
    (read.rows, read.mistyped.into_iter().map(|(_, found)| found).collect())
}

fn refused(bytes: &[u8], columns: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.parquet");
    std::fs::write(&path, bytes).unwrap();
    Input::open(&Source::File(path), &request(columns)).err().unwrap().problem
}

#[test]
fn a_key_is_found_in_the_json_of_a_text() {
    let json = StringArray::from(vec![Some(r#"{"direction":"Out"}"#), None, Some("x")]);
    let file = plain(vec![
        ("AdditionalFields", Arc::new(json)),
        ("RemotePort", Arc::new(Int32Array::from(vec![1, 2, 3]))),
    ]);
    let read = read_as("events.parquet", &file, &request(&["AdditionalFields.direction", "RemotePort"]));
    assert_eq!(read.rows, ["Out|1", "|2", "|3"]);
}

#[test]
fn numbers_of_every_type() {
    let cases: Vec<(ArrayRef, &[&str], &[&str])> = vec![
        (Arc::new(Int16Array::from(vec![Some(-1), None])), &["-1", ""], &[]),
        (Arc::new(Int32Array::from(vec![443])), &["443"], &[]),
        (Arc::new(UInt64Array::from(vec![7, u64::MAX])), &["7", ""], &["18446744073709551615"]),
        (Arc::new(Float64Array::from(vec![443.0, 443.5, f64::NAN])), &["443", "", ""], &["443.5", "NaN"]),
        (Arc::new(StringArray::from(vec!["443", "x"])), &["443", ""], &["x"]),
        (Arc::new(Decimal128Array::from(vec![443]).with_precision_and_scale(9, 0).unwrap()), &["443"], &[]),
        (Arc::new(BooleanArray::from(vec![true])), &[""], &["true"]),
        (Arc::new(NullArray::new(1)), &[""], &[]),
    ];
    for (array, rows, mistyped) in cases {
        let found = array.data_type().clone();
        let (read, wrong) = column("RemotePort", array);
        assert_eq!(
            (read.as_slice(), wrong.as_slice()),
            (&strings(rows)[..], &strings(mistyped)[..]),
            "{found}"
        );
    }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

#[test]
fn times_of_every_unit() {
    let cases: Vec<(ArrayRef, &str)> = vec![
        (Arc::new(TimestampSecondArray::from(vec![1]).with_timezone("UTC")), "1970-01-01T00:00:01Z"),
        (
            Arc::new(TimestampMillisecondArray::from(vec![-1]).with_timezone("UTC")),
            "1969-12-31T23:59:59.999Z",
        ),
        (
            Arc::new(TimestampMicrosecondArray::from(vec![1]).with_timezone("Europe/Berlin")),
            "1970-01-01T00:00:00.000001Z",
        ),
        (
            Arc::new(TimestampNanosecondArray::from(vec![199]).with_timezone("UTC")),
            "1970-01-01T00:00:00.0000001Z",
        ),
        (Arc::new(StringArray::from(vec!["2023-12-21T19:04:59Z"])), "2023-12-21T19:04:59Z"),
    ];
    for (array, expected) in cases {
        let found = array.data_type().clone();
        assert_eq!(column("Timestamp", array), (vec![expected.to_owned()], vec![]), "{found}");
    }
    let beyond = TimestampMillisecondArray::from(vec![i64::MAX, i64::MAX / 20_000]).with_timezone("UTC");
    assert_eq!(column("Timestamp", Arc::new(beyond)).0, ["", ""]);
    assert_eq!(column("Timestamp", Arc::new(Date32Array::from(vec![1]))).1, ["1970-01-02"]);
    assert_eq!(column("Timestamp", Arc::new(Int64Array::from(vec![1]))).1, ["1"]);
}

#[test]
fn a_time_without_a_zone_needs_one() {
    let bytes =
        plain(vec![("Timestamp", Arc::new(TimestampMicrosecondArray::from(vec![1_700_000_000_000_000])))]);
    let mut request = request(&["Timestamp"]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.parquet");
    std::fs::write(&path, &bytes).unwrap();
    let mut input = Input::open(&Source::File(path), &request).unwrap();
    let block = input.next_block().unwrap().unwrap();
    let error = input.decoder().decode(&block, &bumpalo::Bump::new()).unwrap_err();
    assert_eq!(error.place, Some(1));
    assert_eq!(
        error.problem,
        "column `Timestamp`: `2023-11-14T22:13:20`: the date names no time zone; give --timezone, for \
         example `UTC` or `Europe/Berlin`"
    );
    request.dates =
        Dates { timezone: Some(jiff::tz::TimeZone::get("Europe/Berlin").unwrap()), ..Dates::default() };
    assert_eq!(read_as("events.parquet", &bytes, &request).rows, ["2023-11-14T21:13:20Z"]);
}

#[test]
fn texts_of_every_type() {
    let dictionary: DictionaryArray<Int32Type> = vec!["a", "b", "a"].into_iter().collect();
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1), None]), None]);
    let cases: Vec<(ArrayRef, &[&str])> = vec![
        (Arc::new(StringArray::from(vec![Some("a"), None, Some("")])), &["a", "", ""]),
        (Arc::new(LargeStringArray::from(vec!["a"])), &["a"]),
        (
            Arc::new(StringViewArray::from(vec!["a text that is longer than a view"])),
            &["a text that is longer than a view"],
        ),
        (Arc::new(dictionary), &["a", "b", "a"]),
        (Arc::new(BinaryArray::from_vec(vec![b"a"])), &["a"]),
        (Arc::new(Int64Array::from(vec![7])), &["7"]),
        (Arc::new(Float64Array::from(vec![0.5])), &["0.5"]),
        (Arc::new(BooleanArray::from(vec![true])), &["true"]),
        (Arc::new(Date32Array::from(vec![1])), &["1970-01-02"]),
        (Arc::new(list), &["[1,null]", ""]),
    ];
    for (array, rows) in cases {
        let found = array.data_type().clone();
        assert_eq!(column("DeviceName", array), (strings(rows), vec![]), "{found}");
    }
}

#[test]
fn bytes_that_are_no_text_spoil_their_row_only() {
    let bytes = plain(vec![("DeviceName", Arc::new(BinaryArray::from_vec(vec![b"a", b"\xff", b"c"])))]);
    let read = read_as("events.parquet", &bytes, &request(&["DeviceName"]));
    assert_eq!((read.rows, read.places), (strings(&["a", "c"]), vec![1, 3]));
    assert_eq!(read.malformed, [(2, "column `DeviceName`: not UTF-8".to_owned())]);
}

#[test]
fn every_compression_and_many_row_groups() {
    let ports: Vec<i64> = (0..20_000).collect();
    let compressions = [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4_RAW,
        Compression::BROTLI(BrotliLevel::default()),
    ];
    for compression in compressions {
        let properties = WriterProperties::builder()
            .set_compression(compression)
            .set_max_row_group_row_count(Some(3_000))
            .build();
        let names = StringArray::from_iter_values(ports.iter().map(|port| format!("host-{}", port % 7)));
        let columns: Vec<(&str, ArrayRef)> =
            vec![("DeviceName", Arc::new(names)), ("RemotePort", Arc::new(Int64Array::from(ports.clone())))];
        let read =
            read_as("events.parquet", &written(columns, properties), &request(&["DeviceName", "RemotePort"]));
        assert_eq!(read.rows.len(), 20_000, "{compression:?}");
        assert_eq!(read.rows[19_999], "host-0|19999");
        assert_eq!((read.places[0], read.places[19_999]), (1, 20_000));
    }
}

fn nested() -> Vec<u8> {
    let inner: ArrayRef = Arc::new(StringArray::from(vec![Some("10.0.0.1"), Some("10.0.0.2")]));
    let field = Arc::new(Field::new("ip", DataType::Utf8, true));
    let outer = StructArray::new(vec![field].into(), vec![inner], Some(vec![true, false].into()));
    plain(vec![
        ("destination", Arc::new(outer)),
        ("@timestamp", Arc::new(StringArray::from(vec!["2023-12-21T19:04:59Z"; 2]))),
        ("process.executable", Arc::new(StringArray::from(vec!["/usr/bin/curl"; 2]))),
    ])
}

#[test]
fn nested_and_dotted_names_through_a_mapping() {
    let mut request = request(&["Timestamp", "RemoteIP", "InitiatingProcessFolderPath"]);
    request.mapping = MappingChoice::Shipped("ecs".to_owned());
    let read = read_as("events.parquet", &nested(), &request);
    assert_eq!(read.recognised, "Parquet; fields of `ecs`");
    // The mapping takes rows with an address only: in the other one the group around it is null.
    assert_eq!((read.rows.len(), read.other_tables), (1, 1));
    assert_eq!(read.rows, ["2023-12-21T19:04:59Z|10.0.0.1|/usr/bin/curl"]);
    assert_eq!(
        read.whole[0],
        r#"{"destination":{"ip":"10.0.0.1"},"@timestamp":"2023-12-21T19:04:59Z","process.executable":"/usr/bin/curl"}"#
    );
    request.whole = false;
    assert_eq!(read_as("events.parquet", &nested(), &request).rows, read.rows);
}

#[test]
fn a_compressed_file_is_spooled() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&plain(vec![("RemotePort", Arc::new(Int64Array::from(vec![443])))])).unwrap();
    let read = read_as("events.parquet.gz", &gzip.finish().unwrap(), &request(&["RemotePort"]));
    assert_eq!((read.recognised.as_str(), read.rows), ("Parquet, gzip", strings(&["443"])));
}

#[test]
fn what_cannot_be_read_says_why() {
    let good = plain(vec![("RemotePort", Arc::new(Int64Array::from(vec![443])))]);
    let truncated = refused(&good[..good.len() - 9], &["RemotePort"]);
    assert!(truncated.starts_with("no Parquet file, or a truncated one ("), "{truncated}");
    let time = plain(vec![("RemotePort", Arc::new(Time64MicrosecondArray::from(vec![1])))]);
    assert_eq!(
        refused(&time, &["RemotePort"]),
        "column `RemotePort` is of the Parquet type `Time64(µs)`, which cannot be read"
    );
    let other = plain(vec![("remoteport", Arc::new(Int64Array::from(vec![443])))]);
    assert_eq!(
        refused(&other, &["RemotePort"]),
        "none of the columns that are needed is among its columns, which are `remoteport`; is `remoteport` meant to \
         be `RemotePort`? Case matters; other names need a --mapping"
    );
}

/// The rows of an input, each with its number, when it is read block by block, and part by part.
fn both_ways(path: &std::path::Path) -> [Vec<(u64, String)>; 2] {
    let request = request(&["RemotePort", "DeviceName"]);
    let rows = |decoder: &lownoise_ingest::Decoder, block: &lownoise_ingest::Block| {
        let arena = bumpalo::Bump::new();
        let chunk = decoder.decode(block, &arena).unwrap();
        let value = |row| request.columns.iter().map(|id| chunk.batch.value(*id, row).to_string()).collect();
        chunk.places.iter().copied().zip((0..chunk.batch.rows).map(value)).collect::<Vec<_>>()
    };
    let source = Source::File(path.to_owned());
    let (mut blocks, mut parts) = (Vec::new(), Vec::new());
    let mut input = Input::open(&source, &request).unwrap();
    while let Some(block) = input.next_block().unwrap() {
        blocks.extend(rows(input.decoder(), &block));
    }
    let mut input = Input::open(&source, &request).unwrap();
    while let Some(part) = input.next_part().unwrap() {
        parts.push(part);
    }
    assert!(parts.len() > 2, "there is more than one part");
    // Threads read them in any order: here the last first.
    let mut each: Vec<_> = parts
        .into_iter()
        .rev()
        .map(|part| part.flat_map(|block| rows(input.decoder(), &block.unwrap())).collect::<Vec<_>>())
        .collect();
    each.reverse();
    [blocks, each.concat()]
}

#[test]
fn parts_are_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.parquet");
    // One group of many rows, which is read in spans; many groups of few rows; pages that end in the middle of a span.
    for (group, page) in [(1 << 20, 7_001), (1 << 20, 1 << 20), (9_999, 2_000)] {
        let rows = if group > 1 << 17 { 150_001 } else { 35_000 };
        let properties = WriterProperties::builder()
            .set_max_row_group_row_count(Some(group))
            .set_data_page_row_count_limit(page)
            .set_write_batch_size(1_000)
            .set_compression(Compression::SNAPPY)
            .build();
        let names = (0..rows).map(|row| (row % 5 > 0).then(|| format!("d{}", row % 300)));
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("RemotePort", Arc::new(Int32Array::from_iter_values(0..rows))),
            ("DeviceName", Arc::new(names.collect::<StringArray>())),
        ];
        std::fs::write(&path, written(columns, properties)).unwrap();
        let [blocks, parts] = both_ways(&path);
        assert_eq!(blocks.len(), usize::try_from(rows).unwrap());
        assert_eq!(blocks[149], (150, "149d149".to_owned()));
        assert!(blocks == parts, "group {group}, page {page}");
    }
}

#[test]
fn row_groups_that_are_too_old_are_counted_and_not_read() {
    // Groups of two: old; missing and old; old and new; new and missing. Without statistics, everything is read.
    let times = vec![Some(10), Some(20), None, Some(20), Some(20), Some(21), Some(30), None];
    let micros: Vec<Option<i64>> =
        times.into_iter().map(|time| time.map(|time: i64| time * 1_000_000)).collect();
    let bound = lownoise_engine::value::Time(20 * lownoise_engine::value::Time::SECOND);
    let passed = |zone: Option<&str>, statistics, after: Option<&str>| {
        let times = TimestampMicrosecondArray::from(micros.clone()).with_timezone_opt(zone);
        let ports = Int32Array::from_iter_values(1..9);
        let properties = WriterProperties::builder()
            .set_max_row_group_row_count(Some(2))
            .set_statistics_enabled(statistics)
            .build();
        let columns: Vec<(&str, ArrayRef)> =
            vec![("Timestamp", Arc::new(times)), ("RemotePort", Arc::new(ports))];
        let mut request = request(&["Timestamp", "RemotePort"]);
        request.dates.timezone = Some(jiff::tz::TimeZone::UTC);
        request.after = after.map(|name| (request.schema.column(name).unwrap(), bound));
        let read = read_as("events.parquet", &written(columns, properties), &request);
        assert_eq!(read.places, (read.passed_over + 1..=8).collect::<Vec<_>>());
        read.passed_over
    };
    let by_group = EnabledStatistics::Chunk;
    assert_eq!(passed(Some("UTC"), by_group, Some("Timestamp")), 4);
    assert_eq!(
        passed(Some("Europe/Berlin"), by_group, Some("Timestamp")),
        4,
        "a zone is how a time is shown"
    );
    assert_eq!(
        passed(None, by_group, Some("Timestamp")),
        0,
        "local times are not known before they are read"
    );
    assert_eq!(passed(Some("UTC"), EnabledStatistics::None, Some("Timestamp")), 0);
    assert_eq!(passed(Some("UTC"), by_group, Some("RemotePort")), 0, "a number is no time");
    assert_eq!(passed(Some("UTC"), by_group, None), 0);
}

/// Everything that can be read of a file, with the error that ends it.
fn read_all(bytes: &[u8]) -> Read {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.parquet");
    std::fs::write(&path, bytes).unwrap();
    let mut read = Read::default();
    match Input::open(&Source::File(path), &request(&["DeviceName", "RemotePort"])) {
        Err(error) => read.stopped = Some(error.problem),
        Ok(mut input) => loop {
            match input.next_block() {
                Ok(None) => break,
                Ok(Some(block)) => {
                    let arena = bumpalo::Bump::new();
                    if let Ok(chunk) = input.decoder().decode(&block, &arena) {
                        read.places.extend(chunk.places);
                    }
                }
                Err(error) => {
                    read.stopped = Some(error.problem);
                    break;
                }
            }
        },
    }
    read
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn damage_is_an_error_or_another_value_and_never_a_panic(place in 0usize..4000, byte: u8) {
        let names = StringArray::from_iter_values((0..100).map(|row| format!("host-{}", row % 7)));
        let ports = Int64Array::from_iter_values(0..100);
        let mut bytes = plain(vec![("DeviceName", Arc::new(names)), ("RemotePort", Arc::new(ports))]);
        let place = place % bytes.len();
        bytes[place] = byte;
        let read = read_all(&bytes);
        prop_assert!(read.places.is_sorted());
    }
}
