//! Planted edits (`fixtures/planted.toml`): fifty that change nothing, which must be proved, and fifty that change
//! something, which must be shown by an event. None of them may be unknown.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use lownoise_engine::evaluate::Verdict;
use lownoise_engine::parse::parse_policy;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::Time;
use lownoise_prove::{Claim, Proof, Setting, prove, verdict};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Planted {
    equivalent: Vec<Edit>,
    inequivalent: Vec<Edit>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    why: String,
    scope_before: Option<String>,
    scope_after: Option<String>,
    before: Vec<String>,
    after: Vec<String>,
}

fn planted() -> Planted {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/planted.toml");
    toml::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn policy(scope: Option<&String>, exclusions: &[String], schemas: &Schemas) -> Policy {
    let scope = scope.map_or_else(String::new, |scope| format!("[scope]\nwhere = {{ {scope} }}\n"));
    let exclusion = |(place, condition): (usize, &String)| {
        format!("[[exclusion]]\nid = \"x{place}\"\nreason = \"planted\"\nwhere = {{ {condition} }}\n")
    };
    let exclusions: String = exclusions.iter().enumerate().map(exclusion).collect();
    let header = "[policy]\nid = \"p\"\ntitle = \"p\"\nowner = \"tests\"\ntable = \"DeviceNetworkEvents\"\n";
    let source = Source { name: "planted.toml".to_owned(), text: format!("{header}{scope}{exclusions}") };
    let parsed = parse_policy(source, &mut |_| Err("no sets".to_owned()), schemas);
    parsed.result.unwrap_or_else(|| panic!("{exclusions}\n{:#?}", parsed.diagnostics))
}

/// What is proved of an edit, and whether an event that is shown is kept by one side alone.
fn judged(edit: &Edit, schemas: &Schemas) -> (Proof, bool) {
    let before = policy(edit.scope_before.as_ref(), &edit.before, schemas);
    let after = policy(edit.scope_after.as_ref(), &edit.after, schemas);
    let now = Time::parse("2026-02-03T00:00:00Z").unwrap();
    let proof = prove(&Claim::Equivalent(&before, &after), &Setting::of(&before, now));
    let shows = matches!(&proof, Proof::Fails(witness)
        if (verdict(&before, witness, now) == Verdict::Kept) != (verdict(&after, witness, now) == Verdict::Kept));
    (proof, shows)
}

#[test]
fn planted_edits_are_told_apart_without_one_mistake() {
    let schemas = Schemas::shipped().unwrap();
    let Planted { equivalent, inequivalent } = planted();
    assert_eq!((equivalent.len(), inequivalent.len()), (50, 50));
    let mut mistakes = Vec::new();
    for edit in &equivalent {
        let (proof, _) = judged(edit, &schemas);
        if proof != Proof::Holds {
            mistakes.push(format!("not proved: {}: {proof:?}", edit.why));
        }
    }
    for edit in &inequivalent {
        let (proof, shows) = judged(edit, &schemas);
        if !shows {
            mistakes.push(format!("not shown: {}: {proof:?}", edit.why));
        }
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}
