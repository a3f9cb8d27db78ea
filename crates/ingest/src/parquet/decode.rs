//! From batches to columns. Knows a converter; nothing of files.

use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;
use arrow::error::ArrowError;
use arrow::json::LineDelimitedWriter;
use bumpalo::Bump;
use lownoise_engine::event::ColumnId;

use super::cells::{Cells, always_fits};
use super::columns::columns;
use super::file::ParquetFile;
use super::guard::guarded;
use crate::convert::{Converter, Raw};
use crate::{Chunk, Malformed};

/// Decodes the batches of one file. Pure; many threads may share it.
#[derive(Debug, Clone)]
pub(crate) struct ParquetDecoder {
    converter: Converter,
    /// The columns each of whose values is of their kind, whatever it is.
    fitting: Vec<ColumnId>,
}

impl ParquetDecoder {
    /// A decoder for the rows of this file.
    ///
    /// # Errors
    /// When none of the wanted fields is in it.
    pub(crate) fn new(mut converter: Converter, file: &ParquetFile) -> Result<Self, String> {
        let has: Vec<bool> = converter.fields().iter().map(|field| file.has(field)).collect();
        if !has.is_empty() && !has.contains(&true) {
            let names: Vec<&str> = file.names().collect();
            return Err(crate::names::nothing_wanted(converter.fields(), &names));
        }
        converter.supplies_only(|field| has.get(field) == Some(&true));
        let fits = |slot: usize, id: &ColumnId| {
            let field = converter.fields().get(converter.direct(slot)?)?;
            Some(always_fits(file.kind(field)?, converter.kind(*id)))
        };
        let columns = converter.columns().enumerate();
        let fitting = columns.filter(|(slot, id)| fits(*slot, id) == Some(true)).map(|(_, id)| id).collect();
        Ok(Self { converter, fitting })
    }

    /// The same without those of these columns whose values always fit.
    pub(crate) fn without(&self, columns: &[ColumnId]) -> Self {
        let converter = self.converter.without(|id| columns.contains(&id) && self.fitting.contains(&id));
        Self { converter, fitting: Vec::new() }
    }

    /// What the fields become.
    pub(crate) fn converter(&self) -> &Converter {
        &self.converter
    }

    /// Decodes a block of rows; see [`Block::Rows`](crate::Block::Rows). Linear in its values.
    ///
    /// # Errors
    /// When the library finds the columns to contradict each other.
    pub(crate) fn decode<'a>(
        &self,
        batch: &'a RecordBatch,
        first: u64,
        arena: &'a Bump,
    ) -> Result<Chunk<'a>, String> {
        guarded(|| {
            let fields = self.converter.fields();
            let cells: Vec<Option<Cells<'a>>> = fields.iter().map(|field| Cells::new(batch, field)).collect();
            let chunk = columns(&self.converter, &cells, batch.num_rows(), first, arena);
            Ok::<_, String>(chunk.unwrap_or_else(|| self.rows(batch.num_rows(), first, &cells, arena)))
        })
    }

    /// The rows at these places of a block, each as one JSON object, without what is null.
    ///
    /// # Errors
    /// When a row cannot be said as JSON.
    pub(crate) fn objects<'a>(
        batch: &RecordBatch,
        rows: Vec<u32>,
        arena: &'a Bump,
    ) -> Result<Vec<&'a str>, String> {
        guarded(|| {
            let rows = take_record_batch(batch, &UInt32Array::from(rows))?;
            let mut writer = LineDelimitedWriter::new(Vec::new());
            writer.write(&rows).and_then(|()| writer.finish())?;
            let bytes = arena.alloc_slice_copy(&writer.into_inner());
            let text =
                std::str::from_utf8(bytes).map_err(|error| ArrowError::JsonError(error.to_string()))?;
            Ok::<_, ArrowError>(text.lines().collect())
        })
    }

    /// Row by row, since each may turn out to be no row.
    fn rows<'a>(&self, rows: usize, first: u64, cells: &[Option<Cells<'a>>], arena: &'a Bump) -> Chunk<'a> {
        let mut chunk = self.converter.chunk(rows);
        let fields = self.converter.fields();
        let mut record = vec![Raw::Absent; cells.len()];
        for (row, place) in (0..rows).zip(first..) {
            match fill(&mut record, cells, fields, row, arena) {
                Ok(()) => {
                    self.converter.row(place, &record, arena, &mut chunk);
                }
                Err(reason) => chunk.malformed.push(Malformed { place, reason }),
            }
        }
        chunk
    }
}

