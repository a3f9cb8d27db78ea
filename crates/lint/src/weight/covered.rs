//! An exclusion hides nothing that others do not hide.
//!
//! It is proved that every event that it hides is hidden by the others too, and the finding names few that suffice.
//!
//! ## Why
//! Removing it changes nothing, so its owner, reason and expiry say nothing either: the others decide.
//!
//! ## Example
//! ```toml
//! [[exclusion]]
//! id    = "apt"
//! where = { InitiatingProcessFolderPath = { starts_with = "/usr/lib/apt/" } }
//!
//! [[exclusion]]
//! id    = "usr-lib"
//! where = { InitiatingProcessFolderPath = { starts_with = "/usr/lib/" } }
//! ```
//!
//! ## Instead
//! Remove the wider one if the narrow one is what was meant; otherwise this one.

use std::sync::Arc;

use lownoise_engine::diagnostic::Level;
use lownoise_engine::event::ColumnId;
use lownoise_engine::policy::{ConditionKind, Exclusion, Policy};
use lownoise_engine::schema::{ColumnDefinition, Schema};
use lownoise_engine::span::Span;
use lownoise_prove::{Assumptions, Claim, Idle, Part, Prover, Reason, Setting, review};

use super::{condition, never_hides};
use crate::edit::without_exclusion;
use crate::lint::{Context, Finding, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "covered",
    level: Level::Warning,
    source: include_str!("covered.rs"),
    run: Run::Policy(run),
};

const USUAL: Assumptions = Assumptions { types_follow: true, names_follow: true };

fn run(context: &Context<'_>, policy: &Policy) -> Vec<Finding> {
    let setting = Setting::of(policy, context.now);
    let idle = review(policy, &setting, || ());
    let mut found: Vec<Finding> = idle.iter().filter_map(|idle| finding(policy, idle)).collect();
    if idle.contains(&Idle::Scope) {
        return found;
    }
    let assuming = Setting { assumptions: USUAL, ..setting };
    let told = |part: &Idle| idle.iter().any(|idle| idle == part || is_dead(idle, part));
    let mut assumed = assumed(policy, &assuming);
    assumed.retain(|part| !told(part));
    if assumed.is_empty() {
        return found;
    }
    let facts: Vec<(Vec<String>, Vec<Idle>)> = facts(policy)
        .into_iter()
        .map(|with_one| (USUAL.words(&with_one.schema), self::assumed(&with_one, &assuming)))
        .collect();
    for part in assumed {
        let suffices = facts.iter().find(|(_, found)| found.contains(&part));
        let words = suffices.map_or_else(|| USUAL.words(&policy.schema), |(words, _)| words.clone());
        let finding = match &part {
            Idle::Condition { span, .. } => Some(idle_condition(*span)),
            Idle::Unreachable(exclusion) => policy.exclusions.get(*exclusion).map(unreachable),
            _ => None,
        };
        let because = |finding: Finding, words| finding.because(format!("assumed: {words}"));
        found.extend(finding.map(|finding| words.into_iter().fold(finding, because)));
    }
    found
}

/// What does nothing under what may be assumed of events: conditions of the scope, and exclusions.
fn assumed(policy: &Policy, assuming: &Setting) -> Vec<Idle> {
    // Without the exclusions less is proved, and what is proved holds with them.
    let alone = Policy { exclusions: Vec::new(), ..policy.clone() };
    let mut found = review(&alone, assuming, || ());
    if found.contains(&Idle::Scope) {
        return Vec::new();
    }
    found.retain(|idle| matches!(idle, Idle::Condition { .. }));
    let mut prover = Prover::new(&policy.schema, assuming);
    for (place, exclusion) in policy.exclusions.iter().enumerate() {
        let claim = Claim::Unreachable { policy, exclusion: place };
        let expired = assuming.now.is_some_and(|now| exclusion.is_expired(now));
        if !expired && rests_on_a_fact(exclusion, policy) && prover.holds(&claim) {
            found.push(Idle::Unreachable(place));
        }
    }
    found
}

