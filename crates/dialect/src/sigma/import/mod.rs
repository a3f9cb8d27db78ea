//! From a rule or a filter to a policy: what its condition negates are exclusions, what is left is the scope. What cannot
//! be said exactly stays as an opaque test at its place and is told.

mod condition;
mod document;
mod elsewhere;
mod encoding;
mod modifiers;
mod pcre;
mod selection;
mod value;
mod walk;

use std::collections::HashMap;
use std::sync::Arc;

use lownoise_engine::diagnostic::{Diagnostic, Level, did_you_mean};
use lownoise_engine::policy::{Condition, ConditionKind, Exclusion, Output, Platform, Policy};
use lownoise_engine::schema::{Schema, Schemas};
use lownoise_engine::span::{Source, Sources, Span};

use self::condition::{Expression, Kind};
use self::document::{Document, documents};
use self::selection::Selections;
use self::walk::{Excluded, Found, Named, Walk};
use crate::imported::{Imported, Written, read_back, tell_opaque};
use crate::logic::as_constant;
use crate::names::{Names, slug};
use crate::remark::Remark;
use crate::taxonomy::{Taxonomy, of_table, taxonomies};
use crate::toml::Remarks;
use crate::yaml::{self, Comments, Node};

/// What the rule does not say.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The policy's id.
    pub id: String,
    /// The policy's title, unless it is the rule's.
    pub title: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Which rule of the file: its id, its name or its title.
    pub rule: Option<String>,
    /// The table, unless it is the one that has the rule's fields.
    pub table: Option<String>,
}

/// The code of the diagnostic of what stays opaque.
pub const OPAQUE: &str = "sigma-opaque";

/// The table of all log sources, in Sigma's own names.
const OWN_TABLE: &str = "SigmaEvents";

type Wrong<T> = Result<T, Vec<Diagnostic>>;

/// Imports a rule or a filter. Linear in its length, but for selections that are named often: those are copied, up to a
/// bound.
#[must_use]
pub fn import(source: &Source, schemas: &Schemas, options: &Options) -> Imported {
    let mut told = Vec::new();
    let (policy, opaque) = match read(&source.text, schemas, options, &mut told) {
        Ok(found) => found,
        Err(wrong) => {
            told.extend(wrong);
            (Written::default(), 0)
        }
    };
    Imported::new(source, policy, opaque, told)
}

fn read(
    text: &str,
    schemas: &Schemas,
    options: &Options,
    told: &mut Vec<Diagnostic>,
) -> Wrong<(Written, usize)> {
    let stream = yaml::parse(text).map_err(|wrong| vec![*wrong])?;
    let all = documents(stream.documents, told);
    if told.iter().any(|diagnostic| diagnostic.level == Level::Error) {
        return Err(Vec::new());
    }
    let chosen = chosen(&all, options, text).map_err(|wrong| vec![*wrong])?;
    let others = all.iter().filter(|other| other.is_filter && !chosen.is_filter && other.applies_to(chosen));
    let documents: Vec<&Document> = [chosen].into_iter().chain(others).collect();
    let candidates = candidates(chosen, schemas, options).map_err(|wrong| vec![*wrong])?;
    let mut best: Option<Draft> = None;
    for taxonomy in candidates {
        let Some(schema) = schemas.get(&taxonomy.table) else { continue };
        let draft = Draft::of(&documents, (text, &stream.comments), (schema, &taxonomy), options)?;
        if best.as_ref().is_none_or(|best| draft.opaque() < best.opaque()) {
            best = Some(draft);
        }
    }
    let Some(draft) = best else {
        let message = format!("there is no table `{OWN_TABLE}`");
        return Err(vec![Diagnostic::error("sigma-table", message, chosen.span(), "needs a table")]);
    };
    told.extend(draft.told);
    let opaque = tell_opaque(&draft.policy, OPAQUE, &draft.reasons, told);
    let policy = read_back(&draft.policy, &draft.remarks).map_err(|why| {
        let message = format!("this cannot be written as a policy: {why}");
        vec![Diagnostic::error("sigma-unsayable", message, chosen.span(), "the rule")]
    })?;
    Ok((policy, opaque))
}

/// The document that is asked for: the only rule, else the only filter.
fn chosen<'d>(all: &'d [Document], options: &Options, text: &str) -> Result<&'d Document, Box<Diagnostic>> {
    let wrong = |message: String, span, label: &str| {
        Box::new(Diagnostic::error("sigma-document", message, span, label))
    };
    let titles =
        || all.iter().map(|document| format!("`{}`", document.title())).collect::<Vec<_>>().join(", ");
    if let Some(word) = &options.rule {
        return all.iter().find(|document| document.is_called(word)).ok_or_else(|| {
            let message = format!("nothing in this file is called `{word}`");
            Box::new(wrong(message, Span::default(), "").help(format!("it holds {}", titles())))
        });
    }
    let rules: Vec<&Document> = all.iter().filter(|document| !document.is_filter).collect();
    let filters: Vec<&Document> = all.iter().filter(|document| document.is_filter).collect();
    match (rules.as_slice(), filters.as_slice()) {
        ([only], _) | ([], [only]) => Ok(only),
        ([], []) => {
            let end = Span::new(0, 0..text.len().min(1));
            Err(wrong("there is no Sigma rule and no filter here".to_owned(), end, "nothing"))
        }
        (several, _) => {
            let second = several.get(1).or(filters.get(1)).map_or(Span::default(), |second| second.span());
            let found =
                wrong("this file holds several rules, and a policy is of one".to_owned(), second, "another");
            Err(Box::new(found.help(format!("choose one with `lownoise import --rule`: {}", titles()))))
        }
    }
}

