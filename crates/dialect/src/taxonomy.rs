//! What other languages call the columns of a table: data, read from `schemas/taxonomies/`, and from the mapping of events
//! where it says the same. Knows no language.

use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use lownoise_engine::event::ColumnId;
use lownoise_engine::schema::Schema;
use toml::{Table, Value};

static SCHEMAS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../schemas");

/// The names of one table's columns in one taxonomy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taxonomy {
    /// `sigma`, `ecs`
    pub(crate) id: String,
    /// The table.
    pub(crate) table: String,
    /// The categories of log sources that it is for.
    pub(crate) categories: Vec<String>,
    /// Each field that has a column.
    fields: Vec<(String, Entry)>,
}

/// What a field is, by the names of columns.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Entry {
    Column(String),
    Account { domain: String, name: String },
    Values(String, Vec<(String, String)>),
}

/// What a field is in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Field<'t> {
    /// A column.
    Column(ColumnId),
    /// `DOMAIN\name`, of two columns; the name alone where there is no domain.
    Account {
        /// What stands before the backslash.
        domain: ColumnId,
        /// What stands behind it.
        name: ColumnId,
    },
    /// A column that has other words for some values: what the field says, what the column says.
    Values(ColumnId, &'t [(String, String)]),
}

/// All of them, by the names of their files.
pub(crate) fn taxonomies() -> &'static [Taxonomy] {
    static ALL: LazyLock<Vec<Taxonomy>> = LazyLock::new(|| {
        let folder = SCHEMAS.get_dir("taxonomies").map(Dir::files);
        let mut files: Vec<_> = folder.into_iter().flatten().collect();
        files.sort_by_key(|file| file.path());
        // A test holds that each of them can be read.
        files.iter().filter_map(|file| Taxonomy::read(file.contents_utf8()?)).collect()
    });
    &ALL
}

impl Taxonomy {
    fn read(text: &str) -> Option<Self> {
        let file: Table = toml::from_str(text).ok()?;
        let head = file.get("taxonomy")?.as_table()?;
        let said = |name: &str| Some(head.get(name)?.as_str()?.to_owned());
        let categories = head.get("categories").and_then(Value::as_array);
        let categories = categories.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        let mut found = Self {
            id: said("id")?,
            table: said("table")?,
            categories: categories.collect(),
            fields: Vec::new(),
        };
        for (name, value) in file.get("fields")?.as_table()? {
            found.fields.push((name.clone(), entry(value)?));
        }
        if let Some(mapping) = said("mapping") {
            let file = SCHEMAS.get_file(format!("mappings/{mapping}.toml"))?.contents_utf8()?;
            let file: Table = toml::from_str(file).ok()?;
            for (column, supply) in file.get("columns")?.as_table()? {
                if let Some((field, entry)) = supplied(column, supply)
                    && !found.fields.iter().any(|(name, _)| *name == field)
                {
                    found.fields.push((field, entry));
                }
            }
        }
        Some(found)
    }

    /// What a field is: by this taxonomy, else the column of that name.
    pub(crate) fn field(&self, name: &str, schema: &Schema) -> Option<Field<'_>> {
        let known = self.fields.iter().find(|(field, _)| field == name).map(|(_, entry)| entry);
        match known {
            Some(Entry::Column(column)) => schema.column(column).map(Field::Column),
            Some(Entry::Account { domain, name }) => {
                Some(Field::Account { domain: schema.column(domain)?, name: schema.column(name)? })
            }
            Some(Entry::Values(column, values)) => Some(Field::Values(schema.column(column)?, values)),
            None => schema.column(name).map(Field::Column),
        }
    }

    /// The field that is a column, if there is one; else the column's own name.
    pub(crate) fn name<'n>(&'n self, column: &'n str) -> &'n str {
        let plain =
            self.fields.iter().find(|(_, entry)| matches!(entry, Entry::Column(name) if name == column));
        // A name that means another column here cannot stand for itself.
        plain.map_or(column, |(field, _)| field)
    }

    /// Whether a column can be named: no field has its name and is something else.
    pub(crate) fn can_name(&self, column: &str, schema: &Schema) -> bool {
        self.field(self.name(column), schema) == schema.column(column).map(Field::Column)
    }

    /// The names of a table that has no others: its columns'.
    pub(crate) fn plain(id: &str, table: &str) -> Self {
        Self { id: id.to_owned(), table: table.to_owned(), categories: Vec::new(), fields: Vec::new() }
    }
}

