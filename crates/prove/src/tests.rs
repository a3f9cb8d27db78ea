//! The two searches against each other, on the same formulas and theories; and the theories of numbers and addresses
//! against the operators themselves.

use hashbrown::HashMap;

use lownoise_engine::op::{AddressClass, AddressSet, Case, Comparison, Operator, TextOperator};
use lownoise_engine::value::{Kind, OwnedValue, Time, Value};
use lownoise_testkit::{any_policy, configured, schema};
use proptest::prelude::*;

use crate::Limits;
use crate::address;
use crate::build::Build;
use crate::cdcl;
use crate::check::{Check, Model, Outcome, core};
use crate::claim::Claim;
use crate::facts::Assumptions;
use crate::formula::Opaques;
use crate::part::Change;
use crate::scalar;
use crate::search;
use crate::text::{Account, Books};
use crate::theory::{Spent, Theories};
use crate::value::Assignment;

proptest! {
    #![proptest_config(configured(500))]

    #[test]
    fn the_search_and_clause_learning_agree((old, now) in any_policy(), (new, _) in any_policy()) {
        let schema = schema();
        let (hints, limits) = (HashMap::new(), Limits::default());
        let (mine, others) = (Spent::default(), Spent::default());
        let theories = Theories { schema: &schema, devices: Some(&schema), hints: &hints, limits: &limits, spent: &mine, solve: search::solve };
        let claim = Claim::HidesNothingNew { old: &old, new: &new, by: Change::Any };
        let mut build = Build::new(now, Assumptions::default(), Opaques::Never);
        let root = claim.negation(&mut build);
        let formula = build.formula;
        let by_search = search::solve(&formula, &theories, root, Assignment::of(&schema));
        let theories = Theories { spent: &others, ..theories };
        let by_clauses = cdcl::solve(&formula, &theories, root, &Assignment::of(&schema));
        let now: Time = now;
        let answer = |outcome: &Outcome| match outcome {
            Outcome::Satisfied(found) => Some(claim.is_refuted_by(found, now)),
            Outcome::Impossible => Some(false),
            Outcome::Unknown(_) => None,
        };
        if let (Some(left), Some(right)) = (answer(&by_search), answer(&by_clauses)) {
            prop_assert_eq!(left, right);
            prop_assert_eq!(left, matches!(by_search, Outcome::Satisfied(_)));
        }

    }
}

// ---- The theories of numbers and of addresses ----

fn number_tests() -> impl Strategy<Value = Vec<(Operator, bool)>> {
    let bound = prop_oneof![-2_i64..4, Just(i64::MIN), Just(i64::MAX)];
    let comparison = prop_oneof![
        prop::collection::vec(bound.clone(), 0..3).prop_map(Comparison::OneOf),
        bound.clone().prop_map(Comparison::Lt),
        bound.clone().prop_map(Comparison::Lte),
        bound.clone().prop_map(Comparison::Gt),
        bound.clone().prop_map(Comparison::Gte),
        (bound.clone(), bound).prop_map(|(low, high)| Comparison::Between(low, high)),
    ];
    let operator = prop_oneof![5 => comparison.prop_map(Operator::Number), 1 => Just(Operator::Exists)];
    prop::collection::vec((operator, any::<bool>()), 1..6)
}

fn borrowed(tests: &[(Operator, bool)]) -> Vec<(&Operator, bool)> {
    tests.iter().map(|(operator, wanted)| (operator, *wanted)).collect()
}

fn on_addresses(tests: &[(&Operator, bool)]) -> Check {
    address::solve(tests, &[], Account { limits: Limits::default(), books: &Books::default() })
}

fn set(network: &str) -> AddressSet {
    AddressSet { networks: vec![network.parse().unwrap()], classes: Vec::new() }
}

const NETWORKS: [&str; 8] = [
    "10.0.0.0/8",
    "10.0.0.0/31",
    "0.0.0.0/0",
    "255.255.255.255/32",
    "::/0",
    "2001:db8::/32",
    "::ffff:10.0.0.0/104",
    "fe80::/127",
];

fn address_tests() -> impl Strategy<Value = Vec<(Operator, bool)>> {
    let texts = ["", "10.", "10.0.0.1", "::", ":", "ffff", ".", "junk", "2001:db8::", "fe80::1", "a"];
    let literal = prop::sample::select(texts.to_vec()).prop_map(str::to_owned);
    let case = prop::sample::select(vec![Case::Sensitive, Case::Insensitive]);
    let operator = prop_oneof![
        3 => prop::sample::select(NETWORKS.to_vec()).prop_map(|network| Operator::In(set(network))),
        3 => (prop::sample::select(TextOperator::ALL.to_vec()), literal, case)
            .prop_map(|(operator, literal, case)| Operator::Text { operator, literals: vec![literal], case }),
        1 => Just(Operator::Exists),
    ];
    prop::collection::vec((operator, any::<bool>()), 1..5)
}

