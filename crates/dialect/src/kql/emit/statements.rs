//! What is said before a query: `let` statements, each name once. Knows statements, not what they mean.

use std::collections::HashMap;
use std::fmt::Write as _;

use lownoise_engine::policy::{List, Policy};

use crate::kql::spelling::name;
use crate::kql::syntax::{names, parse};

/// The statements so far.
#[derive(Debug, Default)]
pub(super) struct Statements {
    pub(super) text: String,
    /// What each name stands for.
    named: HashMap<String, String>,
}

/// What stands behind a statement's `;` and the comments around it.
fn behind(mut text: &str) -> &str {
    loop {
        text = text.trim_start();
        text = match text.strip_prefix("//") {
            Some(comment) => comment.split_once('\n').map_or("", |(_, rest)| rest),
            None => match text.strip_prefix(';') {
                Some(rest) => rest,
                None => return text,
            },
        };
    }
}

impl Statements {
    /// One that gives a name. False when the name is given to something else already.
    pub(super) fn add(&mut self, name: &str, statement: &str) -> bool {
        let plain = statement.trim().trim_end_matches(';').trim_end();
        if let Some(known) = self.named.get(name) {
            return known == plain;
        }
        self.named.insert(name.to_owned(), plain.to_owned());
        self.text.push_str(statement);
        true
    }

    /// A list: the statements that its query needs, and the query under the list's name.
    ///
    /// # Errors
    /// Why it cannot be said.
    pub(super) fn list(&mut self, list: &List, policy: &Policy) -> Result<(), String> {
        // That it has no query is told at each test.
        let Some(kql) = &list.kql else { return Ok(()) };
        let devices = policy.devices().map(|(schema, _)| schema);
        let mut schemas = [&policy.schema].into_iter().chain(devices);
        if schemas.any(|schema| schema.column(&list.name).is_some() || schema.table == list.name) {
            return Err(format!("KQL cannot say this: `{}` is a column or a table there", list.name));
        }
        let query = parse(kql).map_err(|wrong| {
            format!("KQL cannot say this: the query of the list `{}` is broken: {}", list.name, wrong.message)
        })?;
        let twice = |name: &str| format!("KQL cannot say this: `{name}` would stand for two things");
        let mut end = 0;
        for statement in &query.lets {
            let text = kql.get(statement.span.range()).unwrap_or("");
            if statement.parameter || !self.add(&statement.name, &format!("{text};\n")) {
                return Err(twice(&statement.name));
            }
            end = statement.span.range().end;
        }
        let rows = behind(kql.get(end..).unwrap_or("")).trim().trim_end_matches(';').trim_end();
        // Behind a comment, nothing ends the statement.
        let line = if rows.contains("//") { "\n" } else { "" };
        let mut statement = String::new();
        let _infallible = writeln!(statement, "let {} = {rows}{line};", name(&list.name));
        // Another list's query that names this one's name means something else by it.
        let same = statement.trim().trim_end_matches(';').trim_end();
        let meant = |other: &List| {
            let kql = other.kql.as_deref().unwrap_or("");
            other.name != list.name && names(kql).any(|word| word == list.name) && !kql.contains(same)
        };
        let unique = !policy.lists.iter().any(meant);
        if unique && self.add(&list.name, &statement) { Ok(()) } else { Err(twice(&list.name)) }
    }
}

/// The lists that tests of a policy name, in its order.
pub(super) fn used(policy: &Policy) -> impl Iterator<Item = &List> {
    policy.lists.iter().filter(|list| {
        let names = |listed: &lownoise_engine::predicate::Listed| listed.list == list.name;
        policy
            .predicates()
            .flat_map(|part| part.opaque())
            .any(|opaque| opaque.listed.as_ref().is_some_and(names))
    })
}
