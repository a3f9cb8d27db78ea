//! Scenarios that are written about an event: run again, they pass, whatever is in the event.

use std::fs;
use std::rc::Rc;
use std::sync::Arc;

use lownoise_engine::event::OwnedEvent;
use lownoise_engine::policy::Policy;
use lownoise_engine::value::{Kind, OwnedValue, Time};
use lownoise_harness::{Options, Sketch, Summary, run, scenario};
use lownoise_prove::{Assignment, verdict};
use lownoise_testkit::{any_event, any_policy, schema};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::common;

fn run_text(text: &str, policy: &Policy, now: Time) -> (Summary, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sketch.feature");
    fs::write(&path, format!("Feature: sketched\n{text}")).unwrap();
    let policy = Arc::new(policy.clone());
    let options = Options::new(Rc::new(move |_: &str| Ok(Arc::clone(&policy))), now);
    let summary = run(&[path], &options).unwrap();
    let report = common::told(&summary);
    (summary, report)
}

/// An event with any text at all in some columns.
fn odd_event() -> impl Strategy<Value = OwnedEvent> {
    let schema = schema();
    let odd = vec(option::weighted(0.3, any::<String>()), schema.columns.len());
    (any_event(), odd).prop_map(move |(mut event, odd)| {
        for (column, text) in schema.ids().zip(odd) {
            let Some(text) = text else { continue };
            match schema.kind(column) {
                Kind::Text => event.set(column, OwnedValue::Text(text)),
                Kind::Address => event.set(column, OwnedValue::address(&text)),
                _ => {}
            }
        }
        event
    })
}

proptest! {
    #[test]
    fn a_sketched_scenario_passes(
        (policy, now) in any_policy(),
        (before, _) in any_policy(),
        event in odd_event(),
        devices in vec(any_event(), 0..3),
    ) {
        let event = Assignment { event, devices };
        let sketch = Sketch { name: "s", policy: &policy, before: Some(&before), event: &event, now, states_clock: false };
        let text = scenario(&sketch);
        // What cannot be stated is said; then nothing is promised.
        if !text.contains("    # ") {
            let (summary, report) = run_text(&text, &policy, now);
            prop_assert!(summary.is_success(), "{text}\n{report}");
            for met in summary.met {
                prop_assert_eq!(verdict(&before, &met.event, met.now), verdict(&before, &event, now), "{}", text);
            }
        }
    }
}

#[test]
fn only_what_decides_and_differs_is_stated() {
    let policy = common::shipped("linux-desktop-public-egress").unwrap();
    let now = Time::parse("2026-02-03T00:00:00Z").unwrap();
    let mut event = policy.schema.examples[0].clone();
    let devices = policy.devices().unwrap().0.examples.clone();
    let set = |event: &mut OwnedEvent, column: &str, value: OwnedValue| {
        event.set(policy.schema.column(column).unwrap(), value);
    };
    let text = |text: &str| OwnedValue::Text(text.to_owned());
    set(&mut event, "Timestamp", OwnedValue::Time(Time(now.0 - 5 * 3_600 * Time::SECOND)));
    set(&mut event, "InitiatingProcessFileName", text("snapd"));
    set(&mut event, "InitiatingProcessFolderPath", text("/tmp/\"x\"/snapd"));
    set(&mut event, "InitiatingProcessCommandLine", text("ubuntu-release-upgrader\n\\x"));
    set(&mut event, "RemotePort", OwnedValue::Number(80));
    set(&mut event, "RemoteIP", OwnedValue::address("192.0.2.1"));
    let hidden = Assignment { event: event.clone(), devices: devices.clone() };
    let sketch =
        Sketch { name: "a copy", policy: &policy, before: None, event: &hidden, now, states_clock: false };
    assert_eq!(
        scenario(&sketch),
        r#"  Scenario: a copy
    Given the policy "linux-desktop-public-egress"
    When the program is "/tmp/\"x\"/snapd"
    And the command line is "ubuntu-release-upgrader\n\\x"
    Then it is hidden by "snapd" and "release-upgrader"
"#
    );
    set(&mut event, "Timestamp", OwnedValue::Time(Time(now.0 - 25 * 3_600 * Time::SECOND)));
    let late = Assignment { event: event.clone(), devices };
    let told = scenario(&Sketch { event: &late, ..sketch });
    assert!(
        told.contains(
            "    And it happened 25 hours ago\n    Then it is out of scope because of \"lookback\""
        ),
        "{told}"
    );
    set(&mut event, "Timestamp", OwnedValue::Time(Time(now.0 - 3_600 * Time::SECOND)));
    let nowhere = Assignment { event: event.clone(), devices: Vec::new() };
    let told = scenario(&Sketch { event: &nowhere, ..sketch });
    assert!(
        told.contains("    And the device is unknown\n    Then it is out of scope because of \"devices\""),
        "{told}"
    );
    set(&mut event, "RemoteIPType", text(""));
    let untyped = Assignment { event, devices: late.devices };
    let told = scenario(&Sketch { event: &untyped, ..sketch });
    assert!(
        told.contains("    And the field \"RemoteIPType\" is missing\n    Then it is out of scope"),
        "{told}"
    );
}
