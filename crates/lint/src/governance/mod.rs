//! Who answers for an exclusion, why, since when and until when. Each lint is a file, and the file is its page.

mod bad_ticket;
mod expired;
mod expires_late;
mod expires_soon;
mod no_expiry;
mod no_reason;
mod no_review;
mod no_ticket;
mod review_due;
mod unowned;

use lownoise_engine::policy::{Date, Exclusion};
use lownoise_engine::value::Time;

use crate::lint::{Context, Finding, Lint};

/// Every lint of this room.
pub(crate) const LINTS: [&Lint; 10] = [
    &bad_ticket::LINT,
    &expired::LINT,
    &expires_late::LINT,
    &expires_soon::LINT,
    &no_expiry::LINT,
    &no_reason::LINT,
    &no_review::LINT,
    &no_ticket::LINT,
    &review_due::LINT,
    &unowned::LINT,
];

/// Whether a text stands where something is still to be said.
fn placeholder(text: &str) -> bool {
    const WORDS: [&str; 16] = [
        "",
        "-",
        "?",
        "fixme",
        "me",
        "n/a",
        "nobody",
        "none",
        "owner",
        "placeholder",
        "reason",
        "tba",
        "tbd",
        "todo",
        "unassigned",
        "unknown",
    ];
    let text = text.trim().trim_end_matches(['.', '!', ':']).to_ascii_lowercase();
    let first = text.split([':', ' ']).next().unwrap_or("");
    WORDS.contains(&text.as_str()) || matches!(first, "todo" | "fixme" | "tbd")
}

/// How many days a date lies ahead of a moment, in UTC; none when it lies behind.
fn days_ahead(now: Time, date: Date) -> Option<u32> {
    let today = jiff::tz::Offset::UTC.to_datetime(now.timestamp()?).date();
    let days = today.until(date.0).ok()?.get_days();
    u32::try_from(days).ok()
}

fn in_days(days: u32) -> String {
    match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        days => format!("in {days} days"),
    }
}

/// With what of the given events only this exclusion hides.
fn with_count(finding: Finding, context: &Context<'_>, exclusion: &Exclusion, what: &str) -> Finding {
    let hidden = context.usage.and_then(|usage| Some((usage.events, usage.exclusions.get(&exclusion.id)?)));
    match hidden {
        None => finding,
        Some((events, hidden)) => {
            let (alone, all) = (hidden.alone, hidden.all);
            let others = if all > alone {
                format!("; it hides {all}, the others with other exclusions")
            } else {
                String::new()
            };
            finding.because(format!("{what}: {alone} of {events} given events{others}"))
        }
    }
}
