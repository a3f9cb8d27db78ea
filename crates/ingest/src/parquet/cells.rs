//! The values of one field of a batch, whatever type it is stored as. Knows Arrow's types, no kinds.

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray, RecordBatch};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{
    DataType, FieldRef, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimeUnit, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow::json::writer::{EncoderOptions, NullableEncoder, make_encoder};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use bumpalo::Bump;
use lownoise_engine::event::Column;
use lownoise_engine::value::{Kind, Time};

use super::path::find;
use crate::convert::{Raw, address};

/// Times from 1970 until this are in the calendar beyond doubt: 9999-01-01 in ticks.
const USUAL: i64 = 253_370_764_800 * Time::SECOND;

/// Whether values are read from this type.
pub(super) fn is_supported(kind: &DataType) -> bool {
    kind.is_integer()
        || matches!(
            kind,
            DataType::Null
                | DataType::Boolean
                | DataType::Utf8View
                | DataType::BinaryView
                | DataType::Float16
                | DataType::Float32
                | DataType::Float64
                | DataType::Decimal32(..)
                | DataType::Decimal64(..)
                | DataType::Decimal128(..)
                | DataType::Decimal256(..)
                | DataType::Date32
                | DataType::Timestamp(..)
        )
        || kind.is_nested()
}

/// Whether each value of this type is one of this kind, and nothing else is to be said of it.
pub(super) fn always_fits(found: &DataType, kind: Kind) -> bool {
    match kind {
        Kind::Text => matches!(found, DataType::Utf8View | DataType::Boolean) || found.is_integer(),
        Kind::Number => found.is_integer() && *found != DataType::UInt64,
        Kind::Bool => *found == DataType::Boolean,
        // A time may be beyond the calendar, an address may be none.
        Kind::Time | Kind::Address => false,
    }
}

/// The values of one field.
pub(super) struct Cells<'a> {
    values: Values<'a>,
    /// Where the value or one of the groups around it is null.
    nulls: Option<NullBuffer>,
}

