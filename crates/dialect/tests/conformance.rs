//! The expressions that the conformance cases were taken for: imported, each keeps the event of its case exactly when
//! the case says that it holds.

mod common;

use common::{imported, root, schemas};
use lownoise_engine::evaluate::{Context, Devices, Verdict, evaluate};
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    table: String,
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    kql: Option<String>,
    event: toml::Table,
    holds: bool,
}

/// The file, and the column that its expressions call `s`.
const FILES: [(&str, &str); 3] = [
    ("kusto-text.toml", "InitiatingProcessCommandLine"),
    ("kusto-numbers.toml", "InitiatingProcessCommandLine"),
    ("kusto-addresses.toml", "RemoteIP"),
];

/// What an import leaves as text: functions of which a policy knows nothing.
const OPAQUE: [&str; 4] = ["has_ipv4", "parse_json", "strlen", "null"];

#[test]
fn imports_mean_what_kusto_means() {
    let schemas = schemas();
    let (mut held, mut left) = (0, 0);
    for (name, column) in FILES {
        let text = std::fs::read_to_string(root().join("fixtures/conformance").join(name)).unwrap();
        let file: File = toml::from_str(&text).unwrap();
        for case in file.case {
            let Some(kql) = case.kql else { continue };
            let query = format!("{} | extend s = {column}, n = RemotePort | where {kql}", file.table);
            let imported = imported(&query);
            let Some((written, policy)) = imported.policy else {
                panic!("{query}: {:#?}", imported.diagnostics)
            };
            if imported.opaque > 0 {
                assert!(
                    OPAQUE.iter().any(|word| kql.contains(word)),
                    "{kql} is opaque: {:#?}",
                    imported.diagnostics
                );
                left += 1;
                continue;
            }
            let event = schemas.get(&file.table).unwrap().event(&case.event).unwrap();
            let context = Context { now: common::now(), devices: &Devices::Every };
            let kept = evaluate(&policy, &event.borrow(), context) == Verdict::Kept;
            assert_eq!(kept, case.holds, "{}: {kql}\n{written}", case.name);
            held += 1;
        }
    }
    assert!(held > 100 && left < 10, "{held} held, {left} opaque");
}