/// Whether the exclusion asks of a column that follows from another, or of one from which a column of the scope follows. If
/// not, what is assumed proves nothing more about it.
fn rests_on_a_fact(exclusion: &Exclusion, policy: &Policy) -> bool {
    let own = exclusion.predicate.columns();
    let scope = policy.scope.iter().flat_map(|condition| match &condition.kind {
        ConditionKind::Where(predicate) => predicate.columns(),
        _ => Vec::new(),
    });
    let scope: Vec<ColumnId> = scope.collect();
    policy.schema.ids().zip(&policy.schema.columns).any(|(id, column)| {
        let from = column.type_of.as_ref().or(column.basename_of.as_ref());
        let from = from.and_then(|name| policy.schema.column(name));
        from.is_some_and(|from| own.contains(&id) || (own.contains(&from) && scope.contains(&id)))
    })
}

/// Whether an exclusion that is unreachable was found to be covered.
fn is_dead(idle: &Idle, unreachable: &Idle) -> bool {
    matches!((idle, unreachable), (Idle::Dead { exclusion, .. }, Idle::Unreachable(place)) if exclusion == place)
}

/// The policy once for each fact between columns that may be assumed, as if there were no other.
fn facts(policy: &Policy) -> Vec<Policy> {
    let follows = |column: &ColumnDefinition| column.type_of.is_some() || column.basename_of.is_some();
    let facts = policy.schema.columns.iter().filter(|column| follows(column));
    let with_one = |kept: &ColumnDefinition| {
        let mut schema = Schema::clone(&policy.schema);
        for column in schema.columns.iter_mut().filter(|column| column.name != kept.name) {
            column.type_of = None;
            column.basename_of = None;
        }
        Policy { schema: Arc::new(schema), ..policy.clone() }
    };
    facts.map(with_one).collect()
}

fn finding(policy: &Policy, idle: &Idle) -> Option<Finding> {
    match idle {
        Idle::Scope => {
            Some(never_hides::LINT.finds("nothing is in the scope", policy.span, "no event can be in it"))
        }
        Idle::Unreachable(exclusion) => {
            let exclusion = policy.exclusions.get(*exclusion)?;
            let finding = unreachable(exclusion).because("proved, nothing assumed");
            Some(finding.fixed(format!("remove `{}`", exclusion.id), without_exclusion(policy, exclusion)))
        }
        Idle::Dead { exclusion, covered_by } => {
            let others = covered_by.iter().filter_map(|other| policy.exclusions.get(*other));
            let others: Vec<_> = others.collect();
            let names: Vec<String> = others.iter().map(|other| format!("`{}`", other.id)).collect();
            let exclusion = policy.exclusions.get(*exclusion)?;
            let message = format!("all that `{}` hides is hidden by {} too", exclusion.id, names.join(", "));
            let mut finding = LINT.finds(message, exclusion.span, "removing it changes nothing");
            for other in others {
                finding.diagnostic = finding.diagnostic.and(other.span, "hides it too");
            }
            Some(finding.help("remove it, or narrow the other").because("proved, nothing assumed"))
        }
        Idle::Condition { span, .. } => Some(idle_condition(*span).because("proved, nothing assumed")),
        // The test itself is told of already.
        Idle::Unknown(_, Reason::Opaque(_)) => None,
        Idle::Unknown(part, reason) => {
            let span = match part {
                Part::Scope(place) => policy.scope.get(*place)?.span,
                Part::Exclusion(place) => policy.exclusions.get(*place)?.span,
            };
            let message = "it is not known whether all of this does something";
            Some(LINT.finds(message, span, reason.to_string()))
        }
    }
}

fn unreachable(exclusion: &Exclusion) -> Finding {
    let message = format!("the exclusion `{}` hides nothing", exclusion.id);
    let finding = never_hides::LINT.finds(message, exclusion.span, "no event of the scope satisfies it");
    finding.help("remove it, or correct what it asks")
}

fn idle_condition(span: Span) -> Finding {
    let finding =
        condition::LINT.finds("the policy keeps the same events without this", span, "changes nothing");
    finding.help("remove it")
}
