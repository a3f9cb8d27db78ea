//! The scope loses public addresses that are written as v4-mapped IPv6 addresses.
//!
//! ## Why
//! A program with an IPv6 socket reaches `198.51.100.7` as `::ffff:198.51.100.7`. Defender's sensor types such a row
//! `FourToSixMapping`, not `Public`: a scope that asks for `Public` never sees it, whatever the program is.
//!
//! ## Example
//! ```toml
//! [scope.where]
//! RemoteIPType = "Public"
//! ```
//!
//! ## Instead
//! Ask for the address itself as well, which is the IPv4 address however it is written:
//! ```toml
//! [scope.where]
//! any = [{ RemoteIP = { in = "public" } }, { RemoteIPType = "Public" }]
//! ```

use lownoise_engine::diagnostic::Level;
use lownoise_engine::op::{AddressClass, SENSOR_MAPPED};
use lownoise_engine::policy::Policy;
use lownoise_engine::value::{OwnedValue, Value};

use super::witness::{changed, in_scope, shown, tested_types};
use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "mapped-lost",
    level: Level::Warning,
    source: include_str!("mapped_lost.rs"),
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
        if AddressClass::of(ip) != AddressClass::Public || !ip.is_ipv4() {
            continue;
        }
        let mapped = format!("::ffff:{ip}");
        let values = vec![
            (address, OwnedValue::address(&mapped)),
            (typed, OwnedValue::Text(SENSOR_MAPPED.to_owned())),
        ];
        let (other, failed) = changed(policy, context.now, &event, values);
        if failed.is_some() {
            let name = policy.schema.name(typed);
            let message = format!("the scope loses public addresses that the sensor types `{SENSOR_MAPPED}`");
            let finding = LINT.finds(message, span, format!("`{name}` is not what the address is"));
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
