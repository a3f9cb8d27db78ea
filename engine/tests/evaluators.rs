//! The two evaluators are equal: on random policies and events, and on the conformance cases.

use std::collections::HashSet;
use std::path::Path;

use lownoise_engine::evaluate::{Context, Devices, Verdict, evaluate};
use lownoise_engine::event::{Batch, Column, OwnedEvent};
use lownoise_engine::plan::{Plan, Scratch, Verdicts};
use lownoise_engine::policy::Policy;
use lownoise_engine::value::{OwnedValue, Time};
use lownoise_testkit::{
    all_small_events, any_event, any_opaque_policy, any_policy, any_small_policy, conformance_cases,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

fn batch<'a>(policy: &Policy, events: impl IntoIterator<Item = &'a OwnedEvent>) -> Batch<'a> {
    let mut columns: Vec<Column<'a>> =
        policy.schema.ids().map(|column| policy.schema.empty_column(column, 0)).collect();
    let mut rows = 0;
    for event in events {
        for (column, value) in columns.iter_mut().zip(&event.values) {
            column.push(value.borrow());
        }
        rows += 1;
    }
    Batch { rows, columns }
}

fn by_plan(policy: &Policy, events: &[OwnedEvent], now: Time, devices: &Devices) -> Vec<Verdict> {
    let plan = Plan::compile(policy, now, devices);
    let mut verdicts = Verdicts::default();
    plan.run(&batch(policy, events), &mut Scratch::default(), &mut verdicts);
    (0..events.len()).filter_map(|row| verdicts.verdict(row)).collect()
}

fn by_reference(policy: &Policy, events: &[OwnedEvent], now: Time, devices: &Devices) -> Vec<Verdict> {
    events.iter().map(|event| evaluate(policy, &event.borrow(), Context { now, devices })).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_plan_equals_the_reference((policy, now) in prop_oneof![4 => any_policy(), 1 => any_opaque_policy()], events in vec(any_event(), 1..12), known in vec("[aAb]", 0..3)) {
        for devices in [Devices::Every, Devices::Among(known.into_iter().collect::<HashSet<_>>())] {
            prop_assert_eq!(by_plan(&policy, &events, now, &devices), by_reference(&policy, &events, now, &devices));
        }
    }

    #[test]
    fn missing_text_is_told_from_empty_text_alike(policy in any_small_policy()) {
        let events = all_small_events(&[&policy]);
        prop_assert!(events.iter().any(|event| event.values.contains(&OwnedValue::Missing)));
        let every = Devices::Every;
        prop_assert_eq!(by_plan(&policy, &events, Time(0), &every), by_reference(&policy, &events, Time(0), &every));
    }

    #[test]
    fn long_batches_in_one_memory_are_decided_alike(
        (policy, now) in any_policy(),
        batches in vec((vec(any_event(), 1..5), vec(any::<Index>(), 1..200)), 1..3),
        known in vec("[aAb]", 0..3),
    ) {
        let devices = Devices::Among(known.into_iter().collect::<HashSet<_>>());
        let plan = Plan::compile(&policy, now, &devices);
        let (mut scratch, mut verdicts) = (Scratch::default(), Verdicts::default());
        for (events, picks) in &batches {
            let picked: Vec<&OwnedEvent> = picks.iter().map(|pick| pick.get(events)).collect();
            plan.run(&batch(&policy, picked.iter().copied()), &mut scratch, &mut verdicts);
            let found: Vec<Verdict> = (0..picked.len()).filter_map(|row| verdicts.verdict(row)).collect();
            let expected: Vec<Verdict> = picked
                .iter()
                .map(|event| evaluate(&policy, &event.borrow(), Context { now, devices: &devices }))
                .collect();
            prop_assert_eq!(found, expected);
        }
    }
}

#[test]
fn conformance_cases_hold_in_both_evaluators() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/conformance");
    let cases = conformance_cases(&folder).unwrap();
    assert!(cases.len() > 100, "only {} cases were found", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let expected = if case.holds { Verdict::Hidden(vec![0]) } else { Verdict::Kept };
        let events = std::slice::from_ref(&case.event);
        let now = Time(0);
        for (evaluator, found) in [
            ("reference", by_reference(&case.policy, events, now, &Devices::Every)),
            ("plan", by_plan(&case.policy, events, now, &Devices::Every)),
        ] {
            if found != [expected.clone()] {
                wrong.push(format!("{} by the {evaluator}: {found:?}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
