//! Policies that look at addresses only: for an engine whose functions on addresses are right, and not much else.

use lownoise_engine::op::Operator;
use lownoise_engine::policy::{Output, Policy};
use lownoise_engine::predicate::Predicate;

/// The policy with a scope and exclusions of address tests alone, as the others have them: one by itself, one under
/// `not`, and several together in both ways.
pub(super) fn only(mut policy: Policy, others: impl Iterator<Item = Policy>) -> Policy {
    let tests: Vec<Predicate> = others
        .flat_map(|other| other.exclusions)
        .flat_map(|exclusion| exclusion.predicate.tests().into_iter().cloned().collect::<Vec<_>>())
        .filter(|test| matches!(test.operator, Operator::In(_)))
        .map(Predicate::Test)
        .collect();
    let not = |part: &Predicate| Predicate::Not(Box::new(part.clone()));
    let shapes = tests.chunks(4).filter_map(|chunk| match chunk {
        [a, b, c, d] => Some([
            Predicate::Any(vec![a.clone(), not(b)]),
            not(&Predicate::All(vec![not(c), Predicate::Any(vec![not(d), a.clone()])])),
            Predicate::All(vec![b.clone(), not(c)]),
        ]),
        _ => None,
    });
    let predicates: Vec<Predicate> = tests
        .iter()
        .take(1)
        .map(not)
        .chain(shapes.flatten().skip(policy.exclusions.len() % 3))
        .take(2)
        .collect();
    policy.scope.clear();
    policy.output = Output::default();
    policy.exclusions.truncate(predicates.len());
    for (exclusion, predicate) in policy.exclusions.iter_mut().zip(predicates) {
        exclusion.expires = None;
        exclusion.predicate = predicate;
    }
    policy
}
