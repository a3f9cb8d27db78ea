//! What the prover says does nothing, as findings. Asked under the facts that sensors mostly keep; what holds without
//! them is told so.

use std::collections::HashSet;

use lownoise_engine::policy::{ConditionKind, Policy};
use lownoise_engine::predicate::Predicate;
use lownoise_engine::span::Span;
use lownoise_prove::{Assumptions, Idle, Part, Setting, review};

use super::{dead_exclusion, duplicates, empty_scope, named, redundant_condition, unreachable_exclusion};
use crate::lint::{Context, Finding};

/// The facts that may be assumed. That names follow from paths is none of them: a name beside a path is there for sensors
/// that cut the one or the other.
const ASSUMED: Assumptions = Assumptions { types_follow: true, names_follow: false };

pub(super) fn run(context: &Context<'_>, policy: &Policy) -> Vec<Finding> {
    let setting = Setting::of(policy, context.now);
    let plain = review(policy, &setting, || {});
    let (typed, columns) = follows(policy);
    let words = ASSUMED.words(&policy.schema).into_iter();
    let words: Vec<String> =
        words.filter(|word| columns.iter().any(|name| word.starts_with(&format!("`{name}`")))).collect();
    let more = if typed.is_empty() {
        Vec::new()
    } else {
        review(policy, &Setting { assumptions: ASSUMED, ..setting }, || {})
    };
    let again: HashSet<usize> = duplicates(policy, context.now).iter().map(|(place, _, _)| *place).collect();
    let mut found: Vec<Finding> = Vec::new();
    for idle in &plain {
        found
            .extend(finding(policy, idle, &again).map(|found| found.because("proved, with nothing assumed")));
    }
    let known = |idle: &Idle| plain.iter().any(|other| part(other) == part(idle));
    for idle in more.iter().filter(|idle| !known(idle) && !rests_on_type(policy, idle, &typed)) {
        let assumed = format!("proved, assumed that {}", words.join(" and "));
        found.extend(finding(policy, idle, &again).map(|found| found.because(assumed)));
    }
    found
}

/// What it is about, so that each thing is told once.
fn part(idle: &Idle) -> (u8, usize, Option<Span>) {
    match idle {
        Idle::Scope => (0, 0, None),
        Idle::Unreachable(place) | Idle::Dead { exclusion: place, .. } => (1, *place, None),
        Idle::Condition { span, .. } => (2, 0, Some(*span)),
        Idle::Unknown(Part::Scope(place), _) => (3, *place, None),
        Idle::Unknown(Part::Exclusion(place), _) => (4, *place, None),
    }
}

fn finding(policy: &Policy, idle: &Idle, again: &HashSet<usize>) -> Option<Finding> {
    match idle {
        Idle::Scope => {
            let span = policy.scope.last().map_or(policy.span, |condition| condition.span);
            let finding = empty_scope::LINT.finds("no event is in the scope", span, "nothing is left");
            Some(finding.help("take out the condition that contradicts the others"))
        }
        Idle::Unreachable(place) => {
            let exclusion = policy.exclusions.get(*place)?;
            let message = format!("the exclusion `{}` hides nothing that is in the scope", exclusion.id);
            let finding = unreachable_exclusion::LINT.finds(message, exclusion.span, "unreachable");
            Some(finding.help("remove it, or say what was meant"))
        }
        // Two that are the same are told of by another lint.
        Idle::Dead { exclusion, .. } if again.contains(exclusion) => None,
        Idle::Dead { exclusion, covered_by } => {
            let covering: Vec<usize> =
                covered_by.iter().copied().filter(|place| !again.contains(place)).collect();
            let first_of_two = covering.is_empty();
            let exclusion = policy.exclusions.get(*exclusion).filter(|_| !first_of_two)?;
            let by = named(policy, &covering);
            let message =
                format!("what the exclusion `{}` hides, {by} hide{} too", exclusion.id, one(&covering));
            let finding = dead_exclusion::LINT.finds(message, exclusion.span, "dead");
            Some(finding.help("remove it, or narrow the ones that cover it"))
        }
        Idle::Condition { part, span } => {
            let whose = match part {
                Part::Scope(_) => "the scope".to_owned(),
                Part::Exclusion(place) => format!("`{}`", policy.exclusions.get(*place)?.id),
            };
            let message =
                format!("a condition of {whose} is redundant: without it, the same events are kept");
            let finding = redundant_condition::LINT.finds(message, *span, "does nothing");
            Some(finding.help("remove it, or say what it was meant to keep out"))
        }
        Idle::Unknown(..) => None,
    }
}

fn one(places: &[usize]) -> &'static str {
    if places.len() == 1 { "s" } else { "" }
}

/// The places of tests on the sensor's word for the type of an address, and the columns that they look at.
fn follows(policy: &Policy) -> (Vec<Span>, Vec<&str>) {
    let scope = policy.scope.iter().filter_map(|condition| match &condition.kind {
        ConditionKind::Where(predicate) => Some(predicate),
        _ => None,
    });
    let predicates = scope.chain(policy.exclusions.iter().map(|exclusion| &exclusion.predicate));
    let tests = predicates.flat_map(Predicate::tests);
    let typed = tests
        .filter(|test| policy.schema.definition(test.column).is_some_and(|column| column.type_of.is_some()));
    typed.map(|test| (test.span, policy.schema.name(test.column))).unzip()
}

/// Whether a condition has a test on the sensor's word in it: that it follows is then the very question.
fn rests_on_type(policy: &Policy, idle: &Idle, typed: &[Span]) -> bool {
    let inside =
        |at: &Span, whole: Span| at.source == whole.source && whole.start <= at.start && at.end <= whole.end;
    match idle {
        Idle::Condition { span, .. } => typed.iter().any(|test| inside(test, *span)),
        Idle::Unreachable(place) | Idle::Dead { exclusion: place, .. } => {
            // Such an exclusion may be there for the rows on which the sensor is wrong.
            let tests = policy.exclusions.get(*place).map(|exclusion| exclusion.predicate.tests());
            tests.is_some_and(|tests| tests.iter().any(|test| typed.contains(&test.span)))
        }
        Idle::Scope | Idle::Unknown(..) => false,
    }
}
