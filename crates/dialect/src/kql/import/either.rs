//! Rows that several parts of a union bring of one table. What all of them ask is asked as ever; of the rest, a row
//! satisfies one part's.

use std::collections::HashSet;

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::predicate::Predicate;
use lownoise_engine::span::Span;

use super::bindings::Rows;
use super::pipeline::Walk;
use super::side::parts;
use super::value::{Truth, as_constant};
use crate::kql::syntax::{Expression, Step, StepKind};

/// A condition of a part, and its step's bar.
type Asked<'q> = (&'q Expression, usize);

/// What the parts of a union do.
pub(super) struct Either<'q> {
    /// The conditions of each, in order.
    legs: Vec<Vec<Asked<'q>>>,
    /// The steps that come after all of them.
    pub(super) after: Vec<&'q Step>,
}

impl<'q> Either<'q> {
    /// Of the rows of one table; `None` when a part does more than to ask before they come together.
    pub(super) fn of(rows: Vec<Rows<'q>>) -> Option<Self> {
        let mut steps: Vec<Vec<&'q Step>> = rows.into_iter().map(|rows| rows.steps).collect();
        let mut after = Vec::new();
        while let Some(last) = common_last(&steps) {
            after.push(last);
            for steps in &mut steps {
                steps.pop();
            }
        }
        after.reverse();
        let conditions = |steps: Vec<&'q Step>| {
            let each = steps.into_iter().map(|step| match &step.kind {
                StepKind::Where(condition) => Some(parts(condition).into_iter().map(|part| (part, step.bar))),
                _ => None,
            });
            Some(each.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
        };
        let legs = steps.into_iter().map(conditions).collect::<Option<_>>()?;
        Some(Self { legs, after })
    }

    /// Whether there are several parts.
    pub(super) fn is_union(&self) -> bool {
        self.legs.len() > 1
    }
}

/// The very step that all end with.
fn common_last<'q>(steps: &[Vec<&'q Step>]) -> Option<&'q Step> {
    let last = *steps.first()?.last()?;
    steps.iter().all(|steps| steps.last().is_some_and(|step| std::ptr::eq(*step, last))).then_some(last)
}

impl<'q> Walk<'_, 'q> {
    /// The conditions of several parts, of which a row satisfies one's.
    pub(super) fn either(&mut self, either: &Either<'q>, union: Span) {
        let message = "a row that several parts of the union bring is shown once";
        let warning = Diagnostic::warning("kql-not-a-filter", message, union, "brings rows of one table");
        self.resolver.told.push(warning.help("a policy shows every event that it keeps"));
        // What there is to tell is told when a condition is taken.
        let told = self.resolver.told.len();
        let meant = |leg: &Vec<Asked<'q>>| leg.iter().map(|(part, _)| self.meant(part)).collect();
        let meanings: Vec<Vec<Meaning>> = either.legs.iter().map(meant).collect();
        self.resolver.told.truncate(told);
        let asked: Vec<Meanings<'_>> = meanings.iter().map(|leg| leg.iter().collect()).collect();
        let mut taken = Meanings::default();
        let mut ways = Vec::new();
        for (leg, meanings) in either.legs.iter().zip(&meanings) {
            let mut way = Vec::new();
            for ((part, bar), meaning) in leg.iter().zip(meanings) {
                if !asked.iter().all(|leg| leg.has(meaning)) {
                    self.of_one_part(part.span);
                    way.push(self.resolver.truth(part));
                } else if !taken.has(meaning) {
                    taken.extend([meaning]);
                    self.condition(part, *bar, true);
                }
            }
            ways.push(Truth::all(way));
        }
        let one = Truth::any(ways).holds;
        if as_constant(&one) != Some(true) {
            self.found.scope.push(one);
        }
    }

    /// A condition of one part cannot hide what another part brings: it is scope, whatever the user says.
    fn of_one_part(&mut self, condition: Span) {
        let lines = self.comments.lines(condition);
        self.found.lines.push(lines);
        if self.sides.say_exclusion(lines) {
            let message = "this condition is of one part of a union only, and stays in the scope";
            let warning = Diagnostic::warning("kql-no-such-line", message, condition, "no exclusion");
            self.resolver.told.push(warning.help("`--exclusion` names conditions that all parts share"));
        }
    }

    fn meant(&mut self, part: &'q Expression) -> Meaning {
        let words = self.resolver.words(part.span).split_whitespace().collect::<Vec<_>>().join(" ");
        let truth = self.resolver.truth(part);
        let sure = truth.null.is_none() && !truth.holds.is_opaque();
        Meaning { words, holds: sure.then_some(truth.holds) }
    }
}

/// What a condition asks. Two are equal that are written alike, or that are understood and ask the same.
struct Meaning {
    words: String,
    holds: Option<Predicate>,
}

#[derive(Default)]
struct Meanings<'m> {
    words: HashSet<&'m str>,
    holds: HashSet<&'m Predicate>,
}

impl Meanings<'_> {
    fn has(&self, meaning: &Meaning) -> bool {
        self.words.contains(meaning.words.as_str())
            || meaning.holds.as_ref().is_some_and(|holds| self.holds.contains(holds))
    }
}

impl<'m> Extend<&'m Meaning> for Meanings<'m> {
    fn extend<T: IntoIterator<Item = &'m Meaning>>(&mut self, meanings: T) {
        for meaning in meanings {
            self.words.insert(&meaning.words);
            self.holds.extend(&meaning.holds);
        }
    }
}

impl<'m> FromIterator<&'m Meaning> for Meanings<'m> {
    fn from_iter<T: IntoIterator<Item = &'m Meaning>>(meanings: T) -> Self {
        let mut all = Self::default();
        all.extend(meanings);
        all
    }
}
