//! The scope loses events whose type of address the sensor left empty.
//!
//! ## Why
//! Sensors do not always say the type. A scope that asks for `Public` never sees such a row, be the address as public as
//! it may.
//!
//! ## Example
//! ```toml
//! [scope.where]
//! RemoteIPType = "Public"
//! ```
//!
//! ## Instead
//! Ask for the address itself as well:
//! ```toml
//! [scope.where]
//! any = [{ RemoteIP = { in = "public" } }, { RemoteIPType = "Public" }]
//! ```

use lownoise_engine::diagnostic::Level;
use lownoise_engine::op::AddressClass;
use lownoise_engine::policy::Policy;
use lownoise_engine::value::{OwnedValue, Value};

use super::witness::{changed, in_scope, shown, tested_types};
use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "untyped-lost",
    level: Level::Warning,
    source: include_str!("untyped_lost.rs"),
    run: Run::Policy(run),
};

fn run(context: &Context<'_>, policy: &Policy) -> Vec<Finding> {
    let types = tested_types(policy);
    let Some(event) = (if types.is_empty() { None } else { in_scope(policy, context.now) }) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (typed, address, span) in types {
        let Value::Address(_, Some(ip)) = event.event.value(address) else { continue };
        let (other, failed) =
            changed(policy, context.now, &event, vec![(typed, OwnedValue::Text(String::new()))]);
        if AddressClass::of(ip) == AddressClass::Public && failed.is_some() {
            let name = policy.schema.name(typed);
            let message = format!("the scope loses public addresses whose `{name}` the sensor left empty");
            let finding = LINT.finds(message, span, "asks the sensor's word alone");
            let of = policy.schema.name(address);
            let finding =
                finding.help(format!("ask for the address, too: `{{ {of} = {{ in = \"public\" }} }}`"));
            let finding = finding.because(format!("in scope: {}", shown(policy, &event, &[address, typed])));
            found
                .push(finding.because(format!("not in scope: {}", shown(policy, &other, &[address, typed]))));
        }
    }
    found
}
