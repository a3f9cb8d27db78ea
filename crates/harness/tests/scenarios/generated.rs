//! The shipped policies on generated traffic, where every event says who is behind it.

use std::collections::{BTreeSet, HashSet};

use lownoise_engine::evaluate::{Context, Devices, Verdict, evaluate};
use lownoise_engine::event::Event;
use lownoise_engine::schema::Schemas;
use lownoise_engine::value::Time;
use lownoise_generate::{Actor, DeviceLayout, EventLayout, Options, Traffic};

use super::common;

/// Of the hidden ones among 20,000 events: the exclusion, who is behind the event, and what they do. Asserts that no
/// invariant is broken.
fn hidden_by(policy: &str) -> HashSet<(String, Actor, &'static str)> {
    let policy = common::shipped(policy).unwrap();
    let schemas = Schemas::shipped().unwrap();
    let now = Time::parse("2026-02-03T12:00:00Z").unwrap();
    let traffic = Traffic::new(&Options { seed: 7, events: 20_000, devices: 200, now });
    let device_layout = DeviceLayout::of(schemas.get("DeviceInfo").unwrap()).unwrap();
    let layout = EventLayout::of(&policy.schema).unwrap();
    let (device_schema, predicate) = policy.devices().unwrap();
    let id = device_schema.column("DeviceId").unwrap();
    let among: HashSet<String> = traffic
        .devices()
        .filter_map(|row| {
            let event = Event { values: row.values(&device_layout) };
            predicate.holds(&event).then(|| event.value(id).text().to_owned())
        })
        .collect();
    let devices = Devices::Among(among);
    let mut hidden = HashSet::new();
    for row in traffic.rows() {
        let event = Event { values: row.values(&layout) };
        let label = row.label();
        let Verdict::Hidden(places) = evaluate(&policy, &event, Context { now, devices: &devices }) else {
            continue;
        };
        for invariant in &policy.never_hide {
            assert!(!invariant.predicate.holds(&event), "`{}` is broken by {label:?}", invariant.id);
        }
        hidden.extend(
            places.iter().map(|&place| (policy.exclusions[place].id.clone(), label.actor, label.behaviour)),
        );
    }
    hidden
}

#[test]
fn the_hardened_baseline_hides_services_alone_and_every_exclusion_is_used() {
    let name = "linux-desktop-public-egress-hardened";
    let hidden = hidden_by(name);
    for (exclusion, actor, behaviour) in &hidden {
        assert_eq!(*actor, Actor::Service, "`{exclusion}` hides {behaviour}");
    }
    let used: BTreeSet<_> = hidden.iter().map(|(exclusion, ..)| exclusion.as_str()).collect();
    let policy = common::shipped(name).unwrap();
    assert_eq!(used, policy.exclusions.iter().map(|exclusion| exclusion.id.as_str()).collect());
}

#[test]
fn every_exclusion_of_the_published_hunt_is_used_and_can_be_ridden() {
    let name = "linux-desktop-public-egress";
    let hidden = hidden_by(name);
    for exclusion in &common::shipped(name).unwrap().exclusions {
        for actor in [Actor::Service, Actor::Intruder] {
            let found = hidden.iter().any(|(id, behind, _)| *id == exclusion.id && *behind == actor);
            assert!(found, "`{}` hides nothing of {actor:?}", exclusion.id);
        }
    }
}
