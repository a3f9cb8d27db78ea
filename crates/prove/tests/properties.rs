//! Proofs against random policies and events: what holds is never contradicted, what fails is shown, and the answers
//! to related questions agree.

#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

use lownoise_engine::event::OwnedEvent;
use lownoise_engine::op::Operator;
use lownoise_engine::policy::{ConditionKind, Exclusion, Policy};
use lownoise_engine::predicate::Predicate;
use lownoise_engine::value::{Time, Value};
use lownoise_prove::{Assignment, Change, Claim, Limits, Part, Proof, Prover, Setting, prove};
use lownoise_testkit::{any_event, any_opaque_policy, any_policy, any_predicate};
use proptest::collection::vec;
use proptest::prelude::*;

fn setting(now: Time, events: &[OwnedEvent]) -> Setting {
    let events = events.iter().cloned().map(|event| Assignment { event, devices: Vec::new() });
    Setting { now: Some(now), events: events.collect(), ..Setting::default() }
}

/// The claim is decided, and no event contradicts the answer.
fn decided(
    claim: &Claim<'_>,
    now: Time,
    events: &[OwnedEvent],
    rows: &[OwnedEvent],
) -> Result<Proof, TestCaseError> {
    // Without the events as hints, so that the theories have to find values themselves.
    let proof = prove(claim, &setting(now, events.get(..1).unwrap_or_default()));
    match &proof {
        Proof::Holds => {
            for event in events {
                for devices in [Vec::new(), rows.to_vec()] {
                    let assignment = Assignment { event: event.clone(), devices };
                    prop_assert!(
                        !claim.is_refuted_by(&assignment, now),
                        "proved, and refuted by {assignment:?}"
                    );
                }
            }
        }
        Proof::Fails(witness) => {
            prop_assert!(claim.is_refuted_by(witness, now), "{witness:?} refutes nothing");
        }
        Proof::Unknown(_) => {}
    }
    Ok(proof)
}

/// The policy with one exclusion's condition changed.
fn edited(policy: &Policy, place: usize, change: impl FnOnce(Predicate) -> Predicate) -> Policy {
    let mut policy = policy.clone();
    if let Some(exclusion) = policy.exclusions.get_mut(place) {
        exclusion.predicate = change(exclusion.predicate.clone());
    }
    policy
}

/// Adds an event's text to the lists of the text tests on its column, where that makes a predicate hold more often.
fn widen(predicate: &mut Predicate, event: &OwnedEvent) {
    match predicate {
        Predicate::All(parts) | Predicate::Any(parts) => {
            for part in parts {
                widen(part, event);
            }
        }
        Predicate::Test(test) => {
            if let Operator::Text { literals, .. } = &mut test.operator
                && let Value::Text(text) = event.value(test.column)
            {
                literals.push(text.to_owned());
            }
        }
        Predicate::Not(_) | Predicate::Pair(_) | Predicate::Opaque(_) => {}
    }
}

