//! Where the parts of an imported policy stand in the text that they came from: found by comparing the policy before it
//! was written as TOML with what that TOML is read as. Knows no language.

use std::mem;

use lownoise_engine::policy::{ConditionKind, Policy};
use lownoise_engine::predicate::{Predicate, Test};
use lownoise_engine::span::Span;

/// From places in the TOML of an imported policy to places in the original.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    /// Where the policy begins in the original.
    whole: Span,
    /// By their places in the TOML, none in another one.
    sections: Vec<Section>,
}

/// An exclusion, or a part of the scope.
#[derive(Debug, Clone)]
struct Section {
    written: Span,
    from: Span,
    tests: Vec<(Span, Span)>,
}

impl Origins {
    /// Of the policy as it was read from its TOML, and as it was before.
    pub(crate) fn new(read: &Policy, drafted: &Policy) -> Self {
        let mut sections: Vec<Section> = Vec::new();
        let (scope, scope_before) = (scope(read), scope(drafted));
        for ((span, part), (_, before)) in scope.into_iter().zip(scope_before) {
            sections.extend(before.hull().map(|from| Section::new((span, &part), (from, before))));
        }
        for (exclusion, before) in read.exclusions.iter().zip(&drafted.exclusions) {
            let (part, before_part) = (Parts::of(&exclusion.predicate), Parts::of(&before.predicate));
            sections.push(Section::new((exclusion.span, &part), (before.span, before_part)));
        }
        sections.sort_by_key(|section| section.written);
        Self { whole: drafted.span, sections }
    }

    /// Where a place of the TOML comes from: the test that it is in, else the exclusion or the part of the scope, else
    /// where the policy begins.
    #[must_use]
    pub fn of(&self, written: Span) -> Span {
        let after = self.sections.partition_point(|section| section.written.start <= written.start);
        let section = after.checked_sub(1).and_then(|place| self.sections.get(place));
        let Some(section) = section.filter(|section| holds(section.written, written)) else {
            return self.whole;
        };
        let tests = section.tests.iter().filter(|(test, _)| holds(*test, written));
        tests.min_by_key(|(test, _)| test.end - test.start).map_or(section.from, |(_, from)| *from)
    }
}

fn holds(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

impl Section {
    fn new((span, read): (Span, &Parts<'_>), (from, mut before): (Span, Parts<'_>)) -> Self {
        let written = read.hull().map_or(span, |parts| joined(span, parts));
        let others = read.others.iter().zip(&before.others).map(|(read, before)| (*read, *before));
        let mut tests: Vec<(Span, Span)> = others.collect();
        for test in &read.tests {
            let span = before.take(test).or_else(|| before.on_column(test)).unwrap_or(from);
            tests.push((test.span, span));
        }
        Self { written, from, tests }
    }
}

/// The leaves of predicates.
#[derive(Default)]
struct Parts<'p> {
    /// In their order; what is taken leaves a gap.
    tests: Vec<&'p Test>,
    taken: Vec<bool>,
    /// What is no test of one column.
    others: Vec<Span>,
}

impl<'p> Parts<'p> {
    fn of(predicate: &'p Predicate) -> Self {
        let mut parts = Self::default();
        parts.add(predicate);
        parts
    }

    fn add(&mut self, predicate: &'p Predicate) {
        self.tests.extend(predicate.tests());
        self.taken.resize(self.tests.len(), false);
        let others = predicate.leaves().into_iter().filter(|leaf| !matches!(leaf, Predicate::Test(_)));
        self.others.extend(others.filter_map(Predicate::span));
    }

    /// The place of the first test that says the same and was not taken yet.
    fn take(&mut self, wanted: &Test) -> Option<Span> {
        let mut tests = self.tests.iter().zip(&mut self.taken);
        let (test, taken) = tests.find(|(test, taken)| !**taken && **test == wanted)?;
        let _free = mem::replace(taken, true);
        Some(test.span)
    }

    /// From the first to the last test on the column of a test: what is written as one may have been several.
    fn on_column(&self, wanted: &Test) -> Option<Span> {
        let same = self.tests.iter().filter(|test| test.column == wanted.column);
        same.map(|test| test.span).reduce(joined)
    }

    /// From the first part to the last.
    fn hull(&self) -> Option<Span> {
        let tests = self.tests.iter().map(|test| test.span);
        tests.chain(self.others.iter().copied()).reduce(joined)
    }
}

fn joined(one: Span, other: Span) -> Span {
    Span { start: one.start.min(other.start), end: one.end.max(other.end), ..one }
}

/// What the scope asks of devices, and of events, each with its place.
fn scope(policy: &Policy) -> [(Span, Parts<'_>); 2] {
    let mut devices = (Span::default(), Parts::default());
    let mut events = (Span::default(), Parts::default());
    for condition in &policy.scope {
        let (part, predicate) = match &condition.kind {
            ConditionKind::Lookback(_) => continue,
            ConditionKind::Devices { predicate, .. } => (&mut devices, predicate),
            ConditionKind::Where(predicate) => (&mut events, predicate),
        };
        part.0 = if part.0 == Span::default() { condition.span } else { joined(part.0, condition.span) };
        part.1.add(predicate);
    }
    [devices, events]
}
