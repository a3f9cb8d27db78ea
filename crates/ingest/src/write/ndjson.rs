//! Rows as NDJSON: one object a line, keys in column order, no tree of values in between.

use std::io::{self, Write};
use std::sync::Arc;

use lownoise_engine::value::{Kind, Value};

use super::layout::{HIDDEN_BY, Layout, OutputColumn, Row};
use crate::json_text::push_text;

/// How much is collected before the sink gets it, in bytes.
const BUFFER: usize = 64 * 1024;

/// Writes lines to a sink.
pub(super) struct NdjsonWriter<W> {
    sink: W,
    lines: Lines,
}

/// Rows as lines of NDJSON, made on any thread: none depends on another. Memory: their text.
///
/// A text is never null: a missing text is `""`, any other missing value is `null`. Times are RFC 3339 in UTC.
///
/// With [`Layout::whole`] a row's own object is copied, its line breaks (they can only be between tokens) as
/// spaces; [`HIDDEN_BY`] becomes its last key, also beside a key of that name, since parsers take the last.
#[derive(Debug, Clone)]
pub struct Lines {
    buffer: String,
    columns: Arc<[Key]>,
    hidden_by: bool,
    whole: bool,
}

/// A column's key as it is written, `"RemotePort":`, and how its missing values are.
#[derive(Debug)]
struct Key {
    text: String,
    missing: &'static str,
}

impl<W: Write> NdjsonWriter<W> {
    pub(super) fn new(layout: &Layout, sink: W) -> Self {
        let mut lines = Lines::new(layout);
        lines.buffer.reserve(BUFFER + BUFFER / 4);
        Self { sink, lines }
    }

    pub(super) fn row(&mut self, row: &Row<'_>) -> io::Result<()> {
        self.lines.push(row);
        if self.lines.buffer.len() >= BUFFER { self.drain() } else { Ok(()) }
    }

    /// Writes lines that were made elsewhere.
    pub(super) fn lines(&mut self, lines: &Lines) -> io::Result<()> {
        self.drain()?;
        self.sink.write_all(lines.buffer.as_bytes())
    }

    pub(super) fn finish(mut self) -> io::Result<W> {
        self.drain()?;
        Ok(self.sink)
    }

    fn drain(&mut self) -> io::Result<()> {
        self.sink.write_all(self.lines.buffer.as_bytes())?;
        self.lines.buffer.clear();
        Ok(())
    }
}

impl Lines {
    /// No lines.
    #[must_use]
    pub fn new(layout: &Layout) -> Self {
        let key = |column: &OutputColumn| {
            let mut text = String::new();
            push_text(&mut text, &column.name);
            text.push(':');
            let missing = match column.kind {
                Kind::Text | Kind::Address => "\"\"",
                Kind::Number | Kind::Time | Kind::Bool => "null",
            };
            Key { text, missing }
        };
        let columns = layout.columns.iter().map(key).collect();
        Self { buffer: String::new(), columns, hidden_by: layout.hidden_by, whole: layout.whole }
    }

    /// How long they are, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.buffer.len()
    }

    /// Drops all lines; their memory is used again.
    pub fn clear(&mut self) {
        self.buffer.clear();
    }

    /// Adds a row.
    pub fn push(&mut self, row: &Row<'_>) {
        match self.whole.then(|| row.whole.trim_end().strip_suffix('}')).flatten() {
            Some(object) => self.push_whole(object),
            None => self.push_columns(row),
        }
        if self.hidden_by {
            self.push_hidden_by(row.hidden_by);
        }
        self.buffer.push_str("}\n");
    }

    /// An object but for its closing brace.
    fn push_whole(&mut self, object: &str) {
        if memchr::memchr2(b'\n', b'\r', object.as_bytes()).is_some() {
            self.buffer.extend(object.trim().chars().map(|letter| match letter {
                '\n' | '\r' => ' ',
                other => other,
            }));
        } else {
            self.buffer.push_str(object.trim());
        }
    }

    fn push_columns(&mut self, row: &Row<'_>) {
        let out = &mut self.buffer;
        let mut before = '{';
        for (place, key) in self.columns.iter().enumerate() {
            out.push(before);
            out.push_str(&key.text);
            match row.value(place) {
                Value::Missing => out.push_str(key.missing),
                Value::Text(text) | Value::Address(text, _) => push_text(out, text),
                Value::Number(number) => out.push_str(itoa::Buffer::new().format(number)),
                Value::Bool(value) => out.push_str(if value { "true" } else { "false" }),
                Value::Time(time) => {
                    out.push('"');
                    // Writing to a string does not fail.
                    let _ = time.write_to(out);
                    out.push('"');
                }
            }
            before = ',';
        }
        if before == '{' {
            out.push('{');
        }
    }

    fn push_hidden_by(&mut self, ids: &[&str]) {
        let out = &mut self.buffer;
        if !out.ends_with('{') {
            out.push(',');
        }
        push_text(out, HIDDEN_BY);
        let mut before = ":[";
        for id in ids {
            out.push_str(before);
            push_text(out, id);
            before = ",";
        }
        out.push_str(if ids.is_empty() { ":[]" } else { "]" });
    }
}

#[cfg(test)]
mod tests {
    use lownoise_engine::value::Time;

    use super::super::tests::{layout, written};
    use super::super::{Layout, OutputFormat, Row};
    use super::*;

    fn lines(layout: Layout, rows: &[Row<'_>]) -> String {
        String::from_utf8(written(OutputFormat::Ndjson, layout, rows)).unwrap()
    }

    #[test]
    fn columns_in_order_and_what_missing_looks_like() {
        let values = [
            Value::Time(Time(0)),
            Value::Text("a\"\\\n\u{1}é"),
            Value::Number(-443),
            Value::Bool(true),
            Value::Address("::1", None),
        ];
        let rows = [Row { values: &values, ..Row::default() }, Row::default()];
        assert_eq!(
            lines(layout(false, false), &rows),
            concat!(
                r#"{"time":"1970-01-01T00:00:00Z","text":"a\"\\\n\u0001é","number":-443,"bool":true,"address":"::1"}"#,
                "\n",
                r#"{"time":null,"text":"","number":null,"bool":null,"address":""}"#,
                "\n"
            )
        );
    }

    #[test]
    fn whole_rows_stay_one_line_and_take_hidden_by() {
        let whole = |whole, hidden_by| Row { values: &[], whole, hidden_by };
        let rows =
            [whole("{\"a\": 1}", &["x", "y\""][..]), whole("{}", &[]), whole(" {\r\n \"b\": 2\n}\n", &["x"])];
        assert_eq!(
            lines(layout(true, true), &rows),
            "{\"a\": 1,\"hidden_by\":[\"x\",\"y\\\"\"]}\n{\"hidden_by\":[]}\n{   \"b\": 2,\"hidden_by\":[\"x\"]}\n"
        );
    }

    #[test]
    fn no_columns_are_an_empty_object() {
        assert_eq!(lines(Layout::default(), &[Row::default()]), "{}\n");
    }
}
