//! Policies in the SQL of each engine, and what must come out: which `.ci/sql.py` runs.

use lownoise_dialect::sql::{self, Clock, Dialect, Select};
use lownoise_engine::evaluate::Verdict;
use lownoise_engine::policy::Policy;
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
