//! Where the rows of a run go: in which columns, which order, which format, to which file.

use bumpalo::Bump;
use lownoise_engine::event::ColumnId;
use lownoise_engine::plan::{RowVerdict, Verdicts};
use lownoise_engine::policy::Policy;
use lownoise_ingest::write::{
    Destination, Layout, Lines, OutputColumn, OutputFormat, Row, Rows, Shape, SortKey, Sorter, Writer,
};
use lownoise_ingest::{Block, Chunk, Decoder, ReadError};

use std::io::BufWriter;
use std::path::Path;
use std::sync::Mutex;

use super::counts::Counts;
use crate::args::{self, RowOrder};
use crate::failure::Failure;
use crate::terminal;

/// The rows' way out.
pub(super) struct Sink {
    writer: Writer<BufWriter<Destination>>,
    /// Collects rows when there is an order; they are written at the end.
    sorter: Option<Sorter>,
    to_file: bool,
}

/// Which rows are shown, and what of them. Threads share it.
pub(super) struct Shown {
    /// The columns of the output, then those that only the order looks at.
    columns: Vec<ColumnId>,
    whole: bool,
    hidden: bool,
    /// What rows are kept in that wait.
    waiting: Made,
    /// What was written, to be used again: memory that is given back to the system comes back page by page.
    written: Mutex<Vec<Made>>,
}

/// Rows that were made on another thread.
#[derive(Clone)]
pub(super) enum Made {
    /// To be sorted, or written by a format in which rows depend on each other.
    Rows(Rows),
    /// As they are written.
    Lines(Lines),
}

impl Made {
    pub(super) fn push(&mut self, row: &Row<'_>) {
        match self {
            Self::Rows(rows) => rows.push(row),
            Self::Lines(lines) => lines.push(row),
        }
    }

    /// In bytes; memory that was used before may be more.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Rows(rows) => rows.memory(),
            Self::Lines(lines) => lines.bytes(),
        }
    }
}

impl Shown {
    /// The columns that rows are made of.
    pub(super) fn columns(&self) -> impl Iterator<Item = ColumnId> + '_ {
        self.columns.iter().copied()
    }

    /// No rows yet, to be made on any thread.
    pub(super) fn nothing(&self) -> Made {
        let used = self.written.lock().ok().and_then(|mut written| written.pop());
        used.unwrap_or_else(|| self.waiting.clone())
    }

    /// Takes back rows that were written: their memory is used again.
    fn recycle(&self, mut lines: Lines) {
        lines.clear();
        if let Ok(mut written) = self.written.lock() {
            written.push(Made::Lines(lines));
        }
    }

    /// Whether rows are written as their source has them.
    pub(super) fn wants_whole(&self) -> bool {
        self.whole
    }

    /// The rows of a decoded block that are wanted, as objects; nothing when whole rows are not.
    pub(super) fn objects<'a>(
        &self,
        decoder: &Decoder,
        block: &'a Block,
        chunk: &Chunk<'a>,
        verdicts: &Verdicts,
        arena: &'a Bump,
    ) -> Result<Vec<&'a str>, ReadError> {
        if !self.whole {
            return Ok(Vec::new());
        }
        let wanted = |row: usize| verdicts.rows().get(row).is_some_and(|verdict| self.shows(*verdict));
        decoder.objects(block, chunk, wanted, arena)
    }

    /// Whether a row is wanted.
    pub(super) fn shows(&self, verdict: RowVerdict) -> bool {
        match verdict {
            RowVerdict::Kept => !self.hidden,
            RowVerdict::Hidden { .. } => self.hidden,
            RowVerdict::OutOfScope(_) => false,
        }
    }

    /// Of the rows that were counted, how many are wanted.
    pub(super) fn of(&self, counts: &Counts) -> u64 {
        if self.hidden { counts.hidden } else { counts.kept }
    }

    /// Calls `take` for the rows of a chunk that are wanted: what is kept, or what is hidden and by which exclusions.
    pub(super) fn each<E>(
        &self,
        policy: &Policy,
        chunk: &Chunk<'_>,
        objects: &[&str],
        verdicts: &Verdicts,
        mut take: impl FnMut(&Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let (mut values, mut hidden_by) = (Vec::new(), Vec::new());
        let rows = verdicts.rows().iter().copied().enumerate();
        for (row, verdict) in rows.filter(|(_, verdict)| self.shows(*verdict)) {
            let places = verdicts.hidden_by(verdict).iter();
            let ids = places.filter_map(|place| policy.exclusions.get(*place as usize));
            hidden_by.clear();
            hidden_by.extend(ids.map(|found| found.id.as_str()));
            values.clear();
            values.extend(self.columns.iter().map(|column| chunk.batch.value(*column, row)));
            let whole = objects.get(row).copied().unwrap_or("");
            take(&Row { values: &values, whole, hidden_by: &hidden_by })?;
        }
        Ok(())
    }
}

