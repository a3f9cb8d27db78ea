//! The mutants of a policy. Knows the parts of a policy; which edits a predicate has, `edits` knows.

use lownoise_engine::policy::{Condition, ConditionKind, Date, Exclusion, Lookback, Policy};
use lownoise_engine::predicate::Predicate;
use lownoise_engine::schema::Schema;
use lownoise_engine::span::Span;
use lownoise_engine::value::Time;

use super::edits::{Edit, edits};
use super::spelled::spelled;
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
    let mutant = |kind, before: String, after: String, changed: Option<ConditionKind>| Mutant {
        kind,
        part: condition.name.clone(),
        span: condition.span,
        before,
        after,
        change: Change::Condition(place, changed.map(|kind| Condition { kind, ..condition.clone() })),
        at: None,
    };
    let written = policy.sources.text(condition.span).to_owned();
    let mut all = vec![mutant(Kind::ScopeDropped, written.clone(), String::new(), None)];
    let of = |predicate: &Predicate, schema: &Schema, again: &dyn Fn(Predicate) -> ConditionKind| {
        let each = edits(predicate).into_iter().map(|edit| {
            let (before, after) = texts(policy, schema, &edit);
            Mutant { span: edit.span, ..mutant(edit.kind, before, after, Some(again(edit.result))) }
        });
        each.collect::<Vec<_>>()
    };
    match &condition.kind {
        ConditionKind::Lookback(lookback) => {
            for (length, words) in
                [(lookback.length.saturating_mul(2), "twice as long"), (lookback.length / 2, "half as long")]
            {
                let changed = ConditionKind::Lookback(Lookback { length, ..*lookback });
                all.push(mutant(Kind::LookbackChanged, written.clone(), words.to_owned(), Some(changed)));
            }
        }
        ConditionKind::Devices { schema, predicate } => all.extend(of(predicate, schema, &|predicate| {
            ConditionKind::Devices { schema: schema.clone(), predicate }
        })),
        ConditionKind::Where(predicate) => all.extend(of(predicate, &policy.schema, &ConditionKind::Where)),
    }
    all
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
    let gone = (format!("id = \"{}\"", exclusion.id), String::new());
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
        let written = texts(policy, &policy.schema, &edit);
        let changed = Exclusion { predicate: edit.result, ..exclusion.clone() };
        all.push(mutant(edit.kind, edit.span, written, Some(changed)));
    }
    all
}

/// What stands at an edit, before and after.
fn texts(policy: &Policy, schema: &Schema, edit: &Edit) -> (String, String) {
    let before = policy.sources.text(edit.span).to_owned();
    let after = match edit.kind {
        Kind::AllAny => "`all` for `any`, or the other way".to_owned(),
        Kind::NotLost => format!("without the `not` around it: {before}"),
        _ => edit.test.as_ref().map_or_else(String::new, |test| spelled(test, schema)),
    };
    (before, after)
}
