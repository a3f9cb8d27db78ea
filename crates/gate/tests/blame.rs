//! Which line is blamed for an edit, and what is said of it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use lownoise_engine::parse::parse_policy;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::Time;
use lownoise_gate::{Comparison, Rule, compare};
use lownoise_prove::{Assignment, Setting};

const HEAD: &str = r#"[policy]
id = "p"
title = "t"
table = "DeviceNetworkEvents"
owner = "o"
"#;

fn policy(rest: &str) -> Policy {
    let source = Source { name: "p.toml".to_owned(), text: format!("{HEAD}{rest}") };
    let parsed = parse_policy(source, &mut |_| Err("none".to_owned()), &Schemas::shipped().unwrap());
    parsed.result.unwrap_or_else(|| panic!("{:#?}", parsed.diagnostics))
}

/// The first thing that an edit newly hides, or of what it newly shows if it hides nothing: its line and words.
fn blamed(old: &str, new: &str) -> String {
    let (old, new) = (policy(old), policy(new));
    let now = Time::parse("2026-02-03T00:00:00Z");
    let events = new.schema.examples.iter().cloned();
    let events = events.map(|event| Assignment { event, devices: Vec::new() }).collect();
    let setting = Setting { now, events, ..Setting::default() };
    let found = compare(Comparison { old: &old, new: &new, setting: &setting, met: &[], replay: None });
    let Some(concern) = found.concerns.first() else { return "nothing".to_owned() };
    assert!(matches!(concern.rule, Rule::NewlyHidden | Rule::NewlyShown));
    let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let edit = concern.edit.as_ref();
    let edit = edit.map(|edit| format!("{} {} → {}", edit.of, side(&edit.old), side(&edit.new)));
    format!("{} {}:{} {}", concern.rule.id(), concern.subject, concern.place.line, edit.unwrap_or_default())
}

/// An exclusion whose condition stands on the lines from 10 on.
fn exclusion(id: &str, condition: &str) -> String {
    format!("[[exclusion]]\nid = \"{id}\"\nreason = \"r\"\n[exclusion.where]\n{condition}\n")
}

#[test]
fn the_changed_test_is_blamed() {
    let name = "InitiatingProcessFileName";
    let cases = [
        (
            "RemotePort = 443",
            "RemotePort = { gte = 443 }",
            "newly-hidden e:10 RemotePort RemotePort = 443 → gte = 443",
        ),
        (
            "RemotePort = 443\nRemoteUrl = [\n  \"a\",\n  \"b\",\n]",
            "RemotePort = 443\nRemoteUrl = [\n  \"a\",\n  \"b\",\n  \"c\",\n]",
            "newly-hidden e:14 RemoteUrl (nothing) → \"c\"",
        ),
        (
            "RemotePort = 443\nInitiatingProcessFileName = \"a\"",
            "RemotePort = 443",
            "newly-hidden e:7 InitiatingProcessFileName InitiatingProcessFileName = \"a\" → -",
        ),
        (
            "RemoteUrl = { starts_with = \"a\" }",
            "RemoteUrl = { starts_with = \"a\", ignore_case = true }",
            "newly-hidden e:10 RemoteUrl starts_with = \"a\" → starts_with = \"a\", ignore_case = true",
        ),
        (
            "all = [{ RemotePort = 1 }, { RemoteUrl = \"a\" }]",
            "any = [{ RemotePort = 1 }, { RemoteUrl = \"a\" }]",
            "newly-hidden e:7 the way its tests are combined - → -",
        ),
        (
            "RemoteUrl = { starts_with = \"ab\" }",
            "RemoteUrl = { starts_with = \"abc\" }",
            "newly-shown e:10 RemoteUrl \"ab\" → \"abc\"",
        ),
    ];
    for (old, new, expected) in cases {
        assert_eq!(blamed(&exclusion("e", old), &exclusion("e", new)), expected, "{new}");
    }
    // Renamed and widened: the nearest exclusion is what it was.
    let (old, new) =
        (exclusion("old", &format!("{name} = \"a\"")), exclusion("new", &format!("{name} = [\"a\", \"b\"]")));
    assert_eq!(blamed(&old, &new), format!("newly-hidden new:10 {name} (nothing) → \"b\""));
    assert_eq!(blamed(&old, &exclusion("new", &format!("{name} = \"a\""))), "nothing");
    assert_eq!(blamed("", &old), "newly-hidden old:7 ");
    assert_eq!(blamed(&old, ""), "newly-shown old:2 exclusion old → -");
}

#[test]
fn the_changed_condition_of_a_scope_is_blamed() {
    let scope = |text: &str| format!("[scope]\n{text}\n");
    let cases = [
        (
            "where = { RemotePort = 443 }",
            "where = { RemotePort = 80 }",
            "newly-hidden scope:7 RemotePort RemotePort = 443 → RemotePort = 80",
        ),
        ("", "where = { RemotePort = 80 }", "newly-hidden scope:7 RemotePort - → RemotePort = 80"),
        ("where = { RemotePort = 80 }", "", "newly-shown scope:2 RemotePort RemotePort = 80 → -"),
        (
            "devices = { OSPlatform = \"Linux\" }",
            "devices = { OSPlatform = [\"Linux\", \"macOS\"] }",
            "newly-shown scope:7 OSPlatform (nothing) → \"macOS\"",
        ),
    ];
    for (old, new, expected) in cases {
        assert_eq!(blamed(&scope(old), &scope(new)), expected);
    }
}
