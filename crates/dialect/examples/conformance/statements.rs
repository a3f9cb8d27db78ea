//! Policies in the SQL of each engine, and what must come out: which `.ci/sql.py` runs.

use lownoise_dialect::sql::{self, Clock, Dialect, Select};
use lownoise_engine::evaluate::Verdict;
use lownoise_engine::op::Operator;
use lownoise_engine::policy::Policy;
use lownoise_engine::predicate::{Predicate, Test};
use lownoise_engine::value::Time;
use serde_json::{Map, Value, json};

/// A policy in the SQL of each engine, and what must come out.
pub(super) fn of(id: u64, policy: &Policy, verdicts: &[Verdict], now: Time) -> Value {
    let ids = |places: &[usize]| -> Vec<&str> {
        places.iter().filter_map(|place| policy.exclusions.get(*place)).map(|one| one.id.as_str()).collect()
    };
    let hidden = verdicts.iter().enumerate().filter_map(|(row, verdict)| match verdict {
        Verdict::Hidden(places) => Some(json!([row, ids(places).join(",")])),
        _ => None,
    });
    let dialects = Dialect::ALL.into_iter().map(|dialect| {
        let emit = |select| sql::emit(policy, now, Clock::Fixed(now), dialect, select);
        let said = match (emit(Select::Kept), emit(Select::Hidden), emit(Select::Counts)) {
            (Ok(kept), Ok(hidden), Ok(counts)) => json!({"kept": kept, "hidden": hidden, "counts": counts}),
            (Err(refused), ..) | (_, Err(refused), _) | (.., Err(refused)) => {
                json!({"refused": refused.iter().map(|one| one.message.clone()).collect::<Vec<_>>()})
            }
        };
        (dialect.name().to_owned(), said)
    });
    let count = |is: &dyn Fn(&Verdict) -> bool| verdicts.iter().filter(|verdict| is(verdict)).count();
    let mut counts = vec![
        ("read".to_owned(), verdicts.len()),
        ("out_of_scope".to_owned(), count(&|verdict| matches!(verdict, Verdict::OutOfScope(_)))),
        ("kept".to_owned(), count(&|verdict| *verdict == Verdict::Kept)),
        ("hidden".to_owned(), count(&|verdict| matches!(verdict, Verdict::Hidden(_)))),
    ];
    for (place, exclusion) in policy.exclusions.iter().enumerate().filter(|(_, one)| !one.is_expired(now)) {
        let hides = |verdict: &Verdict| matches!(verdict, Verdict::Hidden(by) if by.contains(&place));
        let alone = |verdict: &Verdict| matches!(verdict, Verdict::Hidden(by) if *by == [place]);
        counts.push((format!("hidden by it alone: {}", exclusion.id), count(&alone)));
        counts.push((format!("hidden by: {}", exclusion.id), count(&hides)));
    }
    json!({
        "id": id,
        "sql": dialects.collect::<Map<_, _>>(),
        "kept": verdicts.iter().enumerate().filter(|(_, verdict)| **verdict == Verdict::Kept).map(|(row, _)| row).collect::<Vec<_>>(),
        "hidden": hidden.collect::<Vec<_>>(),
        "counts": counts.into_iter().map(|(name, count)| (name, json!(count))).collect::<Map<_, _>>(),
    })
}

/// Adds exclusions that each test one column, many of them alike: what is put together for an engine. The literals are
/// those of other policies.
pub(super) fn crowd(policy: &mut Policy, others: impl Iterator<Item = Policy>) {
    let tests: Vec<Test> = others
        .flat_map(|other| other.exclusions)
        .flat_map(|exclusion| exclusion.predicate.tests().into_iter().cloned().collect::<Vec<_>>())
        .collect();
    let text = |test: &Test| matches!(test.operator, Operator::Text { .. });
    let Some(first) = tests.iter().find(|test| text(test)).cloned() else { return };
    let alike = tests.iter().filter(|test| text(test)).take(30).map(|test| {
        let mut alike = first.clone();
        if let (Operator::Text { literals, .. }, Operator::Text { literals: others, .. }) =
            (&mut alike.operator, test.operator.clone())
        {
            *literals = others;
        }
        alike
    });
    let networks = tests.iter().filter(|test| matches!(test.operator, Operator::In(_))).take(12).cloned();
    let model = policy.exclusions.first().cloned();
    let crowd: Vec<Test> = alike.chain(networks).collect();
    for (place, test) in crowd.into_iter().enumerate() {
        let Some(mut exclusion) = model.clone() else { return };
        exclusion.id = format!("more-{place}");
        exclusion.expires = None;
        exclusion.predicate = Predicate::Test(test);
        policy.exclusions.push(exclusion);
    }
}
