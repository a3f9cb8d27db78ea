//! Operands that stand elsewhere: `{ column = "…" }`, another column of the event, and `{ list = "…" }`, a list of the
//! policy, whose values are in it, in a file beside it, or not here.

use std::collections::BTreeMap;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::predicate::{BETWEEN, COMPARISONS, HAS_ALL, MATCHES, Subject};
use super::{Loader, Reader, Wanted, raw};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::op::{Case, Relation};
use crate::policy::List;
use crate::predicate::{Listed, Opaque, Pair, Predicate};
use crate::span::Span;

type Operand<'t> = Spanned<DeValue<'t>>;

/// The lists of the file that is being read.
pub(super) type Lists = BTreeMap<String, Known>;

/// What is known of a list.
#[derive(Debug)]
pub(super) struct Known {
    /// Its values, each with its place; none if they are not here.
    values: Option<Vec<(String, Span)>>,
    /// The query that gives them.
    kql: Option<Arc<str>>,
}

/// What an operand refers to.
enum Reference<'t> {
    Column(&'t Operand<'t>),
    List(&'t Operand<'t>),
}

/// The keys of references.
pub(crate) const COLUMN: &str = "column";
pub(crate) const LIST: &str = "list";

/// What an operand refers to; `None` for one that says its values itself.
fn reference<'t>(operand: &'t Operand<'t>) -> Option<Reference<'t>> {
    let table = operand.get_ref().as_table().filter(|table| table.len() == 1)?;
    let column = table.get(COLUMN).map(Reference::Column);
    column.or_else(|| table.get(LIST).map(Reference::List))
}

impl Reader<'_> {
    /// A test whose operand stands elsewhere. `None` when its values can be read as if they stood here: what is written here,
    /// or a list that is known.
    #[expect(clippy::option_option, reason = "no reference, and a reference with a mistake, are two things")]
    pub(super) fn referred(
        &mut self,
        operand: &Operand<'_>,
        operator: &str,
        case: Case,
        subject: Subject<'_>,
        span: Span,
    ) -> Option<Option<Predicate>> {
        match reference(operand)? {
            Reference::Column(name) => Some(self.pair(name, operator, case, subject, span)),
            Reference::List(name) => {
                let Some(list) = self.literal::<String>(name) else { return Some(None) };
                let Some(known) = self.lists.get(&list) else {
                    let names = self.lists.keys().map(String::as_str);
                    let message = format!("there is no list `{list}` in this file");
                    let help = format!("write [list.{list}], with its values below");
                    let wrong = Diagnostic::error("unknown-list", message, self.span(name), "unknown list");
                    let wrong = wrong.help(help).maybe_help(did_you_mean(&list, names));
                    self.report(wrong);
                    return Some(None);
                };
                if known.values.is_some() {
                    return None;
                }
                let kql = known.kql.clone();
                if [BETWEEN, HAS_ALL, MATCHES].contains(&operator) || COMPARISONS.contains(&operator) {
                    let message = format!("`{operator}` needs the values of `{list}`, which are not here");
                    self.report(Diagnostic::error("wrong-operand", message, span, "cannot be asked"));
                    return Some(None);
                }
                let (column, operator) = (subject.id, operator.to_owned());
                let listed = Listed { column, operator, case, list, kql };
                Some(Some(Predicate::Opaque(Opaque::listed(listed, subject.name, span))))
            }
        }
    }

    /// A test of one column against another.
    fn pair(
        &mut self,
        name: &Operand<'_>,
        operator: &str,
        case: Case,
        subject: Subject<'_>,
        span: Span,
    ) -> Option<Predicate> {
        let right = self.literal::<String>(name)?;
        let right = self.named_column(&right, subject.schema, self.span(name))?;
        let kind = subject.schema.kind(right);
        let Some(relation) = Relation::called(operator, subject.kind, kind, case) else {
            let message = format!(
                "`{operator}` does not compare `{}`, which is {}, with `{}`, which is {}",
                subject.name,
                subject.kind.article(),
                subject.schema.name(right),
                kind.article(),
            );
            let text = Relation::TEXT.map(|operator| format!("`{}`", operator.definition().name)).join(", ");
            let help = format!(
                "columns of one kind compare: texts with {text}, numbers and times with `equals`, `lt`, `lte`, `gt`, `gte`, booleans with `equals`"
            );
            self.report(Diagnostic::error("wrong-operand", message, span, "not between these").help(help));
            return None;
        };
        Some(Predicate::Pair(Pair { left: subject.id, relation, right, span }))
    }

    /// The values of the list that an operand names, each with its place; `None` for another operand.
    pub(super) fn values_of_list(&self, operand: &Operand<'_>) -> Option<Vec<(String, Span)>> {
        let Some(Reference::List(name)) = reference(operand) else { return None };
        self.lists.get(name.get_ref().as_str()?)?.values.clone()
    }

    /// Reads the lists of a file, and the files that hold their values. Those whose values are not here are returned.
    pub(super) fn lists(&mut self, file: &DeTable<'_>, load: Loader<'_>) -> Vec<List> {
        let mut outside = Vec::new();
        let tables = self.section(file, "list").and_then(|section| section.get_ref().as_table());
        for (key, at) in tables.into_iter().flatten() {
            let (name, span) = (key.get_ref().as_ref(), self.span(key));
            self.list_names.push((name.to_owned(), span));
            let place = format!("list.{name}");
            let Some(raw) = self.own_table::<raw::List>(at, &place, "a list", "`values = […]`") else {
                continue;
            };
            let written = at.get_ref().as_table().and_then(|table| table.get("values"));
            let values = match written {
                // What is wrong with them has been told; the tests on them are read as if there were one.
                Some(values) => Some(self.literals::<String>(values).unwrap_or_default()),
                None => self.values_beside(name, load, span),
            };
            let kql = raw.kql.as_deref().map(Arc::from);
            if values.is_none() {
                let message = format!("the values of the list `{name}` are not here");
                let help = format!(
                    "write them one a line into `lists/{name}.txt` beside the policy, or as `values`; until then its tests hide nothing, and proofs that depend on them are unknown"
                );
                self.report(
                    Diagnostic::warning("outside-list", message, span, "taken as what keeps more visible")
                        .help(help),
                );
                outside.push(List {
                    name: name.to_owned(),
                    description: raw.description,
                    kql: raw.kql,
                    span,
                });
            }
            self.lists.insert(name.to_owned(), Known { values, kql });
        }
        outside
    }

    /// The values of a list in its own file, one a line; lines that begin with `#` are comments.
    fn values_beside(&mut self, name: &str, load: Loader<'_>, span: Span) -> Option<Vec<(String, Span)>> {
        let source = match load(Wanted::List(name)) {
            Ok(source) => source?,
            Err(why) => {
                let message = format!("the values of the list `{name}` cannot be read: {why}");
                self.report(Diagnostic::error("unreadable-list", message, span, "named here"));
                return Some(Vec::new());
            }
        };
        let text = source.text.clone();
        let place = self.sources.add(source);
        let mut values = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let value = line.trim_start_matches('\u{feff}').trim();
            let from = start + line.find(value).unwrap_or(0);
            start += line.len();
            if !value.is_empty() && !value.starts_with('#') {
                values.push((value.to_owned(), Span::new(place, from..from + value.len())));
            }
        }
        if values.is_empty() {
            let message = format!("the list `{name}` has no values in its file");
            self.report(Diagnostic::error("empty-list", message, span, "nothing to compare with"));
        }
        Some(values)
    }
}
