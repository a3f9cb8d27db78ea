//! Which parts of a policy its scenarios would notice: condition and decision coverage. Knows checks and policies; not
//! how a result looks.
//!
//! A test counts as seen true, or seen false, where it *decides*: had it come out the other way, its exclusion or its
//! condition of the scope would have, and a scenario would have failed (masking MC/DC, down to the scenario). What an
//! event merely runs through, behind another test that has decided already, is not covered by it.
//!
//! Invariants are proved, not tested, so they have no coverage.

mod points;

use std::sync::Arc;

use lownoise_engine::policy::{ConditionKind, Policy};
use lownoise_engine::span::Span;

use crate::check::{Check, Judged};
use points::{Walk, points};

/// What was covered, a policy each.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// In the order in which they were given.
    pub policies: Vec<PolicyCoverage>,
}

/// What was covered of a policy.
#[derive(Debug, Clone)]
pub struct PolicyCoverage {
    /// The policy; spans point into its sources.
    pub policy: Arc<Policy>,
    /// The conditions of its scope.
    pub scope: Vec<PartCoverage>,
    /// Its exclusions.
    pub exclusions: Vec<PartCoverage>,
}

/// What was covered of an exclusion or of a condition of the scope.
#[derive(Debug, Clone)]
pub struct PartCoverage {
    /// The id, or the name of the condition.
    pub name: String,
    /// Where it is written.
    pub span: Span,
    /// Its points: the first is the whole of it, true where it decides that an event is hidden or in scope.
    pub points: Vec<Point>,
    /// Events that it hides, or that are in scope, as a scenario expects.
    pub examples: usize,
    /// Events that one test alone keeps from being so.
    pub near_misses: usize,
}

/// Something that comes out true or false.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// What it is.
    pub kind: Kind,
    /// Where it is written.
    pub span: Span,
    /// How often it decided by being true.
    pub yes: Asked,
    /// How often it decided by being false.
    pub no: Asked,
}

/// What a point is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The exclusion, or the condition.
    Whole,
    /// A branch of an `any` that is more than a test.
    Branch,
    /// A test.
    Test,
    /// One entry of a test's list.
    Entry(String),
}

/// Whether an outcome of a point has to be seen, and how often it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// It has to be, and was so often.
    Seen(usize),
    /// Its being seen says nothing more than another point does.
    No,
}

impl Asked {
    fn count(&mut self) {
        if let Self::Seen(times) = self {
            *times += 1;
        }
    }

    /// Covered and all: 1 of 1, 0 of 1, or 0 of 0.
    fn counted(self) -> (usize, usize) {
        match self {
            Self::Seen(times) => (usize::from(times > 0), 1),
            Self::No => (0, 0),
        }
    }
}

impl Point {
    /// Its outcomes that were seen, and all of them.
    #[must_use]
    pub fn counted(&self) -> (usize, usize) {
        add(self.yes.counted(), self.no.counted())
    }
}

impl PartCoverage {
    /// The outcomes that were seen, and all of them.
    #[must_use]
    pub fn counted(&self) -> (usize, usize) {
        self.points.iter().map(Point::counted).fold((0, 0), add)
    }
}

impl PolicyCoverage {
    /// The scope's conditions, then the exclusions.
    pub fn parts(&self) -> impl Iterator<Item = &PartCoverage> {
        self.scope.iter().chain(&self.exclusions)
    }

    /// The outcomes that were seen, and all of them.
    #[must_use]
    pub fn counted(&self) -> (usize, usize) {
        self.parts().map(PartCoverage::counted).fold((0, 0), add)
    }
}

impl Coverage {
    /// The outcomes that were seen, and all of them.
    #[must_use]
    pub fn counted(&self) -> (usize, usize) {
        self.policies.iter().map(PolicyCoverage::counted).fold((0, 0), add)
    }

    /// In percent; of nothing, all is covered.
    #[must_use]
    pub fn percent(&self) -> f64 {
        percent(self.counted())
    }
}

/// A part of a whole in percent; of nothing, all.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a share that people read")]
pub fn percent((part, whole): (usize, usize)) -> f64 {
    if whole == 0 { 100.0 } else { part as f64 * 100.0 / whole as f64 }
}

fn add(left: (usize, usize), right: (usize, usize)) -> (usize, usize) {
    (left.0 + right.0, left.1 + right.1)
}

/// What the checks of passed scenarios cover of these policies. Linear in events times tests.
#[must_use]
pub fn coverage(policies: &[Arc<Policy>], checks: &[Check]) -> Coverage {
    Coverage { policies: policies.iter().map(|policy| of_policy(policy, checks)).collect() }
}

fn of_policy(policy: &Arc<Policy>, checks: &[Check]) -> PolicyCoverage {
    let scope = policy.scope.iter().map(|condition| {
        let predicate = match &condition.kind {
            ConditionKind::Lookback(_) => None,
            ConditionKind::Devices { predicate, .. } | ConditionKind::Where(predicate) => Some(predicate),
        };
        part(&condition.name, condition.span, points(predicate, condition.span, &policy.sources))
    });
    let exclusions = policy.exclusions.iter().map(|exclusion| {
        let points = points(Some(&exclusion.predicate), exclusion.span, &policy.sources);
        part(&exclusion.id, exclusion.span, points)
    });
    let mut covered = PolicyCoverage {
        policy: Arc::clone(policy),
        scope: scope.collect(),
        exclusions: exclusions.collect(),
    };
    for check in checks.iter().filter(|check| check.is_of(policy)) {
        covered.add(&Judged::new(check));
    }
    covered
}

fn part(name: &str, span: Span, points: Vec<Point>) -> PartCoverage {
    PartCoverage { name: name.to_owned(), span, points, examples: 0, near_misses: 0 }
}

impl PolicyCoverage {
    fn add(&mut self, judged: &Judged<'_>) {
        let policy = Arc::clone(&judged.check.policy);
        for (place, (event, facts)) in judged.check.events.iter().zip(&judged.facts).enumerate() {
            for (at, (condition, part)) in policy.scope.iter().zip(&mut self.scope).enumerate() {
                let holds = facts.conditions.get(at).copied().unwrap_or_default();
                if judged.notices(place, &facts.with_condition(at, !holds).verdict()) {
                    let mut walk = Walk::new(&mut part.points);
                    walk.whole(holds);
                    match &condition.kind {
                        ConditionKind::Lookback(_) => {}
                        ConditionKind::Devices { predicate, .. } => walk.rows(predicate, &event.devices),
                        ConditionKind::Where(predicate) => walk.predicate(predicate, &event.event, true),
                    }
                    let missed = walk.missed;
                    part.count(holds, missed);
                }
            }
            for (at, (exclusion, part)) in policy.exclusions.iter().zip(&mut self.exclusions).enumerate() {
                let holds = facts.hiding.binary_search(&at).is_ok();
                if exclusion.is_expired(judged.check.now)
                    || !judged.notices(place, &facts.with_exclusion(at, !holds).verdict())
                {
                    continue;
                }
                let mut walk = Walk::new(&mut part.points);
                walk.whole(holds);
                walk.predicate(&exclusion.predicate, &event.event, true);
                let missed = walk.missed;
                part.count(holds, missed);
            }
        }
    }
}

impl PartCoverage {
    fn count(&mut self, holds: bool, missed: bool) {
        self.examples += usize::from(holds);
        self.near_misses += usize::from(!holds && missed);
    }
}

#[cfg(test)]
mod tests;
