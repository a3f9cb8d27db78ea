//! One writer over all formats. Knows that each has a beginning, rows and an end.

use std::io::{self, Write};

use super::csv::CsvWriter;
use super::error::WriteError;
use super::layout::{Layout, OutputFormat, Row};
use super::ndjson::{Lines, NdjsonWriter};
use super::parquet::ParquetWriter;
use super::table::TableWriter;

/// Writes rows to a sink. Rows are buffered: what was written is complete only after [`finish`](Self::finish).
/// Memory stays flat however many rows there are.
pub struct Writer<W: Write + Send> {
    inner: Inner<W>,
}

enum Inner<W: Write + Send> {
    Ndjson(NdjsonWriter<W>),
    Csv(Box<CsvWriter<W>>),
    Parquet(Box<ParquetWriter<W>>),
    Table(TableWriter<W>),
}

impl<W: Write + Send> Writer<W> {
    /// A writer of this format; begins with what comes before the first row.
    ///
    /// # Errors
    /// When the sink does not take it.
    pub fn create(format: OutputFormat, layout: Layout, sink: W) -> Result<Self, WriteError> {
        let inner = match format {
            OutputFormat::Ndjson => Inner::Ndjson(NdjsonWriter::new(&layout, sink)),
            OutputFormat::Csv => Inner::Csv(Box::new(CsvWriter::new(&layout, sink)?)),
            OutputFormat::Parquet => Inner::Parquet(Box::new(ParquetWriter::new(layout, sink)?)),
            OutputFormat::Table { width } => Inner::Table(TableWriter::new(layout, width, sink)),
        };
        Ok(Self { inner })
    }

    /// Writes a row.
    ///
    /// # Errors
    /// When the sink does not take it, or the format cannot say a value of it.
    pub fn row(&mut self, row: &Row<'_>) -> Result<(), WriteError> {
        match &mut self.inner {
            Inner::Ndjson(writer) => writer.row(row)?,
            Inner::Csv(writer) => writer.row(row)?,
            Inner::Parquet(writer) => writer.row(row)?,
            Inner::Table(writer) => writer.row(row)?,
        }
        Ok(())
    }

    /// Writes rows that were made into lines elsewhere.
    ///
    /// # Errors
    /// When the sink does not take them, or this format has no such lines.
    pub fn lines(&mut self, lines: &Lines) -> Result<(), WriteError> {
        match &mut self.inner {
            Inner::Ndjson(writer) => Ok(writer.lines(lines)?),
            _ => Err(io::Error::other("lines of NDJSON for another format").into()),
        }
    }

    /// Writes what is still buffered and what comes after the last row, and gives the sink back.
    ///
    /// # Errors
    /// When the sink does not take it.
    pub fn finish(self) -> Result<W, WriteError> {
        let mut sink = match self.inner {
            Inner::Ndjson(writer) => writer.finish()?,
            Inner::Csv(writer) => writer.finish()?,
            Inner::Parquet(writer) => writer.finish()?,
            Inner::Table(writer) => writer.finish()?,
        };
        sink.flush()?;
        Ok(sink)
    }
}
