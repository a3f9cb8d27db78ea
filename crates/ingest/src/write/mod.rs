//! Writers of rows: formats, destinations, and the order of rows. Knows values and columns, not where rows come
//! from.

mod csv;
mod destination;
mod error;
mod layout;
mod ndjson;
mod parquet;
mod row_key;
mod rows;
mod sort;
mod table;
mod writer;

pub use destination::Destination;
pub use error::WriteError;
pub use layout::{HIDDEN_BY, Layout, OutputColumn, OutputFormat, Row};
pub use ndjson::Lines;
pub use rows::{Rows, Shape, SortKey};
pub use sort::Sorter;
pub use writer::Writer;

#[cfg(test)]
mod tests {
    use lownoise_engine::value::Kind;

    use super::*;

    /// One column of each kind, named by it.
    pub(super) fn layout(hidden_by: bool, whole: bool) -> Layout {
        let column = |(name, kind): (&str, Kind)| OutputColumn { name: name.to_owned(), kind };
        let kinds = [
            ("time", Kind::Time),
            ("text", Kind::Text),
            ("number", Kind::Number),
            ("bool", Kind::Bool),
            ("address", Kind::Address),
        ];
        Layout { columns: kinds.map(column).into(), hidden_by, whole }
    }

    /// Everything that a writer of this format writes for these rows.
    pub(super) fn written(format: OutputFormat, layout: Layout, rows: &[Row<'_>]) -> Vec<u8> {
        let mut writer = Writer::create(format, layout, Vec::new()).unwrap();
        for row in rows {
            writer.row(row).unwrap();
        }
        writer.finish().unwrap()
    }
}
