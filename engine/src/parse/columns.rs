//! Columns that a policy or a set adds to its table: `[column.NAME]`. Each file names those that it uses.

use toml::de::DeTable;

use super::predicate::{ALL, ANY, NOT, OPAQUE};
use super::{Reader, raw};
use crate::diagnostic::Diagnostic;
use crate::event::ColumnId;
use crate::schema::{Added, ColumnDefinition, Schema};
use crate::value::Kind;

/// Whether a column that a policy adds can be called so: the words that mean something else in a condition are none.
#[must_use]
pub fn is_column_name(name: &str) -> bool {
    !name.is_empty() && ![ALL, ANY, NOT, OPAQUE].contains(&name)
}

impl Reader<'_> {
    /// Reads the columns of a file, and adds them to the table; from here on they are those that its conditions may name.
    pub(super) fn columns(&mut self, file: &DeTable<'_>, schema: &mut Schema) {
        self.columns.clear();
        let tables = self.section(file, "column").and_then(|section| section.get_ref().as_table());
        for (key, at) in tables.into_iter().flatten() {
            let (name, span) = (key.get_ref().as_ref(), self.span(key));
            let place = format!("column.{name}");
            let Some(raw) = self.own_table::<raw::Column>(at, &place, "a column", "`kind = \"text\"`") else {
                continue;
            };
            // What was written and is no kind has been told.
            let written = at.get_ref().as_table().is_some_and(|table| table.contains_key("kind"));
            let Some(kind) = raw.kind else {
                if !written {
                    let message = format!("the column `{name}` has no `kind`");
                    let help = "say what it holds: text, address, number, time or bool";
                    let wrong = Diagnostic::error("missing-key", message, span, "`kind` is missing");
                    self.report(wrong.help(help));
                }
                continue;
            };
            if !is_column_name(name) {
                let message = format!("a column cannot be called `{name}`");
                let help = "give it the name of the field that events have";
                self.report(Diagnostic::error("blank", message, span, "means something else").help(help));
                continue;
            }
            // What is called like a key of JSON that a column holds is one, unless a query makes it.
            let json = name.split_once('.').map(|(column, _)| column).filter(|_| raw.kql.is_none());
            let text = |column: &&str| {
                let known = schema.column(column).and_then(|id| schema.definition(id));
                known.is_some_and(|known| {
                    known.kind == Kind::Text && known.key_of.is_none() && known.added.is_none()
                })
            };
            let key_of = json.filter(text).map(str::to_owned);
            let added = Some(Added { description: raw.description, kql: raw.kql, span });
            self.add(ColumnDefinition { key_of, added, ..ColumnDefinition::new(name, kind) }, schema);
        }
    }

    /// Adds one column; one that another file of the policy adds too must be the same.
    fn add(&mut self, column: ColumnDefinition, schema: &mut Schema) {
        let name = column.name.clone();
        let span = column.added.as_ref().map(|added| added.span).unwrap_or_default();
        let known = schema.column(&name).and_then(|id| schema.definition(id));
        match known.map(|known| (known.kind, known.added.as_ref())) {
            None => {
                if let Err(why) = schema.add(column) {
                    self.report(Diagnostic::error("duplicate-id", why, span, "one too many"));
                }
            }
            Some((_, None)) => {
                let message = format!("`{}` has a column `{name}` already", schema.table);
                let help = "remove it, or give it another name";
                self.report(Diagnostic::error("duplicate-id", message, span, "the table's own").help(help));
            }
            Some((kind, Some(other))) => {
                let is_same = kind == column.kind && column.added.is_some_and(|added| added.kql == other.kql);
                if !is_same {
                    let message = format!("two columns are called `{name}`");
                    let first = other.span;
                    let wrong = Diagnostic::error("duplicate-id", message, span, "another one here");
                    self.report(wrong.and(first, "first here").help("give one of them another name"));
                }
            }
        }
        self.columns.insert(name);
    }

    /// The column of this name, as far as the file that is read may name it.
    pub(super) fn in_sight(&self, name: &str, schema: &Schema) -> Option<ColumnId> {
        let id = schema.column(name)?;
        let added = schema.definition(id).is_some_and(|column| column.added.is_some());
        (!added || self.columns.contains(name)).then_some(id)
    }

    /// The names of the columns that the file may name.
    pub(super) fn names_in_sight<'s>(&self, schema: &'s Schema) -> impl Iterator<Item = &'s str> {
        let in_sight =
            |column: &&ColumnDefinition| column.added.is_none() || self.columns.contains(&column.name);
        schema.columns.iter().filter(in_sight).map(|column| column.name.as_str())
    }
}
