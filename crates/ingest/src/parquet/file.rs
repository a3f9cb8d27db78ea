//! A Parquet file: which columns are read, and as what. Knows names and types, no values.

use std::fs::File;
use std::sync::Arc;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use ::parquet::basic::Type as PhysicalType;
use ::parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema};
use lownoise_engine::value::Time;

use super::error::ParquetError;
use super::footer;
use super::guard::guarded;
use super::path::{find, leaves};
use super::span::Spans;
use super::statistics::rules_out;
use crate::stored::Stored;

/// An opened file, whose columns are known.
pub(crate) struct ParquetFile {
    file: Stored,
    metadata: ArrowReaderMetadata,
}

impl ParquetFile {
    /// Reads the footer.
    pub(crate) fn open(file: File) -> Result<Self, ParquetError> {
        // Parquet has no word for some types (times in seconds), so an Arrow schema that its writer left is heard,
        // but one that does not fit is no reason to read nothing.
        if !footer::is_sound(&file).map_err(|error| ParquetError::Invalid(error.to_string()))? {
            return Err(ParquetError::Invalid("its footer contradicts itself".to_owned()));
        }
        let read = |skip| {
            let options = ArrowReaderOptions::new().with_skip_arrow_metadata(skip);
            with_views(&ArrowReaderMetadata::load(&file, options)?)
        };
        let metadata = guarded(|| read(false).or_else(|_| read(true))).map_err(ParquetError::Invalid)?;
        let file = Stored::new(file);
        check(metadata.metadata(), file.bytes())?;
        Ok(Self { file, metadata })
    }

    /// Whether it has all of these fields.
    pub(crate) fn has_all(&self, fields: &[String]) -> bool {
        fields.iter().all(|field| self.has(field))
    }

    /// Whether it has this field.
    pub(crate) fn has(&self, field: &str) -> bool {
        find(self.metadata.schema().fields(), field).is_some()
    }

    /// The type that a field is read as.
    pub(crate) fn kind(&self, field: &str) -> Option<&DataType> {
        Some(find(self.metadata.schema().fields(), field)?.last()?.data_type())
    }

    /// The names of its columns.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.metadata.schema().fields().iter().map(|field| field.name().as_str())
    }

    /// Its rows, so many a block, with only these fields, or with all columns; without those of row groups in which no time of a field
    /// is after a bound.
    pub(crate) fn spans(
        self,
        fields: &[String],
        whole: bool,
        after: Option<(&str, Time)>,
        block: usize,
    ) -> Result<Spans, ParquetError> {
        let parquet = self.metadata.parquet_schema();
        let paths: Vec<Vec<&str>> = fields
            .iter()
            .filter_map(|field| find(self.metadata.schema().fields(), field))
            .map(|path| supported(&path).map(|()| path.iter().map(|field| field.name().as_str()).collect()))
            .collect::<Result<_, _>>()?;
        let is_field = |leaf: &[String]| {
            paths.iter().any(|path| {
                path.len() <= leaf.len() && path.iter().zip(leaf).all(|(step, part)| step == part)
            })
        };
        let mask = if whole { ProjectionMask::all() } else { leaves(parquet, is_field) };
        let ruled_out = after.and_then(|(field, bound)| rules_out(&self.metadata, field, bound));
        Ok(Spans::new(self.file, self.metadata, mask, ruled_out.unwrap_or_default(), block))
    }
}

/// Holds the places that the footer names against the file: the reader believes them.
fn check(metadata: &ParquetMetaData, bytes: u64) -> Result<(), ParquetError> {
    if metadata.row_groups().iter().any(|group| group.num_rows() < 0) {
        return Err(ParquetError::Invalid("a row group has less than no rows".to_owned()));
    }
    let columns = metadata.row_groups().iter().flat_map(RowGroupMetaData::columns);
    let inside = |column: &ColumnChunkMetaData| {
        let start = column.dictionary_page_offset().unwrap_or_else(|| column.data_page_offset());
        let end = start.checked_add(column.compressed_size())?;
        (start >= 0 && column.compressed_size() >= 0 && u64::try_from(end).ok()? <= bytes).then_some(())
    };
    match columns.into_iter().find(|column| inside(column).is_none()) {
        None => Ok(()),
        Some(column) => {
            let column = column.column_path().string();
            Err(ParquetError::Invalid(format!("column `{column}` lies outside of the file")))
        }
    }
}

/// The same, with texts as views into pages and dictionaries, which copies nothing.
fn with_views(plain: &ArrowReaderMetadata) -> Result<ArrowReaderMetadata, ::parquet::errors::ParquetError> {
    let fields = plain.schema().fields().iter().zip(roots_of_int96(plain));
    let fields: Vec<FieldRef> = fields.map(|(field, int96)| viewed(field, int96)).collect();
    let schema = Schema::new_with_metadata(fields, plain.schema().metadata().clone());
    let options = ArrowReaderOptions::new().with_schema(Arc::new(schema));
    ArrowReaderMetadata::try_new(Arc::clone(plain.metadata()), options)
}

/// For each column, whether it is a time of the old 96-bit kind, which by convention is in UTC.
fn roots_of_int96(metadata: &ArrowReaderMetadata) -> Vec<bool> {
    let roots = metadata.parquet_schema().root_schema().get_fields();
    roots.iter().map(|root| root.is_primitive() && root.get_physical_type() == PhysicalType::INT96).collect()
}

/// The column as it is read.
fn viewed(field: &FieldRef, int96: bool) -> FieldRef {
    Arc::new(Field::clone(field).with_data_type(viewed_type(field.data_type(), int96)))
}

fn viewed_type(kind: &DataType, int96: bool) -> DataType {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 => DataType::Utf8View,
        DataType::Binary | DataType::LargeBinary => DataType::BinaryView,
        DataType::Dictionary(_, values) => viewed_type(values, int96),
        // A zone is how its writer would show it: what is stored is UTC.
        DataType::Timestamp(unit, zone) if zone.is_some() || int96 => {
            DataType::Timestamp(*unit, Some("+00:00".into()))
        }
        DataType::Struct(inner) => {
            DataType::Struct(inner.iter().map(|field| viewed(field, false)).collect::<Fields>())
        }
        other => other.clone(),
    }
}

/// Whether values can be read from the last field of a path.
fn supported(path: &[&FieldRef]) -> Result<(), ParquetError> {
    let names = || path.iter().map(|field| field.name().as_str()).collect::<Vec<_>>().join(".");
    match path.last().map(|field| field.data_type()) {
        Some(found) if !super::cells::is_supported(found) => {
            Err(ParquetError::Unsupported { column: names(), found: found.to_string() })
        }
        _ => Ok(()),
    }
}
