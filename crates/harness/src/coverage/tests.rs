//! Coverage against its definition, said a second time: a test decides if, forced to come out the other way, its exclusion
//! or condition does, and the check with it.

use std::sync::Arc;

use lownoise_engine::policy::{Condition, Exclusion};
use lownoise_engine::predicate::Predicate;
use lownoise_prove::{Assignment, verdict};
use lownoise_testkit::configured;
use proptest::prelude::*;

use super::*;
use crate::check::tests::{any_events, any_named_policy, checks};

/// The predicate with its nth test replaced by its being true, or false.
fn forced(predicate: &Predicate, nth: &mut usize, to: bool) -> Predicate {
    let mut each = |parts: &[Predicate]| parts.iter().map(|part| forced(part, nth, to)).collect();
    match predicate {
        Predicate::All(parts) => Predicate::All(each(parts)),
        Predicate::Any(parts) => Predicate::Any(each(parts)),
        Predicate::Not(part) => Predicate::Not(Box::new(forced(part, nth, to))),
        Predicate::Test(_) | Predicate::Pair(_) if *nth == 0 => {
            *nth = usize::MAX;
            if to { Predicate::All(Vec::new()) } else { Predicate::Any(Vec::new()) }
        }
        Predicate::Test(_) | Predicate::Pair(_) => {
            *nth -= 1;
            predicate.clone()
        }
        Predicate::Opaque(_) => predicate.clone(),
    }
}

/// Whether the check comes out differently if one of its events is judged by another policy.
fn notices(check: &Check, event: usize, edited: &Policy) -> bool {
    let found = |edited: &Policy| {
        let met = |(at, other): &(usize, &Assignment)| {
            let policy = if *at == event { edited } else { &check.policy };
            check.expected.is_met(policy, &verdict(policy, other, check.now))
        };
        check.events.iter().enumerate().filter(met).count()
    };
    let allows = |found| check.quantity.allows(found, check.events.len());
    allows(found(edited)) != allows(found(&check.policy))
}

/// How often each test of a predicate decided by being true, and by being false; `with` puts another predicate in its place.
fn decided(
    check: &Check,
    predicate: &Predicate,
    with: &dyn Fn(Predicate) -> Policy,
    rows: bool,
) -> Vec<(usize, usize)> {
    let count = |(nth, test): (usize, &Predicate)| {
        let mut counts = (0, 0);
        for (at, event) in check.events.iter().enumerate() {
            let looked_at = if rows { event.devices.first() } else { Some(&event.event) };
            let Some(looked_at) = looked_at else { continue };
            let holds = test.holds(&looked_at.borrow());
            if notices(check, at, &with(forced(predicate, &mut nth.clone(), !holds))) {
                if holds { counts.0 += 1 } else { counts.1 += 1 }
            }
        }
        counts
    };
    let leaves = predicate.leaves().into_iter();
    leaves.filter(|leaf| !leaf.is_opaque()).enumerate().map(count).collect()
}

/// The same as coverage counts it.
fn counted(part: &PartCoverage) -> Vec<(usize, usize)> {
    let times = |asked| if let Asked::Seen(times) = asked { times } else { 0 };
    let tests = part.points.iter().filter(|point| point.kind == Kind::Test);
    tests.map(|point| (times(point.yes), times(point.no))).collect()
}

proptest! {
    #![proptest_config(configured(150))]

    #[test]
    fn a_test_counts_where_it_decides((policy, now) in any_named_policy(), events in any_events()) {
        // With several rows of a device, each would have to be forced by itself.
        let one_row = |mut event: Assignment| { event.devices.truncate(1); event };
        let events: Vec<Assignment> = events.into_iter().map(one_row).collect();
        for check in checks(&policy, now, &events) {
            let covered = coverage(std::slice::from_ref(&policy), std::slice::from_ref(&check));
            let covered = &covered.policies[0];
            for (place, exclusion) in policy.exclusions.iter().enumerate() {
                let with = |predicate| {
                    let mut edited = (*policy).clone();
                    edited.exclusions[place] = Exclusion { predicate, ..exclusion.clone() };
                    edited
                };
                let wanted = decided(&check, &exclusion.predicate, &with, false);
                prop_assert_eq!(counted(&covered.exclusions[place]), wanted, "{:?}", check.expected);
            }
            for (place, condition) in policy.scope.iter().enumerate() {
                let (predicate, schema) = match &condition.kind {
                    ConditionKind::Lookback(_) => continue,
                    ConditionKind::Devices { predicate, schema } => (predicate, Some(schema)),
                    ConditionKind::Where(predicate) => (predicate, None),
                };
                let with = |predicate| {
                    let mut edited = (*policy).clone();
                    let kind = match schema {
                        Some(schema) => ConditionKind::Devices { schema: Arc::clone(schema), predicate },
                        None => ConditionKind::Where(predicate),
                    };
                    edited.scope[place] = Condition { kind, ..condition.clone() };
                    edited
                };
                let wanted = decided(&check, predicate, &with, schema.is_some());
                prop_assert_eq!(counted(&covered.scope[place]), wanted, "{:?}", check.expected);
            }
        }
    }
}

#[test]
fn entries_and_has_all_have_places_of_their_own() {
    let policy = crate::tests::parsed(
        "[policy]\nid = \"p\"\ntitle = \"p\"\nowner = \"tests\"\ntable = \"Events\"\n\
         [[exclusion]]\nid = \"x\"\nreason = \"r\"\nwhere = { Port = [8080, 80], Name = { has_all = [\"a\", \"b\"] } }\n",
    );
    let covered = coverage(std::slice::from_ref(&policy), &[]);
    let part = &covered.policies[0].exclusions[0];
    let text = |point: &Point| policy.sources.text(point.span).to_owned();
    let entries: Vec<(String, String)> = part
        .points
        .iter()
        .filter_map(|point| match &point.kind {
            Kind::Entry(entry) => Some((entry.clone(), text(point))),
            _ => None,
        })
        .collect();
    assert_eq!(entries, [("8080".to_owned(), "8080".to_owned()), ("80".to_owned(), "80".to_owned())]);
    let eighty = part.points.iter().find(|point| point.kind == Kind::Entry("80".to_owned())).unwrap();
    assert_eq!(
        policy
            .sources
            .text(Span::new(eighty.span.source, eighty.span.range().start - 6..eighty.span.range().end)),
        "8080, 80"
    );
    assert_eq!(part.points.iter().filter(|point| point.kind == Kind::Test).count(), 3);
    assert_eq!(part.counted(), (0, 2 + 2 * 3 + 2));
}
