//! What is said before a query: `let` statements, each name once. Knows statements, not what they mean.

use std::collections::HashMap;
use std::fmt::Write as _;

use lownoise_engine::policy::{List, Policy};

use super::literal::name;
use crate::kql::syntax::parse;

/// The statements so far.
#[derive(Debug, Default)]
pub(super) struct Statements {
    pub(super) text: String,
    /// What each name stands for, without its spacing.
    named: HashMap<String, String>,
}

impl Statements {
    /// One that gives a name. False when the name is given to something else already.
    pub(super) fn add(&mut self, name: &str, statement: &str) -> bool {
        let plain = statement.split_whitespace().collect::<String>();
        let plain = plain.trim_end_matches(';').to_owned();
        if let Some(known) = self.named.get(name) {
            return *known == plain;
        }
        self.named.insert(name.to_owned(), plain);
        self.text.push_str(statement);
        true
    }

    /// A list: the statements that its query needs, and the query under the list's name.
    ///
    /// # Errors
    /// Why it cannot be said.
    pub(super) fn list(&mut self, list: &List) -> Result<(), String> {
        // That it has no query is told at each test.
        let Some(kql) = &list.kql else { return Ok(()) };
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
        let rows = kql.get(end..).unwrap_or("").trim().trim_matches(';').trim();
        let mut statement = String::new();
        let _infallible = writeln!(statement, "let {} = {rows};", name(&list.name));
        if self.add(&list.name, &statement) { Ok(()) } else { Err(twice(&list.name)) }
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
