//! How an event is shown: its fields, and what policies say of it.

use lownoise_engine::evaluate::Verdict;
use lownoise_engine::event::ColumnId;
use lownoise_engine::policy::Policy;
use lownoise_engine::value::Time;
use lownoise_prove::{Assignment, Setting, verdict};

use crate::concern::Witness;

/// A verdict in words that follow "it is".
pub(crate) fn words(policy: &Policy, verdict: &Verdict) -> String {
    match verdict {
        Verdict::Kept => "kept".to_owned(),
        Verdict::OutOfScope(place) => {
            let name = policy.scope.get(*place).map_or("", |condition| condition.name.as_str());
            format!("out of scope because of {name}")
        }
        Verdict::Hidden(places) => {
            let ids = places.iter().filter_map(|place| policy.exclusions.get(*place));
            let ids: Vec<&str> = ids.map(|exclusion| exclusion.id.as_str()).collect();
            format!("hidden by {}", ids.join(", "))
        }
    }
}

/// An event as a report shows it: what was changed in it is marked, or in a whole one what is looked at.
pub(crate) fn witness(
    policy: &Policy,
    before: Option<&Policy>,
    event: &Assignment,
    setting: &Setting,
    (observed, looked_at): (&[Assignment], &[ColumnId]),
) -> Witness {
    let now = setting.now.unwrap_or(Time(0));
    let base = if setting.events.contains(event) { None } else { setting.events.first() };
    Witness {
        observed: observed.contains(event),
        fields: Witness::fields(policy, event, base, looked_at),
        before: before.map(|before| words(before, &verdict(before, event, now))),
        after: words(policy, &verdict(policy, event, now)),
    }
}
