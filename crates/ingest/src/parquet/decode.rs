//! From batches to columns. Knows a converter; nothing of files.

use arrow::array::RecordBatch;
use arrow::json::LineDelimitedWriter;
use bumpalo::Bump;

use super::cells::Cells;
use super::file::ParquetFile;
use super::guard::guarded;
use crate::convert::{Converter, Raw};
use crate::{Chunk, Malformed};

/// Decodes the batches of one file. Pure; many threads may share it.
#[derive(Debug, Clone)]
pub(crate) struct ParquetDecoder {
    converter: Converter,
    whole: bool,
}

impl ParquetDecoder {
    /// A decoder for the rows of this file.
    ///
    /// # Errors
    /// When none of the wanted fields is in it.
    pub(crate) fn new(mut converter: Converter, file: &ParquetFile, whole: bool) -> Result<Self, String> {
        let has: Vec<bool> = converter.fields().iter().map(|field| file.has(field)).collect();
        if !has.is_empty() && !has.contains(&true) {
            let names: Vec<&str> = file.names().collect();
            return Err(crate::names::nothing_wanted(converter.fields(), &names));
        }
        converter.supplies_only(|field| has.get(field) == Some(&true));
        Ok(Self { converter, whole })
    }

    /// What the fields become.
    pub(crate) fn converter(&self) -> &Converter {
        &self.converter
    }

    /// Decodes a block of rows; see [`Block::Rows`](crate::Block::Rows). Linear in its values.
    ///
    /// # Errors
    /// When a row cannot be said as JSON, and whole rows are asked for.
    pub(crate) fn decode<'a>(
        &self,
        batch: &'a RecordBatch,
        first: u64,
        arena: &'a Bump,
    ) -> Result<Chunk<'a>, String> {
        guarded(|| self.decode_unguarded(batch, first, arena))
    }

    fn decode_unguarded<'a>(
        &self,
        batch: &'a RecordBatch,
        first: u64,
        arena: &'a Bump,
    ) -> Result<Chunk<'a>, String> {
        let mut chunk = self.converter.chunk(batch.num_rows());
        let fields = self.converter.fields();
        let cells: Vec<Option<Cells<'a>>> = fields.iter().map(|field| Cells::new(batch, field)).collect();
        let whole = if self.whole { objects(batch, arena)? } else { Vec::new() };
        let mut record = vec![Raw::Absent; cells.len()];
        for (row, place) in (0..batch.num_rows()).zip(first..) {
            match fill(&mut record, &cells, fields, row, arena) {
                Ok(()) => {
                    if self.converter.row(place, &record, arena, &mut chunk) {
                        chunk.whole.extend(whole.get(row));
                    }
                }
                Err(reason) => chunk.malformed.push(Malformed { place, reason }),
            }
        }
        Ok(chunk)
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

/// Each row as one JSON object, without what is null.
fn objects<'a>(batch: &RecordBatch, arena: &'a Bump) -> Result<Vec<&'a str>, String> {
    let mut writer = LineDelimitedWriter::new(Vec::new());
    writer.write(batch).and_then(|()| writer.finish()).map_err(|error| error.to_string())?;
    let bytes = arena.alloc_slice_copy(&writer.into_inner());
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    Ok(text.lines().collect())
}
