//! The steps that make a policy's own columns, before the first condition that looks at one. Knows names and steps,
//! no conditions.

use std::collections::{HashMap, HashSet};

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::event::ColumnId;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::{Added, ColumnDefinition};

use super::statements::Statements;
use crate::kql::steps::{given, leaves_rows};
use crate::kql::syntax::{ExpressionKind, Query, Step, StepKind, names, parse};

/// The steps that a policy needs.
#[derive(Debug, Default)]
pub(super) struct Made {
    steps: Vec<String>,
    /// The columns that are there only behind them.
    columns: Vec<ColumnId>,
    /// The steps that make a name, in order, as far as that is plain.
    by_name: HashMap<String, Vec<String>>,
}

impl Made {
    /// Of the columns that anything of a policy looks at; what they need beside steps is added to the statements.
    pub(super) fn of(policy: &Policy, statements: &mut Statements, refused: &mut Vec<Diagnostic>) -> Self {
        let mut made = Self::default();
        let named = policy.named_columns();
        for (id, column, added) in policy.schema.added().filter(|(id, ..)| named.binary_search(id).is_ok()) {
            let Some(kql) = &added.kql else { continue };
            if let Err(why) = made.add(policy, column, kql, statements) {
                refused.push(refusal(column, added, &why));
            }
            made.columns.push(id);
        }
        made
    }

    fn add(
        &mut self,
        policy: &Policy,
        column: &ColumnDefinition,
        kql: &str,
        statements: &mut Statements,
    ) -> Result<(), String> {
        let query =
            parse(kql).map_err(|wrong| format!("the query of the column is broken: {}", wrong.message))?;
        let table = &policy.schema.table;
        if !matches!(&query.main.source.kind, ExpressionKind::Name(source) if source == table) {
            return Err(format!("the query of the column does not begin with `{table}`"));
        }
        // What others make is not written in them.
        let may_make = |step: &Step| {
            !matches!(step.kind, StepKind::Extend(_))
                || given(step, words(kql, step)).any(|name| name == column.name)
        };
        if !query.main.steps.iter().any(may_make) {
            return Err(format!("no step of its query makes `{}`", column.name));
        }
        for statement in &query.lets {
            let text = kql.get(statement.span.range()).unwrap_or("");
            if statement.parameter || !statements.add(&statement.name, &format!("{text};\n")) {
                return Err(format!("`{}` would stand for two things", statement.name));
            }
        }
        self.add_steps(policy, kql, &query)
    }

    fn add_steps(&mut self, policy: &Policy, kql: &str, query: &Query) -> Result<(), String> {
        // What each name is made by in this query, in order.
        let mut here: HashMap<&str, Vec<&str>> = HashMap::new();
        // What other columns are made of stays.
        let finished: HashSet<String> = self.by_name.keys().cloned().collect();
        for step in &query.main.steps {
            let text = words(kql, step);
            if !leaves_rows(step, text) {
                let word = text.split_whitespace().next().unwrap_or("");
                return Err(format!("`{word}` leaves other rows than the table's"));
            }
            let is_own = |name: &str| {
                let column = policy.schema.column(name).and_then(|id| policy.schema.definition(id));
                column.is_some_and(|column| column.added.is_none())
            };
            // Conditions that stand behind the step may look at the table's own column.
            if let Some(made) = given(step, text).find(|name| is_own(name)) {
                return Err(format!("`{made}` would stand for two things"));
            }
            if !self.steps.iter().any(|known| known == text) {
                // It comes behind all that is there: what it names has to be the same by then.
                let changed = |name: &&str| {
                    let there = self.by_name.get(*name).map_or(&[][..], Vec::as_slice);
                    !there.is_empty() && here.get(name).is_none_or(|here| here.as_slice() != there)
                };
                let again = makes(step, text, policy).find(|name| finished.contains(*name));
                if let Some(name) = again.or_else(|| names(text).find(changed)) {
                    return Err(format!("`{name}` would stand for two things"));
                }
                self.steps.push(text.to_owned());
                for made in makes(step, text, policy) {
                    self.by_name.entry(made.to_owned()).or_default().push(text.to_owned());
                }
            }
            for made in makes(step, text, policy) {
                here.entry(made).or_default().push(text);
            }
        }
        // So has what it does not name again.
        let ends_otherwise = |(name, here): (&&str, &Vec<&str>)| {
            let there = self.by_name.get(*name).map_or(&[][..], Vec::as_slice);
            there != here.as_slice()
        };
        match here.iter().find(|entry| ends_otherwise(*entry)) {
            Some((name, _)) => Err(format!("`{name}` would stand for two things")),
            None => Ok(()),
        }
    }

    /// The steps, if one of these columns needs them and they have not been said.
    pub(super) fn before(&mut self, columns: &[ColumnId]) -> String {
        if !columns.iter().any(|column| self.columns.contains(column)) {
            return String::new();
        }
        self.columns.clear();
        std::mem::take(&mut self.steps).iter().flat_map(|step| ["| ", step, "\n"]).collect()
    }
}

fn words<'k>(kql: &'k str, step: &Step) -> &'k str {
    kql.get(step.span.range()).unwrap_or("").trim()
}

/// The names that a step makes: those that it gives, and of others those of the policy's own columns, and the function that
/// is invoked, because it makes the same columns whatever it is asked for.
fn makes<'k>(step: &'k Step, text: &'k str, policy: &'k Policy) -> impl Iterator<Item = &'k str> {
    let is_extend = matches!(step.kind, StepKind::Extend(_));
    let column = move |name: &&str| !is_extend && policy.schema.column(name).is_some();
    let invoked = matches!(&step.kind, StepKind::Other(name) if name == "invoke");
    let function = names(text).skip(1).take(usize::from(invoked));
    let mut all: Vec<&str> = given(step, text).chain(names(text).filter(column)).chain(function).collect();
    all.retain(|name| {
        let id = policy.schema.column(name);
        let definition = id.and_then(|id| policy.schema.definition(id));
        definition.is_none_or(|column| column.added.is_some())
    });
    all.sort_unstable();
    all.dedup();
    all.into_iter()
}

fn refusal(column: &ColumnDefinition, added: &Added, why: &str) -> Diagnostic {
    let message = format!("KQL cannot say this: the column `{}`: {why}", column.name);
    let help = "give the column a query that is the table and steps that add columns to its rows";
    Diagnostic::error("kql-cannot-say", message, added.span, "this column").help(help)
}
