//! From a query to a policy: its scope, its exclusions, its output, as tidy TOML. What cannot be said exactly stays as
//! an opaque test at its place and is told.

mod address;
mod bindings;
mod columns;
mod comment;
mod compare;
mod either;
mod former;
mod functions;
mod guard;
mod inside;
mod join;
mod lists;
mod made;
mod makings;
mod naming;
mod outside;
mod pattern;
mod piece;
mod pipeline;
mod resolve;
mod side;
mod table;
mod traps;
mod value;

use std::sync::Arc;

use lownoise_engine::diagnostic::{Diagnostic, did_you_mean};
use lownoise_engine::policy::{Condition, ConditionKind, Exclusion, List, Output, Policy};
use lownoise_engine::schema::{Schema, Schemas};
use lownoise_engine::span::{Source, Sources, Span};

use self::bindings::{Bindings, Rows, table_name};
use self::comment::Comments;
use self::either::Either;
use self::made::without_idle;
use self::naming::suggested;
use self::pipeline::{Excluded, Found, Walk};
use self::resolve::Resolver;
use self::side::Sides;
use self::value::{Value, as_constant};
use super::syntax::{self, ExpressionKind, Query};
use crate::imported::{Imported, Written, origin, read_back, tell_opaque};
use crate::names::Names;
use crate::remark::Remark;

/// What the query does not say.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The policy's id, unless the query says it in a comment.
    pub id: String,
    /// The policy's title, unless the query begins with a comment.
    pub title: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Conditions on these lines (from 1) are part of the scope.
    pub scope: Vec<usize>,
    /// Conditions on these lines (from 1) are exclusions.
    pub exclusions: Vec<usize>,
    /// Of a query over several tables, the one that the policy is over.
    pub table: Option<String>,
}

/// The code of the diagnostic of what stays opaque.
pub const OPAQUE: &str = "kql-opaque";

/// Imports a query. Linear in its length, but for names that stand for long texts: those are copied, up to a bound.
#[must_use]
pub fn import(source: &Source, schemas: &Schemas, options: &Options) -> Imported {
    let (policy, told, opaque) = match syntax::parse(&source.text) {
        Ok(query) => read(&query, source, schemas, options),
        Err(wrong) => (Written::default(), vec![*wrong], 0),
    };
    Imported::new(source, policy, opaque, told)
}

type Read = (Written, Vec<Diagnostic>, usize);

fn read(query: &Query, source: &Source, schemas: &Schemas, options: &Options) -> Read {
    let text = source.text.as_str();
    let bindings = Bindings::of(query);
    let table = one_table(query, &bindings, options).and_then(|(name, either, others)| {
        let schema = known_table(name.map(former::today), query.main.source.span, schemas)?;
        Ok((name, Arc::new(schema.clone()), either, others))
    });
    let (name, schema, either, others) = match table {
        Ok(found) => found,
        Err(wrong) => return (Written::default(), vec![*wrong], 0),
    };
    let mut resolver = Resolver::new(text, Arc::clone(&schema), schemas, &bindings);
    resolver.told.extend(others);
    if name.is_some_and(|name| name != schema.table) {
        resolver.rename_former(query.main.source.span);
        // What makes a column names other columns than the table has today.
        resolver.makings.rows = makings::Rows::Unknown;
    }
    name_all(query, &mut resolver);
    let comments = Comments::new(text, &query.comments);
    let sides = Sides { scope: options.scope.clone(), exclusion: options.exclusions.clone() };
    let mut walk =
        Walk { resolver: &mut resolver, comments: &comments, sides: &sides, found: Found::default() };
    for step in &either.before {
        walk.step(step);
    }
    if either.is_union() {
        walk.either(&either, query.main.source.span);
    }
    for step in &either.after {
        walk.step(step);
    }
    let found = walk.found;
    tell_idle_lines(&sides, &found, &mut resolver);
    resolver.tell_other_case(&query.texts);
    let lists = std::mem::take(&mut resolver.outside.all);
    let schema = Arc::clone(&resolver.schema);
    let policy = drafted((found, lists), &schema, &comments, options, heading(query, &comments));
    let policy = without_idle(policy);
    let mut told = resolver.told;
    let opaque = tell_opaque(&policy, OPAQUE, &resolver.reasons, &mut told);
    let valid = read_back(&policy, &origin("KQL query", source)).map_err(|why| {
        // The one thing that can be said in KQL and not in TOML.
        let message = format!("this query cannot be written as a policy: {why}");
        told.push(Diagnostic::error("kql-unsayable", message, query.main.source.span, "the query"));
    });
    (valid.unwrap_or_default(), told, opaque)
}