/// The tables that a document can be about, the likeliest first.
fn candidates(
    document: &Document,
    schemas: &Schemas,
    options: &Options,
) -> Result<Vec<Taxonomy>, Box<Diagnostic>> {
    if let Some(table) = &options.table {
        if schemas.get(table).is_none() {
            let names: Vec<&str> = schemas.names().collect();
            let message = format!("unknown table `{table}`");
            let wrong = Diagnostic::error("sigma-table", message, Span::default(), "");
            let wrong = wrong.help(format!("the tables are {}", names.join(", ")));
            return Err(Box::new(wrong.maybe_help(did_you_mean(table, names.iter().copied()))));
        }
        return Ok(vec![of_table("sigma", table)]);
    }
    let category = document.source().category;
    let fits = |taxonomy: &&Taxonomy| {
        taxonomy.id == "sigma"
            && category.as_ref().is_some_and(|category| taxonomy.categories.contains(category))
    };
    // Where it has the fields, the rule's own names say what the rule says, whatever the events come from.
    let known = taxonomies().iter().filter(fits).cloned();
    Ok([of_table("sigma", OWN_TABLE)].into_iter().chain(known).collect())
}

/// A policy on one table, before it is written.
struct Draft {
    policy: Policy,
    remarks: Remarks,
    told: Vec<Diagnostic>,
    reasons: HashMap<Span, String>,
}

impl Draft {
    fn of(
        documents: &[&Document],
        (text, comments): (&str, &Comments),
        (schema, taxonomy): (&Schema, &Taxonomy),
        options: &Options,
    ) -> Wrong<Self> {
        let mut selections = Selections {
            text,
            schema,
            taxonomy,
            lists: Vec::new(),
            told: Vec::new(),
            reasons: HashMap::new(),
        };
        let mut scope = Vec::new();
        let mut exclusions = Vec::new();
        let mut names = Names::default();
        let owner = options.owner.clone().unwrap_or_else(|| "unassigned".to_owned());
        for document in documents {
            let own = named(document);
            let found = found(document, &own, &mut selections, text)?;
            scope.extend(found.scope);
            for excluded in found.exclusions {
                exclusions.push(exclusion(excluded, document, (&own, comments), &mut names, &owner));
            }
        }
        let Some(first) = documents.first() else { return Err(Vec::new()) };
        let kinds = scope.into_iter().filter(|predicate| as_constant(predicate) != Some(true));
        let kinds = kinds.map(ConditionKind::Where);
        let conditions =
            kinds.map(|kind| Condition { name: "where".to_owned(), kind, span: Span::default() }).collect();
        let policy = Policy {
            title: options.title.clone().or(first.said("title")).unwrap_or_else(|| options.id.clone()),
            id: options.id.clone(),
            owner,
            description: first.said("description"),
            references: first.node.get("references").map(Node::texts).unwrap_or_default(),
            schema: Arc::new(schema.clone()),
            platform: first.source().product.as_deref().and_then(Platform::called),
            scope: conditions,
            exclusions,
            shapes: Vec::new(),
            never_hide: Vec::new(),
            lists: selections.lists,
            output: Output::default(),
            sources: Sources::default(),
            span: first.span(),
        };
        let remarks = Remarks { top: origin(documents), scope: Vec::new() };
        selections
            .told
            .extend(Some(first).filter(|_| schema.table == OWN_TABLE).and_then(|first| log_source(first)));
        Ok(Self { policy, remarks, told: selections.told, reasons: selections.reasons })
    }

    fn opaque(&self) -> usize {
        self.reasons.len()
    }
}

/// A table of all kinds of events says nothing of the log source.
fn log_source(document: &Document) -> Option<Diagnostic> {
    let source = document.source().words();
    let span = document.node.get("logsource")?.span;
    let message =
        format!("`{OWN_TABLE}` holds events of every log source, and this policy looks at all of them");
    let help = format!("run it on events of {source} only");
    let warning = Diagnostic::warning("sigma-logsource", message, span, "kept as a comment");
    (!source.is_empty()).then(|| warning.help(help))
}

/// What a policy came from, as comments.
fn origin(documents: &[&Document]) -> Vec<String> {
    let mut lines = Vec::new();
    for document in documents {
        let kind = if document.is_filter { "filter" } else { "rule" };
        let id = document.said("id").map_or_else(String::new, |id| format!(" ({id})"));
        lines.push(format!("Sigma {kind}: {}{id}", document.title()));
        let source = document.source().words();
        if !source.is_empty() {
            lines.push(format!("logsource: {source}"));
        }
        if document.is_filter {
            let targets = document.targets().map_or("any".to_owned(), |rules| rules.join(", "));
            lines.push(format!("rules: {targets}"));
        }
    }
    lines
}

