//! The order of rows: collects them, sorts them, hands them to a writer. What is too much for memory waits in a
//! temporary file, as runs that are sorted each. Knows rows as bytes, not what they say.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use super::error::WriteError;
use super::layout::Row;
use super::rows::{Rows, Shape, write_row};
use super::writer::Writer;

/// So many bytes of rows are held in memory.
const MEMORY: usize = 24 << 20;

/// What is read ahead of all runs together, and of one at most.
const AHEAD: usize = 8 << 20;
const AHEAD_OF_ONE: usize = 128 << 10;

/// Collects rows and writes them in order; rows that compare equal stay in the order in which they came.
///
/// What is missing comes first in ascending and last in descending order, as in Kusto. Memory: 24 MiB, and 8 MiB when
/// they are merged; what does not fit goes to a temporary file. Time: n log n comparisons, most of them of one machine
/// word.
#[derive(Debug)]
pub struct Sorter {
    rows: Rows,
    shape: Shape,
    memory: usize,
    spill: Option<Spill>,
}

/// Sorted runs in a file that has no name.
#[derive(Debug)]
struct Spill {
    file: File,
    /// Where each run ends.
    ends: Vec<u64>,
}

impl Sorter {
    /// A sorter of rows of this shape.
    #[must_use]
    pub fn new(shape: Shape) -> Self {
        Self::with_memory(shape, MEMORY)
    }

    fn with_memory(shape: Shape, memory: usize) -> Self {
        Self { rows: Rows::new(shape.clone()), shape, memory, spill: None }
    }

    /// Collects a row.
    ///
    /// # Errors
    /// When a temporary file is needed and cannot be written.
    pub fn push(&mut self, row: &Row<'_>) -> Result<(), WriteError> {
        self.rows.push(row);
        self.spill_if_full()
    }

    /// Collects rows of the same shape.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub fn append(&mut self, rows: Rows) -> Result<(), WriteError> {
        self.rows.append(rows);
        self.spill_if_full()
    }

    /// The bytes that had to go to a temporary file, and those that will join them before all are merged.
    #[must_use]
    pub fn spilled(&self) -> u64 {
        let waiting = || self.rows.encoded().map(|(key, row)| run_bytes(key, row)).sum::<u64>();
        let written = |spill: &Spill| spill.ends.last().copied().unwrap_or(0);
        self.spill.as_ref().map_or(0, |spill| written(spill) + waiting())
    }

    /// Writes all rows in order.
    ///
    /// # Errors
    /// When the writer fails, or the temporary file.
    pub fn write_to<W: Write + Send>(mut self, writer: &mut Writer<W>) -> Result<(), WriteError> {
        if self.spill.is_none() {
            self.rows.sort();
            return self.rows.write_to(writer);
        }
        self.spill()?;
        let Some(spill) = self.spill else { return Ok(()) };
        spill.merge(self.shape.columns, writer)
    }

    fn spill_if_full(&mut self) -> Result<(), WriteError> {
        if self.rows.memory() > self.memory { self.spill() } else { Ok(()) }
    }

    /// Writes what is in memory as a run.
    fn spill(&mut self) -> Result<(), WriteError> {
        let mut rows = std::mem::replace(&mut self.rows, Rows::new(self.shape.clone()));
        rows.sort();
        if self.spill.is_none() {
            let file = tempfile::tempfile().map_err(|error| failed(&error))?;
            self.spill = Some(Spill { file, ends: Vec::new() });
        }
        let Some(spill) = &mut self.spill else { return Ok(()) };
        spill.add(&rows).map_err(|error| failed(&error))
    }
}

fn failed(error: &io::Error) -> WriteError {
    WriteError::Failed(io::Error::new(error.kind(), format!("cannot sort in a temporary file: {error}")))
}

/// What a row takes in a run: two lengths, the key, the rest.
fn run_bytes(key: &[u8], row: &[u8]) -> u64 {
    (8 + key.len() + row.len()) as u64
}

impl Spill {
    /// Appends a run. Each row is the length of its key, that of the rest, and both.
    fn add(&mut self, rows: &Rows) -> io::Result<()> {
        let mut end = self.ends.last().copied().unwrap_or(0);
        let mut out = BufWriter::with_capacity(AHEAD_OF_ONE, &self.file);
        for (key, row) in rows.encoded() {
            for length in [key.len(), row.len()] {
                out.write_all(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes())?;
            }
            out.write_all(key)?;
            out.write_all(row)?;
            end += run_bytes(key, row);
        }
        out.flush()?;
        self.ends.push(end);
        Ok(())
    }

    /// Writes the rows of all runs in order.
    fn merge<W: Write + Send>(&self, columns: usize, writer: &mut Writer<W>) -> Result<(), WriteError> {
        let ahead = (AHEAD / self.ends.len().max(1)).min(AHEAD_OF_ONE);
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        let mut heads = BinaryHeap::new();
        for (run, (at, end)) in starts.zip(self.ends.iter().copied()).enumerate() {
            let rows = BufReader::with_capacity(ahead, Section { file: &self.file, at, end });
            let mut head = Head { key: Vec::new(), run, row: Vec::new(), rows };
            if head.advance().map_err(|error| failed(&error))? {
                heads.push(Reverse(head));
            }
        }
        while let Some(mut head) = heads.peek_mut() {
            write_row(&head.0.row, columns, writer)?;
            if !head.0.advance().map_err(|error| failed(&error))? {
                PeekMut::pop(head);
            }
        }
        Ok(())
    }
}