impl Sink {
    pub(super) fn open(policy: &Policy, arguments: &args::Run) -> Result<(Self, Shown), Failure> {
        let format = format(arguments.format, arguments.output.as_deref())?;
        let whole = policy.output.columns.is_empty() && format == OutputFormat::Ndjson;
        let shown: Vec<ColumnId> = match (policy.output.columns.is_empty(), whole) {
            (false, _) => policy.output.columns.clone(),
            (true, true) => Vec::new(),
            // Formats with fixed columns show all of the table's own, and the keys of JSON that the policy looks at.
            (true, false) => {
                let tested = policy.tested_columns();
                let is_shown = |id: &ColumnId| {
                    let definition = policy.schema.definition(*id);
                    tested.contains(id) || definition.is_some_and(|column| column.key_of.is_none())
                };
                policy.schema.ids().filter(is_shown).collect()
            }
        };
        let named = |id: &ColumnId| OutputColumn {
            name: policy.schema.name(*id).to_owned(),
            kind: policy.schema.kind(*id),
        };
        let layout =
            Layout { columns: shown.iter().map(named).collect(), hidden_by: arguments.hidden, whole };
        let destination = match &arguments.output {
            Some(path) => Destination::open(path)?,
            None => Destination::standard(),
        };
        let lines = Lines::new(&layout);
        let writer = Writer::create(format, layout, BufWriter::with_capacity(1 << 16, destination))?;
        let mut columns = shown.clone();
        let has_order = arguments.order == RowOrder::Policy && !policy.output.order_by.is_empty();
        let orders = policy.output.order_by.iter().filter(|_| has_order);
        let keys = orders.map(|order| {
            let place = columns.iter().position(|column| *column == order.column).unwrap_or_else(|| {
                columns.push(order.column);
                columns.len() - 1
            });
            SortKey { place, descending: order.descending }
        });
        let shape = Shape { columns: shown.len(), keys: keys.collect() };
        let sorter = has_order.then(|| Sorter::new(shape.clone()));
        let as_lines = format == OutputFormat::Ndjson && !has_order;
        let waiting = if as_lines { Made::Lines(lines) } else { Made::Rows(Rows::new(shape)) };
        let sink = Self { writer, sorter, to_file: arguments.output.is_some() };
        Ok((sink, Shown { columns, whole, hidden: arguments.hidden, waiting, written: Mutex::default() }))
    }

    /// Takes rows that were made on another thread.
    pub(super) fn append(&mut self, made: Made, shown: &Shown) -> Result<(), Failure> {
        match (made, &mut self.sorter) {
            (Made::Rows(rows), Some(sorter)) => sorter.append(rows)?,
            (Made::Rows(rows), None) => rows.write_to(&mut self.writer)?,
            (Made::Lines(lines), _) => {
                self.writer.lines(&lines)?;
                shown.recycle(lines);
            }
        }
        Ok(())
    }

    /// Takes a row.
    pub(super) fn row(&mut self, row: &Row<'_>) -> Result<(), Failure> {
        match &mut self.sorter {
            Some(sorter) => sorter.push(row)?,
            None => self.writer.row(row)?,
        }
        Ok(())
    }

    /// The bytes that did not fit in memory while they were sorted.
    pub(super) fn spilled(&self) -> u64 {
        self.sorter.as_ref().map_or(0, Sorter::spilled)
    }

    /// After an error of the input: what was read goes to standard output all the same; a file does not take its
    /// name, since it would look complete.
    pub(super) fn flush_unfinished(mut self) -> Result<(), Failure> {
        if self.to_file {
            return Ok(());
        }
        if let Some(sorter) = self.sorter.take() {
            sorter.write_to(&mut self.writer)?;
        }
        self.writer.finish()?;
        Ok(())
    }

    /// Writes what is left; a file takes its name.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        if let Some(sorter) = self.sorter.take() {
            sorter.write_to(&mut self.writer)?;
        }
        let buffered = self.writer.finish()?;
        let destination = buffered.into_inner().map_err(|error| Failure::from(error.into_error()))?;
        Ok(destination.finish()?)
    }
}

/// The format that was asked for, or that the file's ending says, or that suits the reader.
///
/// # Errors
/// When the ending is of something that is not written.
pub(crate) fn format(
    asked: Option<args::OutputFormat>,
    path: Option<&Path>,
) -> Result<OutputFormat, Failure> {
    let ending = path.and_then(Path::extension).and_then(|ending| ending.to_str());
    if let (None, Some("gz" | "zst" | "zstd" | "json" | "xlsx")) = (asked, ending) {
        let message = "the output's ending is of a format that is not written: end it with .ndjson, .csv or .parquet, or say --format";
        return Err(Failure::Usage(message.to_owned()));
    }
    let format = asked.or(match ending {
        Some("csv") => Some(args::OutputFormat::Csv),
        Some("parquet") => Some(args::OutputFormat::Parquet),
        Some(_) => Some(args::OutputFormat::Ndjson),
        None => None,
    });
    let width = if path.is_none() { terminal::width() } else { None };
    Ok(match format {
        Some(args::OutputFormat::Csv) => OutputFormat::Csv,
        Some(args::OutputFormat::Parquet) => OutputFormat::Parquet,
        Some(args::OutputFormat::Table) => OutputFormat::Table { width },
        None if width.is_some() => OutputFormat::Table { width },
        Some(args::OutputFormat::Ndjson) | None => OutputFormat::Ndjson,
    })
}
