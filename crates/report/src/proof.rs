//! Proofs and their witnesses, for people and for programs.

use std::fmt::Write;

use lownoise_engine::evaluate::Verdict;
use lownoise_engine::policy::Policy;
use lownoise_engine::span::Span;
use lownoise_engine::value::Time;
use lownoise_prove::{Answer, Assignment, Change, Diff, Idle, Part, Proof, verdict};
use serde_json::{Value, json};

use crate::{BAD, BOLD, DIM, GOOD, ODD, Style, visible};

/// What a witness is compared with and evaluated at.
#[derive(Debug, Clone, Copy)]
pub struct Witnessing<'w> {
    /// The believable event that it was changed from.
    pub base: Option<&'w Assignment>,
    /// The clock.
    pub now: Time,
}

/// A verdict in words.
#[must_use]
pub fn verdict_words(policy: &Policy, verdict: &Verdict) -> String {
    match verdict {
        Verdict::Kept => "kept".to_owned(),
        Verdict::OutOfScope(place) => {
            format!("out of scope by {}", policy.scope.get(*place).map_or("", |condition| &condition.name))
        }
        Verdict::Hidden(places) => {
            let ids = places.iter().filter_map(|place| policy.exclusions.get(*place));
            format!("hidden by {}", ids.map(|exclusion| exclusion.id.as_str()).collect::<Vec<_>>().join(", "))
        }
    }
}

/// A witness: every column that has a value, those that differ from a believable event marked.
#[must_use]
pub fn render_witness(policy: &Policy, witness: &Assignment, about: Witnessing<'_>, style: Style) -> String {
    let changed = about.base.map(|base| witness.differences(base)).unwrap_or_default();
    let mut text = String::new();
    for (id, value) in policy.schema.ids().zip(&witness.event.values) {
        let value = value.borrow();
        let differs = changed.contains_key(&id);
        if value.is_missing() && !differs {
            continue;
        }
        let shown = if value.is_missing() { "(missing)".to_owned() } else { value.to_string() };
        let line = format!("{:<34} {shown}", policy.schema.name(id));
        let line = if differs {
            style.paint(BOLD, &format!("→ {line}"))
        } else {
            style.paint(DIM, &format!("  {line}"))
        };
        // Writing to a string cannot fail.
        let _infallible = writeln!(text, "    {line}");
    }
    text
}

/// A witness as one JSON object, and the columns in which it differs from a believable event.
#[must_use]
pub fn witness_json(policy: &Policy, witness: &Assignment, about: Witnessing<'_>) -> Value {
    let fields =
        policy.schema.ids().zip(&witness.event.values).filter(|(_, value)| !value.borrow().is_missing());
    let event: serde_json::Map<String, Value> = fields
        .map(|(id, value)| (policy.schema.name(id).to_owned(), json!(value.borrow().to_string())))
        .collect();
    let changed = about.base.map(|base| witness.differences(base)).unwrap_or_default();
    let changed: Vec<&str> = changed.keys().map(|id| policy.schema.name(*id)).collect();
    json!({ "event": event, "differs": changed })
}

/// Something of a policy that does nothing: what is said of it, its name, and the line to blame.
#[must_use]
pub fn idle_words(policy: &Policy, idle: &Idle) -> (&'static str, String, String) {
    let id = |place: usize| policy.exclusions.get(place).map_or("", |exclusion| exclusion.id.as_str());
    let named = |part: &Part| match part {
        Part::Exclusion(place) => id(*place).to_owned(),
        Part::Scope(_) => "scope".to_owned(),
    };
    let at = |span: Span| {
        let file = policy.sources.get(span.source).map_or("", |source| source.name.as_str());
        format!("{file}:{}", policy.sources.line_column(span).0)
    };
    let exclusion = |place: usize| part(policy, Change::Exclusion(place)).1;
    match idle {
        Idle::Scope => ("empty", "no event is in the scope".to_owned(), part(policy, Change::Scope).1),
        Idle::Unreachable(place) => {
            ("unreachable", format!("{} hides nothing that is in the scope", id(*place)), exclusion(*place))
        }
        Idle::Dead { exclusion: place, covered_by } => {
            let others: Vec<&str> = covered_by.iter().map(|place| id(*place)).collect();
            let words = format!("{}: what it hides, {} hide too", id(*place), others.join(" and "));
            ("dead", words, exclusion(*place))
        }
        Idle::Condition { part, span } => {
            let written = policy.sources.text(*span).split_whitespace().collect::<Vec<_>>().join(" ");
            (
                "redundant",
                format!("{}: without `{}`, the same is kept", named(part), visible(&written)),
                at(*span),
            )
        }
        Idle::Unknown(part, reason) => {
            ("unknown", format!("whether {} does something: {reason}", named(part)), String::new())
        }
    }
}

