//! A policy about egress looks at inbound and passive events.
//!
//! Looked for in policies whose id, title or description speaks of egress or outbound traffic. Which actions are inbound is
//! data: `inbound` in `schemas/control/tables.toml`.
//!
//! ## Why
//! Connections that others made, sockets that listen and packets that were inspected count as egress then: noise that is
//! excluded with what should stay visible, and figures that are too high.
//!
//! ## Example
//! ```toml
//! [policy]
//! title = "Linux Desktop – Public egress baseline"
//!
//! [scope.where]
//! RemoteIPType = "Public"
//! ```
//!
//! ## Instead
//! Take out what is known to be inbound. To let in only what is known to be outbound would be a blind spot for the action that
//! a future sensor invents.
//! ```toml
//! [scope.where]
//! RemoteIPType = "Public"
//! ActionType   = { not = { equals = ["InboundConnectionAccepted", "ListeningConnectionCreated"] } }
//! ```

use std::collections::BTreeMap;

use lownoise_engine::diagnostic::Level;
use lownoise_engine::policy::Policy;
use lownoise_engine::value::OwnedValue;
use toml::{Table, Value};

use super::witness::{changed, in_scope, shown};
use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "inbound-in-scope",
    level: Level::Warning,
    source: include_str!("inbound_in_scope.rs"),
    run: Run::Policy(run),
};

const TABLES: &str = include_str!("../../../../schemas/control/tables.toml");

fn run(context: &Context<'_>, policy: &Policy) -> Vec<Finding> {
    let about = [Some(&policy.id), Some(&policy.title), policy.description.as_ref()];
    let outbound = about.into_iter().flatten().map(|text| text.to_lowercase());
    if !outbound.into_iter().any(|text| text.contains("egress") || text.contains("outbound")) {
        return Vec::new();
    }
    let Some((column, inbound)) = actions(&policy.schema.table) else { return Vec::new() };
    let (Some(column), Some(event)) = (policy.schema.column(&column), in_scope(policy, context.now)) else {
        return Vec::new();
    };
    let let_in: Vec<String> = inbound
        .into_iter()
        .filter(|action| {
            let values = vec![(column, OwnedValue::Text(action.clone()))];
            changed(policy, context.now, &event, values).1.is_none()
        })
        .collect();
    let Some(first) = let_in.first() else { return Vec::new() };
    let span = policy.scope.last().map_or(policy.span, |condition| condition.span);
    let message = format!("the policy is about egress, and its scope holds {} inbound actions", let_in.len());
    let name = policy.schema.name(column);
    let listed = let_in.iter().map(|action| format!("\"{action}\"")).collect::<Vec<_>>().join(", ");
    let (shown_event, _) =
        changed(policy, context.now, &event, vec![(column, OwnedValue::Text(first.clone()))]);
    let finding = LINT.finds(message, span, format!("says nothing of `{name}`"));
    let finding = finding.help(format!("take them out: `{name} = {{ not = {{ equals = [{listed}] }} }}`"));
    vec![finding.because(format!("in scope: {}", shown(policy, &shown_event, &[column])))]
}

/// The column of a table that says what happened, and what of it is inbound.
fn actions(table: &str) -> Option<(String, Vec<String>)> {
    // A test holds that the file can be read.
    let tables: BTreeMap<String, Table> = toml::from_str(TABLES).ok()?;
    let table = tables.get(table)?;
    let inbound = table.get("inbound")?.as_array()?.iter().filter_map(Value::as_str).map(str::to_owned);
    Some((table.get("action")?.as_str()?.to_owned(), inbound.collect()))
}
