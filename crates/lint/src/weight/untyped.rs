//! The scope loses public addresses that the sensor types otherwise, or not at all.
//!
//! A believable event of the scope is taken, and its address is written as an IPv4-mapped one
//! (`::ffff:198.51.100.7`, typed `FourToSixMapping`), or its type is left empty, as sensors do. If the scope no longer
//! has it, that is shown.
//!
//! ## Why
//! A socket that is open to both families reports mapped addresses: the same traffic, to the same server, unseen.
//!
//! ## Example
//! ```toml
//! [scope]
//! where = { RemoteIPType = "Public" }
//! ```
//!
//! ## Instead
//! Ask the address itself as well:
//! ```toml
//! [scope]
//! where = { any = [{ RemoteIP = { in = "public" } }, { RemoteIPType = "Public" }] }
//! ```

use lownoise_engine::diagnostic::Level;
use lownoise_engine::op::{SENSOR_MAPPED, sensor_type};
use lownoise_engine::policy::Policy;
use lownoise_engine::value::OwnedValue;

use super::{in_scope, is_in_scope, scope_span, with};
use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "untyped-lost",
    level: Level::Warning,
    source: include_str!("untyped.rs"),
    run: Run::Policy(run),
};

fn run(context: &Context<'_>, policy: &Policy) -> Vec<Finding> {
    let schema = &policy.schema;
    let events = in_scope(policy, context.now);
    let mut found = Vec::new();
    for kind in schema.ids() {
        let of = schema.definition(kind).and_then(|definition| definition.type_of.as_ref());
        let Some(address) = of.and_then(|of| schema.column(of)) else { continue };
        let event = events.iter().find(|event| {
            let text = event.event.value(address).text();
            text.contains('.') && sensor_type(text) == Some("Public")
        });
        let Some(event) = event else { continue };
        let mapped = OwnedValue::address(&format!("::ffff:{}", event.event.value(address).text()));
        let said = OwnedValue::Text(SENSOR_MAPPED.to_owned());
        let probes = [
            ("v4-mapped public addresses", with(&with(event, address, mapped), kind, said)),
            ("public addresses whose type is empty", with(event, kind, OwnedValue::Text(String::new()))),
        ];
        for (what, probe) in probes {
            if is_in_scope(policy, &probe, context.now) {
                continue;
            }
            let columns = [address, kind]
                .map(|column| format!("{}={:?}", schema.name(column), probe.event.value(column).text()));
            let finding = LINT.finds(format!("the scope loses {what}"), scope_span(policy), "asks the type");
            let finding = finding.help(format!("ask `{}` as well: `in = \"public\"`", schema.name(address)));
            found.push(finding.because(format!("out of scope: {}", columns.join(" "))));
        }
    }
    found
}