/// A comparison of two policies for people.
#[must_use]
pub fn render_diff(old: &Policy, new: &Policy, diff: &Diff, about: Witnessing<'_>, style: Style) -> String {
    let mut text = String::new();
    for (heading, answers, of, paint) in
        [("newly hidden", &diff.newly_hidden, new, BAD), ("newly shown", &diff.newly_shown, old, ODD)]
    {
        for answer in answers.iter().filter(|answer| answer.proof != Proof::Holds) {
            let (name, place) = part(of, answer.part);
            let _infallible = writeln!(
                text,
                "{}  {}  {}",
                style.paint(paint, heading),
                style.paint(BOLD, &name),
                style.paint(DIM, &place)
            );
            match &answer.proof {
                Proof::Fails(witness) => {
                    text.push_str(&render_witness(new, witness, about, style));
                    let before = verdict_words(old, &verdict(old, witness, about.now));
                    let after = verdict_words(new, &verdict(new, witness, about.now));
                    let _infallible = writeln!(text, "    was {before} · now {after}\n");
                }
                Proof::Unknown(reason) => {
                    let _infallible = writeln!(text, "    unknown: {reason}\n");
                }
                Proof::Holds => {}
            }
        }
    }
    let changed = |answers: &[Answer]| answers.iter().filter(|answer| answer.proof != Proof::Holds).count();
    let verdict = match (diff.is_equivalent(), diff.hides_nothing_new()) {
        (true, _) => style.paint(GOOD, "both keep the same events (proved)"),
        (false, true) => style.paint(GOOD, "nothing is newly hidden (proved)"),
        (false, false) => style.paint(BAD, "something is newly hidden, or it is not known"),
    };
    let _infallible = writeln!(
        text,
        "{verdict}: {} exclusions unchanged, {} newly hiding, {} newly showing",
        diff.unchanged,
        changed(&diff.newly_hidden),
        changed(&diff.newly_shown)
    );
    text
}

/// A comparison of two policies as data.
#[must_use]
pub fn diff_json(old: &Policy, new: &Policy, diff: &Diff, about: Witnessing<'_>) -> Value {
    let answers = |answers: &[Answer], of: &Policy| -> Vec<Value> {
        answers
            .iter()
            .map(|answer| {
                let (name, place) = part(of, answer.part);
                let mut told = json!({ "part": name, "place": place });
                let fields = match &answer.proof {
                    Proof::Holds => json!({ "proof": "holds" }),
                    Proof::Unknown(reason) => json!({ "proof": "unknown", "reason": reason.to_string() }),
                    Proof::Fails(witness) => json!({
                        "proof": "fails",
                        "witness": witness_json(new, witness, about),
                        "before": verdict_words(old, &verdict(old, witness, about.now)),
                        "after": verdict_words(new, &verdict(new, witness, about.now)),
                    }),
                };
                if let (Value::Object(told), Value::Object(fields)) = (&mut told, fields) {
                    told.extend(fields);
                }
                told
            })
            .collect()
    };
    json!({
        "hides_nothing_new": diff.hides_nothing_new(),
        "equivalent": diff.is_equivalent(),
        "unchanged": diff.unchanged,
        "newly_hidden": answers(&diff.newly_hidden, new),
        "newly_shown": answers(&diff.newly_shown, old),
    })
}

/// The name of a part of a policy, and the line to blame.
fn part(policy: &Policy, part: Change) -> (String, String) {
    let (name, span) = match part {
        Change::Exclusion(place) => match policy.exclusions.get(place) {
            Some(exclusion) => (exclusion.id.clone(), exclusion.span),
            None => (String::new(), Span::default()),
        },
        Change::Scope => {
            ("scope".to_owned(), policy.scope.last().map_or(policy.span, |condition| condition.span))
        }
        Change::Any => (policy.id.clone(), policy.span),
    };
    let file = policy.sources.get(span.source).map_or("", |source| source.name.as_str());
    (name, format!("{file}:{}", policy.sources.line_column(span).0))
}
