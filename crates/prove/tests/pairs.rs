//! Proofs about many random pairs of policies. `LOWNOISE_CASES` and `LOWNOISE_SEED` make it a long run of one seed.

use lownoise_engine::event::OwnedEvent;
use lownoise_engine::policy::Policy;
use lownoise_engine::value::Time;
use lownoise_prove::{Assignment, Change, Claim, Proof, Setting, diff, prove};
use lownoise_testkit::{all_small_events, any_event, any_policy, any_small_policy, configured};
use proptest::collection::vec;
use proptest::prelude::*;

fn hides_nothing_new<'p>(old: &'p Policy, new: &'p Policy) -> Claim<'p> {
    Claim::HidesNothingNew { old, new, by: Change::Any }
}

/// The proof of a claim, without events to take values from; no given event contradicts it.
fn decided(claim: &Claim<'_>, now: Time, events: &[Assignment]) -> Result<Proof, TestCaseError> {
    let proof = prove(claim, &Setting { now: Some(now), ..Setting::default() });
    let refuting = events.iter().find(|event| claim.is_refuted_by(event, now));
    match (&proof, refuting) {
        (Proof::Holds, Some(event)) => prop_assert!(false, "proved, and refuted by {event:?}"),
        (Proof::Fails(witness), _) => {
            prop_assert!(claim.is_refuted_by(witness, now), "{witness:?} refutes nothing");
        }
        _ => {}
    }
    Ok(proof)
}

fn alone(event: OwnedEvent) -> Assignment {
    Assignment { event, devices: Vec::new() }
}

proptest! {
    #![proptest_config(configured(10_000))]

    #[test]
    fn no_event_contradicts_an_answer(
        (old, now) in any_policy(),
        (new, _) in any_policy(),
        events in vec(any_event(), 4),
        rows in vec(any_event(), 0..3),
    ) {
        let on_devices = events.iter().map(|event| Assignment { event: event.clone(), devices: rows.clone() });
        let events: Vec<Assignment> = on_devices.chain(events.iter().cloned().map(alone)).collect();
        decided(&hides_nothing_new(&old, &new), now, &events)?;
        decided(&hides_nothing_new(&new, &old), now, &events)?;
    }
}

proptest! {
    #![proptest_config(configured(2_000))]

    #[test]
    fn small_policies_against_all_their_events(old in any_small_policy(), new in any_small_policy()) {
        let events: Vec<Assignment> = all_small_events(&[&old, &new]).into_iter().map(alone).collect();
        for claim in [hides_nothing_new(&old, &new), hides_nothing_new(&new, &old)] {
            let proof = decided(&claim, Time(0), &events)?;
            prop_assert!(!matches!(proof, Proof::Unknown(_)), "{:?}", proof);
        }
    }
}

proptest! {
    #![proptest_config(configured(500))]

    #[test]
    fn a_dropped_exclusion_shows_something_or_was_dead((policy, now) in any_policy(), pick in any::<prop::sample::Index>()) {
        prop_assume!(!policy.exclusions.is_empty());
        let exclusion = pick.index(policy.exclusions.len());
        let others: Vec<usize> = (0..policy.exclusions.len()).filter(|place| *place != exclusion).collect();
        let mut without = policy.clone();
        without.exclusions.remove(exclusion);
        let shown = decided(&hides_nothing_new(&without, &policy), now, &[])?;
        let dead = decided(&Claim::Subsumed { policy: &policy, exclusion, by: &others }, now, &[])?;
        if !matches!((&shown, &dead), (Proof::Unknown(_), _) | (_, Proof::Unknown(_))) {
            prop_assert_eq!(shown == Proof::Holds, dead == Proof::Holds);
        }
        let hidden = decided(&hides_nothing_new(&policy, &without), now, &[])?;
        prop_assert!(!matches!(hidden, Proof::Fails(_)), "fewer exclusions hide more: {:?}", hidden);
    }

    #[test]
    fn a_difference_is_the_other_one_turned_round((old, now) in any_policy(), (new, _) in any_policy()) {
        let setting = Setting { now: Some(now), ..Setting::default() };
        let (there, back) = (diff(&old, &new, &setting), diff(&new, &old, &setting));
        prop_assert_eq!(there.newly_hidden, back.newly_shown);
        prop_assert_eq!(there.newly_shown, back.newly_hidden);
    }
}
