//! From a policy to a query that keeps the same events, or to what of it KQL cannot say. One `where` for each
//! exclusion, with its id and reason above it.

mod address;
mod condition;
mod layout;
mod made;
mod statements;

use std::fmt::Write as _;

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::op::{Operator, TextOperator};
use lownoise_engine::policy::{Condition, ConditionKind, Exclusion, List, Policy};
use lownoise_engine::predicate::{Predicate, Test};
use lownoise_engine::schema::Schema;
use lownoise_engine::value::Time;
use lownoise_engine::write::length;

use self::condition::Conditions;
use self::made::Made;
use self::statements::{Statements, used};
use crate::emitted::{Emitted, notes};
use crate::kql::spelling::{column, name};
use crate::words::{heading, remark};

/// Compiles a policy; what has expired by `now` is left out, and said in a comment.
///
/// # Errors
/// One diagnostic for each test that KQL cannot say.
pub fn emit(policy: &Policy, now: Time) -> Result<Emitted, Vec<Diagnostic>> {
    let lists = policy.lists.as_slice();
    let mut conditions = Conditions { schema: &policy.schema, lists, refused: Vec::new() };
    let (expired, active): (Vec<&Exclusion>, Vec<&Exclusion>) =
        policy.exclusions.iter().partition(|exclusion| exclusion.is_expired(now));
    let mut out = heading(MARK, policy, &expired);
    let mut refused = Vec::new();
    let mut statements = Statements::default();
    let wrong = |why: String, span| {
        let wrong = Diagnostic::error("kql-cannot-say", why, span, "this list");
        wrong.help("give the list another name and a query of its own, or its values")
    };
    for list in used(policy) {
        if let Err(why) = statements.list(list, policy) {
            refused.push(wrong(why, list.span));
        }
    }
    // What a device must be may ask for a list.
    let devices = policy.devices().map(|(schema, predicate)| {
        let (list, text) = devices(schema, predicate, lists, &mut refused);
        if !statements.add(&list, &text) {
            let span = lists.iter().find(|known| known.name == list).map_or(policy.span, |known| known.span);
            refused.push(wrong(format!("KQL cannot say this: `{list}` are the devices"), span));
        }
        list
    });
    let mut made = Made::of(policy, &mut statements, &mut refused);
    out.push_str(&statements.text);
    let _infallible = writeln!(out, "{}", name(&policy.schema.table));
    for part in &policy.scope {
        if let ConditionKind::Where(predicate) = &part.kind {
            out.push_str(&made.before(&predicate.named_columns()));
        }
        out.push_str(&scope(policy, part, devices.as_deref(), &mut conditions));
    }
    for exclusion in &active {
        out.push_str(&made.before(&exclusion.predicate.named_columns()));
        out.push_str(&remark(MARK, policy, exclusion));
        let kept = conditions.condition(&exclusion.predicate, true);
        let _infallible = writeln!(out, "| where {}", kept.laid_out(8, 0));
    }
    let ordered = policy.output.order_by.iter().map(|order| order.column);
    out.push_str(&made.before(&policy.output.columns.iter().copied().chain(ordered).collect::<Vec<_>>()));
    out.push_str(&output(policy));
    refused.append(&mut conditions.refused);
    if refused.is_empty() {
        Ok(Emitted { text: out, notes: notes(&active, "kql-expires", "query") })
    } else {
        refused.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span));
        refused.dedup();
        Err(refused)
    }
}

/// What begins a comment.
const MARK: &str = "//";

/// The list of devices: its name and its statement.
fn devices(
    schema: &Schema,
    predicate: &Predicate,
    lists: &[List],
    refused: &mut Vec<Diagnostic>,
) -> (String, String) {
    let list = match single_literal(predicate) {
        Some(word) => format!("{word}DeviceIds"),
        None => "DeviceIds".to_owned(),
    };
    let mut conditions = Conditions { schema, lists, refused: Vec::new() };
    let condition = conditions.condition(predicate, false).laid_out(12, 4);
    refused.append(&mut conditions.refused);
    let table = name(&schema.table);
    let device = name(&schema.device);
    let text = format!("let {list} =\n    {table}\n    | where {condition}\n    | distinct {device};\n");
    (list, text)
}

/// The only text that a condition compares with, if it can begin a name.
fn single_literal(predicate: &Predicate) -> Option<&str> {
    let Predicate::Test(Test { operator, .. }) = predicate else { return None };
    let Operator::Text { operator: TextOperator::Equals, literals, .. } = operator else { return None };
    let [only] = literals.as_slice() else { return None };
    let begins = only.starts_with(|letter: char| letter.is_ascii_alphabetic());
    (begins && only.chars().all(|letter| letter.is_ascii_alphanumeric())).then_some(only)
}

fn scope(
    policy: &Policy,
    part: &Condition,
    devices: Option<&str>,
    conditions: &mut Conditions<'_>,
) -> String {
    let condition = match &part.kind {
        ConditionKind::Lookback(lookback) => {
            if lookback.length <= 0 {
                let message = "KQL cannot say this: a lookback of nothing";
                conditions.refused.push(Diagnostic::error(
                    "kql-cannot-say",
                    message,
                    part.span,
                    "no time at all",
                ));
            }
            let after = if lookback.inclusive { ">=" } else { ">" };
            let length = length(lookback.length).unwrap_or_else(|| format!("{}tick", lookback.length));
            format!("{} {after} ago({length})", name(&policy.schema.time))
        }
        ConditionKind::Devices { .. } => {
            format!("{} in ({})", name(&policy.schema.device), devices.unwrap_or("DeviceIds"))
        }
        ConditionKind::Where(predicate) => conditions.condition(predicate, false).laid_out(8, 0),
    };
    format!("| where {condition}\n")
}

fn output(policy: &Policy) -> String {
    let schema = &*policy.schema;
    let named = |id| name(schema.name(id));
    let columns = &policy.output.columns;
    // A column that is not shown is ordered by while it is still there.
    let first = policy.output.order_by.iter().any(|order| !columns.contains(&order.column));
    let orders: Vec<String> = policy
        .output
        .order_by
        .iter()
        .map(|order| {
            let by = if first { column(schema, order.column) } else { named(order.column) };
            format!("{by} {}", if order.descending { "desc" } else { "asc" })
        })
        .collect();
    let order = if orders.is_empty() { String::new() } else { format!("| order by {}\n", orders.join(", ")) };
    if columns.is_empty() {
        return order;
    }
    let shown = columns.iter().map(|id| match (named(*id), column(schema, *id)) {
        (name, value) if name == value => format!("    {name}"),
        (name, value) => format!("    {name} = {value}"),
    });
    let shown: Vec<String> = shown.collect();
    let project = format!("| project\n{}\n", shown.join(",\n"));
    if first { format!("{order}{project}") } else { format!("{project}{order}") }
}

#[cfg(test)]
mod tests;
