//! Parquet by the reader of the `parquet` crate with nothing set, of files that its writer made in any way it knows.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "numbers of every type are made of one, whichever they become"
)]

use std::collections::BTreeSet;
use std::sync::Arc;

use arbitrary::{Result, Unstructured};
use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BinaryArray, BooleanArray, Decimal128Array,
    DictionaryArray, LargeStringArray, NullArray, PrimitiveArray, RecordBatch, StringArray, StringViewArray,
};
use arrow::datatypes::{
    DataType, Date32Type, Float32Type, Float64Type, Int8Type, Int32Type, Int64Type, TimeUnit,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt16Type, UInt64Type,
};
use arrow::util::display::array_value_to_string;
use bytes::Bytes;
use lownoise_engine::value::{OwnedValue, Time};
use lownoise_ingest::Format;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::file::properties::{
    EnabledStatistics, WriterProperties, WriterPropertiesBuilder, WriterVersion,
};

use super::value::Cell;
use super::{COLUMNS, Reading, Way};

/// Makes a file of the bytes, and holds our reading of it to that of the `parquet` crate; then another of ours, of the
/// rows after a time.
pub(crate) fn hold(bytes: &[u8]) {
    let mut choices = Unstructured::new(bytes);
    let (Ok(way), Ok(file)) = (choices.arbitrary().map(Way::of), file(&mut choices)) else { return };
    let way = Way { whole: false, ..way };
    let ours = |after| super::ours(&file, Format::Parquet, Way { after, ..way }).expect("it can be read").0;
    let all = expected(&file);
    assert_eq!(ours(None), all);
    // Times that occur are where a bound counts.
    let times: Vec<Time> = all.rows.iter().filter_map(|(_, values)| time_of(values)).collect();
    if let Ok(bound) = choices.choose(&times) {
        let ours = ours(Some(*bound));
        assert_eq!(ours, after(all, *bound, &ours.places()));
    }
}

/// What is read of the rows at these places, the others being passed over: none of them may be after the bound.
fn after(all: Reading, bound: Time, places: &BTreeSet<u64>) -> Reading {
    let (rows, passed): (Vec<_>, Vec<_>) =
        all.rows.into_iter().partition(|(place, _)| places.contains(place));
    assert!(
        passed.iter().all(|(_, values)| time_of(values).is_none_or(|time| time <= bound)),
        "{passed:?} after {bound}"
    );
    let (malformed, unread): (Vec<_>, Vec<_>) =
        all.malformed.into_iter().partition(|place| places.contains(place));
    let mistyped = all.mistyped.into_iter().filter(|(place, ..)| places.contains(place)).collect();
    Reading {
        rows,
        malformed,
        mistyped,
        passed_over: (passed.len() + unread.len()) as u64,
        ..Reading::default()
    }
}

fn time_of(values: &[OwnedValue]) -> Option<Time> {
    match values.first() {
        Some(OwnedValue::Time(time)) => Some(*time),
        _ => None,
    }
}

impl Reading {
    /// The places of all that was read.
    fn places(&self) -> BTreeSet<u64> {
        self.rows.iter().map(|(place, _)| *place).chain(self.malformed.iter().copied()).collect()
    }
}

/// A file with at least one of the columns.
fn file(choices: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let rows = choices.int_in_range(0..=80)?;
    let mut columns = Vec::new();
    for (place, (name, _)) in COLUMNS.iter().enumerate() {
        if place == 0 || choices.ratio(3, 4)? {
            columns.push((*name, array(choices, rows)?, true));
        }
    }
    let batch = RecordBatch::try_from_iter_with_nullable(columns).expect("columns of one length");
    let properties = properties(choices)?.build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).expect("a writer");
    let split = choices.int_in_range(0..=rows)?;
    for (from, to) in [(0, split), (split, rows)] {
        writer.write(&batch.slice(from, to - from)).expect("rows are written");
    }
    Ok(writer.into_inner().expect("a footer is written"))
}