/// The table that the policy is over, what is done with its rows, and what is told of the others.
type Chosen<'q> = (Option<&'q str>, Either<'q>, Vec<Diagnostic>);

/// The rows of the table that the policy is over.
fn one_table<'q>(
    query: &'q Query,
    bindings: &Bindings<'q>,
    options: &Options,
) -> Result<Chosen<'q>, Box<Diagnostic>> {
    let whole = query.main.source.span;
    let legs = bindings.legs(&query.main).ok_or_else(|| {
        let message = "the names of this query lead in a circle, or to more than 64 tables";
        Box::new(Diagnostic::error("kql-table", message, whole, "begins here"))
    })?;
    let mut names: Vec<&str> = legs.iter().filter_map(|leg| table_name(leg.source)).collect();
    names.sort_unstable();
    names.dedup();
    let listed = names.join(", ");
    let wrong = |message: String, label: &str, help: String| {
        Err(Box::new(Diagnostic::error("kql-table", message, whole, label).help(help)))
    };
    // What begins with one table, and brings others later, is over that one.
    let several = names.len() > 1 && matches!(query.main.source.kind, ExpressionKind::Union(_));
    let first = legs.first().and_then(|leg| table_name(leg.source));
    let table = match options.table.as_deref() {
        None if several => {
            let help =
                format!("a policy is over one table: choose it with `lownoise import --table`, of {listed}");
            return wrong("this query is over several tables".to_owned(), "all of these", help);
        }
        chosen => chosen.or(first),
    };
    let fitting = |leg: &Rows<'_>| table_name(leg.source) == table;
    let (ours, others): (Vec<Rows<'_>>, Vec<Rows<'_>>) = legs.into_iter().partition(fitting);
    if ours.is_empty() {
        let message = format!("this query is not over `{}`", table.unwrap_or_default());
        return wrong(message, "begins here", format!("its tables are {listed}"));
    }
    let name = ours.first().and_then(|rows| table_name(rows.source));
    let either = Either::of(ours);
    let others = others.iter().map(|leg| {
        let message = match table_name(leg.source) {
            Some(name) => format!("the rows of `{name}` are left out"),
            None => "the rows of another table are left out".to_owned(),
        };
        let warning = Diagnostic::warning("kql-other-table", message, leg.source.span, "left out");
        warning.help("a policy is over one table; `lownoise import --table` makes one of each of the others")
    });
    Ok((name, either, others.collect()))
}

/// Looks at what `let` names; no column is in sight there.
fn name_all<'q>(query: &'q Query, resolver: &mut Resolver<'q>) {
    resolver.chosen = Some(Vec::new());
    resolver.in_rows = false;
    for binding in &query.lets {
        let value = match &binding.value {
            Some(expression) => resolver.value(expression),
            None if binding.parameter => {
                Value::Unknown(format!("the parameter `{}` has no default", binding.name))
            }
            None => Value::Unknown(format!("`{}` is a function of the query", binding.name)),
        };
        if binding.parameter && binding.value.is_some() {
            let message = format!("the parameter `{}` is taken as its default", binding.name);
            resolver.told.push(Diagnostic::warning("kql-parameter", message, binding.span, "its default"));
        }
        resolver.lets.insert(&binding.name, value);
    }
    resolver.chosen = None;
    resolver.in_rows = true;
}

fn known_table<'s>(
    name: Option<&str>,
    span: Span,
    schemas: &'s Schemas,
) -> Result<&'s Schema, Box<Diagnostic>> {
    let names: Vec<&str> = schemas.names().collect();
    let Some(name) = name else {
        let help = format!("a policy is over one table: {}", names.join(", "));
        let message = "this query does not begin with a table";
        return Err(Box::new(Diagnostic::error("kql-table", message, span, "not a table").help(help)));
    };
    schemas.get(name).ok_or_else(|| {
        let wrong = Diagnostic::error("kql-table", format!("unknown table `{name}`"), span, "unknown table");
        let wrong = wrong.help(format!("the tables are {}", names.join(", ")));
        Box::new(wrong.maybe_help(did_you_mean(name, names.iter().copied())))
    })
}

