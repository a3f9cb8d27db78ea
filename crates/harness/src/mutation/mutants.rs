//! The mutants of a policy. Knows the parts of a policy; which edits a predicate has, `edits` knows.

use lownoise_engine::policy::{Condition, ConditionKind, Date, Exclusion, Lookback, Policy};
use lownoise_engine::predicate::Predicate;
use lownoise_engine::schema::Schema;
use lownoise_engine::span::Span;
use lownoise_engine::value::Time;
use lownoise_engine::write::{self, length};

use super::edits::{Edit, edits};
use super::{Change, Kind, Mutant};

/// Every mutant, in the order of the policy. Linear in its literals; no mutant holds a whole policy.
#[must_use]
pub fn mutants(policy: &Policy) -> Vec<Mutant> {
    let scope =
        policy.scope.iter().enumerate().flat_map(|(place, condition)| scope(policy, place, condition));
    let exclusions =
        policy.exclusions.iter().enumerate().flat_map(|(place, exclusion)| hiding(policy, place, exclusion));
    scope.chain(exclusions).collect()
}

fn scope(policy: &Policy, place: usize, condition: &Condition) -> Vec<Mutant> {
    let mutant = |kind, span, (before, after): (String, String), changed: Option<ConditionKind>| Mutant {
        kind,
        part: condition.name.clone(),
        span,
        before,
        after,
        change: Change::Condition(place, changed.map(|kind| renamed(policy, condition, kind))),
        at: None,
    };
    let of = |predicate: &Predicate, schema: &Schema, again: &dyn Fn(Predicate) -> ConditionKind| {
        let gone = (write::condition(predicate, schema), String::new());
        let mut all = vec![mutant(Kind::ScopeDropped, condition.span, gone, None)];
        all.extend(
            edits(predicate)
                .into_iter()
                .map(|edit| mutant(edit.kind, edit.span, texts(&edit, schema), Some(again(edit.result)))),
        );
        all
    };
    match &condition.kind {
        ConditionKind::Lookback(lookback) => {
            let written = spelled(*lookback).unwrap_or_default();
            let gone = (written.clone(), String::new());
            let mut all = vec![mutant(Kind::ScopeDropped, condition.span, gone, None)];
            let lengths = [lookback.length.checked_mul(2), Some(lookback.length / 2)];
            for changed in lengths.into_iter().flatten().map(|length| Lookback { length, ..*lookback }) {
                let Some(after) = spelled(changed) else { continue };
                let changed = Some(ConditionKind::Lookback(changed));
                let texts = (written.clone(), after);
                all.push(mutant(Kind::LookbackChanged, condition.span, texts, changed));
            }
            all
        }
        ConditionKind::Devices { schema, predicate } => {
            of(predicate, schema, &|predicate| ConditionKind::Devices { schema: schema.clone(), predicate })
        }
        ConditionKind::Where(predicate) => of(predicate, &policy.schema, &ConditionKind::Where),
    }
}

/// A condition that asks something else; what it is called follows from that.
fn renamed(policy: &Policy, condition: &Condition, kind: ConditionKind) -> Condition {
    let name = match &kind {
        ConditionKind::Where(predicate) => Condition::name_of(predicate, &policy.schema),
        ConditionKind::Lookback(_) | ConditionKind::Devices { .. } => condition.name.clone(),
    };
    Condition { name, kind, span: condition.span }
}

/// `lookback = "24h"`; `None` for what has no spelling: parts of a second, and no time at all.
fn spelled(lookback: Lookback) -> Option<String> {
    let length = length(lookback.length).filter(|_| lookback.length > 0)?;
    Some(format!("lookback = \"{}{length}\"", if lookback.inclusive { "from " } else { "" }))
}

fn hiding(policy: &Policy, place: usize, exclusion: &Exclusion) -> Vec<Mutant> {
    let mutant = |kind, span: Span, (before, after): (String, String), changed| Mutant {
        kind,
        part: exclusion.id.clone(),
        span,
        before,
        after,
        change: Change::Exclusion(place, changed),
        at: None,
    };
    let gone = (format!("id = {}", write::quoted(&exclusion.id)), String::new());
    let mut all = vec![mutant(Kind::ExclusionDropped, exclusion.span, gone, None)];
    for (days, matters) in [(1, 1), (-1, 0)] {
        let moved = |last: Date, by: i64| Some(Date(last.0.checked_add(jiff::Span::new().days(by)).ok()?));
        let Some(last) = exclusion.expires else { continue };
        let (Some(expires), Some(day)) = (moved(last, days), moved(last, matters)) else { continue };
        let texts = (format!("expires = {last}"), format!("expires = {expires}"));
        let changed = Exclusion { expires: Some(expires), ..exclusion.clone() };
        let noon = Time::parse(&format!("{day}T12:00:00Z"));
        all.push(Mutant { at: noon, ..mutant(Kind::ExpiryMoved, exclusion.span, texts, Some(changed)) });
    }
    for edit in edits(&exclusion.predicate) {
        let written = texts(&edit, &policy.schema);
        let changed = Exclusion { predicate: edit.result, ..exclusion.clone() };
        all.push(mutant(edit.kind, edit.span, written, Some(changed)));
    }
    all
}

/// What is edited, before and after, as it is written between the braces of a condition.
fn texts(edit: &Edit, schema: &Schema) -> (String, String) {
    let written = |predicate: &Predicate| write::condition(predicate, schema);
    (written(&edit.from), edit.to.as_ref().map_or_else(String::new, written))
}
