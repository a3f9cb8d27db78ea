//! Random edits: every event that shows something is confirmed, and the scenario that is printed accepts it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::rc::Rc;
use std::sync::Arc;

use lownoise_engine::policy::Policy;
use lownoise_engine::value::Time;
use lownoise_gate::{Comparison, Concern, Level, Rule, Standing, compare, weakened};
use lownoise_harness::{Expectation, Options, run};
use lownoise_prove::{Assignment, Setting};
use lownoise_testkit::{any_event, any_policy};
use proptest::collection::vec;
use proptest::prelude::*;

fn met(text: &str, policy: &Policy, now: Time) -> Vec<Expectation> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("printed.feature");
    fs::write(&path, format!("Feature: printed\n{text}")).unwrap();
    let policy = Arc::new(policy.clone());
    let options = Options::new(Rc::new(move |_: &str| Ok(Arc::clone(&policy))), now);
    let summary = run(&[path], &options).unwrap();
    assert!(summary.is_success(), "{text}\n{:?}", summary.features);
    summary.met
}

fn hiding(concerns: &[Concern]) -> impl Iterator<Item = &Concern> {
    concerns.iter().filter(|concern| concern.rule == Rule::NewlyHidden && concern.from.is_none())
}

proptest! {
    // Each case asks many questions.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_printed_accepts_what_it_is_printed_for(
        (old, now) in any_policy(),
        (new, _) in any_policy(),
        events in vec(any_event(), 1..3),
    ) {
        let events: Vec<Assignment> =
            events.into_iter().map(|event| Assignment { devices: vec![event.clone()], event }).collect();
        let setting = Setting { now: Some(now), events, ..Setting::default() };
        let ask = |met: &[Expectation]| {
            compare(Comparison { old: &old, new: &new, setting: &setting, met, replay: None })
        };
        let first = ask(&[]);
        let hides = hiding(&first.concerns).next().is_some();
        prop_assert_eq!(hides, first.standing == Standing::MayHideMore);
        let mut all = Vec::new();
        let mut unstated = 0;
        for concern in hiding(&first.concerns) {
            prop_assert_eq!(concern.level, Level::Error);
            match &concern.scenario {
                // A witness whose device has several rows is said not to fit in a scenario.
                Some(text) if !text.contains("    # ") => all.extend(met(text, &new, now)),
                _ => unstated += 1,
            }
        }
        let again = ask(&all);
        let refused = hiding(&again.concerns).filter(|concern| concern.level == Level::Error).count();
        prop_assert!(refused <= unstated, "{:#?}", again.concerns);
        let other: Vec<Expectation> = all
            .iter()
            .cloned()
            .map(|mut expectation| {
                expectation.policy = Arc::new(Policy { id: "another".to_owned(), ..new.clone() });
                expectation
            })
            .collect();
        let kept = ask(&other);
        prop_assert!(hiding(&kept.concerns).all(|concern| concern.accepted.is_none()));
    }

    #[test]
    fn a_policy_is_equal_to_itself_and_its_order_says_nothing((policy, now) in any_policy()) {
        let setting = Setting { now: Some(now), ..Setting::default() };
        let mut turned = policy.clone();
        turned.exclusions.reverse();
        let comparison = Comparison { old: &policy, new: &turned, setting: &setting, met: &[], replay: None };
        let reviewed = compare(comparison);
        prop_assert_eq!(reviewed.standing, Standing::Equivalent);
        prop_assert_eq!(reviewed.concerns, Vec::new());
        prop_assert_eq!(weakened(&policy, &turned, &[], &setting), Vec::new());
    }
}
