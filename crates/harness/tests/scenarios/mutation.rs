//! Mutants, from the outside: their fates are what running the features on them says, what is called equivalent is, and the
//! scenarios that are proposed for survivors bite.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use lownoise_dialect::toml::{Remarks, write};
use lownoise_engine::evaluate::Verdict;
use lownoise_engine::event::OwnedEvent;
use lownoise_engine::parse::parse_policy;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::{OwnedValue, Time, Value};
use lownoise_harness::{Check, Fate, Mutant, Options, PolicyMutation, mutants, mutation, rehearse, run};
use lownoise_prove::{Assignment, Claim, Proof, Setting, prove, verdict};
use lownoise_testkit::{all_small_events, any_event, any_policy, any_small_policy, configured};
use proptest::collection::vec;
use proptest::prelude::*;

use super::common::{root, run_shipped, shipped};

const NAMES: [&str; 2] = ["linux-desktop-public-egress", "linux-desktop-public-egress-hardened"];

fn now() -> Time {
    Time::parse("2026-02-03T00:00:00Z").unwrap()
}

/// Whether two policies differ about an event: one keeps it, and the other does not.
fn differ(one: &Policy, other: &Policy, event: &Assignment, now: Time) -> bool {
    (verdict(one, event, now) == Verdict::Kept) != (verdict(other, event, now) == Verdict::Kept)
}

/// What becomes of the mutants of a policy.
fn tried(policy: &Arc<Policy>, checks: &[Check], now: Time) -> PolicyMutation {
    let threads = NonZeroUsize::new(2).unwrap();
    mutation(std::slice::from_ref(policy), checks, now, threads).unwrap().policies.remove(0)
}

/// What becomes of the mutants of a policy without a scenario.
fn unwatched(policy: &Arc<Policy>) -> PolicyMutation {
    tried(policy, &[], now())
}

/// Options under which every name is this policy.
fn only(policy: &Arc<Policy>) -> Options {
    let policy = Arc::clone(policy);
    Options::new(Rc::new(move |_: &str| Ok(Arc::clone(&policy))), now())
}

#[test]
fn a_fate_is_what_running_the_features_on_the_mutant_says() {
    // Every sixth mutant of the one policy, and every 54th of the other, which has nine times as many.
    let all = NAMES.map(|name| shipped(name).unwrap());
    for ((name, step), policy) in NAMES.into_iter().zip([6, 54]).zip(&all) {
        let suite = run_shipped(&[root().join("features")]).unwrap();
        let tried = tried(policy, &suite.checks, now());
        // The features that speak of it: the others cannot notice.
        let about = |file: &&Path| fs::read_to_string(file).unwrap().contains(name);
        let files = suite.features.iter().map(|feature| feature.file.as_path()).filter(about);
        let files: Vec<PathBuf> = files.map(Path::to_owned).collect();
        for (mutant, fate) in tried.tried.iter().step_by(step) {
            let edited = Arc::new(mutant.policy(policy));
            let all =
                all.clone().map(|other| if other.id == edited.id { Arc::clone(&edited) } else { other });
            let named = Rc::new(move |wanted: &str| {
                let found = all.iter().find(|policy| policy.id == wanted).cloned();
                found.ok_or_else(|| format!("there is no `{wanted}`"))
            });
            let suite =
                run(&files, &Options { events: super::common::events_of(), ..Options::new(named, now()) });
            let passes = suite.unwrap().failed() == 0;
            assert_eq!(matches!(fate, Fate::Killed(_)), !passes, "{}", told(mutant));
        }
    }
}

fn told(mutant: &Mutant) -> String {
    format!("{}, {}: `{}` becomes `{}`", mutant.part, mutant.kind.words(), mutant.before, mutant.after)
}

#[test]
fn every_mutant_can_be_written_down_and_read_back() {
    let schemas = Schemas::shipped().unwrap();
    for name in NAMES {
        let policy = shipped(name).unwrap();
        for mutant in mutants(&policy) {
            let edited = mutant.policy(&policy);
            let text = write(&edited, &Remarks::default());
            let source = Source { name: name.to_owned(), text };
            let parsed = parse_policy(source, &mut |_| Err("no sets".to_owned()), &schemas);
            let again =
                parsed.result.unwrap_or_else(|| panic!("{}: {:#?}", told(&mutant), parsed.diagnostics));
            let proof = prove(&Claim::Equivalent(&edited, &again), &Setting::of(&policy, now()));
            assert_eq!(proof, Proof::Holds, "{}", told(&mutant));
        }
    }
}

