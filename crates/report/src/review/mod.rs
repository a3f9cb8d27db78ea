//! A review of policies in every format: one plain result, walked over. What the formats share is here.

mod github;
mod json;
mod markdown;
mod sarif;
mod text;

use std::fmt::Write;

use lownoise_gate::{Concern, Edit, Place, Replayed, Review, Reviewed, Standing};

pub(crate) use github::{data, property};
pub use github::{render_annotations, repository_path};
pub use json::review_json;
pub use markdown::render_markdown;
pub use sarif::sarif;
pub use text::render_review;

use crate::number::grouped;
use crate::visible;

/// What stands on the two sides of a policy, in one sentence.
fn standing_words(policy: &Reviewed) -> &'static str {
    match policy.standing {
        Standing::Alone if policy.concerns.iter().any(is_broken) => "an invariant breaks, or it is not known",
        Standing::Alone if policy.proved.is_empty() => "it has no never_hide: there is nothing to prove",
        Standing::Alone => "every invariant holds (proved)",
        Standing::Added => "it is new: there is nothing to compare it with",
        Standing::Removed => "removed",
        Standing::Equivalent => "both keep the same events (proved)",
        Standing::HidesNothingNew => "nothing is newly hidden (proved)",
        Standing::MayHideMore if policy.concerns.iter().any(is_hiding) => "something is newly hidden",
        Standing::MayHideMore => "it is not known whether something is newly hidden",
        Standing::NotComparable => "cannot be compared",
    }
}

fn is_broken(concern: &Concern) -> bool {
    concern.rule == lownoise_gate::Rule::InvariantBroken
}

/// Whether an event shows that something is newly hidden.
fn is_hiding(concern: &Concern) -> bool {
    concern.rule == lownoise_gate::Rule::NewlyHidden && concern.from.is_none() && concern.witness.is_some()
}

/// An edit on one line: what of, from what, to what.
fn edit_words(edit: &Edit, quote: impl Fn(&str) -> String) -> String {
    match (&edit.old, &edit.new) {
        (Some(old), Some(new)) => format!("{}  {} → {}", edit.of, quote(old), quote(new)),
        (Some(old), None) => format!("{}  {} → (gone)", edit.of, quote(old)),
        (None, Some(new)) => format!("{}  (new) → {}", edit.of, quote(new)),
        (None, None) => edit.of.clone(),
    }
}

/// A file and a line, as people jump to them.
fn at(place: &Place) -> String {
    if place.line == 0 { place.file.clone() } else { format!("{}:{}", place.file, place.line) }
}

/// The counts of a replay in words.
fn replayed_words(replayed: &Replayed, what: &str) -> String {
    let mut text = format!("{} of {} events {what}", grouped(replayed.events), grouped(replayed.of));
    if replayed.events > 0 {
        #[expect(clippy::cast_precision_loss, reason = "a share for people")]
        let share = 100.0 * replayed.events as f64 / replayed.of.max(1) as f64;
        let share = if share < 0.01 { "below 0.01".to_owned() } else { format!("{share:.2}") };
        let _infallible = write!(text, " ({share} %)");
        if let Some(processes) = replayed.processes {
            let more = if replayed.more_processes { "more than " } else { "" };
            let noun = if processes == 1 { "process" } else { "processes" };
            let processes = grouped(processes as u64);
            let _infallible = write!(text, ", from {more}{processes} {noun}");
        }
    }
    text
}

/// How many of a policy's concerns are of one kind.
fn count(policy: &Reviewed, rule: lownoise_gate::Rule) -> usize {
    policy.concerns.iter().filter(|concern| concern.rule == rule && concern.from.is_none()).count()
}

/// The last sentence of a review.
fn verdict_words(review: &Review) -> String {
    let errors = review.all().filter(|concern| concern.level == lownoise_gate::Level::Error).count();
    match (review.policies.is_empty() && review.concerns.is_empty(), errors) {
        (true, _) => "no policy changed: there is nothing to judge".to_owned(),
        (false, 0) => "it passes".to_owned(),
        (false, 1) => "it does not pass: 1 thing is wrong".to_owned(),
        (false, errors) => format!("it does not pass: {errors} things are wrong"),
    }
}

/// What is said of a concern beside its message: from when, why it is not known, what accepts it, what to do.
fn remarks(concern: &Concern) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(reason) = &concern.unknown {
        remarks.push(format!("not known: {}", visible(reason)));
    }
    if let Some(accepted) = &concern.accepted {
        remarks.push(format!(
            "accepted by the scenario “{}”, {}",
            visible(&accepted.scenario),
            at(&accepted.place)
        ));
    }
    remarks.extend(concern.help.clone());
    remarks
}

fn counted(count: usize, noun: &str) -> String {
    format!("{} {noun}{}", grouped(count as u64), if count == 1 { "" } else { "s" })
}

/// A concern without markup: what annotations and code scanning show.
fn lines(concern: &Concern) -> Vec<String> {
    let mut lines = vec![visible(&concern.message)];
    lines.extend(concern.details.iter().map(|line| visible(line)));
    lines.extend(concern.edit.as_ref().map(|edit| visible(&edit_words(edit, str::to_owned))));
    if let Some(witness) = &concern.witness {
        let before = witness.before.as_ref().map(|before| format!("was {before} and is now "));
        let told = before.unwrap_or_else(|| "is ".to_owned()) + &witness.after;
        lines.push(visible(&format!("an event that {told}:")));
        let marked: Vec<_> = witness.fields.iter().filter(|field| field.marked).collect();
        let told = if marked.is_empty() { witness.fields.iter().collect() } else { marked };
        lines.extend(told.iter().map(|field| format!("  {} = {}", field.column, visible(&field.value))));
    }
    if let Some(replayed) = &concern.replayed {
        lines.push(format!("replayed: {}", replayed_words(replayed, &concern.rule.title())));
    }
    lines.extend(remarks(concern));
    if let Some(scenario) = &concern.scenario {
        lines.push("no scenario says so: narrow the edit, or add this one to a feature".to_owned());
        lines.push(scenario.trim_end().to_owned());
    }
    lines
}