/// The selections of a document.
fn named(document: &Document) -> Vec<Named<'_>> {
    let yaml::Kind::Map(entries) = &document.detection.kind else { return Vec::new() };
    let own: &[&str] =
        if document.is_filter { &["condition", "timeframe", "rules"] } else { &["condition", "timeframe"] };
    let selections = entries.iter().filter_map(|(key, value)| Some((key.text()?, key.span, value)));
    selections.filter(|(name, ..)| !own.contains(name)).collect()
}

/// What a document's condition is made of.
fn found(
    document: &Document,
    named: &[Named<'_>],
    selections: &mut Selections<'_>,
    text: &str,
) -> Wrong<Found> {
    let Some(condition) = document.detection.get("condition") else {
        let message = "the condition is missing: nothing says how the selections go together";
        return Err(vec![Diagnostic::error(
            "sigma-condition",
            message,
            document.detection.span,
            "no `condition`",
        )]);
    };
    let expression = expression(condition, text).map_err(|wrong| vec![*wrong])?;
    let mut walk = Walk {
        named,
        selections,
        known: HashMap::new(),
        wrong: Vec::new(),
        weight: 0,
        found: Found::default(),
    };
    walk.part(&expression);
    let Walk { known, wrong, found, .. } = walk;
    if !wrong.is_empty() {
        return Err(wrong);
    }
    for (name, span, _) in named.iter().filter(|(name, ..)| !known.contains_key(*name)) {
        let message = format!("the condition does not ask for `{name}`, which is left out");
        selections.told.push(Diagnostic::warning("sigma-unused", message, *span, "not asked for"));
    }
    if document.is_filter && !found.scope.is_empty() {
        let message = "this filter keeps only what its condition holds on, and hides everything else";
        let warning = Diagnostic::warning("sigma-filter-keeps", message, condition.span, "no `not`");
        let help = "what a filter is to hide stands behind `not` in its condition";
        selections.told.push(warning.help(help));
    }
    Ok(found)
}

/// A condition; of a list, any.
fn expression(node: &Node, text: &str) -> Result<Expression, Box<Diagnostic>> {
    let yaml::Kind::List(items) = &node.kind else { return condition::read(node, text) };
    let mut parts = Vec::new();
    for item in items {
        parts.push(condition::read(item, text)?);
    }
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => Ok(only),
        (None, _) => {
            let message = "the condition is empty";
            Err(Box::new(Diagnostic::error("sigma-condition", message, node.span, "nothing")))
        }
        (last, _) => {
            parts.extend(last);
            Ok(Expression { kind: Kind::Or(parts), span: node.span })
        }
    }
}

fn exclusion(
    excluded: Excluded,
    document: &Document,
    (named, comments): (&[Named<'_>], &Comments),
    ids: &mut Names,
    owner: &str,
) -> Exclusion {
    let remarks = excluded.names.iter().filter_map(|wanted| named.iter().find(|(name, ..)| name == wanted));
    let remarks = remarks.map(|(_, span, _)| {
        let line = comments.line(span.range().start);
        let behind: Vec<&str> = comments.behind(line).into_iter().collect();
        Remark::of(&comments.above(line)).and(Remark::of(&behind))
    });
    let said = remarks.reduce(|all, one| if all.text.is_empty() { one } else { all }).unwrap_or_default();
    let called: Vec<String> = excluded.names.iter().take(3).map(|name| slug(name)).collect();
    let id = said.id.unwrap_or_else(|| called.join("-"));
    let id = if id.is_empty() { "excluded".to_owned() } else { id };
    Exclusion {
        id: ids.unique(&id),
        reason: Some(said.text)
            .filter(|text| !text.is_empty())
            .unwrap_or_else(|| reason(document, &excluded.names)),
        owner: said.owner.unwrap_or_else(|| owner.to_owned()),
        created: said.created,
        expires: said.expires,
        review: said.review,
        ticket: said.ticket,
        references: Vec::new(),
        predicate: excluded.predicate,
        set: None,
        span: excluded.span,
    }
}

/// Why something is left out, where no comment says it: what a filter is for, what a rule is wrong about.
fn reason(document: &Document, names: &[String]) -> String {
    if document.is_filter
        && let Some(said) = document.said("description").or_else(|| document.said("title"))
    {
        return said.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    let known = document.node.get("falsepositives").map(Node::texts).unwrap_or_default();
    let empty = ["unknown", "unlikely", "none", "-"];
    let said: Vec<&str> = known
        .iter()
        .map(|text| text.trim_end_matches('.'))
        .filter(|text| !empty.contains(&text.to_ascii_lowercase().as_str()))
        .collect();
    if said.is_empty() {
        return format!("`{}` gives no reason", names.join("`, `"));
    }
    format!("Known false positives: {}", said.join("; "))
}
