//! Places in imported policies lead to the original: tests, exclusions, the scope, and what the original does not say.

#![allow(clippy::panic, clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::{read, schemas};
use lownoise_dialect::{Imported, elastic, kql, sigma};
use lownoise_engine::span::{Source, Span};

const QUERY: &str = r#"// Egress
let Known = dynamic(["a", "b"]);
DeviceNetworkEvents
| where Timestamp > ago(24h)
| where RemoteIPType == "Public" and RemoteIP !startswith "127."
// snapd: Snap
| where not(InitiatingProcessFileName == "snapd" and InitiatingProcessFolderPath startswith "/usr/lib/")
| where InitiatingProcessFileName !in (Known)
| where not(RemoteUrl endswith ".x" and set_has_element(Known, RemoteUrl))
"#;

const RULE: &str = r"title: A rule
logsource:
    product: linux
detection:
    selection:
        Image|endswith: /curl
    filter_known:
        User: root
        CommandLine|contains: update
    filter_other:
        User: backup
    condition: selection and not 1 of filter_*
";

const EXCEPTION: &str = r#"{"list_id":"l","type":"simple","name":"first","description":"d","entries":[{"field":"process.name","operator":"included","type":"match","value":"a"}]}
{"list_id":"l","type":"simple","name":"second","description":"d","entries":[{"field":"process.name","operator":"included","type":"match","value":"b"},{"field":"user.name","operator":"included","type":"match","value":"c"}]}
"#;

fn source(text: &str) -> Source {
    Source { name: "original".to_owned(), text: text.to_owned() }
}

fn query(text: &str) -> Imported {
    kql::import(&source(text), schemas(), &kql::Options { id: "q".to_owned(), ..kql::Options::default() })
}

fn rule(text: &str) -> Imported {
    let options = sigma::Options { id: "r".to_owned(), ..sigma::Options::default() };
    sigma::import(&source(text), schemas(), &options)
}

fn exception(text: &str) -> Imported {
    let options = elastic::Options { id: "e".to_owned(), ..elastic::Options::default() };
    elastic::import(&source(text), schemas(), &options)
}

/// The first line of the original at the place of a part of the TOML, which is there once.
#[track_caller]
fn origin<'i>(imported: &'i Imported, part: &str) -> &'i str {
    let toml = &imported.policy.as_ref().unwrap_or_else(|| panic!("{:#?}", imported.diagnostics)).0;
    let places: Vec<usize> = toml.match_indices(part).map(|(place, _)| place).collect();
    let [start] = places.as_slice() else { panic!("`{part}` is there {} times:\n{toml}", places.len()) };
    let span = Span::new(0, *start..start + part.len());
    imported.sources.text(imported.origins.of(span)).lines().next().unwrap()
}

#[test]
fn places_lead_to_what_they_were() {
    let (query, rule, exception) = (query(QUERY), rule(RULE), exception(EXCEPTION));
    for (imported, part, from) in [
        // Tests, and places in them.
        (&query, "\"Public\"", r#"RemoteIPType == "Public""#),
        (&query, "InitiatingProcessFileName = \"snapd\"", r#"InitiatingProcessFileName == "snapd""#),
        (&query, "\"/usr/lib/\"", r#"InitiatingProcessFolderPath startswith "/usr/lib/""#),
        (&query, "\"b\"]", "InitiatingProcessFileName !in (Known)"),
        (&query, "\"set_has_element(Known, RemoteUrl)\"", "set_has_element(Known, RemoteUrl)"),
        (&rule, "\"update\"", "update"),
        (&rule, "\"backup\"", "backup"),
        (&rule, "\"/curl\"", "/curl"),
        // An exclusion.
        (&query, "\"a-b\"", "InitiatingProcessFileName !in (Known)"),
        // What the original does not say: where the policy begins.
        (&query, "\"unassigned\"", "DeviceNetworkEvents"),
        (&query, "\"24h\"", "DeviceNetworkEvents"),
        (&rule, "\"unassigned\"", "A rule"),
        (&exception, "\"unassigned\"", EXCEPTION.lines().next().unwrap()),
    ] {
        assert_eq!(origin(imported, part), from, "{part} in\n{}", imported.policy.as_ref().unwrap().0);
    }
}

#[test]
fn every_test_of_the_hunt_leads_to_its_own_column() {
    let text = read("fixtures/kql/linux-desktop-public-egress.kql");
    let imported = query(&text);
    let (_, policy) = imported.policy.as_ref().unwrap();
    assert_eq!(policy.exclusions.len(), 4);
    for exclusion in &policy.exclusions {
        for test in exclusion.predicate.tests() {
            let from = imported.sources.text(imported.origins.of(test.span));
            assert!(from.contains(policy.schema.name(test.column)), "{}: {from}", exclusion.id);
        }
    }
}

#[test]
fn exclusions_and_the_policy_lead_to_the_original() {
    let imported = exception(EXCEPTION);
    let (_, policy) = imported.policy.as_ref().unwrap();
    let second = policy.exclusions.last().unwrap();
    let places = [second.span, policy.span].map(|span| imported.origins.of(span));
    let lines = places.map(|span| imported.sources.line_column(span).0);
    assert_eq!(lines, [2, 1]);
}
