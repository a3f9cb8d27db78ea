//! From a text to a valid policy, or to every mistake in it. Reads no files: sets are brought by the caller.

mod columns;
mod literal;
mod predicate;
mod raw;
mod reference;
mod sections;
mod sets;
mod suspicious;
pub mod table;

use std::collections::HashSet;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub use columns::is_column_name;
pub(crate) use predicate::{
    BETWEEN, COMPARISONS, EQUALS, EXISTS, HAS_ALL, HAS_ANY, IGNORE_CASE, IN, MATCHES, OPAQUE, PRESENT,
    operator_names,
};
pub(crate) use raw::{PolicyFile, SetFile};
pub(crate) use reference::{COLUMN, LIST};

use reference::Lists;

use crate::diagnostic::{Diagnostic, Level, did_you_mean};
use crate::policy::{Exclusion, List, Policy};
use crate::schema::{Schema, Schemas};
use crate::span::{Source, Sources, Span};

/// A file that a policy needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted<'n> {
    /// The shared set of this name.
    Set(&'n str),
    /// The values of the list of this name.
    List(&'n str),
}

impl Wanted<'_> {
    /// Where it is, from the policy's folder.
    #[must_use]
    pub fn path(self) -> String {
        match self {
            Self::Set(name) => format!("sets/{name}.toml"),
            Self::List(name) => format!("lists/{name}.txt"),
        }
    }
}

/// Brings the text of a file that is wanted, or nothing if there is none, or says why it cannot.
pub type Loader<'l> = &'l mut dyn FnMut(Wanted<'_>) -> Result<Option<Source>, String>;

/// What came of reading a text.
#[derive(Debug, Clone)]
pub struct Parsed<T> {
    /// There when nothing was wrong; warnings do not stand in its way.
    pub result: Option<T>,
    /// Everything that is wrong or suspicious, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that the diagnostics point into.
    pub sources: Sources,
}

/// A shared set that was read by itself.
#[derive(Debug, Clone)]
pub struct Set {
    /// Its name.
    pub id: String,
    /// Its own exclusions and those of the sets it uses.
    pub exclusions: Vec<Exclusion>,
    /// The lists that they name and whose values are not here.
    pub lists: Vec<List>,
    /// The table that they look at, with the columns that the set and the sets it uses add.
    pub schema: Schema,
    /// Where the id is written.
    pub span: Span,
}

/// What a text is, by its top-level tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// It has a `[policy]`.
    Policy,
    /// It has a `[set]`.
    Set,
    /// It has neither.
    Other,
}

/// What a text is; a text with mistakes still counts as what it begins to be.
#[must_use]
pub fn file_kind(text: &str) -> FileKind {
    let (table, _) = DeTable::parse_recoverable(text);
    if table.get_ref().contains_key("policy") {
        FileKind::Policy
    } else if table.get_ref().contains_key("set") {
        FileKind::Set
    } else {
        FileKind::Other
    }
}

/// What is wrong with a text that is neither a policy nor a set, if it was meant to be one: it is no TOML, has
/// exclusions, or a section that is nearly called so. Nothing for other TOML.
#[must_use]
pub fn nearly_policy(source: &Source) -> (Vec<Diagnostic>, Sources) {
    let schemas = Schemas::default();
    let mut reader = Reader::of(source.clone(), &schemas);
    let table = reader.table(&source.text);
    for key in table.get_ref().keys() {
        let name = key.get_ref().as_ref();
        let meant = did_you_mean(name, ["policy", "set"]);
        if name == "exclusion" || meant.is_some() {
            let message = "this file is neither a policy nor a set: it has no [policy] and no [set]";
            let diagnostic = Diagnostic::error("no-policy", message, reader.span(key), "looks like one");
            reader.report(diagnostic.maybe_help(meant));
        }
    }
    (reader.diagnostics, reader.sources)
}

/// The id that a policy's text gives itself, also when there are mistakes elsewhere in it.
#[must_use]
pub fn policy_id(text: &str) -> Option<String> {
    let (table, _) = DeTable::parse_recoverable(text);
    let header = table.get_ref().get("policy")?.get_ref().as_table()?;
    header.get("id")?.get_ref().as_str().map(str::to_owned)
}

/// Reads a policy and the sets it uses. Linear in the length of the texts.
#[must_use]
pub fn parse_policy(source: Source, load: Loader<'_>, schemas: &Schemas) -> Parsed<Policy> {
    parse(source, schemas, |reader, table| reader.policy(table, load)).map(|(mut policy, sources)| {
        policy.sources = sources.clone();
        policy
    })
}

