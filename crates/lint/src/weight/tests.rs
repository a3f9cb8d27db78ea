//! What this room finds in the shipped policies.

use crate::Known;
use lownoise_engine::parse::{Wanted, parse_policy};
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::Time;

use crate::config::Config;
use crate::lint::{Context, Finding};

/// The codes found in a shipped policy by the lints of this room, with what they point at.
fn found(name: &str) -> Vec<(&'static str, String)> {
    findings(name).into_iter().map(|found| (found.lint.code, found.diagnostic.message)).collect()
}

/// What the lints of this room find in a shipped policy.
fn findings(name: &str) -> Vec<Finding> {
    of(read(format!("{name}.toml")))
}

/// What the lints of this room find in a policy, which may use the shipped sets.
fn of(source: Source) -> Vec<Finding> {
    let schemas = Schemas::shipped().unwrap();
    let mut sets = |wanted: Wanted<'_>| Ok(Some(read(wanted.path())));
    let policy = parse_policy(source, &mut sets, &schemas).result.unwrap();
    let config = Config::default();
    let context = Context {
        now: Time::parse("2026-02-02T12:00:00Z").unwrap(),
        config: &config,
        usage: None,
        known: &Known::default(),
    };
    let ours = super::LINTS.map(|lint| lint.code);
    let found = crate::check(&policy, &context).into_iter();
    found.filter(|found| ours.contains(&found.lint.code)).collect()
}

fn read(path: String) -> Source {
    let text = std::fs::read_to_string(format!("{}/../../rules/{path}", env!("CARGO_MANIFEST_DIR")));
    Source { name: path, text: text.unwrap() }
}

#[test]
fn names_are_known() {
    assert_eq!(super::name_case::known().get("networkmanager").map(String::as_str), Some("NetworkManager"));
}

#[test]
fn what_is_wrong_with_the_hunt_is_said() {
    let mut found = found("linux-desktop-public-egress");
    found.sort();
    let expected = [
        ("idle-condition", "the policy keeps the same events without this"),
        ("inbound-in-egress", "inbound actions are in the scope of an egress hunt"),
        ("name-case", "`networkmanager` never hides `NetworkManager`, where names keep their case"),
        ("text-network", "`127.` is compared with an address as text"),
        ("untyped-lost", "the scope loses public addresses whose type is empty"),
        ("untyped-lost", "the scope loses v4-mapped public addresses"),
    ];
    assert_eq!(found, expected.map(|(code, message)| (code, message.to_owned())));
}

/// That names follow from paths has nothing to do with it, and neither has the local address.
#[test]
fn an_idle_condition_says_only_what_its_proof_assumes() {
    for name in ["linux-desktop-public-egress", "linux-desktop-public-egress-hardened"] {
        let found = findings(name);
        let idle: Vec<_> = found.iter().filter(|found| found.lint.code == "idle-condition").collect();
        assert_eq!(idle.len(), 1, "{name}");
        assert_eq!(idle[0].evidence, ["assumed: `RemoteIPType` follows from `RemoteIP`"], "{name}");
    }
}

#[test]
fn the_hardened_policy_has_no_mistake_of_scope_and_nothing_dead() {
    let found = found("linux-desktop-public-egress-hardened");
    let dead: Vec<_> = found.iter().filter(|(code, _)| *code != "idle-condition").collect();
    assert!(dead.is_empty(), "{dead:?}");
}

#[test]
fn an_exclusion_that_hides_nothing_says_what_its_proof_assumes() {
    let text = r#"
        [policy]
        id    = "egress"
        title = "Egress"
        table = "DeviceNetworkEvents"
        owner = "soc"
        [scope]
        where = { RemoteIPType = "Public" }
        [[exclusion]]
        id     = "loopback"
        reason = "Local"
        where  = { RemoteIP = { starts_with = "127." } }
        [[exclusion]]
        id     = "resolver"
        reason = "Names"
        where  = { RemoteIP = { starts_with = "9.9.9." } }
    "#;
    let source = Source { name: "egress.toml".to_owned(), text: text.to_owned() };
    let found = of(source);
    let found: Vec<_> = found.iter().filter(|found| found.lint.code == "never-hides").collect();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].diagnostic.message, "the exclusion `loopback` hides nothing");
    assert_eq!(found[0].evidence, ["assumed: `RemoteIPType` follows from `RemoteIP`"]);
    assert!(found[0].fix.is_none());
}