proptest! {
    #![proptest_config(configured(1_000))]

    #[test]
    fn numbers_agree_with_all_values_around_the_bounds(tests in number_tests()) {
        let literals = borrowed(&tests);
        let fits = |value| literals.iter().all(|(operator, wanted)| operator.holds(value) == *wanted);
        let near = (-4..7).chain([i64::MIN, i64::MIN + 1, i64::MAX - 1, i64::MAX]).map(Value::Number);
        let expected = near.chain([Value::Missing]).any(fits);
        let found = scalar::solve(Kind::Number, &literals, &[]);
        prop_assert_eq!(found.is_some(), expected, "{:?}", found);
        prop_assert!(found.is_none_or(fits));
        let kept = core(&literals, |part| scalar::solve(Kind::Number, part, &[]).is_none());
        if found.is_none() {
            let part = |places: &[usize]| places.iter().map(|place| literals[*place]).collect::<Vec<_>>();
            prop_assert_eq!(scalar::solve(Kind::Number, &part(&kept), &[]), None);
            for place in &kept {
                let rest: Vec<usize> = kept.iter().copied().filter(|other| other != place).collect();
                prop_assert!(scalar::solve(Kind::Number, &part(&rest), &[]).is_some(), "{:?} is not minimal", kept);
            }
        }
    }
}

proptest! {
    #![proptest_config(configured(200))]

    #[test]
    fn contradictions_between_tests_on_addresses_are_real_and_minimal(tests in address_tests()) {
        let literals = borrowed(&tests);
        match on_addresses(&literals) {
            Check::Model(Model::Value(value)) => {
                prop_assert!(literals.iter().all(|(operator, wanted)| operator.holds(value.borrow()) == *wanted));
            }
            Check::Conflict(kept) => {
                let without = |place: &usize| {
                    let rest = kept.iter().filter(|other| *other != place);
                    rest.map(|place| literals[*place]).collect::<Vec<_>>()
                };
                let near = NETWORKS.iter().flat_map(|network| around(&set(network)));
                let texts = ["", "junk", "10.", "a", ":", "::1", "::ffff:10.0.0.1", "0010.0.0.1"].map(str::to_owned);
                for text in near.chain(texts) {
                    let value = OwnedValue::address(&text);
                    let fits = kept.iter().all(|place| literals[*place].0.holds(value.borrow()) == literals[*place].1);
                    prop_assert!(!fits, "{} contradicts {:?}", text, kept);
                }
                for place in &kept {
                    let answer = on_addresses(&without(place));
                    prop_assert!(!matches!(answer, Check::Conflict(_)), "{:?} is not minimal", kept);
                }
            }
            Check::Model(Model::Rows(_)) | Check::Unknown(_) => {}
        }
    }
}

/// The spellings of the addresses at the borders of a set, and beside them.
fn around(set: &AddressSet) -> Vec<String> {
    let ends = set.ranges().into_iter().flat_map(|(low, high)| [low, high]);
    let near = ends.flat_map(|end| [end.saturating_sub(1), end, end.saturating_add(1)]);
    near.map(|number| std::net::Ipv6Addr::from(number).to_canonical().to_string()).collect()
}

#[test]
fn ranges_agree_with_networks_and_classes_at_their_borders() {
    let networks = NETWORKS.map(set);
    let classes =
        AddressClass::ALL.map(|(class, _)| AddressSet { networks: Vec::new(), classes: vec![class] });
    for set in networks.into_iter().chain(classes) {
        for text in around(&set) {
            let value = OwnedValue::address(&text);
            let inside = Operator::In(set.clone());
            let named = Operator::Text {
                operator: TextOperator::Equals,
                literals: vec![text.clone()],
                case: Case::Sensitive,
            };
            let found = on_addresses(&[(&inside, true), (&named, true)]);
            match found {
                Check::Model(_) => assert!(inside.holds(value.borrow()), "{text} {set:?}"),
                Check::Conflict(_) => assert!(!inside.holds(value.borrow()), "{text} {set:?}"),
                Check::Unknown(reason) => panic!("{reason}: {text} {set:?}"),
            }
        }
    }
}

/// Missing is a value like others, on which no test of another kind than text holds.
#[test]
fn nothing_but_its_absence_holds_on_what_is_missing() {
    let absent = (&Operator::Exists, false);
    for comparison in
        [Comparison::OneOf(vec![0]), Comparison::Lte(i64::MAX), Comparison::Between(i64::MIN, i64::MAX)]
    {
        let test = Operator::Number(comparison);
        assert_eq!(scalar::solve(Kind::Number, &[absent, (&test, true)], &[]), None);
        assert_eq!(scalar::solve(Kind::Number, &[absent, (&test, false)], &[]), Some(Value::Missing));
    }
    let either = [Operator::Bool(true), Operator::Bool(false)];
    assert_eq!(scalar::solve(Kind::Bool, &[absent, (&either[0], true)], &[]), None);
    let neither = [(&either[0], false), (&either[1], false)];
    assert_eq!(scalar::solve(Kind::Bool, &neither, &[]), Some(Value::Missing));
    let everything = Operator::In(AddressSet {
        networks: vec!["0.0.0.0/0".parse().unwrap(), "::/0".parse().unwrap()],
        classes: AddressClass::ALL.map(|(class, _)| class).to_vec(),
    });
    assert!(matches!(on_addresses(&[absent, (&everything, true)]), Check::Conflict(_)));
    assert!(
        matches!(on_addresses(&[absent, (&everything, false)]), Check::Model(Model::Value(value)) if value == OwnedValue::address(""))
    );
}