/// Reads a shared set by itself, with the sets it uses.
#[must_use]
pub fn parse_set(source: Source, load: Loader<'_>, schemas: &Schemas) -> Parsed<Set> {
    parse(source, schemas, |reader, table| reader.whole_set(table, load)).map(|(set, _)| set)
}

impl<T> Parsed<T> {
    fn map<U>(self, change: impl FnOnce((T, &Sources)) -> U) -> Parsed<U> {
        let result = self.result.map(|result| change((result, &self.sources)));
        Parsed { result, diagnostics: self.diagnostics, sources: self.sources }
    }
}

fn parse<T>(
    source: Source,
    schemas: &Schemas,
    read: impl FnOnce(&mut Reader<'_>, &Spanned<DeTable<'_>>) -> Option<T>,
) -> Parsed<T> {
    let text = source.text.clone();
    let mut reader = Reader::of(source, schemas);
    let table = reader.table(&text);
    let result = read(&mut reader, &table);
    let Reader { mut diagnostics, sources, .. } = reader;
    diagnostics.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span));
    let wrong = diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error);
    Parsed { result: result.filter(|_| !wrong), diagnostics, sources }
}

/// What reading shares: the source being read, and the findings so far.
struct Reader<'s> {
    source: u32,
    sources: Sources,
    schemas: &'s Schemas,
    diagnostics: Vec<Diagnostic>,
    /// The ids of exclusions and where they stand, also of those that have other mistakes.
    exclusion_ids: Vec<(String, Span)>,
    /// The lists of the file that is being read.
    lists: Lists,
    /// The columns that the file which is being read adds to its table.
    columns: HashSet<String>,
    /// The names of the lists of all files, and where they stand.
    list_names: Vec<(String, Span)>,
}

impl<'s> Reader<'s> {
    fn of(source: Source, schemas: &'s Schemas) -> Self {
        let mut sources = Sources::default();
        Self {
            source: sources.add(source),
            sources,
            schemas,
            diagnostics: Vec::new(),
            exclusion_ids: Vec::new(),
            lists: Lists::default(),
            columns: HashSet::new(),
            list_names: Vec::new(),
        }
    }
    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn span<T>(&self, spanned: &Spanned<T>) -> Span {
        Span::new(self.source, spanned.span())
    }

    /// The text as a table; what is no TOML is reported, and the rest is still looked at.
    fn table<'t>(&mut self, text: &'t str) -> Spanned<DeTable<'t>> {
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let span = Span::new(self.source, error.span().unwrap_or(0..0));
            let message = format!("this is not TOML: {}", error.message().replace('\n', ", "));
            self.report(Diagnostic::error("syntax", message, span, ""));
        }
        table
    }

    /// A top-level table, if it is there and is one.
    fn section<'t, 'v>(&mut self, file: &'t DeTable<'v>, name: &str) -> Option<&'t Spanned<DeValue<'v>>> {
        let value = file.get(name)?;
        if value.get_ref().is_table() {
            return Some(value);
        }
        let message = format!("`{name}` is not a table");
        let help = format!("write [{name}], and its keys below");
        self.report(
            Diagnostic::error("wrong-type", message, self.span(value), "expected a table").help(help),
        );
        None
    }

    /// A table that has a name of its own, as `[list.NAME]` has, and its fields; what is none is told, with what it could say.
    fn own_table<T: DeserializeOwned + Default>(
        &mut self,
        at: &Spanned<DeValue<'_>>,
        place: &str,
        what: &str,
        example: &str,
    ) -> Option<T> {
        if at.get_ref().is_table() {
            return Some(self.fields(at, what));
        }
        let message = format!("`{place}` is not a table");
        let help = format!("write [{place}], and {example} below");
        let wrong = Diagnostic::error("wrong-type", message, self.span(at), "expected a table");
        self.report(wrong.help(help));
        None
    }

    /// A top-level array of tables; nothing if it is not there.
    fn sections<'t, 'v>(&mut self, file: &'t DeTable<'v>, name: &str) -> Vec<&'t Spanned<DeValue<'v>>> {
        let Some(value) = file.get(name) else { return Vec::new() };
        let tables = value.get_ref().as_array().map(|array| array.iter().collect::<Vec<_>>());
        if let Some(tables) = tables.filter(|tables| tables.iter().all(|table| table.get_ref().is_table())) {
            tables
        } else {
            let message = format!("`{name}` is not a list of tables");
            let help = format!("write [[{name}]] with two brackets, once for each");
            let diagnostic = Diagnostic::error("wrong-type", message, self.span(value), "expected [[…]]");
            self.report(diagnostic.help(help));
            Vec::new()
        }
    }
}

#[cfg(test)]
mod column_tests;
#[cfg(test)]
mod tests;
