//! The entries of an exception as a predicate: all of them. What is not understood stays as an opaque test.

use std::collections::HashMap;

use lownoise_engine::op::{Case, TextOperator};
use lownoise_engine::predicate::{Opaque, Predicate};
use lownoise_engine::schema::Schema;
use lownoise_engine::span::Span;
use lownoise_engine::value::Kind as ColumnKind;

use super::lists::holds_several;
use super::read::Item;
use crate::logic::{all, any, not};
use crate::place::{Place, Said, merged};
use crate::taxonomy::{Field, Taxonomy};
use crate::wildcards::{Asked, Text};
use crate::yaml::{Kind, Node};

/// Reads entries on a table.
pub(super) struct Entries<'a> {
    pub(super) schema: &'a Schema,
    pub(super) taxonomy: &'a Taxonomy,
    /// Why a place is opaque.
    pub(super) reasons: HashMap<Span, String>,
}

/// The field that says on which system an event was.
const SYSTEM: &str = "host.os.type";

impl Item {
    /// Endpoints compare without case, but on Linux.
    fn case(&self) -> Case {
        let linux = self.systems.iter().all(|system| system == "linux") && !self.systems.is_empty();
        if self.endpoint && !linux { Case::Insensitive } else { Case::Sensitive }
    }
}

impl Entries<'_> {
    /// What an exception asks for.
    pub(super) fn item(&mut self, item: &Item) -> Predicate {
        let mut parts: Vec<Predicate> =
            item.entries.iter().map(|entry| self.entry(entry, "", item)).collect();
        if !item.systems.is_empty() && item.systems.len() < 3 {
            parts.push(self.systems(item));
        }
        all(parts)
    }

    /// An exception of some systems hides on no other.
    fn systems(&mut self, item: &Item) -> Predicate {
        let Some(field) = self.taxonomy.field(SYSTEM, self.schema) else {
            let why = format!(
                "it is for some systems only, and `{SYSTEM}` has no column in `{}`",
                self.schema.table
            );
            // Other parts of the same line have their own reasons.
            let span = Span { end: item.span.start, ..item.span };
            return self.opaque(span, format!("os_types: {}", item.systems.join(", ")), &why);
        };
        let place = Place { schema: self.schema, field, span: item.span };
        let equal = |text: &String| Asked::Literal(TextOperator::Equals, text.clone());
        let each: Result<Vec<Predicate>, String> =
            item.systems.iter().map(|system| place.text(&equal(system), Case::Insensitive)).collect();
        each.map_or_else(|why| self.opaque(item.span, "os_types".to_owned(), &why), |each| merged(any(each)))
    }

    fn entry(&mut self, entry: &Node, above: &str, item: &Item) -> Predicate {
        let said = |key: &str| entry.get(key).and_then(Node::said);
        let name = said("field").unwrap_or_default();
        let name = if above.is_empty() { name } else { format!("{above}.{name}") };
        let span = entry.get("field").map_or(entry.span, |field| field.span);
        let kind = said("type").unwrap_or_default();
        let operator = said("operator").unwrap_or_else(|| "included".to_owned());
        if kind == "nested" {
            // A nested object is one of a list; here a field has one value.
            let Some(Kind::List(inner)) = entry.get("entries").map(|inner| &inner.kind) else {
                return self.opaque(span, name, "a nested entry without entries");
            };
            return all(inner.iter().map(|inner| self.entry(inner, &name, item)).collect());
        }
        let values: Vec<String> = match entry.get("value").map(|value| &value.kind) {
            Some(Kind::List(items)) => items.iter().filter_map(Node::text).map(str::to_owned).collect(),
            Some(Kind::Scalar(text, _)) => vec![text.clone()],
            _ => Vec::new(),
        };
        // The same field, kept in small letters.
        let (field, folded) =
            name.strip_suffix(".caseless").map_or((name.as_str(), false), |name| (name, true));
        let asked = match self.taxonomy.field(field, self.schema) {
            None => Err(format!("`{name}` has no column in `{}`", self.schema.table)),
            // Whether there is a value at all is the same question for one and for several.
            Some(_) if kind != "exists" && holds_several(field) => {
                Err(format!("`{name}` holds several values, and a column here has one"))
            }
            Some(field) => {
                let place = Place { schema: self.schema, field, span };
                let case = if folded { Case::Insensitive } else { item.case() };
                self.asked(&place, &kind, &values, case, (entry, item))
            }
        };
        let included = match operator.as_str() {
            "included" => Ok(true),
            "excluded" => Ok(false),
            other => Err(format!("`{other}` is no operator of an exception")),
        };
        match (asked, included) {
            (Ok(predicate), Ok(true)) => predicate,
            (Ok(predicate), Ok(false)) => not(predicate),
            (Err(why), _) | (_, Err(why)) => {
                let not = if operator == "excluded" { "not " } else { "" };
                let list =
                    entry.get("list").or(entry.get("list_vals")).and_then(|list| list.get("id")?.said());
                let values = list.unwrap_or_else(|| values.join(", "));
                let text = format!("{name} {not}{kind} {values}");
                self.opaque(span, text.trim_end().to_owned(), &why)
            }
        }
    }

    fn asked(
        &self,
        place: &Place<'_>,
        kind: &str,
        values: &[String],
        case: Case,
        (entry, item): (&Node, &Item),
    ) -> Said {
        match kind {
            "exists" => Ok(place.exists()),
            "match" | "match_any" => {
                if values.is_empty() {
                    return Err("it has no value".to_owned());
                }
                if values.iter().any(String::is_empty) {
                    return Err(
                        "a text that is missing is the empty text here, and is not in Elastic".to_owned()
                    );
                }
                let each: Result<Vec<Predicate>, String> =
                    values.iter().map(|value| self.equal(place, value, case)).collect();
                Ok(merged(any(each?)))
            }
            "wildcard" => {
                if matches!(place.field, Field::Column(column) if self.schema.kind(column) == ColumnKind::Address)
                {
                    return Err("an address is compared with no wildcards".to_owned());
                }
                let each: Result<Vec<Predicate>, String> = values
                    .iter()
                    .map(|value| place.text(&Text::read_elastic(value, !item.endpoint).asked(), case))
                    .collect();
                Ok(merged(any(each?)))
            }
            "list" => {
                let id = entry.get("list").or(entry.get("list_vals")).and_then(|list| list.get("id")?.said());
                Err(format!("the value list `{}` is not in this file", id.unwrap_or_default()))
            }
            other => Err(format!("`{other}` is no type of an entry that is known here")),
        }
    }

    /// Equality; of an address, being in a network.
    fn equal(&self, place: &Place<'_>, value: &str, case: Case) -> Said {
        if let Field::Column(column) = place.field
            && self.schema.kind(column) == ColumnKind::Address
        {
            return place.network(value);
        }
        place.text(&Text::plain(value).asked(), case)
    }

    fn opaque(&mut self, span: Span, text: String, why: &str) -> Predicate {
        self.reasons.insert(span, why.to_owned());
        Predicate::Opaque(Opaque::new(text, span))
    }
}