/// The taxonomy of this id for this table.
pub(crate) fn of_table(id: &str, table: &str) -> Taxonomy {
    let known = taxonomies().iter().find(|known| known.id == id && known.table == table);
    known.cloned().unwrap_or_else(|| Taxonomy::plain(id, table))
}

fn entry(value: &Value) -> Option<Entry> {
    match value {
        Value::String(column) => Some(Entry::Column(column.clone())),
        Value::Table(table) => {
            let said = |name: &str| Some(table.get(name)?.as_str()?.to_owned());
            Some(Entry::Account { domain: said("domain")?, name: said("name")? })
        }
        _ => None,
    }
}

/// The field that a column of a mapping is, where it is no more and no less than that. What is computed from a field
/// says nothing about the field itself.
fn supplied(column: &str, supply: &Value) -> Option<(String, Entry)> {
    let first = |value: &Value| match value {
        Value::String(field) => Some(field.clone()),
        Value::Array(fields) => Some(fields.first()?.as_str()?.to_owned()),
        _ => None,
    };
    let Value::Table(table) = supply else { return Some((first(supply)?, Entry::Column(column.to_owned()))) };
    if ["join", "basename", "derive", "time"].iter().any(|key| table.contains_key(*key)) {
        return None;
    }
    let field = first(table.get("from")?)?;
    let Some(values) = table.get("values").and_then(Value::as_table) else {
        return Some((field, Entry::Column(column.to_owned())));
    };
    let values = values.iter().filter_map(|(said, is)| Some((said.clone(), is.as_str()?.to_owned())));
    Some((field, Entry::Values(column.to_owned(), values.collect())))
}

#[cfg(test)]
mod tests {
    use lownoise_engine::schema::Schemas;

    use super::*;

    #[test]
    fn every_file_is_read_and_every_column_is_there() {
        let files = SCHEMAS.get_dir("taxonomies").unwrap().files().count();
        assert_eq!(taxonomies().len(), files);
        let schemas = Schemas::shipped().unwrap();
        for taxonomy in taxonomies() {
            let schema = schemas.get(&taxonomy.table).unwrap();
            for (field, entry) in &taxonomy.fields {
                assert!(taxonomy.field(field, schema).is_some(), "{}: {field}: {entry:?}", taxonomy.table);
            }
            // Sysmon says `tcp` where the table says `Tcp`: the one name that means two things.
            let unnamed = schema.columns.iter().filter(|column| !taxonomy.can_name(&column.name, schema));
            let unnamed: Vec<&str> = unnamed.map(|column| column.name.as_str()).collect();
            let expected: &[&str] = if taxonomy.table == "DeviceNetworkEvents" && taxonomy.id == "sigma" {
                &["Protocol"]
            } else {
                &[]
            };
            assert_eq!(unnamed, expected, "{}", taxonomy.table);
        }
    }

    #[test]
    fn a_mapping_of_events_is_a_taxonomy_too() {
        let schemas = Schemas::shipped().unwrap();
        let schema = schemas.get("DeviceNetworkEvents").unwrap();
        let sigma = of_table("sigma", "DeviceNetworkEvents");
        let column = |name: &str| Some(Field::Column(schema.column(name).unwrap()));
        assert_eq!(sigma.field("Image", schema), column("InitiatingProcessFolderPath"));
        assert_eq!(sigma.field("DestinationIp", schema), column("RemoteIP"));
        assert_eq!(sigma.field("RemoteIP", schema), column("RemoteIP"));
        assert!(
            matches!(sigma.field("Initiated", schema), Some(Field::Values(_, values)) if values.len() == 2)
        );
        assert!(matches!(sigma.field("User", schema), Some(Field::Account { .. })));
        assert_eq!(sigma.field("Nonsense", schema), None);
        assert_eq!(sigma.name("InitiatingProcessFolderPath"), "Image");
        assert_eq!(sigma.name("InitiatingProcessFileName"), "InitiatingProcessFileName");
        let ecs = of_table("ecs", "DeviceNetworkEvents");
        assert_eq!(ecs.field("process.executable", schema), column("InitiatingProcessFolderPath"));
    }
}
