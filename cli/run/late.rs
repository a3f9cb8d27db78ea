//! Columns that are only shown are read late: when it is known which rows are shown, and of these rows alone. Knows when
//! that pays.

use std::sync::{Mutex, PoisonError};

use lownoise_engine::event::ColumnId;
use lownoise_ingest::{Decoder, Part, ReadError};

use super::counts::Counts;
use super::sink::Made;
use super::{Decide, Memory};

/// One row of so many is shown at most, where it pays. The rows that are shown are looked for first, and then read and
/// decided again; their pages are decompressed whole, so with one row of a hundred nothing is gained.
const RARE: u64 = 256;

/// How many rows a part may show, since they are held until all are known.
const MOST: usize = 2048;

/// What was learned from the rows so far. Threads share it.
#[derive(Default)]
pub(super) struct Late(Mutex<Learned>);

#[derive(Default)]
struct Learned {
    read: u64,
    shown: u64,
    /// The columns that can be left for later: they are only shown, and nothing is to be told of all their values.
    columns: Vec<ColumnId>,
}

impl Late {
    /// Of so many rows so many are shown, and these are the columns that can be left for later now.
    pub(super) fn learn(&self, read: u64, shown: u64, columns: impl Iterator<Item = ColumnId>) {
        let mut learned = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        learned.read += read;
        learned.shown += shown;
        learned.columns.clear();
        learned.columns.extend(columns);
    }

    /// The columns to leave for later, where that pays.
    fn columns(&self) -> Option<Vec<ColumnId>> {
        let learned = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (learned.read > 0 && learned.shown.saturating_mul(RARE) <= learned.read)
            .then(|| learned.columns.clone())
    }
}

impl Decide<'_> {
    /// Decides a part by its tested columns, then reads what it shows: the counts of its blocks, and the rows. `None`
    /// when that would not pay, or anything is wrong: then the part is to be read as a whole, which says what.
    pub(super) fn late(
        self,
        decoder: &Decoder,
        part: &Part,
        memory: &mut Memory,
    ) -> Option<(Vec<Counts>, Made)> {
        let first = decoder.without(&self.late.columns()?);
        let tested = part.tested(&first)?;
        let (mut counts, mut places) = (Vec::new(), Vec::new());
        for block in tested {
            let Memory { arena, scratch, verdicts } = &mut *memory;
            arena.reset();
            let block = block.ok()?;
            let (chunk, these) = self.rows(&first, &block, arena, scratch, verdicts).ok()?;
            counts.push(these);
            let rows = verdicts.rows().iter().zip(&chunk.places);
            places.extend(rows.filter(|(verdict, _)| self.shown.shows(**verdict)).map(|(_, place)| *place));
            if places.len() > MOST {
                return None;
            }
        }
        let mut rows = self.shown.nothing();
        if !places.is_empty() {
            for block in part.only(&places) {
                let block = block.ok()?;
                let shown = self.block(decoder, &block, memory, |row| {
                    rows.push(row);
                    Ok::<(), ReadError>(())
                });
                shown.ok()?;
            }
        }
        Some((counts, rows))
    }
}
