//! Rows that lie together in a Parquet file, which one thread reads by itself: a row group, or a part of a large one.
//! Knows places, no values.

use std::sync::Arc;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection, RowSelector,
};

use super::error::ParquetError;
use super::guard::guarded;
use super::path::{find, leaves};
use crate::Block;
use crate::stored::Stored;

/// The row groups that tools write by themselves are read whole, since a page that lies in two spans is decompressed
/// twice, and some tools make one page of a group.
const WHOLE: u64 = 1 << 17;

/// Rows of a span, in a larger group.
const SPAN: u64 = 1 << 16;

/// The spans of a file, in order.
#[derive(Debug)]
pub(crate) struct Spans {
    file: Arc<Source>,
    /// The next span's row group, and the rows before it in that group and in the file.
    group: usize,
    start: u64,
    before: u64,
}

/// What is read of a file.
#[derive(Debug)]
struct Source {
    stored: Stored,
    metadata: ArrowReaderMetadata,
    columns: ProjectionMask,
    /// By row group: it is passed over. One beyond these is not.
    ruled_out: Vec<bool>,
    /// Rows of a block.
    block: usize,
}

/// Some rows of a file, not yet read.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    file: Arc<Source>,
    columns: ProjectionMask,
    group: usize,
    /// The rows of the group before these.
    start: u64,
    rows: u64,
    /// Which rows of the group these are; `None`: all.
    selection: Option<RowSelection>,
    /// Whether they are only counted.
    ruled_out: bool,
    /// The number of the first row in the file, from 1.
    first: u64,
}

/// The blocks of a span. Holds the pages that are being read, so memory does not grow with row groups.
pub(crate) struct Batches {
    reader: ParquetRecordBatchReader,
    /// The number of the next row, and of the one after the last.
    next: u64,
    end: u64,
}

impl Spans {
    pub(super) fn new(
        stored: Stored,
        metadata: ArrowReaderMetadata,
        columns: ProjectionMask,
        ruled_out: Vec<bool>,
        block: usize,
    ) -> Self {
        let file = Arc::new(Source { stored, metadata, columns, ruled_out, block });
        Self { file, group: 0, start: 0, before: 0 }
    }

    /// Of this many bytes, how many the rows before the next span make up.
    pub(crate) fn share(&self, bytes: u64) -> u64 {
        let rows = self.file.metadata.metadata().file_metadata().num_rows();
        let share = u128::from(bytes) * u128::from(self.before) / u128::from(rows.max(1).unsigned_abs());
        u64::try_from(share).unwrap_or(bytes).min(bytes)
    }
}

impl Iterator for Spans {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        loop {
            let group = self.file.metadata.metadata().row_groups().get(self.group)?;
            let all = u64::try_from(group.num_rows()).unwrap_or(0);
            let left = all.saturating_sub(self.start);
            if left == 0 {
                (self.group, self.start) = (self.group + 1, 0);
                continue;
            }
            let ruled_out = self.file.ruled_out.get(self.group) == Some(&true);
            let rows = if ruled_out || all <= WHOLE { all } else { left.min(SPAN) };
            let these = [RowSelector::skip(count(self.start)), RowSelector::select(count(rows))];
            let span = Span {
                file: Arc::clone(&self.file),
                columns: self.file.columns.clone(),
                group: self.group,
                start: self.start,
                rows,
                selection: (rows < all).then(|| these.to_vec().into()),
                ruled_out,
                first: self.before.saturating_add(1),
            };
            self.start += rows;
            self.before = self.before.saturating_add(rows);
            return Some(span);
        }
    }
}

impl Span {
    /// How many rows it has, where that is all that is wanted of them.
    pub(crate) fn passed_over(&self) -> Option<u64> {
        self.ruled_out.then_some(self.rows)
    }

    /// The same rows, only the columns with these fields; `None` when those that are left are less than half of these,
    /// and so not worth it to begin twice. Columns are whole, since their fields are read again with the rest.
    pub(crate) fn tested<'f>(&self, fields: impl Iterator<Item = &'f str>) -> Option<Self> {
        let metadata = &self.file.metadata;
        let found = fields.filter_map(|field| find(metadata.schema().fields(), field));
        let names: Vec<&str> = found.filter_map(|path| Some(path.first()?.name().as_str())).collect();
        let is_tested = |leaf: &[String]| leaf.first().is_some_and(|name| names.contains(&name.as_str()));
        let mut tested = leaves(metadata.parquet_schema(), is_tested);
        tested.intersect(&self.columns);
        let group = metadata.metadata().row_groups().get(self.group)?;
        let (mut of_tested, mut left) = (0_i64, 0_i64);
        for (leaf, column) in group.columns().iter().enumerate() {
            match (tested.leaf_included(leaf), self.columns.leaf_included(leaf)) {
                (true, _) => of_tested = of_tested.saturating_add(column.uncompressed_size()),
                (false, true) => left = left.saturating_add(column.uncompressed_size()),
                (false, false) => {}
            }
        }
        (left > of_tested / 2).then(|| Self { columns: tested, ..self.clone() })
    }

    /// Of these rows only those with these numbers in the file, which ascend.
    pub(crate) fn only(&self, places: &[u64]) -> Self {
        let (mut selection, mut end) = (Vec::new(), 0);
        for place in places {
            let row = place.checked_sub(self.first).map(|row| row + self.start);
            let Some((row, skipped)) = row.and_then(|row| Some((row, row.checked_sub(end)?))) else {
                continue;
            };
            selection.extend([RowSelector::skip(count(skipped)), RowSelector::select(1)]);
            end = row + 1;
        }
        Self { rows: places.len() as u64, selection: Some(selection.into()), ..self.clone() }
    }

    /// Begins to read it.
    pub(crate) fn open(&self) -> Result<Batches, ParquetError> {
        let Source { stored, metadata, block, .. } = &*self.file;
        let mut builder =
            ParquetRecordBatchReaderBuilder::new_with_metadata(stored.clone(), metadata.clone())
                .with_projection(self.columns.clone())
                .with_row_groups(vec![self.group])
                .with_batch_size(*block);
        if let Some(selection) = &self.selection {
            builder = builder.with_row_selection(selection.clone());
        }
        let reader = guarded(|| builder.build()).map_err(ParquetError::Damaged)?;
        Ok(Batches { reader, next: self.first, end: self.first.saturating_add(self.rows) })
    }
}

/// Rows that are held by their number.
fn count(rows: u64) -> usize {
    usize::try_from(rows).unwrap_or(usize::MAX)
}

impl Batches {
    /// The next block; `None` at the end.
    ///
    /// # Errors
    /// Why it cannot be read on; the reader is of no more use then.
    pub(crate) fn next_block(&mut self) -> Result<Option<Block>, ParquetError> {
        let reader = &mut self.reader;
        match guarded(|| reader.next().transpose()).map_err(ParquetError::Damaged)? {
            Some(batch) => {
                let first = self.next;
                self.next += batch.num_rows() as u64;
                Ok(Some(Block::Rows { batch, first }))
            }
            None if self.next < self.end => {
                Err(ParquetError::Damaged("a row group has less rows than the footer says".to_owned()))
            }
            None => Ok(None),
        }
    }
}
