//! Rows that several parts of a union bring of one table. What all of them ask is asked as ever; of the rest, a row
//! satisfies one part's.

use std::collections::{HashMap, HashSet};

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::predicate::Predicate;
use lownoise_engine::span::Span;

use super::bindings::Rows;
use super::makings;
use super::pipeline::Walk;
use super::side::parts;
use super::value::{Truth, Value, as_constant};
use crate::kql::syntax::{Expression, Step, StepKind, names};

/// What the parts of a union do.
pub(super) struct Either<'q> {
    /// The steps that come before they part.
    pub(super) before: Vec<&'q Step>,
    /// The steps of each, in order.
    legs: Vec<Vec<&'q Step>>,
    /// The steps that come after all of them.
    pub(super) after: Vec<&'q Step>,
}

impl<'q> Either<'q> {
    /// Of the rows of one table.
    pub(super) fn of(rows: Vec<Rows<'q>>) -> Self {
        let mut legs: Vec<Vec<&'q Step>> = rows.into_iter().map(|rows| rows.steps).collect();
        let shared = shared_first(&legs);
        let before = legs.first().and_then(|steps| steps.get(..shared)).unwrap_or_default().to_vec();
        for steps in &mut legs {
            steps.drain(..shared);
        }
        let mut after = Vec::new();
        while let Some(last) = shared_last(&legs) {
            after.push(last);
            for steps in &mut legs {
                steps.pop();
            }
        }
        after.reverse();
        Self { before, legs, after }
    }

    /// Whether there are several parts.
    pub(super) fn is_union(&self) -> bool {
        self.legs.len() > 1
    }
}

/// How many steps all begin with.
fn shared_first(legs: &[Vec<&Step>]) -> usize {
    let Some((first, others)) = legs.split_first() else { return 0 };
    let same = |(place, step): &(usize, &&Step)| {
        others.iter().all(|steps| steps.get(*place).is_some_and(|other| std::ptr::eq(*other, **step)))
    };
    first.iter().enumerate().take_while(same).count()
}

/// The very step that all end with.
fn shared_last<'q>(legs: &[Vec<&'q Step>]) -> Option<&'q Step> {
    let last = *legs.first()?.last()?;
    legs.iter().all(|steps| steps.last().is_some_and(|step| std::ptr::eq(*step, last))).then_some(last)
}

/// What a part has in sight at its end.
struct Sight<'q> {
    made: HashMap<String, Value<'q>>,
    chosen: Option<Vec<String>>,
}

