//! Sigma in and out: what filters hide, what becomes of conditions and of files, and that what is compiled comes back.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]

mod conditions;
mod files;
mod filters;

use std::sync::LazyLock;

use lownoise_dialect::Imported;
use lownoise_dialect::sigma::{Aim, Options, emit, filtering, import};
use lownoise_engine::evaluate::{Context, Devices, Verdict, evaluate};
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::Time;
use lownoise_prove::{Claim, Proof, Setting, prove};

fn schemas() -> &'static Schemas {
    static SHIPPED: LazyLock<Schemas> = LazyLock::new(|| Schemas::shipped().unwrap());
    &SHIPPED
}

fn now() -> Time {
    Time::parse("2026-02-03T00:00:00Z").unwrap()
}

fn imported(text: &str) -> Imported {
    imported_with(text, &Options { id: "r".to_owned(), ..Options::default() })
}

fn imported_with(text: &str, options: &Options) -> Imported {
    import(&Source { name: "r.yml".to_owned(), text: text.to_owned() }, schemas(), options)
}

/// The policy of a rule, which has no mistakes.
fn policy(text: &str) -> Policy {
    let imported = imported(text);
    imported.policy.unwrap_or_else(|| panic!("{text}\n{:#?}", imported.diagnostics)).1
}

/// Compiles a policy to a filter, imports that, and proves that it hides the same.
fn comes_back(policy: &Policy, about: &str) {
    let aim = Aim { source: vec![("category".to_owned(), "any".to_owned())], rules: Vec::new() };
    let filter = emit(policy, now(), &aim).unwrap_or_else(|refused| panic!("{about}\n{refused:#?}")).text;
    let table = Some(policy.schema.table.clone());
    let again = imported_with(&filter, &Options { id: "f".to_owned(), table, ..Options::default() });
    let again = again.policy.unwrap_or_else(|| panic!("{filter}\n{:#?}", again.diagnostics)).1;
    let hiding = filtering(policy);
    let proof = prove(&Claim::Equivalent(&hiding, &again), &Setting::of(&hiding, now()));
    assert_eq!(proof, Proof::Holds, "{about}\n{filter}");
}

/// What is wrong with a rule.
fn messages(imported: &Imported) -> Vec<&str> {
    imported.diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect()
}

/// The verdict on an event, as `kept`, `out of scope`, or the ids that hide it. `event` is `Field=value;Field=value`.
fn verdict(policy: &Policy, event: &str) -> String {
    let owned = lownoise_testkit::event(&policy.schema, event);
    let context = Context { now: now(), devices: &Devices::Every };
    match evaluate(policy, &owned.borrow(), context) {
        Verdict::Kept => "kept".to_owned(),
        Verdict::OutOfScope(_) => "out of scope".to_owned(),
        Verdict::Hidden(by) => {
            by.iter().map(|place| policy.exclusions[*place].id.as_str()).collect::<Vec<_>>().join(" ")
        }
    }
}
