//! Rows as Parquet: zstd, one column for each of the layout's, bounded row groups.

use std::io::{self, Write};
use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use arrow::array::{
    ArrayRef, BooleanBuilder, Int64Builder, ListBuilder, RecordBatch, StringBuilder,
    TimestampNanosecondBuilder,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use arrow::error::ArrowError;
use lownoise_engine::value::{Kind, Time, Value};

use super::layout::{HIDDEN_BY, Layout, OutputColumn, Row};

/// Rows that are collected before they are encoded.
const BATCH_ROWS: usize = 8192;

/// Bytes of text that are collected before they are encoded.
const BATCH_BYTES: usize = 8 * 1024 * 1024;

/// A row group is closed at whichever comes first.
const GROUP_ROWS: usize = 64 * 1024;
const GROUP_BYTES: usize = 32 * 1024 * 1024;

/// Texts and addresses become `Utf8` that is never null, numbers `Int64`, times `Timestamp` (nanoseconds, UTC),
/// booleans `Boolean`, [`HIDDEN_BY`] a list of `Utf8`. A time that nanoseconds cannot say (before 1677-09-21
/// or after 2262-04-11) is an error: it is neither dropped nor moved.
pub(super) struct ParquetWriter<W: Write + Send> {
    file: ArrowWriter<W>,
    schema: SchemaRef,
    layout: Layout,
    columns: Vec<Builder>,
    hidden_by: ListBuilder<StringBuilder>,
    rows: usize,
    bytes: usize,
}

enum Builder {
    Text(StringBuilder),
    Number(Int64Builder),
    Time(TimestampNanosecondBuilder),
    Bool(BooleanBuilder),
}

impl<W: Write + Send> ParquetWriter<W> {
    pub(super) fn new(layout: Layout, sink: W) -> io::Result<Self> {
        let mut fields: Vec<Field> = layout.columns.iter().map(field).collect();
        if layout.hidden_by {
            fields.push(Field::new_list(HIDDEN_BY, id_field(), false));
        }
        let schema = Arc::new(Schema::new(fields));
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_created_by(concat!("lownoise ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .set_max_row_group_bytes(Some(GROUP_BYTES))
            .build();
        let file = ArrowWriter::try_new(sink, Arc::clone(&schema), Some(properties)).map_err(into_io)?;
        let columns = layout.columns.iter().map(|column| Builder::new(column.kind)).collect();
        let hidden_by = ListBuilder::new(StringBuilder::new()).with_field(id_field());
        Ok(Self { file, schema, layout, columns, hidden_by, rows: 0, bytes: 0 })
    }

    pub(super) fn row(&mut self, row: &Row<'_>) -> io::Result<()> {
        for (place, (builder, column)) in self.columns.iter_mut().zip(&self.layout.columns).enumerate() {
            let value = row.value(place);
            self.bytes += value.text().len();
            builder.push(value, &column.name)?;
        }
        if self.layout.hidden_by {
            for id in row.hidden_by {
                self.hidden_by.values().append_value(id);
            }
            self.hidden_by.append(true);
        }
        self.rows += 1;
        if self.rows >= BATCH_ROWS || self.bytes >= BATCH_BYTES {
            self.encode()?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<W> {
        self.encode()?;
        self.file.into_inner().map_err(into_io)
    }

    fn encode(&mut self) -> io::Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut arrays: Vec<ArrayRef> = self.columns.iter_mut().map(Builder::finish).collect();
        if self.layout.hidden_by {
            arrays.push(Arc::new(self.hidden_by.finish()));
        }
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(self.rows));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)
            .map_err(|error| into_io(ParquetError::from(error)))?;
        (self.rows, self.bytes) = (0, 0);
        self.file.write(&batch).map_err(into_io)
    }
}

impl Builder {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Text | Kind::Address => Self::Text(StringBuilder::new()),
            Kind::Number => Self::Number(Int64Builder::new()),
            Kind::Time => Self::Time(TimestampNanosecondBuilder::new().with_timezone("UTC")),
            Kind::Bool => Self::Bool(BooleanBuilder::new()),
        }
    }

    /// Appends a value; one of another kind than the column's as missing.
    fn push(&mut self, value: Value<'_>, column: &str) -> io::Result<()> {
        match (self, value) {
            (Self::Text(builder), value) => builder.append_value(value.text()),
            (Self::Number(builder), Value::Number(number)) => builder.append_value(number),
            (Self::Number(builder), _) => builder.append_null(),
            (Self::Time(builder), Value::Time(time)) => builder.append_value(nanoseconds(time, column)?),
            (Self::Time(builder), _) => builder.append_null(),
            (Self::Bool(builder), Value::Bool(value)) => builder.append_value(value),
            (Self::Bool(builder), _) => builder.append_null(),
        }
        Ok(())
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Number(builder) => Arc::new(builder.finish()),
            Self::Time(builder) => Arc::new(builder.finish()),
            Self::Bool(builder) => Arc::new(builder.finish()),
        }
    }
}