enum Values<'a> {
    Null,
    Bool(&'a arrow::array::BooleanArray),
    Text(&'a arrow::array::StringViewArray),
    Bytes(&'a arrow::array::BinaryViewArray),
    Number(Box<dyn Fn(usize) -> i64 + 'a>),
    Unsigned(&'a PrimitiveArray<UInt64Type>),
    Float(Box<dyn Fn(usize) -> f64 + 'a>),
    /// Ticks, or `None` beyond what a tick can say; and whether they are in UTC.
    Time(Box<dyn Fn(usize) -> Option<i64> + 'a>, bool),
    /// A number or a date, as text.
    Spelled(ArrayFormatter<'a>, bool),
    Nested(&'a FieldRef, &'a dyn Array),
}

impl<'a> Cells<'a> {
    /// The field of a batch; `None` when the batch has none, or none of a type that is supported.
    pub(super) fn new(batch: &'a RecordBatch, name: &str) -> Option<Self> {
        let path = find(batch.schema_ref().fields(), name)?;
        let mut steps = path.into_iter();
        let root = steps.next()?;
        let (mut field, mut array): (&FieldRef, &ArrayRef) = (root, batch.column_by_name(root.name())?);
        let mut nulls = array.logical_nulls();
        for step in steps {
            (field, array) = (step, array.as_struct_opt()?.column_by_name(step.name())?);
            nulls = NullBuffer::union(nulls.as_ref(), array.logical_nulls().as_ref());
        }
        Some(Self { values: Values::new(field, array.as_ref())?, nulls })
    }

    /// Whether each of its values can be read, whatever it is: [`get`](Self::get) has no error.
    pub(super) fn is_sure(&self) -> bool {
        !matches!(self.values, Values::Bytes(_) | Values::Spelled(..) | Values::Nested(..))
    }

    /// Appends all values to an empty column, where they are of its kind as they stand. False when they are not, and
    /// nothing is appended.
    pub(super) fn fill(&self, column: &mut Column<'a>, rows: usize, arena: &'a Bump) -> bool {
        match (column, &self.values) {
            (Column::Text(texts), Values::Text(array)) => {
                self.extend(texts, rows, "", |row| array.value(row));
            }
            (Column::Address(addresses), Values::Text(array)) => {
                self.extend(addresses, rows, ("", None), |row| address(array.value(row), arena));
            }
            (Column::Number(numbers), Values::Number(number)) => {
                self.extend(numbers, rows, None, |row| Some(number(row)));
            }
            (Column::Time(times), Values::Time(ticks, true)) => {
                let mut all_usual = true;
                self.extend(times, rows, None, |row| {
                    let time = ticks(row).filter(|ticks| (0..USUAL).contains(ticks)).map(Time);
                    all_usual &= time.is_some();
                    time
                });
                if !all_usual {
                    times.clear();
                }
                return all_usual;
            }
            (Column::Bool(bools), Values::Bool(array)) => {
                self.extend(bools, rows, None, |row| Some(array.value(row)));
            }
            _ => return false,
        }
        true
    }

    fn extend<T: Clone>(&self, to: &mut Vec<T>, rows: usize, missing: T, mut value: impl FnMut(usize) -> T) {
        match &self.nulls {
            None => to.extend((0..rows).map(value)),
            Some(nulls) => {
                to.extend((0..rows).map(|row| if nulls.is_null(row) { missing.clone() } else { value(row) }));
            }
        }
    }

    /// The value in a row.
    ///
    /// # Errors
    /// When it is bytes that are not UTF-8, or cannot be spelled.
    pub(super) fn get(&self, row: usize, arena: &'a Bump) -> Result<Raw<'a>, String> {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return Ok(Raw::Absent);
        }
        Ok(match &self.values {
            Values::Null => Raw::Absent,
            Values::Bool(array) => Raw::Bool(array.value(row)),
            Values::Text(array) => Raw::Text(array.value(row)),
            Values::Bytes(array) => {
                Raw::Text(simdutf8::basic::from_utf8(array.value(row)).map_err(|_| "not UTF-8".to_owned())?)
            }
            Values::Number(number) => Raw::Number(number(row)),
            Values::Unsigned(array) => match i64::try_from(array.value(row)) {
                Ok(number) => Raw::Number(number),
                Err(_) => Raw::Json(arena.alloc_str(&array.value(row).to_string())),
            },
            // With its fraction, also where that is zero, as JSON would spell it.
            Values::Float(number) => Raw::Json(arena.alloc_str(&format!("{:?}", number(row)))),
            Values::Time(ticks, utc) => time(ticks(row), *utc, arena),
            Values::Spelled(formatter, is_number) => {
                let text = formatter.value(row).try_to_string().map_err(|error| error.to_string())?;
                let text = arena.alloc_str(&text);
                if *is_number { Raw::Json(text) } else { Raw::Text(text) }
            }
            Values::Nested(field, array) => Raw::Json(json(field, *array, row, arena)?),
        })
    }
}

impl<'a> Values<'a> {
    fn new(field: &'a FieldRef, array: &'a dyn Array) -> Option<Self> {
        let formatted = |is_number| {
            let formatter = ArrayFormatter::try_new(array, &FormatOptions::new()).ok()?;
            Some(Self::Spelled(formatter, is_number))
        };
        Some(match array.data_type() {
            DataType::Null => Self::Null,
            DataType::Boolean => Self::Bool(array.as_boolean()),
            DataType::Utf8View => Self::Text(array.as_string_view()),
            DataType::BinaryView => Self::Bytes(array.as_binary_view()),
            DataType::Int8 => number::<Int8Type>(array),
            DataType::Int16 => number::<Int16Type>(array),
            DataType::Int32 => number::<Int32Type>(array),
            DataType::Int64 => number::<Int64Type>(array),
            DataType::UInt8 => number::<UInt8Type>(array),
            DataType::UInt16 => number::<UInt16Type>(array),
            DataType::UInt32 => number::<UInt32Type>(array),
            DataType::UInt64 => Self::Unsigned(array.as_primitive()),
            DataType::Float16 => float::<Float16Type>(array),
            DataType::Float32 => float::<Float32Type>(array),
            DataType::Float64 => float::<Float64Type>(array),
            DataType::Timestamp(unit, zone) => timestamps(array, *unit, zone.is_some()),
            DataType::Date32 => return formatted(false),
            kind if kind.is_decimal() => return formatted(true),
            kind if kind.is_nested() => Self::Nested(field, array),
            _ => return None,
        })
    }
}

fn number<T: ArrowPrimitiveType<Native: Into<i64>>>(array: &dyn Array) -> Values<'_> {
    let array = array.as_primitive::<T>();
    Values::Number(Box::new(move |row| array.value(row).into()))
}

fn float<T: ArrowPrimitiveType<Native: Into<f64>>>(array: &dyn Array) -> Values<'_> {
    let array = array.as_primitive::<T>();
    Values::Float(Box::new(move |row| array.value(row).into()))
}

fn timestamps(array: &dyn Array, unit: TimeUnit, utc: bool) -> Values<'_> {
    Values::Time(ticks(array, unit), utc)
}

/// The ticks of an array of times of this unit, by row; `None` beyond what a tick can say.
pub(super) fn ticks(array: &dyn Array, unit: TimeUnit) -> Box<dyn Fn(usize) -> Option<i64> + '_> {
    fn each<'a, T: ArrowPrimitiveType<Native = i64>>(
        array: &'a dyn Array,
        ticks: impl Fn(i64) -> Option<i64> + 'a,
    ) -> Box<dyn Fn(usize) -> Option<i64> + 'a> {
        let array = array.as_primitive::<T>();
        Box::new(move |row| ticks(array.value(row)))
    }
    match unit {
        TimeUnit::Second => each::<TimestampSecondType>(array, |seconds| seconds.checked_mul(Time::SECOND)),
        TimeUnit::Millisecond => each::<TimestampMillisecondType>(array, |one| one.checked_mul(10_000)),
        TimeUnit::Microsecond => each::<TimestampMicrosecondType>(array, |one| one.checked_mul(10)),
        TimeUnit::Nanosecond => each::<TimestampNanosecondType>(array, |one| Some(one.div_euclid(100))),
    }
}

/// A time without a zone is text without a zone, so that the caller's zone counts. One that no calendar has is a
/// number, which is no time.
fn time(ticks: Option<i64>, utc: bool, arena: &Bump) -> Raw<'_> {
    let Some(timestamp) = ticks.and_then(|ticks| Time(ticks).timestamp()) else {
        return Raw::Json(arena.alloc_str(&ticks.map_or("beyond".to_owned(), |ticks| ticks.to_string())));
    };
    if utc {
        return Raw::Time(Time::from_timestamp(timestamp));
    }
    let local = jiff::tz::TimeZone::UTC.to_datetime(timestamp);
    Raw::Text(arena.alloc_str(&local.to_string()))
}

/// One nested value as JSON.
fn json<'a>(field: &FieldRef, array: &dyn Array, row: usize, arena: &'a Bump) -> Result<&'a str, String> {
    let one = array.slice(row, 1);
    let options = EncoderOptions::default();
    let mut encoder: NullableEncoder<'_> =
        make_encoder(field, one.as_ref(), &options).map_err(|error| error.to_string())?;
    let mut out = Vec::new();
    encoder.encode(0, &mut out);
    let text = std::str::from_utf8(&out).map_err(|error| error.to_string())?;
    Ok(arena.alloc_str(text))
}