/// A part of a file. One thread reads all parts, so that they may share the file's offset.
struct Section<'f> {
    file: &'f File,
    at: u64,
    end: u64,
}

impl Read for Section<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.seek(SeekFrom::Start(self.at))?;
        let read = self.file.take(self.end - self.at).read(buffer)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// The first row of a run that was not written yet. Compares by its key, then by its run, which is the order of input.
struct Head<'f> {
    key: Vec<u8>,
    run: usize,
    row: Vec<u8>,
    rows: BufReader<Section<'f>>,
}

impl Head<'_> {
    /// Reads the next row; false when there is none.
    fn advance(&mut self) -> io::Result<bool> {
        if self.rows.buffer().is_empty() && self.rows.get_ref().at >= self.rows.get_ref().end {
            return Ok(false);
        }
        let mut lengths = [[0; 4]; 2];
        for length in &mut lengths {
            self.rows.read_exact(length)?;
        }
        let [key, row] = lengths.map(|length| u32::from_le_bytes(length) as usize);
        self.key.resize(key, 0);
        self.row.resize(row, 0);
        self.rows.read_exact(&mut self.key)?;
        self.rows.read_exact(&mut self.row)?;
        Ok(true)
    }
}

impl Ord for Head<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (&self.key, self.run).cmp(&(&other.key, other.run))
    }
}

impl PartialOrd for Head<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Head<'_> {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Layout, OutputColumn, OutputFormat, SortKey};
    use super::*;
    use lownoise_engine::value::{Kind, Value};

    fn sorted(rows: &[(Option<i64>, String)], keys: Vec<SortKey>) -> String {
        sorted_in(usize::MAX, rows, keys)
    }

    fn sorted_in(memory: usize, rows: &[(Option<i64>, String)], keys: Vec<SortKey>) -> String {
        let column = |name: &str, kind| OutputColumn { name: name.to_owned(), kind };
        let layout = Layout {
            columns: vec![column("text", Kind::Text), column("place", Kind::Number)],
            hidden_by: true,
            whole: false,
        };
        let shape = Shape { columns: 2, keys };
        let mut sorter = Sorter::with_memory(shape.clone(), memory);
        let mut block = Rows::new(shape.clone());
        for (place, (number, text)) in (0i64..).zip(rows) {
            let number = number.map_or(Value::Missing, Value::Number);
            let values = [Value::Text(text), Value::Number(place), number];
            let row = Row { values: &values, whole: "", hidden_by: &[text, "b"] };
            // Some alone, some together.
            if place % 3 == 0 {
                sorter.append(std::mem::replace(&mut block, Rows::new(shape.clone()))).unwrap();
                sorter.push(&row).unwrap();
            } else {
                block.push(&row);
            }
        }
        sorter.append(block).unwrap();
        assert!(memory != 0 || rows.is_empty() || sorter.spilled() > 0);
        let mut writer = Writer::create(OutputFormat::Ndjson, layout, Vec::new()).unwrap();
        sorter.write_to(&mut writer).unwrap();
        String::from_utf8(writer.finish().unwrap()).unwrap()
    }

    #[test]
    fn missing_is_first_when_ascending_and_last_when_descending() {
        let rows = [(Some(2), "a".to_owned()), (None, "b".to_owned()), (Some(-1), "c".to_owned())];
        let order = |descending| {
            let out = sorted(&rows, vec![SortKey { place: 2, descending }]);
            out.lines().filter_map(|line| line.chars().nth(9)).collect::<String>()
        };
        assert_eq!(order(false), "bca");
        assert_eq!(order(true), "acb");
    }

    proptest! {
        #[test]
        fn as_a_stable_sort_by_rows(
            rows in proptest::collection::vec((proptest::option::of(-2i64..3), "[a-cé]{0,2}"), 0..40),
            descending: bool,
        ) {
            let keys = vec![SortKey { place: 2, descending }, SortKey { place: 0, descending: false }];
            let mut expected: Vec<_> = rows.iter().zip(0..).collect();
            expected.sort_by(|((a, text_a), _), ((b, text_b), _)| {
                let numbers = if descending { b.cmp(a) } else { a.cmp(b) };
                numbers.then(text_a.cmp(text_b))
            });
            let lines: Vec<String> = expected
                .iter()
                .map(|((_, text), place)| format!("{{\"text\":\"{text}\",\"place\":{place},\"hidden_by\":[\"{text}\",\"b\"]}}\n"))
                .collect();
            prop_assert_eq!(sorted(&rows, keys.clone()), lines.concat());
            prop_assert_eq!(sorted_in(0, &rows, keys.clone()), lines.concat());
            prop_assert_eq!(sorted_in(70_000, &rows, keys), lines.concat());
        }
    }
}