fn properties(choices: &mut Unstructured<'_>) -> Result<WriterPropertiesBuilder> {
    let compressions = [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4_RAW,
    ];
    let statistics = [EnabledStatistics::None, EnabledStatistics::Chunk, EnabledStatistics::Page];
    let versions = [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0];
    let mut properties = WriterProperties::builder()
        .set_compression(*choices.choose(&compressions)?)
        .set_statistics_enabled(*choices.choose(&statistics)?)
        .set_writer_version(*choices.choose(&versions)?)
        .set_dictionary_enabled(choices.arbitrary()?)
        .set_dictionary_page_size_limit(choices.int_in_range(1..=200)?)
        .set_data_page_size_limit(choices.int_in_range(1..=300)?)
        .set_data_page_row_count_limit(choices.int_in_range(1..=50)?)
        .set_write_batch_size(choices.int_in_range(1..=30)?)
        .set_max_row_group_row_count(Some(choices.int_in_range(7..=60)?))
        .set_offset_index_disabled(choices.arbitrary()?);
    if choices.arbitrary()? {
        for name in ["s", "InitiatingProcessFileName"] {
            properties = properties.set_column_encoding(name.into(), Encoding::PLAIN);
        }
    }
    Ok(properties)
}

/// A column of any type that is read, of few values that repeat.
fn array(choices: &mut Unstructured<'_>, rows: usize) -> Result<ArrayRef> {
    let kind = choices.int_in_range(0..=17)?;
    if kind < 5 {
        let texts = repeated(choices, rows, text)?;
        return Ok(match kind {
            0 => Arc::new(StringArray::from_iter(texts)),
            1 => Arc::new(LargeStringArray::from_iter(texts)),
            2 => Arc::new(StringViewArray::from_iter(texts)),
            3 => Arc::new(texts.iter().map(Option::as_deref).collect::<DictionaryArray<Int32Type>>()),
            _ => {
                let bytes = |text: String| if text == "443" { b"\xff".to_vec() } else { text.into_bytes() };
                Arc::new(texts.into_iter().map(|text| text.map(bytes)).collect::<BinaryArray>())
            }
        });
    }
    let all = repeated(choices, rows, number)?;
    let zone = choices.arbitrary::<bool>()?.then_some("+02:00");
    let all = all.into_iter();
    Ok(match kind {
        5 => numbers::<Int8Type>(all.map(|one| one.map(|one| one as i8))),
        6 => numbers::<Int32Type>(all.map(|one| one.map(|one| one as i32))),
        7 => numbers::<Int64Type>(all),
        8 => numbers::<UInt16Type>(all.map(|one| one.map(|one| one as u16))),
        9 => numbers::<UInt64Type>(all.map(|one| one.map(|one| one as u64))),
        10 => numbers::<Float32Type>(all.map(|one| one.map(|one| one as f32))),
        11 => numbers::<Float64Type>(all.map(|one| one.map(|one| one as f64 / 2.0))),
        12 => Arc::new(all.map(|one| one.map(|one| one % 2 != 0)).collect::<BooleanArray>()),
        13 => Arc::new(times::<TimestampSecondType>(all).with_timezone_opt(zone)),
        14 => Arc::new(times::<TimestampMillisecondType>(all).with_timezone_opt(zone)),
        15 => Arc::new(times::<TimestampMicrosecondType>(all).with_timezone_opt(zone)),
        16 => Arc::new(times::<TimestampNanosecondType>(all).with_timezone_opt(zone)),
        _ if choices.arbitrary()? => numbers::<Date32Type>(all.map(|one| one.map(|one| one as i32 % 50_000))),
        _ if choices.arbitrary()? => Arc::new(NullArray::new(rows)),
        _ => Arc::new(
            all.map(|one| one.map(|one| i128::from(one) % 1_000_000_000))
                .collect::<Decimal128Array>()
                .with_precision_and_scale(9, 2)
                .expect("nine digits"),
        ),
    })
}

fn numbers<T: ArrowPrimitiveType>(all: impl Iterator<Item = Option<T::Native>>) -> ArrayRef {
    Arc::new(all.collect::<PrimitiveArray<T>>())
}

fn times<T: ArrowPrimitiveType<Native = i64>>(all: impl Iterator<Item = Option<i64>>) -> PrimitiveArray<T> {
    all.collect()
}

