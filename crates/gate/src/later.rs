//! What an edit hides later: equal today and equal when an exclusion has expired are two questions.

use std::collections::BTreeSet;

use lownoise_engine::policy::{Date, Policy};
use lownoise_engine::value::{OwnedValue, Time, Value};
use lownoise_prove::{Answer, Diff, Proof, Setting, newly_hidden};

/// So many moments are looked at: the first ones, and the last.
const MOST: usize = 24;

const DAY: i64 = 86_400 * Time::SECOND;

/// What is newly hidden at later moments and not at the setting's: the day, the setting of that day, the answer. One
/// comparison for each last day of an exclusion.
pub(crate) fn later(
    old: &Policy,
    new: &Policy,
    setting: &Setting,
    today: &Diff,
) -> Vec<(String, Setting, Answer)> {
    let now = setting.now.unwrap_or(Time(0));
    let told = |answers: &[Answer]| -> Vec<_> {
        answers.iter().filter(|answer| answer.proof != Proof::Holds).map(|answer| answer.part).collect()
    };
    let mut known = told(&today.newly_hidden);
    let mut found = Vec::new();
    for (moment, day) in moments(old, new, now) {
        let setting = moved(new, setting, moment);
        for answer in newly_hidden(old, new, &setting) {
            if answer.proof != Proof::Holds && !known.contains(&answer.part) {
                known.push(answer.part);
                found.push((day.clone(), setting.clone(), answer));
            }
        }
    }
    found
}

/// The days after the last days, in order: on each of them, what an exclusion hid comes back, and with it what another
/// one newly hides.
fn moments(old: &Policy, new: &Policy, now: Time) -> Vec<(Time, String)> {
    let both = old.exclusions.iter().chain(&new.exclusions);
    let dates: BTreeSet<Date> = both
        .filter(|exclusion| !exclusion.is_expired(now))
        .filter_map(|exclusion| exclusion.expires)
        .collect();
    let after = |last: &Date| {
        let moment = Time(Time::parse(&format!("{last}T00:00:00Z"))?.0.saturating_add(DAY));
        let text = moment.to_string();
        Some((moment, text.split_once('T').map_or(text.clone(), |(day, _)| day.to_owned())))
    };
    // The last one counts: from then on, only what never expires hides.
    let last = dates.len().saturating_sub(1);
    let looked_at = dates.iter().enumerate().filter(|(place, _)| *place + 1 < MOST || *place == last);
    looked_at.filter_map(|(_, date)| after(date)).collect()
}

/// The setting at another moment, its events as long before it.
fn moved(policy: &Policy, setting: &Setting, moment: Time) -> Setting {
    let now = setting.now.unwrap_or(Time(0));
    let mut setting = Setting { now: Some(moment), ..setting.clone() };
    if let Some(column) = policy.schema.column(&policy.schema.time) {
        for event in &mut setting.events {
            if let Value::Time(time) = event.event.value(column) {
                let ago = now.0.saturating_sub(time.0);
                event.event.set(column, OwnedValue::Time(Time(moment.0.saturating_sub(ago))));
            }
        }
    }
    setting
}
