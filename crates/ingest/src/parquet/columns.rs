//! A batch to columns, a column at a time, which is what most batches allow: equal to going row by row, which any batch
//! allows. Knows which cells become which column; nothing of mappings.

use bumpalo::Bump;
use lownoise_engine::event::{Column, ColumnId};
use lownoise_engine::value::Value;

use super::cells::Cells;
use crate::convert::{Converted, Converter, Raw};
use crate::{Chunk, Mistyped, Undecided};

/// The rows of a batch. `None`: some record may be no row, or a column is made of more than one field, so it has to be
/// gone through row by row.
pub(super) fn columns<'a>(
    converter: &Converter,
    cells: &[Option<Cells<'a>>],
    rows: usize,
    first: u64,
    arena: &'a Bump,
) -> Option<Chunk<'a>> {
    if !converter.takes_every_record() || !cells.iter().flatten().all(Cells::is_sure) {
        return None;
    }
    let mut chunk = converter.chunk(rows);
    for (slot, id) in converter.columns().enumerate() {
        let cells = cells.get(converter.direct(slot)?)?.as_ref()?;
        let mut column = std::mem::take(chunk.batch.columns.get_mut(id.index())?);
        if !cells.fill(&mut column, rows, arena) {
            let mut each = Each { converter, slot, id, chunk: &mut chunk };
            for (row, place) in (0..rows).zip(first..) {
                each.push(cells.get(row, arena).ok()?, place, arena, &mut column);
            }
        }
        *chunk.batch.columns.get_mut(id.index())? = column;
    }
    // In the order of the rows; of one row, in the order of the columns, in which they were found.
    chunk.mistyped.sort_by_key(|mistyped| mistyped.place);
    chunk.batch.rows = rows;
    chunk.places.extend((first..).take(rows));
    Some(chunk)
}

/// The values of one column that have to be looked at one by one.
struct Each<'c, 'a> {
    converter: &'c Converter,
    slot: usize,
    id: ColumnId,
    chunk: &'c mut Chunk<'a>,
}

impl<'a> Each<'_, 'a> {
    fn push(&mut self, raw: Raw<'a>, place: u64, arena: &'a Bump, column: &mut Column<'a>) {
        let value = match self.converter.convert(self.slot, raw, arena) {
            Converted::Value(value) => value,
            Converted::Mistyped => {
                self.chunk.mistyped.push(Mistyped { place, column: self.id, found: raw.shown() });
                Value::Missing
            }
            Converted::Undecided(error) => {
                if self.chunk.undecided.as_ref().is_none_or(|known| place < known.place) {
                    let found = raw.shown();
                    self.chunk.undecided = Some(Undecided { place, column: self.id, found, error });
                }
                Value::Missing
            }
        };
        column.push(value);
    }
}