fn nanoseconds(time: Time, column: &str) -> io::Result<i64> {
    time.0.checked_mul(100).ok_or_else(|| {
        let message = format!(
            "column `{column}`: a Parquet timestamp cannot say `{time}`; choose another format, or leave the column out"
        );
        io::Error::new(io::ErrorKind::InvalidData, message)
    })
}

fn field(column: &OutputColumn) -> Field {
    match column.kind {
        Kind::Text | Kind::Address => Field::new(&column.name, DataType::Utf8, false),
        Kind::Number => Field::new(&column.name, DataType::Int64, true),
        Kind::Time => {
            Field::new(&column.name, DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into())), true)
        }
        Kind::Bool => Field::new(&column.name, DataType::Boolean, true),
    }
}

/// The field of the ids inside the list.
fn id_field() -> Field {
    Field::new("element", DataType::Utf8, false)
}

/// The sink's own error where there is one, so that its kind and its words are kept.
fn into_io(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(other) => match other.downcast::<ArrowError>() {
                Ok(error) => arrow_into_io(*error),
                Err(other) => io::Error::other(other),
            },
        },
        other => io::Error::other(other),
    }
}

fn arrow_into_io(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        other => io::Error::other(other),
    }
}

#[cfg(test)]
mod tests {
    use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use arrow::array::AsArray;
    use arrow::datatypes::{Int64Type, TimestampNanosecondType};

    use super::super::tests::{layout, written};
    use super::super::{OutputFormat, Writer};
    use super::*;

    #[test]
    fn columns_have_types_and_nulls_are_kept() {
        let values = [
            Value::Time(Time(5)),
            Value::Text("a"),
            Value::Number(7),
            Value::Bool(true),
            Value::Address("::1", None),
        ];
        let rows = [Row { values: &values, whole: "", hidden_by: &["x", "y"] }, Row::default()];
        let bytes = written(OutputFormat::Parquet, layout(true, false), &rows);
        let mut reader =
            ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).unwrap().build().unwrap();
        let batch = reader.next().unwrap().unwrap();
        assert_eq!(batch.num_rows(), 2);
        assert_eq!(
            batch.column(0).as_primitive::<TimestampNanosecondType>().iter().collect::<Vec<_>>(),
            [Some(500), None]
        );
        assert_eq!(batch.column(1).as_string::<i32>().iter().collect::<Vec<_>>(), [Some("a"), Some("")]);
        assert_eq!(batch.column(2).as_primitive::<Int64Type>().iter().collect::<Vec<_>>(), [Some(7), None]);
        assert_eq!(batch.column(3).as_boolean().iter().collect::<Vec<_>>(), [Some(true), None]);
        assert_eq!(batch.column(4).as_string::<i32>().iter().collect::<Vec<_>>(), [Some("::1"), Some("")]);
        let ids = batch.column(5).as_list::<i32>();
        assert_eq!(ids.value(0).as_string::<i32>().iter().collect::<Vec<_>>(), [Some("x"), Some("y")]);
        assert_eq!(ids.value(1).len(), 0);
    }

    #[test]
    fn a_time_out_of_range_is_refused_by_name() {
        let time = Time::parse("1601-01-01T00:00:00Z").unwrap();
        let mut writer = Writer::create(OutputFormat::Parquet, layout(false, false), Vec::new()).unwrap();
        let error = writer.row(&Row { values: &[Value::Time(time)], ..Row::default() }).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("column `time`: a Parquet timestamp cannot say `1601-01-01T00:00:00Z`")
        );
    }
}
