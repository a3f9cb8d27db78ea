//! Exceptions of Elastic Security: what its rules, and its endpoints, leave out. In, as exclusions: exported lists
//! (NDJSON), and the TOML of its repository of rules.

mod entry;
mod lists;
mod read;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::Offset;
use lownoise_engine::diagnostic::{Diagnostic, Level};
use lownoise_engine::policy::{Date, Exclusion, Output, Policy};
use lownoise_engine::schema::{Schema, Schemas};
use lownoise_engine::span::{Source, Sources, Span};

use self::entry::Entries;
use self::read::{Item, List, read};
use crate::imported::{Imported, Written, origin, read_back, tell_opaque};
use crate::names::{Names, slug};
use crate::taxonomy::{Taxonomy, of_table, taxonomies};

/// What the exceptions do not say.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The policy's id.
    pub id: String,
    /// The policy's title, unless it is the list's.
    pub title: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The table, unless it is the one that has the fields.
    pub table: Option<String>,
}

/// The code of the diagnostic of what stays opaque.
pub const OPAQUE: &str = "elastic-opaque";

/// The table of all events in the names of the Elastic Common Schema.
const OWN_TABLE: &str = "EcsEvents";

/// Imports exceptions. Linear in their length.
#[must_use]
pub fn import(source: &Source, schemas: &Schemas, options: &Options) -> Imported {
    let mut told = Vec::new();
    let (policy, opaque) = imported(source, schemas, options, &mut told).unwrap_or_default();
    Imported::new(source, policy, opaque, told)
}

fn imported(
    source: &Source,
    schemas: &Schemas,
    options: &Options,
    told: &mut Vec<Diagnostic>,
) -> Option<(Written, usize)> {
    let text = source.text.as_str();
    let list = read(text, told);
    let whole = Span::new(0, 0..text.len().min(1));
    let broken = told.iter().any(|diagnostic| diagnostic.level == Level::Error);
    if broken {
        return None;
    }
    if list.items.is_empty() {
        let message = "there is no exception here: none of it has `entries`";
        told.push(Diagnostic::error("elastic-document", message, whole, "nothing"));
        return None;
    }
    let mut best: Option<Draft> = None;
    for taxonomy in candidates(options) {
        let Some(schema) = schemas.get(&taxonomy.table) else { continue };
        let draft = Draft::of(&list, (schema, &taxonomy), options);
        if best.as_ref().is_none_or(|best| draft.opaque() < best.opaque()) {
            best = Some(draft);
        }
    }
    let Some(draft) = best else {
        let table = options.table.as_deref().unwrap_or(OWN_TABLE);
        let names: Vec<&str> = schemas.names().collect();
        let wrong = Diagnostic::error("elastic-table", format!("unknown table `{table}`"), whole, "");
        told.push(wrong.help(format!("the tables are {}", names.join(", "))));
        return None;
    };
    told.extend(draft.told);
    let opaque = tell_opaque(&draft.policy, OPAQUE, &draft.reasons, told);
    match read_back(&draft.policy, &origin("Elastic exceptions", source)) {
        Ok(policy) => Some((policy, opaque)),
        Err(why) => {
            let message = format!("this cannot be written as a policy: {why}");
            told.push(Diagnostic::error("elastic-unsayable", message, whole, ""));
            None
        }
    }
}

fn candidates(options: &Options) -> Vec<Taxonomy> {
    if let Some(table) = &options.table {
        return vec![of_table("ecs", table)];
    }
    // Exceptions do not say what events they are for, and this table has all.
    let known = taxonomies().iter().filter(|taxonomy| taxonomy.id == "ecs").cloned();
    [of_table("ecs", OWN_TABLE)].into_iter().chain(known).collect()
}

/// A policy on one table, before it is written.
struct Draft {
    policy: Policy,
    told: Vec<Diagnostic>,
    reasons: HashMap<Span, String>,
}

impl Draft {
    fn of(list: &List, (schema, taxonomy): (&Schema, &Taxonomy), options: &Options) -> Self {
        let mut entries = Entries { schema, taxonomy, reasons: HashMap::new() };
        let mut told = Vec::new();
        let mut names = Names::default();
        let owner = options.owner.clone().unwrap_or_else(|| "unassigned".to_owned());
        let exclusions = list
            .items
            .iter()
            .map(|item| exclusion(item, &mut entries, &mut names, &owner, &mut told))
            .collect();
        let policy = Policy {
            id: options.id.clone(),
            title: options.title.clone().or(list.title.clone()).unwrap_or_else(|| options.id.clone()),
            owner,
            description: list.description.clone(),
            references: Vec::new(),
            schema: Arc::new(schema.clone()),
            platform: None,
            scope: Vec::new(),
            exclusions,
            shapes: Vec::new(),
            never_hide: Vec::new(),
            lists: Vec::new(),
            output: Output::default(),
            sources: Sources::default(),
            span: list.items.first().map_or(Span::default(), |first| first.span),
        };
        Self { policy, told, reasons: entries.reasons }
    }

    fn opaque(&self) -> usize {
        self.policy.exclusions.iter().map(|exclusion| exclusion.predicate.opaque().len()).sum()
    }
}

fn exclusion(
    item: &Item,
    entries: &mut Entries<'_>,
    names: &mut Names,
    owner: &str,
    told: &mut Vec<Diagnostic>,
) -> Exclusion {
    let id = Some(slug(&item.name)).filter(|id| !id.is_empty()).unwrap_or_else(|| "exception".to_owned());
    let parts: Vec<&str> = [item.name.as_str(), item.description.as_str()]
        .into_iter()
        .chain(item.comments.iter().map(String::as_str))
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let mut said: Vec<&str> = Vec::new();
    for part in parts {
        if !said.contains(&part) {
            said.push(part);
        }
    }
    Exclusion {
        id: names.unique(&id),
        reason: if said.is_empty() { "the exception gives no reason".to_owned() } else { said.join(": ") },
        owner: owner.to_owned(),
        created: item.created.as_ref().and_then(|(text, _)| Some(Date(utc(text.parse().ok()?)))),
        expires: item.expires.as_ref().and_then(|(text, span)| last_day(text, *span, told)),
        review: None,
        ticket: None,
        references: Vec::new(),
        predicate: entries.item(item),
        set: None,
        span: item.span,
    }
}

fn utc(at: Timestamp) -> jiff::civil::Date {
    Offset::UTC.to_datetime(at).date()
}

/// The last whole day on which an exception that ends at a moment hides. A day that it ends with is whole.
fn last_day(text: &str, span: Span, told: &mut Vec<Diagnostic>) -> Option<Date> {
    let Ok(end) = text.parse::<Timestamp>() else {
        let message = format!("`{text}` is no point in time, so this exception would never end");
        told.push(Diagnostic::error("elastic-expiry", message, span, "not understood"));
        return None;
    };
    let minute = jiff::SignedDuration::from_mins(1);
    let day = utc(end.checked_add(minute).unwrap_or(end)).yesterday().ok()?;
    let next =
        Offset::UTC.to_timestamp(day.tomorrow().ok()?.to_datetime(jiff::civil::Time::midnight())).ok()?;
    if end > next {
        let message = format!("this exception ends in the middle of a day; its last whole day is {day}");
        told.push(Diagnostic::warning("elastic-expiry", message, span, "ends here"));
    }
    Some(Date(day))
}
