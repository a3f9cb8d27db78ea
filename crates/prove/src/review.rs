//! What of a policy does nothing, by proof: an empty scope, exclusions that hide nothing or nothing that others do not
//! hide, conditions whose absence changes nothing. Knows claims and policies, not how a finding looks.

use lownoise_engine::event::ColumnId;
use lownoise_engine::policy::{ConditionKind, Policy};
use lownoise_engine::predicate::Predicate;
use lownoise_engine::span::Span;
use lownoise_engine::value::Time;

use crate::Reason;
use crate::claim::Claim;
use crate::part::{Part, active};
use crate::prove::{Proof, Prover, Setting};
use crate::value::Assignment;

/// Something that does nothing, or of which that is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Idle {
    /// No event is in the scope.
    Scope,
    /// The exclusion hides nothing in the scope.
    Unreachable(usize),
    /// What the exclusion hides, these hide too; none of them can be left out.
    Dead {
        /// The exclusion.
        exclusion: usize,
        /// The others.
        covered_by: Vec<usize>,
    },
    /// Without this condition, the policy keeps the same events.
    Condition {
        /// What it is a part of.
        part: Part,
        /// Where it is written.
        span: Span,
    },
    /// It is not known whether the part does something.
    Unknown(Part, Reason),
}

/// Everything of a policy that does nothing, under the setting's clock and assumptions. One question for each exclusion
/// and each condition, so quadratic in the exclusions; those that have expired are left out. `done` is called after each
/// exclusion.
pub fn review(policy: &Policy, setting: &Setting, mut done: impl FnMut()) -> Vec<Idle> {
    let now = setting.now.unwrap_or(Time(0));
    let scope: Vec<(Part, Vec<Without>)> = scope(policy).collect();
    let exclusions = active(policy, now);
    let exclusions: Vec<(usize, Vec<Without>)> =
        exclusions.map(|(place, exclusion)| (place, without_each(&exclusion.predicate))).collect();
    let every: Vec<usize> = (0..policy.exclusions.len()).collect();
    let mut prover = Prover::new(&policy.schema, setting);
    if prover.decide(&Claim::EmptyScope(policy)).0 == Proof::Holds {
        return vec![Idle::Scope];
    }
    let mut found = Vec::new();
    for (part, without) in &scope {
        conditions(policy, *part, without, None, &mut prover, &mut found);
    }
    for (place, without) in &exclusions {
        let subsumed = Claim::Subsumed { policy, exclusion: *place, by: &every };
        match prover.decide(&subsumed) {
            (Proof::Holds, cover) => found.push(dead(policy, *place, cover, setting)),
            (Proof::Unknown(reason), _) => found.push(Idle::Unknown(Part::Exclusion(*place), reason)),
            (Proof::Fails(event), _) => {
                conditions(policy, Part::Exclusion(*place), without, Some(&event), &mut prover, &mut found);
            }
        }
        done();
    }
    found
}

/// A predicate without one of its parts.
struct Without {
    rest: Predicate,
    /// Where the part is written.
    span: Span,
    /// The columns that it looks at.
    columns: Vec<ColumnId>,
}

/// The scope's conditions on events: without each of them, and without each of their parts.
fn scope(policy: &Policy) -> impl Iterator<Item = (Part, Vec<Without>)> {
    policy.scope.iter().enumerate().filter_map(|(place, condition)| match &condition.kind {
        ConditionKind::Where(predicate) => {
            let rest = Predicate::All(Vec::new());
            let whole = Without { rest, span: condition.span, columns: columns(predicate) };
            Some((Part::Scope(place), [whole].into_iter().chain(without_each(predicate)).collect()))
        }
        _ => None,
    })
}

/// An exclusion of which nothing is left beside these others: few of them that suffice.
fn dead(policy: &Policy, exclusion: usize, mut cover: Vec<usize>, setting: &Setting) -> Idle {
    for other in cover.clone() {
        let without: Vec<usize> = cover.iter().copied().filter(|place| *place != other).collect();
        let claim = Claim::Subsumed { policy, exclusion, by: &without };
        if Prover::new(&policy.schema, setting).decide(&claim).0 == Proof::Holds {
            cover = without;
        }
    }
    cover.sort_unstable();
    if cover.is_empty() { Idle::Unreachable(exclusion) } else { Idle::Dead { exclusion, covered_by: cover } }
}

/// The conditions of a part that change nothing. Beside an event that only this part hides, there mostly is one that
/// shows what a condition does.
fn conditions<'p>(
    policy: &'p Policy,
    part: Part,
    without: &'p [Without],
    event: Option<&Assignment>,
    prover: &mut Prover<'p>,
    found: &mut Vec<Idle>,
) {
    for Without { rest: by, span, columns } in without {
        let claim = Claim::Replaceable { policy, part, by };
        if event.is_some_and(|event| prover.is_refuted_beside(&claim, event, columns.iter().copied())) {
            continue;
        }
        match prover.decide(&claim).0 {
            Proof::Holds => found.push(Idle::Condition { part, span: *span }),
            Proof::Fails(_) => {}
            Proof::Unknown(reason) => {
                found.push(Idle::Unknown(part, reason));
                return;
            }
        }
    }
}

fn columns(part: &Predicate) -> Vec<ColumnId> {
    let mut columns = part.columns();
    columns.sort_unstable();
    columns.dedup();
    columns
}

/// The predicate without one of the parts that it has beside others, each in turn.
fn without_each(predicate: &Predicate) -> Vec<Without> {
    let of_parts = |parts: &[Predicate], build: fn(Vec<Predicate>) -> Predicate| {
        let mut found = Vec::new();
        for (place, part) in parts.iter().enumerate() {
            let others = || parts.iter().enumerate().filter(move |(at, _)| *at != place);
            if parts.len() > 1
                && let Some(span) = part.span()
            {
                let rest = build(others().map(|(_, other)| other.clone()).collect());
                found.push(Without { rest, span, columns: columns(part) });
            }
            for inner in without_each(part) {
                let replaced = parts.iter().enumerate();
                let replaced =
                    replaced.map(|(at, other)| if at == place { inner.rest.clone() } else { other.clone() });
                found.push(Without { rest: build(replaced.collect()), ..inner });
            }
        }
        found
    };
    match predicate {
        Predicate::All(parts) => of_parts(parts, Predicate::All),
        Predicate::Any(parts) => of_parts(parts, Predicate::Any),
        Predicate::Not(part) => {
            let each = without_each(part).into_iter();
            each.map(|inner| Without { rest: Predicate::Not(Box::new(inner.rest)), ..inner }).collect()
        }
        Predicate::Test(_) | Predicate::Pair(_) | Predicate::Opaque(_) => Vec::new(),
    }
}
