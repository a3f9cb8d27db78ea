//! Arbitrary text as a query. Every finding can be drawn, and what is imported is a policy that compiles, or has tests
//! that stay opaque or cannot be said.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use lownoise_dialect::kql::{Options, emit, import};
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::Time;
use lownoise_report::{Style, findings, render};

static SCHEMAS: LazyLock<Schemas> = LazyLock::new(|| Schemas::shipped().expect("shipped schemas are read"));

fuzz_target!(|text: &str| {
    let source = Source { name: "q.kql".to_owned(), text: text.to_owned() };
    let options = Options { id: "q".to_owned(), ..Options::default() };
    let imported = import(&source, &SCHEMAS, &options);
    findings(&imported.diagnostics, &imported.sources);
    for found in &imported.diagnostics {
        render(found, &imported.sources, Style::Plain);
    }
    let Some((_, policy)) = imported.policy else { return };
    let Ok(emitted) = emit(&policy, Time(0)) else { return };
    let again = import(&Source { name: "again.kql".to_owned(), text: emitted.text }, &SCHEMAS, &options);
    assert!(again.policy.is_some() && again.opaque == 0, "{:?}", again.diagnostics);
});
