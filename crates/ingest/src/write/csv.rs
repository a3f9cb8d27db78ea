//! Rows as CSV (RFC 4180, `\n` line ends). Data stays as it is, also what a spreadsheet takes for a formula.

use std::fmt::Write as _;
use std::io::{self, Write};

use ::csv::{Terminator, WriterBuilder};
use lownoise_engine::value::Value;

use super::layout::{HIDDEN_BY, Layout, Row};

/// How much is collected before the sink gets it, in bytes.
const BUFFER: usize = 64 * 1024;

/// Missing values and empty texts are both empty cells. [`HIDDEN_BY`] is joined with `;`.
pub(super) struct CsvWriter<W: Write> {
    records: ::csv::Writer<W>,
    columns: usize,
    hidden_by: bool,
    cell: String,
}

impl<W: Write> CsvWriter<W> {
    pub(super) fn new(layout: &Layout, sink: W) -> io::Result<Self> {
        let mut records = WriterBuilder::new()
            .has_headers(false)
            .terminator(Terminator::Any(b'\n'))
            .buffer_capacity(BUFFER)
            .from_writer(sink);
        let names = layout.columns.iter().map(|column| column.name.as_str());
        records.write_record(names.chain(layout.hidden_by.then_some(HIDDEN_BY))).map_err(into_io)?;
        let columns = layout.columns.len();
        Ok(Self { records, columns, hidden_by: layout.hidden_by, cell: String::new() })
    }

    pub(super) fn row(&mut self, row: &Row<'_>) -> io::Result<()> {
        for place in 0..self.columns {
            match row.value(place) {
                Value::Missing => self.records.write_field(""),
                Value::Text(text) | Value::Address(text, _) => self.records.write_field(text),
                Value::Number(number) => self.records.write_field(itoa::Buffer::new().format(number)),
                Value::Bool(value) => self.records.write_field(if value { "true" } else { "false" }),
                Value::Time(time) => {
                    self.cell.clear();
                    // Writing to a string does not fail.
                    let _ = write!(self.cell, "{time}");
                    self.records.write_field(&self.cell)
                }
            }
            .map_err(into_io)?;
        }
        if self.hidden_by {
            self.records.write_field(row.hidden_by.join(";")).map_err(into_io)?;
        }
        self.records.write_record(None::<&[u8]>).map_err(into_io)
    }

    pub(super) fn finish(self) -> io::Result<W> {
        self.records.into_inner().map_err(::csv::IntoInnerError::into_error)
    }
}

fn into_io(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use lownoise_engine::value::Time;

    use super::super::tests::{layout, written};
    use super::super::{OutputFormat, Row};
    use super::*;

    #[test]
    fn quotes_where_needed_and_keeps_formulas() {
        let values =
            [Value::Time(Time(0)), Value::Text("a \"b\", c\nd"), Value::Number(-1), Value::Bool(false)];
        let formula = [
            Value::Missing,
            Value::Text("=1+1"),
            Value::Missing,
            Value::Missing,
            Value::Address("::1", None),
        ];
        let rows = [
            Row { values: &values, whole: "", hidden_by: &["x", "y"] },
            Row { values: &formula, whole: "", hidden_by: &[] },
        ];
        let text = String::from_utf8(written(OutputFormat::Csv, layout(true, false), &rows)).unwrap();
        assert_eq!(
            text,
            "time,text,number,bool,address,hidden_by\n\
             1970-01-01T00:00:00Z,\"a \"\"b\"\", c\nd\",-1,false,,x;y\n,=1+1,,,::1,\n"
        );
    }
}
