//! Arbitrary text as a rule of Sigma, and as exceptions of Elastic. Every finding can be drawn, and what is imported is a
//! policy that compiles to a filter, or has tests that stay opaque or cannot be said.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use lownoise_dialect::sigma::{Aim, Options, emit, import};
use lownoise_dialect::{Imported, elastic};
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::Time;
use lownoise_report::{Style, findings, render};

static SCHEMAS: LazyLock<Schemas> = LazyLock::new(|| Schemas::shipped().expect("shipped schemas are read"));

fn draw(imported: &Imported) {
    findings(&imported.diagnostics, &imported.sources);
    for found in &imported.diagnostics {
        render(found, &imported.sources, Style::Plain);
    }
}

fuzz_target!(|text: &str| {
    let source = Source { name: "r.yml".to_owned(), text: text.to_owned() };
    draw(&elastic::import(&source, &SCHEMAS, &elastic::Options::default()));
    let options = Options { id: "r".to_owned(), ..Options::default() };
    let imported = import(&source, &SCHEMAS, &options);
    draw(&imported);
    let Some((_, policy)) = imported.policy else { return };
    let aim = Aim { source: vec![("category".to_owned(), "any".to_owned())], rules: Vec::new() };
    let Ok(emitted) = emit(&policy, Time(0), &aim) else { return };
    let table = Some(policy.schema.table.clone());
    let source = Source { name: "again.yml".to_owned(), text: emitted.text };
    let again = import(&source, &SCHEMAS, &Options { table, ..options });
    assert!(again.policy.is_some() && again.opaque == 0, "{:?}", again.diagnostics);
});
