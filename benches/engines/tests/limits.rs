//! Where an engine stops when 10,000 exclusions are written the plain way, one `||` after another. What is seen here is
//! what `docs/benchmarks.md` says of them.

#[path = "../../common/mod.rs"]
mod common;

use std::env;
use std::process::Command;
use std::thread;

use cedar_policy::{Authorizer, Decision, Entities, PolicySet};
use lownoise_engines::{Engine, Setting, cedar, lownoise, vrl};

/// Set for the process that may die of it.
const ALONE: &str = "LOWNOISE_ENGINES_ALONE";

/// Asks with 10,000 exclusions, on a thread with the stack that a program's first thread has on Linux: 8 MiB.
fn with_10_000(ask: impl FnOnce(&Setting<'_>) + Send + 'static) {
    let asking = thread::Builder::new().stack_size(8 << 20).spawn(|| {
        let schemas = common::schemas();
        let traffic = common::traffic(1_000);
        let rows: Vec<_> = traffic.rows().collect();
        let [.., (_, source)] = common::policies();
        ask(&Setting::new(source, &schemas, &rows));
    });
    asking.unwrap().join().unwrap();
}

/// Runs a test of this file in a process of its own; gives whether it ended well, and its standard error.
fn alone(test: &str) -> (bool, String) {
    let this = env::current_exe().unwrap();
    let output = Command::new(this).args([test, "--exact", "--nocapture"]).env(ALONE, "1").output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn cedar_skips_a_long_chain_and_lets_events_through() {
    with_10_000(|setting| {
        let chain: Vec<String> = cedar::conditions(setting).into_iter().map(|(_, text)| text).collect();
        let policies: PolicySet = cedar::permit(&chain.join(" || ")).parse().unwrap();
        let mut reference = lownoise::Reference::new(setting);
        reference.decide();
        let hidden = reference.answers().hidden();
        let row = hidden.iter().position(|hidden| *hidden).unwrap();
        let request = cedar::request(&setting.fields[row]);
        let response = Authorizer::new().is_authorized(&request, &policies, &Entities::empty());
        let errors: Vec<String> = response.diagnostics().errors().map(ToString::to_string).collect();
        eprintln!("{:?} {errors:?}", response.decision());
        assert_eq!(response.decision(), Decision::Deny, "the event is hidden, but no longer by Cedar");
        assert!(errors.iter().any(|error| error.contains("recursion limit reached")), "{errors:?}");
    });
}

#[test]
fn vrl_chain() {
    if env::var_os(ALONE).is_some() {
        with_10_000(|setting| {
            let names = setting
                .groups
                .names
                .iter()
                .map(|(_, name)| format!(".InitiatingProcessFileName == {name:?}"));
            vrl::program(&names.collect::<Vec<_>>().join(" || "));
        });
        return;
    }
    let (well, error) = alone("vrl_chain");
    assert!(!well && error.contains("overflowed its stack"), "{error}");
}