#[test]
fn without_scenarios_every_survivor_has_one_that_bites() {
    for (name, step) in NAMES.into_iter().zip([1, 7]) {
        let policy = shipped(name).unwrap();
        let tried = unwatched(&policy);
        let [killed, survived, _, unknown] = tried.counts(None);
        assert!(killed == 0 && unknown == 0 && survived > 50, "{:?}", tried.counts(None));
        let together: Vec<&str> = tried.proposed.iter().map(|scenario| scenario.text.as_str()).collect();
        let feature = format!("Feature: all\n\n{}", together.join("\n"));
        let suite = rehearse(&feature, Path::new("all.feature"), &only(&policy)).unwrap();
        assert_eq!((suite.passed(), suite.failed()), (tried.proposed.len(), 0), "{name}");
        for (mutant, fate) in tried.tried.iter().step_by(step) {
            let Fate::Survived { witness, now, scenario } = fate else { continue };
            let edited = Arc::new(mutant.policy(&policy));
            assert!(differ(&policy, &edited, witness, *now), "{}", told(mutant));
            let scenario = scenario.and_then(|place| tried.proposed.get(place));
            let scenario = scenario.unwrap_or_else(|| panic!("no scenario: {}", told(mutant)));
            let alone = format!("Feature: one\n\n{}", scenario.text);
            let suite = rehearse(&alone, Path::new("one.feature"), &only(&edited)).unwrap();
            assert_eq!(suite.failed(), 1, "{}\n{}", told(mutant), scenario.text);
        }
        // With them, nothing survives.
        let again = self::tried(&policy, &suite_of(&feature, &policy), self::now());
        assert_eq!(again.counts(None)[1..2], [0], "{name}");
    }
}

fn suite_of(feature: &str, policy: &Arc<Policy>) -> Vec<Check> {
    rehearse(feature, Path::new("all.feature"), &only(policy)).unwrap().checks
}

#[test]
fn witnesses_are_believable() {
    for name in NAMES {
        let policy = shipped(name).unwrap();
        for (mutant, fate) in &unwatched(&policy).tried {
            let Fate::Survived { witness, .. } = fate else { continue };
            // The sensor's own columns are there: an event of a device, at a time, of some process.
            for column in ["Timestamp", "DeviceId", "DeviceName", "ActionType", "InitiatingProcessFileName"] {
                let value = OwnedValue::from(witness.event.value(policy.schema.column(column).unwrap()));
                assert_ne!(value, OwnedValue::Missing, "{column}: {}", told(mutant));
            }
            // No text begins or ends with a space: what a person would not type.
            for value in witness.event.borrow().values {
                assert_eq!(value.text(), value.text().trim(), "{}", told(mutant));
            }
            // It is an event that sensors send, but in columns that the policy asks about, the process as
            // a whole, and the device, which scenarios have one of.
            let mut may = policy.tested_columns();
            may.extend(
                ["Timestamp", "DeviceName", "InitiatingProcessCommandLine"]
                    .map(|name| policy.schema.column(name).unwrap()),
            );
            let is_near = |example: &OwnedEvent| {
                let example = Assignment { event: example.clone(), devices: Vec::new() };
                let differences = example.differences(witness);
                let mut told = differences.iter().filter(|(_, (_, told))| *told != Value::Missing);
                told.all(|(column, _)| may.contains(column))
            };
            assert!(policy.schema.examples.iter().any(is_near), "{}: {witness:?}", told(mutant));
        }
    }
}

proptest! {
    #![proptest_config(configured(60))]

    #[test]
    fn an_equivalent_mutant_is_one_for_every_small_event(policy in any_small_policy()) {
        for mutant in mutants(&policy) {
            let edited = mutant.policy(&policy);
            let setting = Setting { now: Some(now()), ..Setting::default() };
            match prove(&Claim::Equivalent(&policy, &edited), &setting) {
                Proof::Holds => {
                    for event in all_small_events(&[&policy, &edited]) {
                        let event = Assignment { event, devices: Vec::new() };
                        prop_assert!(!differ(&policy, &edited, &event, now()), "{}: {event:?}", told(&mutant));
                    }
                }
                Proof::Fails(witness) => {
                    prop_assert!(differ(&policy, &edited, &witness, now()), "{}", told(&mutant));
                }
                Proof::Unknown(why) => prop_assert!(false, "{}: {why}", told(&mutant)),
            }
        }
    }

    #[test]
    fn what_becomes_of_a_mutant_is_so(
        (policy, now) in any_policy(),
        events in vec((any_event(), vec(any_event(), 0..2)), 20),
    ) {
        let policy = Arc::new(policy);
        let tried = tried(&policy, &[], now);
        for (mutant, fate) in &tried.tried {
            let edited = mutant.policy(&policy);
            match fate {
                Fate::Equivalent => for (event, devices) in &events {
                    let event = Assignment { event: event.clone(), devices: devices.clone() };
                    // An expiry is asked about at its own moment.
                    prop_assert!(!differ(&policy, &edited, &event, now), "{}", told(mutant));
                },
                Fate::Survived { witness, now, .. } => {
                    prop_assert!(differ(&policy, &edited, witness, *now), "{}", told(mutant));
                }
                Fate::Killed(place) => prop_assert!(false, "by {place:?}: {}", told(mutant)),
                // The budget of a proof may run out.
                Fate::Unknown(_) => {}
            }
        }
    }
}
