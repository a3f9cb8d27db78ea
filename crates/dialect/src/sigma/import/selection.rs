//! A selection as a predicate: maps are "all of", lists are "any of". What is not understood stays as an opaque test.
//! Knows no conditions.

use std::collections::HashMap;

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::policy::List;
use lownoise_engine::predicate::{Opaque, Predicate};
use lownoise_engine::schema::Schema;
use lownoise_engine::span::Span;

use super::modifiers::{Key, Modifier};
use super::value::asked;
use crate::capability::folds_beyond_ascii;
use crate::logic::{all, any, not};
use crate::place::{Place, Said, merged};
use crate::taxonomy::{Field, Taxonomy};
use crate::yaml::{Kind, Node, Word};

/// The column of a table of log messages that keywords are looked for in.
const MESSAGE: &str = "Message";

/// Reads selections on a table.
pub(super) struct Selections<'a> {
    /// The text of the file.
    pub(super) text: &'a str,
    pub(super) schema: &'a Schema,
    pub(super) taxonomy: &'a Taxonomy,
    /// Lists whose values are not in the file.
    pub(super) lists: Vec<List>,
    /// What is worth knowing.
    pub(super) told: Vec<Diagnostic>,
    /// Why a place is opaque.
    pub(super) reasons: HashMap<Span, String>,
}

impl Selections<'_> {
    /// What a selection asks. Linear in its length.
    pub(super) fn selection(&mut self, node: &Node) -> Predicate {
        match &node.kind {
            Kind::Map(entries) if entries.is_empty() => self.opaque(node.span, "it is empty"),
            Kind::Map(entries) => all(entries.iter().map(|(key, value)| self.item(key, value)).collect()),
            Kind::List(items) if items.is_empty() => self.opaque(node.span, "it is empty"),
            Kind::List(items) => merged(any(items.iter().map(|item| self.selection(item)).collect())),
            Kind::Scalar(..) => {
                let key = Key { field: None, modifiers: Vec::new() };
                self.values(&key, node.span, &[node])
            }
        }
    }

    /// `Field|modifier: value`
    fn item(&mut self, key: &Node, value: &Node) -> Predicate {
        let whole = key.span.to(value.span);
        let read = match Key::read(key.text().unwrap_or("")) {
            Ok(read) => read,
            Err(why) => return self.opaque(whole, &why),
        };
        let values: Vec<&Node> = match &value.kind {
            Kind::List(items) if items.is_empty() => return self.opaque(whole, "its list is empty"),
            Kind::List(items) => items.iter().collect(),
            _ => vec![value],
        };
        self.values(&read, whole, &values)
    }

    fn values(&mut self, key: &Key, whole: Span, values: &[&Node]) -> Predicate {
        let (keyed, field) = if let Some(name) = &key.field {
            (key.clone(), self.taxonomy.field(name, self.schema))
        } else {
            let mut keyed = key.clone();
            if !keyed.has(Modifier::Regex) {
                keyed.modifiers.push(Modifier::Contains);
            }
            (keyed, self.schema.column(MESSAGE).map(Field::Column))
        };
        let Some(field) = field else {
            let table = &self.schema.table;
            let why = match &key.field {
                Some(name) => format!("`{name}` has no column in `{table}`"),
                None => {
                    format!("a keyword is looked for in the whole event, and `{table}` has no such column")
                }
            };
            return self.opaque(whole, &why);
        };
        if key.has(Modifier::TimePart) {
            return self.opaque(whole, "it asks for a part of a time");
        }
        let (schema, text) = (self.schema, self.text);
        let mut parts = Vec::with_capacity(values.len());
        for value in values {
            let place = Place { schema, field: field.clone(), span: value.span };
            let said = if key.has(Modifier::Exists) {
                existence(&place, value)
            } else if key.has(Modifier::FieldRef) {
                self.against_field(&place, key, value)
            } else if let Some(name) = placeholder(value).filter(|_| key.has(Modifier::Expand)) {
                self.among_list(&place, key, value, &name)
            } else {
                asked(&place, &keyed, value)
            };
            let whole = if values.len() == 1 { whole } else { value.span };
            parts.push(match said {
                Ok(predicate) => predicate,
                Err(why) => {
                    self.reasons.insert(whole, why);
                    // A value of a list says nothing without its field.
                    let name = key_of(text, whole, value, key);
                    Predicate::Opaque(Opaque::new(name, whole))
                }
            });
            self.tell(key, value);
        }
        let joined = if key.has(Modifier::All) { all(parts) } else { merged(any(parts)) };
        if key.has(Modifier::Neq) { not(joined) } else { joined }
    }

    /// What a reader of the policy may not expect.
    fn tell(&mut self, key: &Key, value: &Node) {
        let once = |told: &[Diagnostic], code: &str| !told.iter().any(|known| known.code == code);
        let nothing = matches!(value.word(), Some(Word::Null)) || value.text() == Some("");
        if nothing && !self.schema.missing_text && once(&self.told, "sigma-null") {
            let message = "`null` and `''` are one here: a text that is missing is the empty text";
            let help = "where a source tells the two apart, this holds for both";
            let warning = Diagnostic::warning("sigma-null", message, value.span, "holds for both");
            self.told.push(warning.help(help));
        }
        let cased = key.has(Modifier::Cased) || key.has(Modifier::Regex);
        if !cased && value.text().is_some_and(folds_beyond_ascii) {
            let message =
                "letters beyond ASCII are compared as they are; engines of Sigma differ on their case";
            let warning = Diagnostic::warning("sigma-beyond-ascii", message, value.span, "compared as it is");
            self.told.push(warning);
        }
    }

    fn opaque(&mut self, span: Span, why: &str) -> Predicate {
        self.reasons.insert(span, why.to_owned());
        let text = written(self.text, span);
        Predicate::Opaque(Opaque::new(text, span))
    }
}

/// A value with its key.
fn key_of(text: &str, whole: Span, value: &Node, key: &Key) -> String {
    if whole != value.span {
        return written(text, whole);
    }
    let field = key.field.as_deref().unwrap_or("keyword");
    format!("{field}: {}", written(text, value.span))
}

/// What stands at a place, on one line.
fn written(text: &str, span: Span) -> String {
    let words: Vec<&str> = text.get(span.range()).unwrap_or("").split_whitespace().collect();
    words.join(" ")
}

/// `%name%` in a value, as it stands there.
fn placeholder(value: &Node) -> Option<String> {
    let text = value.text()?.replace("\\%", "");
    let (_, behind) = text.split_once('%')?;
    let (name, _) = behind.split_once('%')?;
    (!name.is_empty()).then(|| format!("%{name}%"))
}

fn existence(place: &Place<'_>, value: &Node) -> Said {
    match value.text().map(str::to_ascii_lowercase).as_deref() {
        Some("true" | "yes") => Ok(place.exists()),
        Some("false" | "no") => Ok(not(place.exists())),
        _ => Err("`exists` is true or false".to_owned()),
    }
}
