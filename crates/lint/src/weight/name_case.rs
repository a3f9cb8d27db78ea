//! A name never is written so.
//!
//! A test that respects case asks for a program by a name that differs only by case from the one it really has
//! (`schemas/control/names.toml`), so it never hides that program where the sensor keeps the case.
//!
//! ## Why
//! The noise stays, and the name is free: whoever calls a tool so is hidden.
//!
//! ## Example
//! ```toml
//! where = { InitiatingProcessFileName = "networkmanager" }
//! ```
//!
//! ## Instead
//! ```toml
//! where = { InitiatingProcessFileName = "NetworkManager", InitiatingProcessFolderPath = "/usr/sbin/NetworkManager" }
//! ```

use std::collections::HashMap;
use std::sync::OnceLock;

use lownoise_engine::diagnostic::Level;
use lownoise_engine::op::{Case, Operator, TextOperator};
use lownoise_engine::policy::Policy;
use serde::Deserialize;

use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "name-case",
    level: Level::Warning,
    source: include_str!("name_case.rs"),
    run: Run::Policy(run),
};

#[derive(Deserialize)]
struct Names {
    names: Vec<String>,
}

/// Names as they are written, by the same in lower case. A test holds that the data is read.
pub(super) fn known() -> &'static HashMap<String, String> {
    static KNOWN: OnceLock<HashMap<String, String>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let names = toml::from_str(include_str!("../../../../schemas/control/names.toml"));
        let names = names.map_or_else(|_| Vec::new(), |Names { names }| names);
        names.into_iter().map(|name| (name.to_ascii_lowercase(), name)).collect()
    })
}

fn run(_: &Context<'_>, policy: &Policy) -> Vec<Finding> {
    let mut found = Vec::new();
    for exclusion in &policy.exclusions {
        for test in exclusion.predicate.tests() {
            let Operator::Text { operator: TextOperator::Equals, literals, case: Case::Sensitive } =
                &test.operator
            else {
                continue;
            };
            let definition = policy.schema.definition(test.column);
            if definition.is_none_or(|definition| definition.basename_of.is_none()) {
                continue;
            }
            for literal in literals {
                let Some(name) = known().get(&literal.to_ascii_lowercase()) else { continue };
                if literals.contains(name) {
                    continue;
                }
                let message = format!("`{literal}` never hides `{name}`, where names keep their case");
                let finding = LINT.finds(message, test.span, "case matters");
                found.push(finding.help(format!("write `{name}`, with the whole path beside it")));
            }
        }
    }
    found
}
