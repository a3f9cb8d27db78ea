//! The two searches against each other, on the same formulas and theories.

use std::collections::HashMap;

use lownoise_engine::value::Time;
use lownoise_testkit::{any_policy, schema};
use proptest::prelude::*;

use crate::cdcl;
use crate::check::Outcome;
use crate::claim::{Change, Claim};
use crate::facts::Assumptions;
use crate::formula::Formula;
use crate::limits::Limits;
use crate::search;
use crate::theory::{Spent, Theories};
use crate::value::Assignment;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_search_and_clause_learning_agree((old, now) in any_policy(), (new, _) in any_policy()) {
        let schema = schema();
        let (hints, limits) = (HashMap::new(), Limits::default());
        let (mine, others) = (Spent::default(), Spent::default());
        let theories = Theories { schema: &schema, devices: Some(&schema), hints: &hints, limits: &limits, spent: &mine, solve: search::solve };
        let claim = Claim::HidesNothingNew { old: &old, new: &new, by: Change::Any };
        let mut formula = Formula::default();
        let root = claim.negation(&mut formula, now, Assumptions::default());
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