/// The policy with another truth of its opaque tests: those that were taken as true, and as false, become these.
fn meaning(policy: &Policy, [was_true, was_false]: [bool; 2]) -> Policy {
    fn set(predicate: &mut Predicate, truths: [bool; 2]) {
        match predicate {
            Predicate::All(parts) | Predicate::Any(parts) => {
                for part in parts {
                    set(part, truths);
                }
            }
            Predicate::Not(part) => set(part, truths),
            Predicate::Test(_) | Predicate::Pair(_) => {}
            Predicate::Opaque(opaque) => opaque.taken_as = truths[usize::from(!opaque.taken_as)],
        }
    }
    let mut policy = policy.clone();
    let truths = [was_true, was_false];
    for condition in &mut policy.scope {
        match &mut condition.kind {
            ConditionKind::Devices { predicate, .. } | ConditionKind::Where(predicate) => {
                set(predicate, truths);
            }
            ConditionKind::Lookback(_) => {}
        }
    }
    policy.exclusions.iter_mut().for_each(|exclusion| set(&mut exclusion.predicate, truths));
    policy
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn answers_about_random_pairs_are_right(
        (old, now) in any_policy(),
        (new, _) in any_policy(),
        events in vec(any_event(), 8),
        rows in vec(any_event(), 0..3),
    ) {
        let forward = Claim::HidesNothingNew { old: &old, new: &new, by: Change::Any };
        let backward = Claim::HidesNothingNew { old: &new, new: &old, by: Change::Any };
        let forward = decided(&forward, now, &events, &rows)?;
        let backward = decided(&backward, now, &events, &rows)?;
        let equal = decided(&Claim::Equivalent(&old, &new), now, &events, &rows)?;
        if !matches!((&forward, &backward, &equal), (Proof::Unknown(_), ..) | (_, Proof::Unknown(_), _) | (.., Proof::Unknown(_))) {
            let both = forward == Proof::Holds && backward == Proof::Holds;
            prop_assert_eq!(both, equal == Proof::Holds);
        }
        decided(&Claim::EmptyScope(&new), now, &events, &rows)?;
        for exclusion in 0..new.exclusions.len() {
            let others: Vec<usize> = (0..new.exclusions.len()).filter(|other| *other != exclusion).collect();
            let unreachable = decided(&Claim::Unreachable { policy: &new, exclusion }, now, &events, &rows)?;
            let dead = decided(&Claim::Subsumed { policy: &new, exclusion, by: &others }, now, &events, &rows)?;
            prop_assert!(unreachable != Proof::Holds || !matches!(dead, Proof::Fails(_)), "unreachable, and not dead");
        }
    }

    #[test]
    fn edits_that_change_nothing_are_proved_equivalent((policy, now) in any_policy(), event in any_event()) {
        let setting = setting(now, &[event]);
        let mut reordered = policy.clone();
        reordered.exclusions.reverse();
        let mut doubled = policy.clone();
        doubled.exclusions.extend(policy.exclusions.clone());
        let twice_not = edited(&policy, 0, |predicate| Predicate::Not(Box::new(Predicate::Not(Box::new(predicate)))));
        let de_morgan = edited(&policy, 0, |predicate| match predicate {
            Predicate::All(parts) => {
                let negated = parts.into_iter().map(|part| Predicate::Not(Box::new(part))).collect();
                Predicate::Not(Box::new(Predicate::Any(negated)))
            }
            other => other,
        });
        for other in [policy.clone(), reordered, doubled, twice_not, de_morgan] {
            let proof = prove(&Claim::Equivalent(&policy, &other), &setting);
            prop_assert!(!matches!(proof, Proof::Fails(_)), "{proof:?}");
        }
    }

    #[test]
    fn a_condition_distributed_over_exclusions_is_proved_equivalent(
        (policy, now) in any_policy(),
        common in any_predicate(),
        ways in vec(any_predicate(), 2..4),
        event in any_event(),
    ) {
        prop_assume!(!policy.exclusions.is_empty());
        let whole = edited(&policy, 0, |_| Predicate::All(vec![common.clone(), Predicate::Any(ways.clone())]));
        let mut apart = policy.clone();
        let first = apart.exclusions.remove(0);
        for way in ways {
            let predicate = Predicate::All(vec![way, common.clone()]);
            apart.exclusions.push(Exclusion { predicate, ..first.clone() });
        }
        let proof = prove(&Claim::Equivalent(&whole, &apart), &setting(now, &[event]));
        prop_assert!(!matches!(proof, Proof::Fails(_)), "{proof:?}");
    }

    #[test]
    fn a_literal_more_hides_no_less(
        (policy, now) in any_policy(),
        rest in any_predicate(),
        added in any_event(),
        events in vec(any_event(), 8),
    ) {
        // The text tests of the policy that stand under no negation get one more literal, from an event.
        let narrow = edited(&policy, 0, |predicate| Predicate::Any(vec![predicate, rest]));
        let mut wide = narrow.clone();
        for exclusion in &mut wide.exclusions {
            widen(&mut exclusion.predicate, &added);
        }
        let back = Claim::HidesNothingNew { old: &wide, new: &narrow, by: Change::Any };
        let proof = decided(&back, now, &events, &[])?;
        prop_assert!(!matches!(proof, Proof::Fails(_)), "{proof:?}");
        decided(&Claim::HidesNothingNew { old: &narrow, new: &wide, by: Change::Any }, now, &events, &[])?;
    }

    #[test]
    fn nothing_is_guessed_about_opaque_tests(
        (old, now) in any_opaque_policy(),
        (new, _) in any_opaque_policy(),
        events in vec(any_event(), 6),
    ) {
        let claim = Claim::HidesNothingNew { old: &old, new: &new, by: Change::Any };
        let proof = prove(&claim, &setting(now, &events[..1]));
        for truths in [[true, false], [false, true], [true, true], [false, false]] {
            let (old, new) = (meaning(&old, truths), meaning(&new, truths));
            let claim = Claim::HidesNothingNew { old: &old, new: &new, by: Change::Any };
            match &proof {
                Proof::Holds => for event in &events {
                    let event = Assignment { event: event.clone(), devices: Vec::new() };
                    prop_assert!(!claim.is_refuted_by(&event, now), "{truths:?}: {event:?}");
                },
                Proof::Fails(witness) => prop_assert!(claim.is_refuted_by(witness, now), "{truths:?}"),
                Proof::Unknown(_) => {}
            }
        }
    }

    #[test]
    fn what_was_asked_before_changes_no_answer(
        (policy, now) in any_policy(),
        (other, _) in any_policy(),
        predicate in any_predicate(),
        event in any_event(),
    ) {
        let setting = setting(now, &[event]);
        let places = 0..policy.exclusions.len();
        let every: Vec<usize> = places.clone().collect();
        let claims = places.flat_map(|exclusion| {
            [
                Claim::HidesNone { policy: &policy, exclusion, events: &predicate },
                Claim::Unreachable { policy: &policy, exclusion },
                Claim::Subsumed { policy: &policy, exclusion, by: &every },
                Claim::Replaceable { policy: &policy, part: Part::Exclusion(exclusion), by: &predicate },
                Claim::HidesNothingNew { old: &other, new: &policy, by: Change::Exclusion(exclusion) },
            ]
        });
        let mut prover = Prover::new(&policy.schema, &setting);
        for claim in claims.chain([Claim::EmptyScope(&policy), Claim::Equivalent(&policy, &other)]) {
            match (prover.prove(&claim), prove(&claim, &setting)) {
                (Proof::Fails(witness), Proof::Fails(_)) => prop_assert!(claim.is_refuted_by(&witness, now)),
                (one, alone) => prop_assert_eq!(one, alone, "{:?}", claim),
            }
        }
    }

    #[test]
    fn tiny_limits_never_prove_what_does_not_hold((old, now) in any_policy(), (new, _) in any_policy(), event in any_event()) {
        let claim = Claim::HidesNothingNew { old: &old, new: &new, by: Change::Any };
        let whole = prove(&claim, &setting(now, std::slice::from_ref(&event)));
        let mut small = setting(now, &[event]);
        small.limits = Limits { decisions: 1, depth: 1, rounds: 1, states: 2, automaton_bytes: 512, work: 100 };
        let bounded = prove(&claim, &small);
        if matches!(whole, Proof::Fails(_)) {
            prop_assert!(bounded != Proof::Holds, "proved under limits, and refuted without");
        }
    }
}