impl<'q> Walk<'_, 'q> {
    /// The conditions of several parts, of which a row satisfies one's.
    pub(super) fn either(&mut self, either: &Either<'q>, union: Span) {
        let message = "a row that several parts of the union bring is shown once";
        let warning = Diagnostic::warning("kql-not-a-filter", message, union, "brings rows of one table");
        self.resolver.told.push(warning.help("a policy shows every event that it keeps"));
        // What there is to tell is told when a condition is taken.
        let (told, outside) = (self.resolver.told.len(), self.resolver.outside.clone());
        let touched = self.touched(&either.legs);
        // What a part makes, another one may not have.
        let only_asks = either.legs.iter().flatten().all(|step| matches!(step.kind, StepKind::Where(_)));
        if only_asks {
            self.resolver.makings.rows.come_together();
        } else {
            self.resolver.makings.rows = makings::Rows::Unknown;
        }
        let meant = either.legs.iter().map(|leg| {
            let mut meanings = Vec::new();
            self.leg(leg, |walk, part, _| {
                let meaning = walk.meant(part, &touched);
                meanings.push(meaning);
                None
            });
            meanings
        });
        let meanings: Vec<Vec<Meaning<'q>>> = meant.collect();
        self.resolver.told.truncate(told);
        self.resolver.outside = outside;
        let asked: Vec<Meanings<'_>> = meanings.iter().map(|leg| leg.iter().collect()).collect();
        let mut taken = Meanings::default();
        let (mut ways, mut sights) = (Vec::new(), Vec::new());
        for (leg, meanings) in either.legs.iter().zip(&meanings) {
            let mut meanings = meanings.iter();
            let (way, sight) = self.leg(leg, |walk, part, bar| {
                let meaning = meanings.next()?;
                if !asked.iter().all(|leg| leg.has(meaning)) {
                    walk.of_one_part(part.span);
                    return Some(walk.resolver.truth(part));
                }
                if taken.has(meaning) {
                    walk.again(part.span);
                } else {
                    taken.extend([meaning]);
                    walk.condition(part, bar, true);
                }
                None
            });
            ways.push(Truth::all(way));
            sights.push(sight);
        }
        let one = Truth::any(ways).holds;
        if as_constant(&one) != Some(true) {
            let one = self.resolver.guarded(one, true);
            self.found.scope.push(one);
        }
        if either.legs.iter().flatten().any(|step| !matches!(step.kind, StepKind::Where(_))) {
            self.come_together(sights);
        }
    }

    /// The steps of one part: what `ask` makes of each condition, and what the other steps ask. What they show and
    /// what they make is forgotten.
    fn leg(
        &mut self,
        steps: &[&'q Step],
        mut ask: impl FnMut(&mut Self, &'q Expression, usize) -> Option<Truth>,
    ) -> (Vec<Truth>, Sight<'q>) {
        let sight = Sight { made: self.resolver.made.clone(), chosen: self.resolver.chosen.clone() };
        let output = (self.found.columns.clone(), self.found.order_by.clone());
        let mut way = Vec::new();
        for step in steps {
            if let StepKind::Where(condition) = &step.kind {
                way.extend(parts(condition).into_iter().filter_map(|part| ask(self, part, step.bar)));
                continue;
            }
            let before = (self.found.scope.len(), self.found.exclusions.len());
            self.step(step);
            way.extend(self.found.scope.drain(before.0..).map(Truth::sure));
            let excluded = self.found.exclusions.drain(before.1..);
            way.extend(excluded.map(|excluded| Truth::sure(excluded.predicate).not()));
        }
        (self.found.columns, self.found.order_by) = output;
        let made = std::mem::replace(&mut self.resolver.made, sight.made);
        let chosen = std::mem::replace(&mut self.resolver.chosen, sight.chosen);
        (way, Sight { made, chosen })
    }

    /// Behind the parts, what one of them has made is not the table's, and what one has dropped is not in sight.
    fn come_together(&mut self, sights: Vec<Sight<'q>>) {
        for Sight { made, chosen } in sights {
            for name in made.into_keys() {
                let unknown = Value::Unknown(format!("`{name}` is made in a part of the union"));
                self.resolver.made.insert(name, unknown);
            }
            self.resolver.chosen = match (self.resolver.chosen.take(), chosen) {
                (Some(known), Some(more)) => {
                    Some(known.into_iter().filter(|name| more.contains(name)).collect())
                }
                (known, more) => known.or(more),
            };
        }
    }

    /// A condition of one part cannot hide what another part brings: it is scope, whatever the user says.
    fn of_one_part(&mut self, condition: Span) {
        let lines = self.comments.lines(condition);
        let message = "this condition is of one part of a union only, and stays in the scope";
        let help = "`--exclusion` names conditions that all parts share";
        self.seen(condition, self.sides.say_exclusion(lines), message, help);
    }

    /// A condition that an earlier part asks, too: it is taken there.
    fn again(&mut self, condition: Span) {
        let lines = self.comments.lines(condition);
        let message = "this condition is taken where the first part of the union asks it";
        self.seen(condition, self.sides.name(lines), message, "name the line of the first part that asks it");
    }

    /// A condition for which it does not count on which side the user wants it: told if the user says so.
    fn seen(&mut self, condition: Span, is_named: bool, message: &str, help: &str) {
        self.found.lines.push(self.comments.lines(condition));
        if is_named {
            let warning = Diagnostic::warning("kql-no-such-line", message, condition, "not on its own");
            self.resolver.told.push(warning.help(help));
        }
    }

    /// The words of all steps of the parts that do not filter: what they name may be another thing in each part.
    fn touched(&self, legs: &[Vec<&'q Step>]) -> HashSet<&'q str> {
        let others = legs.iter().flatten().filter(|step| !matches!(step.kind, StepKind::Where(_)));
        others.flat_map(|step| names(self.resolver.words(step.span))).collect()
    }

    fn meant(&mut self, part: &'q Expression, touched: &HashSet<&str>) -> Meaning<'q> {
        let words = self.resolver.words(part.span);
        let words = (!names(words).any(|name| touched.contains(name))).then_some(words);
        let truth = self.resolver.truth(part);
        let sure = truth.null.is_none() && !truth.holds.is_opaque();
        Meaning { words, holds: sure.then_some(truth.holds) }
    }
}

/// What a condition asks. Two are equal that are understood and ask the same, or that are written alike and name nothing
/// that a part may have changed.
struct Meaning<'q> {
    words: Option<&'q str>,
    holds: Option<Predicate>,
}

#[derive(Default)]
struct Meanings<'m> {
    words: HashSet<&'m str>,
    holds: HashSet<&'m Predicate>,
}

impl Meanings<'_> {
    fn has(&self, meaning: &Meaning<'_>) -> bool {
        meaning.words.is_some_and(|words| self.words.contains(words))
            || meaning.holds.as_ref().is_some_and(|holds| self.holds.contains(holds))
    }
}

impl<'m> Extend<&'m Meaning<'m>> for Meanings<'m> {
    fn extend<T: IntoIterator<Item = &'m Meaning<'m>>>(&mut self, meanings: T) {
        for meaning in meanings {
            self.words.extend(meaning.words);
            self.holds.extend(&meaning.holds);
        }
    }
}

impl<'m> FromIterator<&'m Meaning<'m>> for Meanings<'m> {
    fn from_iter<T: IntoIterator<Item = &'m Meaning<'m>>>(meanings: T) -> Self {
        let mut all = Self::default();
        all.extend(meanings);
        all
    }
}
