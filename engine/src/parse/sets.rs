//! Shared sets: what `use` brings in. Each set is read once, however many ways lead to it; a cycle is an error.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::raw;
use super::sections::Home;
use super::{Loader, Reader, Set, Wanted};
use crate::diagnostic::Diagnostic;
use crate::policy::{Exclusion, List};
use crate::schema::Schema;
use crate::span::Span;

/// Sets that use sets that use sets: more than this is no design, and would be read by ever deeper recursion.
const DEEPEST: usize = 32;

/// Where reading stands among the sets.
struct Walk<'w> {
    load: Loader<'w>,
    /// The sets that are being read, outermost first, and where each was asked for.
    open: Vec<(String, Span)>,
    /// The sets that are done.
    done: Vec<String>,
    used: Used,
}

/// What sets bring.
#[derive(Debug, Default)]
pub(super) struct Used {
    pub(super) exclusions: Vec<Exclusion>,
    /// The lists whose values are not here.
    pub(super) lists: Vec<List>,
    /// The table, with the columns that they add; none before a set that is read by itself has said which it is.
    pub(super) schema: Option<Schema>,
}

impl Reader<'_> {
    /// What the sets that a policy uses bring, in the order of first use, depth first.
    pub(super) fn used_sets(
        &mut self,
        header_at: &Spanned<DeValue<'_>>,
        names: &[String],
        schema: Schema,
        load: Loader<'_>,
    ) -> Used {
        let used = Used { schema: Some(schema), ..Used::default() };
        let mut walk = Walk { load, open: Vec::new(), done: Vec::new(), used };
        self.each_use(header_at, names, &mut walk);
        walk.used
    }

    /// A set that is read by itself, not for a policy.
    pub(super) fn whole_set(&mut self, file: &Spanned<DeTable<'_>>, load: Loader<'_>) -> Option<Set> {
        let mut walk = Walk { load, open: Vec::new(), done: Vec::new(), used: Used::default() };
        let name = self.sources.get(self.source).map(|source| set_name(&source.name).to_owned())?;
        walk.open.push((name.clone(), Span::new(self.source, 0..0)));
        let span = self.set(file.get_ref(), &name, None, &mut walk)?;
        self.distinct_names();
        let Used { exclusions, lists, schema } = walk.used;
        Some(Set { id: name, exclusions, lists, schema: schema?, span })
    }

    fn each_use(&mut self, header_at: &Spanned<DeValue<'_>>, names: &[String], walk: &mut Walk<'_>) {
        let listed = header_at.get_ref().as_table().and_then(|table| table.get("use"));
        let entries = listed.and_then(|value| value.get_ref().as_array());
        let places: Vec<Span> = entries.into_iter().flatten().map(|entry| self.span(entry)).collect();
        self.distinct("used set", names.iter().map(String::as_str).zip(places.iter().copied()));
        for (name, span) in names.iter().zip(places) {
            self.one_use(name, span, walk);
        }
    }

    fn one_use(&mut self, name: &str, span: Span, walk: &mut Walk<'_>) {
        if walk.done.iter().any(|done| done == name) {
            return;
        }
        if let Some(first) = walk.open.iter().position(|(open, _)| open == name) {
            let chain = walk.open.iter().skip(first).map(|(open, _)| format!("`{open}`")).collect::<Vec<_>>();
            let message = format!("sets use each other in a cycle: {} → `{name}`", chain.join(" → "));
            let begun = walk.open.get(first).map_or(span, |(_, span)| *span);
            let help = "remove one of the `use` entries";
            let diagnostic = Diagnostic::error("use-cycle", message, span, "closes the cycle");
            self.report(diagnostic.and(begun, "begins here").help(help));
            return;
        }
        if walk.open.len() >= DEEPEST {
            let message =
                format!("`{name}` is the {}th set in a chain of sets that use each other", DEEPEST + 1);
            let help = format!("a chain may be {DEEPEST} sets long; use the sets directly");
            self.report(Diagnostic::error("use-depth", message, span, "one set too deep").help(help));
            return;
        }
        let source =
            match (walk.load)(Wanted::Set(name)).and_then(|source| source.ok_or("no such file".to_owned())) {
                Ok(source) => source,
                Err(why) => {
                    let message = format!("the set `{name}` cannot be read: {why}");
                    let help =
                        format!("sets are files in the folder `sets` beside the policy: `sets/{name}.toml`");
                    self.report(Diagnostic::error("unreadable-set", message, span, "used here").help(help));
                    return;
                }
            };
        let text = source.text.clone();
        let outer = self.source;
        self.source = self.sources.add(source);
        let file = self.table(&text);
        walk.open.push((name.to_owned(), span));
        // What is wrong with the set has been reported; the policy is read on for more.
        let _read = self.set(file.get_ref(), name, Some(span), walk);
        walk.open.pop();
        walk.done.push(name.to_owned());
        self.source = outer;
    }

    /// Reads one set file. `used_at` is where it was asked for, unless it is read by itself.
    fn set(
        &mut self,
        file: &DeTable<'_>,
        name: &str,
        used_at: Option<Span>,
        walk: &mut Walk<'_>,
    ) -> Option<Span> {
        self.unknown_sections::<raw::SetFile>(file, "a set");
        let Some(header_at) = self.section(file, "set") else {
            if !file.contains_key("set") {
                let message = format!("the set `{name}` has no [set]");
                let span = Span::new(self.source, 0..0);
                let help = "begin with [set], id, title, table and owner";
                self.report(Diagnostic::error("no-set", message, span, "").help(help));
            }
            return None;
        };
        let header: raw::SetHeader = self.fields(header_at, "[set]");
        let id = self.required(header.id, header_at, "id", "[set]");
        let _title = self.required(header.title, header_at, "title", "[set]");
        let owner = self.required(header.owner, header_at, "owner", "[set]");
        let table = self.required(header.table, header_at, "table", "[set]");
        let span = self.value_span(header_at, "id");
        if id.as_ref().is_some_and(|id| id != name) {
            let message =
                format!("the set in the file `{name}.toml` calls itself `{}`", id.unwrap_or_default());
            let help = format!("write id = \"{name}\"");
            self.report(Diagnostic::error("set-name", message, span, "not the file's name").help(help));
        }
        let known = self.known_table(header_at, &table?)?.clone();
        if let (Some(used_at), Some(wanted)) = (used_at, &walk.used.schema)
            && wanted.table != known.table
        {
            let message =
                format!("the set `{name}` is over `{}`, the policy over `{}`", known.table, wanted.table);
            let at = self.value_span(header_at, "table");
            self.report(
                Diagnostic::error("set-table", message, used_at, "used here").and(at, "another table"),
            );
            return None;
        }
        let schema = walk.used.schema.get_or_insert(known);
        self.columns(file, schema);
        let home = Home { schema, owner: owner.as_deref().unwrap_or(""), set: Some(name) };
        self.lists.clear();
        let lists = self.lists(file, walk.load);
        let exclusions = self.exclusions(file, &home);
        // What it uses comes before it.
        self.each_use(header_at, &header.sets, walk);
        walk.used.lists.extend(lists);
        walk.used.exclusions.extend(exclusions);
        Some(span)
    }
}

/// `rules/sets/snap.toml` is the set `snap`.
fn set_name(path: &str) -> &str {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    file.strip_suffix(".toml").unwrap_or(file)
}
