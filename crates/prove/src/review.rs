//! What of a policy does nothing, by proof: an empty scope, exclusions that hide nothing or nothing that others do not
//! hide, conditions whose absence changes nothing. Knows claims and policies, not how a finding looks.

use lownoise_engine::policy::{ConditionKind, Policy};
use lownoise_engine::predicate::Predicate;
use lownoise_engine::span::Span;
use lownoise_engine::value::Time;

use crate::Reason;
use crate::claim::{Claim, Part, active};
use crate::prove::{Proof, Setting, decide};

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
    if decide(&Claim::EmptyScope(policy), setting).0 == Proof::Holds {
        return vec![Idle::Scope];
    }
    let mut found = Vec::new();
    for (place, condition) in policy.scope.iter().enumerate() {
        if let ConditionKind::Where(predicate) = &condition.kind {
            let part = Part::Scope(place);
            let whole = (Predicate::All(Vec::new()), condition.span);
            conditions(policy, part, [whole].into_iter().chain(without_each(predicate)), setting, &mut found);
        }
    }
    for (place, exclusion) in active(policy, now) {
        let idle = dead(policy, place, setting);
        if idle.is_none() {
            let each = without_each(&exclusion.predicate).into_iter();
            conditions(policy, Part::Exclusion(place), each, setting, &mut found);
        }
        found.extend(idle);
        done();
    }
    found
}

/// Whether an exclusion hides nothing that the others do not.
fn dead(policy: &Policy, exclusion: usize, setting: &Setting) -> Option<Idle> {
    let ask = |by: &[usize]| decide(&Claim::Subsumed { policy, exclusion, by }, setting);
    let all: Vec<usize> = (0..policy.exclusions.len()).filter(|other| *other != exclusion).collect();
    let mut cover = match ask(&all) {
        (Proof::Holds, cover) => cover,
        (Proof::Fails(_), _) => return None,
        (Proof::Unknown(reason), _) => return Some(Idle::Unknown(Part::Exclusion(exclusion), reason)),
    };
    for other in cover.clone() {
        let without: Vec<usize> = cover.iter().copied().filter(|place| *place != other).collect();
        if ask(&without).0 == Proof::Holds {
            cover = without;
        }
    }
    cover.sort_unstable();
    let dead = if cover.is_empty() {
        Idle::Unreachable(exclusion)
    } else {
        Idle::Dead { exclusion, covered_by: cover }
    };
    Some(dead)
}

fn conditions(
    policy: &Policy,
    part: Part,
    others: impl Iterator<Item = (Predicate, Span)>,
    setting: &Setting,
    found: &mut Vec<Idle>,
) {
    for (by, span) in others {
        match decide(&Claim::Replaceable { policy, part, by: &by }, setting).0 {
            Proof::Holds => found.push(Idle::Condition { part, span }),
            Proof::Fails(_) => {}
            Proof::Unknown(reason) => {
                found.push(Idle::Unknown(part, reason));
                return;
            }
        }
    }
}

/// The predicate without one of the parts that it has beside others, each in turn, and where that part is written.
fn without_each(predicate: &Predicate) -> Vec<(Predicate, Span)> {
    let of_parts = |parts: &[Predicate], build: fn(Vec<Predicate>) -> Predicate| {
        let mut found = Vec::new();
        for (place, part) in parts.iter().enumerate() {
            let others = || parts.iter().enumerate().filter(move |(at, _)| *at != place);
            if parts.len() > 1
                && let Some(span) = span(part)
            {
                found.push((build(others().map(|(_, other)| other.clone()).collect()), span));
            }
            for (inner, span) in without_each(part) {
                let replaced = parts.iter().enumerate();
                let replaced =
                    replaced.map(|(at, other)| if at == place { inner.clone() } else { other.clone() });
                found.push((build(replaced.collect()), span));
            }
        }
        found
    };
    match predicate {
        Predicate::All(parts) => of_parts(parts, Predicate::All),
        Predicate::Any(parts) => of_parts(parts, Predicate::Any),
        Predicate::Not(part) => {
            let each = without_each(part).into_iter();
            each.map(|(inner, span)| (Predicate::Not(Box::new(inner)), span)).collect()
        }
        Predicate::Test(_) | Predicate::Opaque(_) => Vec::new(),
    }
}

/// From the first test to the last.
fn span(predicate: &Predicate) -> Option<Span> {
    let tests = predicate.tests();
    let (first, last) = (tests.first()?.span, tests.last()?.span);
    Some(if first.source == last.source && first.start <= last.end { first.to(last) } else { first })
}