/// Where its rows begin; and what it says of itself, above everything, or above its table.
fn heading(query: &Query, comments: &Comments<'_>) -> (Span, Remark, Option<String>) {
    let first = query.lets.first().map_or(query.main.source.span, |binding| binding.span);
    let first = comments.line(first.range().start);
    let main = comments.line(query.main.source.span.range().start);
    let mut lines: Vec<&str> = query
        .comments
        .iter()
        .take_while(|comment| comments.line(comment.start) < first)
        .map(|comment| comment.text.as_str())
        .collect();
    if lines.is_empty() && main != first {
        lines = comments.above(main);
    }
    let title =
        lines.iter().find(|line| line.chars().any(char::is_alphanumeric)).map(|line| (*line).to_owned());
    let rest: Vec<&str> = lines.iter().copied().filter(|line| Some(*line) != title.as_deref()).collect();
    (query.main.source.span, Remark::of(&rest), title)
}

fn drafted(
    (found, lists): (Found, Vec<List>),
    schema: &Arc<Schema>,
    comments: &Comments<'_>,
    options: &Options,
    (begin, said, title): (Span, Remark, Option<String>),
) -> Policy {
    let condition = |name: &str, kind| Condition { name: name.to_owned(), kind, span: Span::default() };
    let lookback =
        found.lookback.map(|(lookback, _)| condition("lookback", ConditionKind::Lookback(lookback)));
    let devices = found
        .devices
        .map(|(schema, predicate)| condition("devices", ConditionKind::Devices { schema, predicate }));
    let wheres = found
        .scope
        .into_iter()
        .filter(|predicate| as_constant(predicate) != Some(true))
        .map(|predicate| condition("where", ConditionKind::Where(predicate)));
    let scope = lookback.into_iter().chain(devices).chain(wheres).collect();
    let owner = options.owner.clone().or(said.owner).unwrap_or_else(|| "unassigned".to_owned());
    let id = said.id.filter(|id| !id.trim().is_empty()).unwrap_or_else(|| options.id.clone());
    let mut names = Names::default();
    let exclusions = found
        .exclusions
        .into_iter()
        .map(|excluded| one_exclusion(excluded, schema, comments, &mut names, &owner))
        .collect();
    Policy {
        title: options.title.clone().or(title).unwrap_or_else(|| id.clone()),
        id,
        owner,
        description: Some(said.text).filter(|text| !text.is_empty()),
        references: Vec::new(),
        schema: Arc::clone(schema),
        platform: None,
        scope,
        exclusions,
        shapes: Vec::new(),
        never_hide: Vec::new(),
        lists,
        output: Output { columns: found.columns, order_by: found.order_by },
        sources: Sources::default(),
        span: begin,
    }
}

fn one_exclusion(
    excluded: Excluded,
    schema: &Schema,
    comments: &Comments<'_>,
    names: &mut Names,
    owner: &str,
) -> Exclusion {
    let line = comments.line(excluded.span.range().start);
    let said = comments.of(excluded.span, excluded.bar, excluded.first);
    let suggested = || suggested(&excluded.predicate, schema).unwrap_or_else(|| format!("line-{line}"));
    let id = said.id.unwrap_or_else(suggested);
    Exclusion {
        id: names.unique(&id),
        reason: if said.text.is_empty() {
            format!("line {line} of the query gives no reason")
        } else {
            said.text
        },
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

/// Lines that the user named and that hold no condition.
fn tell_idle_lines(sides: &Sides, found: &Found, resolver: &mut Resolver<'_>) {
    for line in sides.scope.iter().chain(&sides.exclusion) {
        if !found.lines.iter().any(|(from, to)| (from..=to).contains(&line)) {
            let message = format!("no condition stands on line {line}, which an option names");
            resolver.told.push(Diagnostic::warning("kql-no-such-line", message, Span::default(), ""));
        }
    }
}

#[cfg(test)]
mod tests;
