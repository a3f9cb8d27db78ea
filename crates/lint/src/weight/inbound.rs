//! Inbound connections are in the scope of a hunt for egress.
//!
//! The policy calls itself one of egress or outbound traffic, and a believable event of its scope stays in it when its
//! action is an inbound or passive one: a connection that was accepted, a socket that listens, a packet that was
//! inspected.
//!
//! ## Why
//! What comes in is another question. It fills the hunt with noise, and noise breeds exclusions.
//!
//! ## Example
//! ```toml
//! [policy]
//! title = "Public egress baseline"
//!
//! [scope]
//! where = { RemoteIPType = "Public" }
//! ```
//!
//! ## Instead
//! Take out what is known to be inbound, so that an action which a future sensor invents stays visible:
//! ```toml
//! not = { ActionType = ["InboundConnectionAccepted", "ListeningConnectionCreated"] }
//! ```

use lownoise_engine::diagnostic::Level;
use lownoise_engine::policy::Policy;
use lownoise_engine::value::OwnedValue;

use super::{in_scope, is_in_scope, scope_span, with};
use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "inbound-in-egress",
    level: Level::Warning,
    source: include_str!("inbound.rs"),
    run: Run::Policy(run),
};

fn run(context: &Context<'_>, policy: &Policy) -> Vec<Finding> {
    let words = format!("{} {}", policy.id, policy.title).to_ascii_lowercase();
    let about = ["egress", "outbound"].iter().any(|word| words.contains(word));
    let column = policy.schema.column("ActionType").filter(|_| about);
    let values =
        column.and_then(|column| policy.schema.definition(column)).map(|definition| &definition.values);
    let (Some(column), Some(values)) = (column, values) else { return Vec::new() };
    let Some(event) = in_scope(policy, context.now).into_iter().next() else { return Vec::new() };
    let inbound = values.iter().filter(|action| {
        let passive = ["Inbound", "Listening"].iter().any(|word| action.starts_with(word));
        passive
            && is_in_scope(policy, &with(&event, column, OwnedValue::Text((*action).clone())), context.now)
    });
    let inbound: Vec<String> = inbound.map(|action| format!("`{action}`")).collect();
    if inbound.is_empty() {
        return Vec::new();
    }
    let finding =
        LINT.finds("inbound actions are in the scope of an egress hunt", scope_span(policy), "lets them in");
    let finding = finding.help("add `not = { ActionType = [...] }` with the inbound ones");
    vec![finding.because(format!("in scope: {}", inbound.join(", ")))]
}