/// So many values out of a few, some of them null.
fn repeated<T: Clone>(
    choices: &mut Unstructured<'_>,
    rows: usize,
    one: impl Fn(&mut Unstructured<'_>) -> Result<T>,
) -> Result<Vec<Option<T>>> {
    let few: Vec<Option<T>> = (0..choices.int_in_range(1..=6)?)
        .map(|_| if choices.ratio(1, 5)? { Ok(None) } else { one(choices).map(Some) })
        .collect::<Result<_>>()?;
    (0..rows).map(|_| choices.choose(&few).cloned()).collect()
}

fn text(choices: &mut Unstructured<'_>) -> Result<String> {
    const USUAL: [&str; 8] = [
        "",
        "443",
        "10.0.0.1",
        "::FFFF:1.2.3.4",
        "TRUE",
        "2026-02-03T04:05:06.5Z",
        "2026-02-03 04:05",
        "a text that is longer than a view",
    ];
    Ok(if choices.ratio(3, 4)? { (*choices.choose(&USUAL)?).to_owned() } else { choices.arbitrary()? })
}

fn number(choices: &mut Unstructured<'_>) -> Result<i64> {
    match choices.int_in_range(0..=3)? {
        0 => choices.int_in_range(0..=1),
        1 => choices.int_in_range(-70_000..=70_000),
        2 => choices.int_in_range(0..=2_000_000_000),
        _ => choices.arbitrary(),
    }
}

fn expected(file: &[u8]) -> Reading {
    let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::copy_from_slice(file))
        .expect("a file that was just written");
    let (mut reading, mut place) = (Reading::default(), 0);
    for batch in reader.build().expect("a reader") {
        let batch = batch.expect("rows that were just written");
        for row in 0..batch.num_rows() {
            place += 1;
            let cells = COLUMNS.iter().map(|(name, _)| match batch.column_by_name(name) {
                Some(array) => cell(array, row),
                None => Some(Cell::Absent),
            });
            match cells.collect::<Option<Vec<Cell>>>() {
                Some(cells) => reading.row(place, cells.into_iter()),
                None => reading.malformed.push(place),
            }
        }
    }
    reading
}

/// A cell; `None`: bytes that are no text.
fn cell(array: &ArrayRef, row: usize) -> Option<Cell> {
    if array.logical_nulls().is_some_and(|nulls| nulls.is_null(row)) {
        return Some(Cell::Absent);
    }
    let shown = || array_value_to_string(array, row).expect("it can be shown");
    Some(match array.data_type() {
        DataType::Binary => Cell::Text(String::from_utf8(array.as_binary::<i32>().value(row).to_vec()).ok()?),
        DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Dictionary(..)
        | DataType::Date32 => Cell::Text(shown()),
        // As JSON spells a number that need not be whole.
        DataType::Float32 => {
            Cell::Spelled(format!("{:?}", f64::from(array.as_primitive::<Float32Type>().value(row))))
        }
        DataType::Float64 => Cell::Spelled(format!("{:?}", array.as_primitive::<Float64Type>().value(row))),
        DataType::Timestamp(unit, zone) => time(array, *unit, zone.is_some(), row),
        _ => Cell::Spelled(shown()),
    })
}

/// A time in UTC, or one without a zone, which is text without one; a number where no calendar has it.
fn time(array: &ArrayRef, unit: TimeUnit, utc: bool, row: usize) -> Cell {
    let (count, nanoseconds) = match unit {
        TimeUnit::Second => (array.as_primitive::<TimestampSecondType>().value(row), 1_000_000_000),
        TimeUnit::Millisecond => (array.as_primitive::<TimestampMillisecondType>().value(row), 1_000_000),
        TimeUnit::Microsecond => (array.as_primitive::<TimestampMicrosecondType>().value(row), 1_000),
        TimeUnit::Nanosecond => (array.as_primitive::<TimestampNanosecondType>().value(row), 1),
    };
    let ticks = (i128::from(count) * nanoseconds).div_euclid(100);
    match (jiff::Timestamp::from_nanosecond(ticks * 100), i64::try_from(ticks)) {
        (Ok(_), Ok(ticks)) if utc => Cell::Time(Time(ticks)),
        (Ok(timestamp), _) => Cell::Text(jiff::tz::TimeZone::UTC.to_datetime(timestamp).to_string()),
        (Err(_), Ok(ticks)) => Cell::Spelled(ticks.to_string()),
        (Err(_), Err(_)) => Cell::Spelled("beyond".to_owned()),
    }
}