/// One row's fields.
fn fill<'a>(
    record: &mut [Raw<'a>],
    cells: &[Option<Cells<'a>>],
    fields: &[String],
    row: usize,
    arena: &'a Bump,
) -> Result<(), String> {
    for ((raw, cells), field) in record.iter_mut().zip(cells).zip(fields) {
        *raw = match cells {
            None => Raw::Absent,
            Some(cells) => cells.get(row, arena).map_err(|reason| format!("column `{field}`: {reason}"))?,
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{
        ArrayRef, BooleanArray, Int64Array, StringViewArray, TimestampMicrosecondArray, TimestampSecondArray,
    };
    use lownoise_engine::schema::Schemas;
    use proptest::collection::vec;
    use proptest::option::of;
    use proptest::prelude::*;

    use super::*;
    use crate::{Dates, MappingChoice, Request};

    const ROWS: usize = 9;
    const COLUMNS: [&str; 6] = [
        "Timestamp",
        "RemoteIP",
        "RemotePort",
        "DeviceName",
        "IsInitiatingProcessRemoteSession",
        "LocalPort",
    ];

    fn converter() -> Converter {
        let schema = Schemas::shipped().unwrap().get("DeviceNetworkEvents").unwrap().clone();
        let request = Request {
            columns: COLUMNS.iter().map(|name| schema.column(name).unwrap()).collect(),
            schema: Arc::new(schema),
            whole: false,
            after: None,
            shared: false,
            mapping: MappingChoice::None,
            format: None,
            dates: Dates::default(),
        };
        Converter::new(&request, None).unwrap()
    }

    /// A column of any type, so that some values are of its kind and some are not.
    fn array() -> impl Strategy<Value = ArrayRef> {
        let number = prop_oneof![any::<i64>(), 0i64..2_000_000_000, Just(1)];
        let text = prop_oneof![
            Just(String::new()),
            "[0-9a-f]{1,4}::[0-9]|(::ffff:)?10\\.0\\.0\\.[0-9]{1,3}|443|true",
            "2026-02-03T04:05:06(\\.1)?Z|2026-02-03 04:05:06|[a-z]{20,30}",
        ];
        prop_oneof![
            vec(of(text), ROWS).prop_map(|all| Arc::new(StringViewArray::from_iter(all)) as ArrayRef),
            vec(of(number.clone()), ROWS).prop_map(|all| Arc::new(Int64Array::from(all)) as ArrayRef),
            vec(of(any::<bool>()), ROWS).prop_map(|all| Arc::new(BooleanArray::from(all)) as ArrayRef),
            (vec(of(number.clone()), ROWS), any::<bool>()).prop_map(|(all, utc)| {
                let array = TimestampMicrosecondArray::from(all);
                if utc { Arc::new(array.with_timezone("+00:00")) as ArrayRef } else { Arc::new(array) }
            }),
            vec(of(number), ROWS).prop_map(|all| {
                Arc::new(TimestampSecondArray::from(all).with_timezone("+00:00")) as ArrayRef
            }),
        ]
    }

    proptest! {
        #[test]
        fn by_columns_as_by_rows(arrays in vec(array(), COLUMNS.len()), first in 1u64..1_000) {
            let batch = RecordBatch::try_from_iter_with_nullable(
                COLUMNS.iter().zip(arrays).map(|(name, array)| (*name, array, true)),
            ).unwrap();
            let (arena, decoder) = (Bump::new(), ParquetDecoder { converter: converter(), fitting: Vec::new() });
            let fields = decoder.converter.fields();
            let cells: Vec<_> = fields.iter().map(|field| Cells::new(&batch, field)).collect();
            let by_columns = columns(&decoder.converter, &cells, ROWS, first, &arena).unwrap();
            let by_rows = decoder.rows(ROWS, first, &cells, &arena);
            prop_assert_eq!(format!("{by_columns:?}"), format!("{by_rows:?}"));
        }
    }
}
