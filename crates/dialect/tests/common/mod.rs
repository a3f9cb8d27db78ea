//! What the tests share: queries in, policies out.

#![allow(
    dead_code,
    clippy::panic,
    clippy::unwrap_used,
    reason = "each test file uses its own part, and fails by panicking"
)]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use lownoise_dialect::Imported;
use lownoise_dialect::kql::{Options, emit, import};
use lownoise_engine::parse::{Wanted, parse_policy};
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::Time;
use lownoise_prove::{Claim, Proof, Setting, prove};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The shipped tables.
pub(crate) fn schemas() -> &'static Schemas {
    static SHIPPED: LazyLock<Schemas> = LazyLock::new(|| Schemas::shipped().unwrap());
    &SHIPPED
}

pub(crate) fn now() -> Time {
    Time::parse("2026-02-03T00:00:00Z").unwrap()
}

pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

pub(crate) fn imported(text: &str) -> Imported {
    imported_with(text, &Options { id: "q".to_owned(), ..Options::default() })
}

pub(crate) fn imported_with(text: &str, options: &Options) -> Imported {
    import(&Source { name: "q.kql".to_owned(), text: text.to_owned() }, schemas(), options)
}

/// The policy of a query, which has no mistakes.
pub(crate) fn policy(text: &str) -> Policy {
    let imported = imported(text);
    imported.policy.unwrap_or_else(|| panic!("{text}\n{:#?}", imported.diagnostics)).1
}

/// A policy of `rules/`.
pub(crate) fn rules(name: &str) -> Policy {
    let text = read(&format!("rules/{name}"));
    let mut load = |wanted: Wanted<'_>| {
        Ok(Some(Source { name: wanted.path(), text: read(&format!("rules/{}", wanted.path())) }))
    };
    parse_policy(Source { name: name.to_owned(), text }, &mut load, schemas()).result.unwrap()
}

/// A policy whose only exclusion asks this, in TOML.
pub(crate) fn hiding(table: &str, condition: &str) -> Policy {
    let text = format!(
        "[policy]\nid = \"q\"\ntitle = \"q\"\nowner = \"q\"\ntable = \"{table}\"\n\n[[exclusion]]\nid = \"x\"\nreason = \"a \
         reason\"\nwhere = {condition}\n"
    );
    let parsed =
        parse_policy(Source { name: "q.toml".to_owned(), text }, &mut |_| Err(String::new()), schemas());
    parsed.result.unwrap_or_else(|| panic!("{:#?}", parsed.diagnostics))
}

pub(crate) fn assert_equivalent(left: &Policy, right: &Policy, about: &str) {
    let (left, right) = &left.clone().over_one_schema(right.clone()).unwrap();
    let proof = prove(&Claim::Equivalent(left, right), &Setting::of(left, now()));
    assert_eq!(proof, Proof::Holds, "{about}");
}

pub(crate) fn compiled(policy: &Policy) -> String {
    emit(policy, now()).unwrap_or_else(|refused| panic!("{refused:#?}")).text
}
