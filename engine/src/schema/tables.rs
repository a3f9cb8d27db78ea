//! The tables that are known: those that are shipped, and what is added to them. Knows no columns.

use std::sync::OnceLock;

use include_dir::{Dir, include_dir};

use super::Schema;

static SHIPPED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../schemas");

/// The tables a policy may name. A shipped one is read when it is first asked for: a policy needs one or two of them.
#[derive(Debug, Clone, Default)]
pub struct Schemas {
    tables: Vec<Known>,
}

/// A table of this name.
#[derive(Debug, Clone)]
struct Known {
    name: String,
    /// Its file, where it is shipped.
    text: &'static str,
    schema: OnceLock<Option<Schema>>,
}

impl Schemas {
    /// The shipped tables: every `schemas/*.toml`.
    ///
    /// # Errors
    /// When a shipped file does not say which table it is of; a test of this crate holds that each is a schema.
    pub fn shipped() -> Result<Self, String> {
        let mut tables = Vec::new();
        for file in SHIPPED.files().filter(|file| file.path().extension().is_some_and(|end| end == "toml")) {
            let name = file.path().display();
            let text = file.contents_utf8().ok_or_else(|| format!("{name}: not UTF-8"))?;
            let table = text.lines().find_map(named).ok_or_else(|| format!("{name}: no `table`"))?;
            tables.push(Known { name: table.to_owned(), text, schema: OnceLock::new() });
        }
        Ok(Self { tables })
    }

    /// Adds a table; one of the same name is replaced.
    pub fn add(&mut self, schema: Schema) {
        self.tables.retain(|known| known.name != schema.table);
        self.tables.push(Known {
            name: schema.table.clone(),
            text: "",
            schema: OnceLock::from(Some(schema)),
        });
    }

    /// The table of this name.
    #[must_use]
    pub fn get(&self, table: &str) -> Option<&Schema> {
        self.tables.iter().find(|known| known.name == table)?.schema()
    }

    /// The name of every table, shipped ones by file name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tables.iter().map(|known| known.name.as_str())
    }

    /// Every table, in the order of their [`names`](Self::names).
    pub fn iter(&self) -> impl Iterator<Item = &Schema> {
        self.tables.iter().filter_map(Known::schema)
    }
}

impl Known {
    fn schema(&self) -> Option<&Schema> {
        self.schema.get_or_init(|| Schema::parse(self.text).ok()).as_ref()
    }
}

/// The table that a line of a schema's file names: `table = "DeviceInfo"`.
fn named(line: &str) -> Option<&str> {
    let value = line.strip_prefix("table")?.trim_start().strip_prefix('=')?;
    value.trim().strip_prefix('"')?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_file_is_the_schema_that_it_is_called() {
        let schemas = Schemas::shipped().unwrap();
        assert!(schemas.tables.len() > 60);
        for known in &schemas.tables {
            let read = Schema::parse(known.text).map(|schema| schema.table);
            assert_eq!(read.as_ref(), Ok(&known.name));
        }
        assert!(schemas.names().eq(schemas.iter().map(|schema| schema.table.as_str())));
    }
}
