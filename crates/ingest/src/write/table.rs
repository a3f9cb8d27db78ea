//! Rows as a table for people. Texts are cut to the terminal, and what could steer a terminal is spelled out.

use std::io::{self, Write};

use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table, Width};
use lownoise_engine::value::Kind;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::layout::{HIDDEN_BY, Layout, Row};

/// Rows that are laid out together. The widths of the first group hold for all, so memory stays flat.
const GROUP: usize = 512;

/// No cell is wider, however wide the terminal: a table is for looking.
const WIDEST: usize = 240;

/// Columns are not made narrower to fit the terminal.
const NARROWEST: usize = 4;

/// Space between two columns.
const GAP: usize = 2;

pub(super) struct TableWriter<W> {
    sink: W,
    layout: Layout,
    width: Option<u16>,
    rows: Vec<Vec<String>>,
    /// The width of each column, once the first group is laid out.
    widths: Option<Vec<usize>>,
}

impl<W: Write> TableWriter<W> {
    pub(super) fn new(layout: Layout, width: Option<u16>, sink: W) -> Self {
        Self { sink, layout, width, rows: Vec::new(), widths: None }
    }

    pub(super) fn row(&mut self, row: &Row<'_>) -> io::Result<()> {
        let places = 0..self.layout.columns.len();
        let mut cells: Vec<String> = places.map(|place| shown(&row.value(place).to_string())).collect();
        if self.layout.hidden_by {
            cells.push(shown(&row.hidden_by.join(", ")));
        }
        self.rows.push(cells);
        if self.rows.len() >= GROUP {
            self.print()?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<W> {
        if self.widths.is_none() || !self.rows.is_empty() {
            self.print()?;
        }
        Ok(self.sink)
    }

    fn print(&mut self) -> io::Result<()> {
        let names = self.layout.columns.iter().map(|column| shown(&column.name));
        let header: Vec<String> = names.chain(self.layout.hidden_by.then(|| HIDDEN_BY.to_owned())).collect();
        let first = self.widths.is_none();
        let widths = self.widths.get_or_insert_with(|| fit(&natural(&header, &self.rows), self.width));
        let mut table = Table::new();
        table.load_style(comfy_table::presets::NOTHING);
        table.set_content_arrangement(ContentArrangement::Disabled);
        let cut_row = |cells: Vec<String>| -> Vec<Cell> {
            let cut = cells.iter().zip(widths.iter()).map(|(cell, &width)| cut(cell, width));
            cut.map(Cell::new_owned).collect()
        };
        if first {
            table.add_row(cut_row(header));
        }
        table.add_rows(self.rows.drain(..).map(cut_row));
        let kinds = self.layout.columns.iter().map(|column| column.kind).chain([Kind::Text]);
        for ((column, &width), kind) in table.column_iter_mut().zip(widths.iter()).zip(kinds) {
            let padding = u16::try_from(GAP).unwrap_or_default();
            let width = u16::try_from(width).unwrap_or(u16::MAX).saturating_add(padding);
            column.set_padding((0, padding));
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
            if kind == Kind::Number {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        for line in table.lines() {
            writeln!(self.sink, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// The width that each column needs.
fn natural(header: &[String], rows: &[Vec<String>]) -> Vec<usize> {
    let mut widths: Vec<usize> = header.iter().map(|cell| cell.width()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    widths
}

/// Narrows the widest columns, all to one width, until the line fits; none below [`NARROWEST`].
fn fit(natural: &[usize], terminal: Option<u16>) -> Vec<usize> {
    let narrowed = |limit: usize| natural.iter().map(move |&width| width.min(limit));
    let limit = match terminal {
        None => WIDEST,
        Some(terminal) => {
            let gaps = GAP * natural.len().saturating_sub(1);
            let fits = |limit: usize| narrowed(limit).sum::<usize>() + gaps <= usize::from(terminal);
            (NARROWEST..=WIDEST).rev().find(|&limit| fits(limit)).unwrap_or(NARROWEST)
        }
    };
    narrowed(limit).collect()
}

/// The text, its end replaced by `…` where it is wider.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for letter in text.chars() {
        used += letter.width().unwrap_or(0);
        if used > width {
            break;
        }
        kept.push(letter);
    }
    kept.push('…');
    kept
}

/// A cell's text on one line, cut to what is ever shown: control characters, and those that reorder text or
/// have no width, as escapes. An event is untrusted text.
fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(WIDEST));
    for letter in text.chars().take(WIDEST + 1) {
        let hidden = matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        if letter.is_control() || hidden {
            out.extend(letter.escape_default());
        } else {
            out.push(letter);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use lownoise_engine::value::Value;

    use super::super::tests::{layout, written};
    use super::super::{OutputColumn, OutputFormat};
    use super::*;

    fn table(width: Option<u16>, layout: Layout, rows: &[Row<'_>]) -> String {
        String::from_utf8(written(OutputFormat::Table { width }, layout, rows)).unwrap()
    }

    #[test]
    fn numbers_are_right_aligned_and_long_texts_cut() {
        let long = "x".repeat(50);
        let one = [
            Value::Missing,
            Value::Text(&long),
            Value::Number(7),
            Value::Bool(true),
            Value::Address("::1", None),
        ];
        let two = [Value::Missing, Value::Text("évil\u{1b}[2J\n"), Value::Number(-12345)];
        let rows = [Row { values: &one, ..Row::default() }, Row { values: &two, ..Row::default() }];
        assert_eq!(
            table(Some(50), layout(false, false), &rows),
            "time  text                   number  bool  address\n\
             \u{20}     xxxxxxxxxxxxxxxxxxxx…       7  true  ::1\n\
             \u{20}     évil\\u{1b}[2J\\n        -12345\n"
        );
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_and_groups_line_up() {
        let text = "wide text 日本語 ".repeat(9);
        let values = [Value::Missing, Value::Text(&text), Value::Number(7)];
        let rows = vec![Row { values: &values, whole: "", hidden_by: &["snapd", "apt-methods"] }; GROUP + 5];
        let out = table(Some(72), layout(true, false), &rows);
        assert_eq!(out.lines().count(), GROUP + 6);
        assert!(out.lines().all(|line| line.width() <= 72));
        assert_eq!(out.lines().nth(1), out.lines().last());
    }

    #[test]
    fn without_rows_there_is_a_header_and_without_columns_nothing() {
        assert_eq!(table(None, layout(false, false), &[]), "time  text  number  bool  address\n");
        assert_eq!(table(None, Layout::default(), &[]), "");
        let column = OutputColumn { name: "a".into(), kind: Kind::Text };
        assert_eq!(table(Some(1), Layout { columns: vec![column], ..Layout::default() }, &[]), "a\n");
    }
}
