//! What is known of the parts of a policy says what the reference evaluator says.

use std::path::PathBuf;

use lownoise_engine::policy::Exclusion;
use lownoise_engine::predicate::Predicate;
use lownoise_engine::value::OwnedValue;
use lownoise_prove::verdict;
use lownoise_testkit::{any_event, any_policy, configured};
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// Events with the rows of their devices.
pub(crate) fn any_events() -> impl Strategy<Value = Vec<Assignment>> {
    let one = (any_event(), vec(any_event(), 0..3));
    vec(one.prop_map(|(event, devices)| Assignment { event, devices }), 1..4)
}

/// A policy whose conditions are called as `parse` calls them, beside an hour that is now.
pub(crate) fn any_named_policy() -> impl Strategy<Value = (Arc<Policy>, Time)> {
    any_policy().prop_map(|(mut policy, now)| {
        let schema = Arc::clone(&policy.schema);
        for condition in &mut policy.scope {
            if let ConditionKind::Where(predicate) = &condition.kind {
                condition.name = Condition::name_of(predicate, &schema);
            }
        }
        (Arc::new(policy), now)
    })
}

/// A check of each kind that comes out as asked for.
pub(crate) fn checks(policy: &Arc<Policy>, now: Time, events: &[Assignment]) -> Vec<Check> {
    let ids: Vec<String> = policy.exclusions.iter().map(|exclusion| exclusion.id.clone()).collect();
    let hiding = |event: &Assignment| match verdict(policy, event, now) {
        Verdict::Hidden(places) => places.iter().filter_map(|place| ids.get(*place)).cloned().collect(),
        _ => Vec::new(),
    };
    let mut expected = vec![Expected::Kept, Expected::Hidden, Expected::OutOfScope];
    for ids in events.iter().map(hiding).filter(|ids| !ids.is_empty()) {
        expected.push(Expected::HiddenBy(ids.clone()));
        expected.extend(ids.first().map(|id| Expected::HiddenAmongOthersBy(vec![id.clone()])));
    }
    expected.extend((!ids.is_empty()).then(|| Expected::HiddenByNoneBut(ids.clone())));
    expected.extend(policy.scope.iter().map(|condition| Expected::OutOfScopeBy(condition.name.clone())));
    let each = expected.into_iter().flat_map(|expected| {
        let met = |event: &&Assignment| expected.is_met(policy, &verdict(policy, event, now));
        let found = events.iter().filter(met).count();
        let quantities = [
            (found == events.len()).then_some(Quantity::All),
            (found == 0).then_some(Quantity::None),
            Some(Quantity::AtLeast(found)),
            Some(Quantity::AtMost(found)),
            Some(Quantity::Exactly(found)),
        ];
        let check = |quantity| Check {
            place: Place { file: PathBuf::new(), line: 1, scenario: String::new() },
            policy: Arc::clone(policy),
            now,
            events: events.to_vec(),
            expected: expected.clone(),
            quantity,
        };
        quantities.into_iter().flatten().map(check).collect::<Vec<_>>()
    });
    each.collect()
}

proptest! {
    #![proptest_config(configured(500))]

    #[test]
    fn the_parts_together_are_the_verdict((policy, now) in any_named_policy(), events in any_events()) {
        for event in &events {
            let facts = Facts::of(&policy, event, now);
            prop_assert_eq!(facts.verdict(), verdict(&policy, event, now));
            for place in 0..policy.exclusions.len() {
                let without = |hides: bool| {
                    let mut policy = (*policy).clone();
                    // An empty predicate of this kind always, or never, holds.
                    let predicate = if hides { Predicate::All(Vec::new()) } else { Predicate::Any(Vec::new()) };
                    let changed = Exclusion { predicate, expires: None, ..policy.exclusions[place].clone() };
                    policy.exclusions[place] = changed;
                    policy
                };
                for hides in [true, false] {
                    let facts = facts.with_exclusion(place, hides);
                    prop_assert_eq!(facts.verdict(), verdict(&without(hides), event, now));
                }
            }
            for place in 0..policy.scope.len() {
                let mut without = (*policy).clone();
                without.scope.remove(place);
                // The device table decides by the first condition on it, which a policy has one of.
                prop_assert_eq!(facts.without_condition(place).verdict(), verdict(&without, event, now));
            }
        }
    }
}

#[test]
fn an_exclusion_hides_to_the_end_of_its_last_day() {
    let schema = lownoise_testkit::schema();
    let mut event = schema.empty_event();
    event.set(schema.column("Name").unwrap(), OwnedValue::Text("a".to_owned()));
    let event = Assignment { event, devices: Vec::new() };
    let text = "[policy]\nid = \"p\"\ntitle = \"p\"\nowner = \"tests\"\ntable = \"Events\"\n\
        [[exclusion]]\nid = \"x\"\nreason = \"r\"\nexpires = 2026-02-03\nwhere = { Name = \"a\" }\n";
    let policy = crate::tests::parsed(text);
    for (now, hidden) in [("2026-02-03T23:59:59Z", true), ("2026-02-04T00:00:00Z", false)] {
        let facts = Facts::of(&policy, &event, Time::parse(now).unwrap());
        assert_eq!(facts.hiding == [0], hidden, "{now}");
    }
}
