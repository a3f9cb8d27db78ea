//! A condition as what a policy is made of: its parts that are negated leave something out, each by itself; all others
//! are looked at. Only the condition tells them apart, no name does. Knows conditions and selections, no documents.

use std::collections::HashMap;

use lownoise_engine::diagnostic::{Diagnostic, did_you_mean};
use lownoise_engine::predicate::{Opaque, Predicate};
use lownoise_engine::span::Span;

use super::condition::{Expression, Kind, is_like};
use super::selection::Selections;
use crate::logic::{all, any, not};
use crate::yaml::Node;

/// How much a policy may hold, in parts of its predicates: a selection that is named often is copied.
const MOST: usize = 100_000;

/// Of how many combinations `2 of them` may be.
const COMBINATIONS: usize = 500;

/// A selection: its name, where that stands, and what it is.
pub(super) type Named<'n> = (&'n str, Span, &'n Node);

/// A part of a condition that leaves something out.
#[derive(Debug, Clone)]
pub(super) struct Excluded {
    /// The selections that it is made of.
    pub(super) names: Vec<String>,
    pub(super) predicate: Predicate,
    pub(super) span: Span,
}

/// What a condition is made of.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) scope: Vec<Predicate>,
    pub(super) exclusions: Vec<Excluded>,
}

/// Whether any of several is enough.
fn is_choice(expression: &Expression) -> bool {
    matches!(expression.kind, Kind::Or(_) | Kind::Of(Some(1), _))
}

/// Walks over a condition.
pub(super) struct Walk<'w, 'a> {
    pub(super) named: &'w [Named<'w>],
    pub(super) selections: &'w mut Selections<'a>,
    /// What was read already.
    pub(super) known: HashMap<String, Predicate>,
    /// Errors.
    pub(super) wrong: Vec<Diagnostic>,
    /// How much was copied.
    pub(super) weight: usize,
    pub(super) found: Found,
}

impl Walk<'_, '_> {
    /// A part of a condition that must hold, with its own parts.
    pub(super) fn part(&mut self, expression: &Expression) {
        match &expression.kind {
            Kind::And(parts) => parts.iter().for_each(|part| self.part(part)),
            Kind::Counting(inner, span) => {
                self.part(inner);
                let text = "it counts events, and a policy looks at one at a time";
                self.selections.reasons.insert(*span, text.to_owned());
                let text = self.selections.text.get(span.range()).unwrap_or("").to_owned();
                self.found.scope.push(Predicate::Opaque(Opaque::new(text, *span)));
            }
            Kind::Not(inner) => match &inner.kind {
                Kind::Not(twice) => self.part(twice),
                _ => self.excluded(inner),
            },
            // `not a or not b` leaves out what is both.
            Kind::Or(parts) if parts.iter().all(|part| matches!(part.kind, Kind::Not(_))) => {
                let inner = parts.iter().filter_map(|part| match &part.kind {
                    Kind::Not(inner) => Some((**inner).clone()),
                    _ => None,
                });
                self.exclude(&Expression { kind: Kind::And(inner.collect()), span: expression.span });
            }
            _ => {
                let predicate = self.predicate(expression);
                self.found.scope.push(predicate);
            }
        }
    }

    /// What must not hold; each alternative is an exclusion of its own.
    fn excluded(&mut self, expression: &Expression) {
        match &expression.kind {
            Kind::Or(parts) => parts.iter().for_each(|part| self.excluded(part)),
            Kind::Of(Some(1), pattern) => {
                for name in self.like(pattern, expression.span) {
                    self.exclude(&Expression { kind: Kind::Name(name), span: expression.span });
                }
            }
            Kind::Not(inner) => self.part(inner),
            Kind::And(parts) if parts.iter().filter(|part| is_choice(part)).count() == 1 => {
                self.each_with(parts, expression.span);
            }
            _ => self.exclude(expression),
        }
    }

    /// `a and (b or c)` leaves out two things: `a and b`, `a and c`. So each exclusion of a filter that was compiled from a
    /// policy is one again.
    fn each_with(&mut self, parts: &[Expression], span: Span) {
        let (choices, shared): (Vec<&Expression>, Vec<&Expression>) =
            parts.iter().partition(|part| is_choice(part));
        let alternatives = choices.into_iter().flat_map(|choice| match &choice.kind {
            Kind::Or(alternatives) => alternatives.clone(),
            Kind::Of(Some(1), pattern) => {
                let names = self.like(pattern, choice.span);
                names
                    .into_iter()
                    .map(|name| Expression { kind: Kind::Name(name), span: choice.span })
                    .collect()
            }
            _ => Vec::new(),
        });
        for alternative in alternatives.collect::<Vec<_>>() {
            // What is left out comes first: it gives the exclusion its id and its reason.
            let all = std::iter::once(alternative).chain(shared.iter().copied().cloned()).collect();
            self.exclude(&Expression { kind: Kind::And(all), span });
        }
    }

    fn exclude(&mut self, expression: &Expression) {
        let predicate = self.predicate(expression);
        let mut names = Vec::new();
        self.names(expression, &mut names);
        // One selection is shown where it is written.
        let written = match names.as_slice() {
            [only] => self.named.iter().find(|(name, ..)| name == only).map(|(_, span, _)| *span),
            _ => None,
        };
        let span = written.unwrap_or(expression.span);
        self.found.exclusions.push(Excluded { names, predicate, span });
    }

    /// The selections that an expression names.
    fn names(&self, expression: &Expression, found: &mut Vec<String>) {
        match &expression.kind {
            Kind::Name(name) => found.push(name.clone()),
            Kind::Of(_, pattern) => {
                found.extend(
                    self.named
                        .iter()
                        .map(|(name, ..)| (*name).to_owned())
                        .filter(|name| is_like(name, pattern)),
                );
            }
            Kind::Not(inner) | Kind::Counting(inner, _) => self.names(inner, found),
            Kind::And(parts) | Kind::Or(parts) => parts.iter().for_each(|part| self.names(part, found)),
        }
    }

    fn predicate(&mut self, expression: &Expression) -> Predicate {
        match &expression.kind {
            Kind::Name(name) => self.selection(name, expression.span),
            Kind::Not(inner) => not(self.predicate(inner)),
            Kind::And(parts) => all(parts.iter().map(|part| self.predicate(part)).collect()),
            Kind::Or(parts) => any(parts.iter().map(|part| self.predicate(part)).collect()),
            Kind::Of(count, pattern) => {
                let names = self.like(pattern, expression.span);
                let parts = names.iter().map(|name| self.selection(name, expression.span)).collect();
                self.some(*count, parts, expression.span)
            }
            // Only the whole of a condition counts.
            Kind::Counting(inner, _) => self.predicate(inner),
        }
    }

    /// So many of them.
    fn some(&mut self, count: Option<usize>, parts: Vec<Predicate>, span: Span) -> Predicate {
        match count {
            None => all(parts),
            Some(1) => any(parts),
            Some(count) => {
                let chosen = combinations(parts.len(), count);
                let Some(chosen) = chosen else {
                    let message =
                        format!("`{count} of` {} selections are too many combinations", parts.len());
                    self.wrong.push(Diagnostic::error("sigma-condition", message, span, "too many"));
                    return any(Vec::new());
                };
                let pick = |places: &Vec<usize>| {
                    all(places.iter().filter_map(|place| parts.get(*place).cloned()).collect())
                };
                any(chosen.iter().map(pick).collect())
            }
        }
    }

    /// The selections whose names are like a pattern.
    fn like(&mut self, pattern: &str, span: Span) -> Vec<String> {
        let like = self.named.iter().map(|(name, ..)| *name).filter(|name| is_like(name, pattern));
        let names: Vec<String> = like.map(str::to_owned).collect();
        if names.is_empty() {
            let message = format!("no selection is called like `{pattern}`");
            self.wrong.push(Diagnostic::error("sigma-condition", message, span, "there is none"));
        }
        names
    }

    fn selection(&mut self, name: &str, span: Span) -> Predicate {
        if let Some(known) = self.known.get(name) {
            self.weight += weight(known);
            if self.weight > MOST {
                let message = "this condition names its selections too often";
                if !self.wrong.iter().any(|wrong| wrong.message == message) {
                    self.wrong.push(Diagnostic::error("sigma-condition", message, span, "too much"));
                }
                return any(Vec::new());
            }
            return known.clone();
        }
        let Some((_, _, node)) = self.named.iter().find(|(known, ..)| *known == name) else {
            let message = format!("there is no selection `{name}`");
            let names = self.named.iter().map(|(name, ..)| *name);
            let wrong = Diagnostic::error("sigma-condition", message, span, "not in this file");
            self.wrong.push(wrong.maybe_help(did_you_mean(name, names)));
            return any(Vec::new());
        };
        let predicate = self.selections.selection(node);
        self.known.insert(name.to_owned(), predicate.clone());
        predicate
    }
}

/// The ways to take some of many, by their places; nothing when there are too many ways.
fn combinations(many: usize, some: usize) -> Option<Vec<Vec<usize>>> {
    let mut found: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..some {
        let longer = |taken: &Vec<usize>| {
            let from = taken.last().map_or(0, |last| last + 1);
            let taken = taken.clone();
            (from..many).map(move |next| [taken.clone(), vec![next]].concat())
        };
        found = found.iter().flat_map(longer).take(COMBINATIONS + 1).collect();
        if found.len() > COMBINATIONS {
            return None;
        }
    }
    Some(found)
}

fn weight(predicate: &Predicate) -> usize {
    match predicate {
        Predicate::All(parts) | Predicate::Any(parts) => 1 + parts.iter().map(weight).sum::<usize>(),
        Predicate::Not(part) => 1 + weight(part),
        Predicate::Test(_) | Predicate::Pair(_) | Predicate::Opaque(_) => 1,
    }
}
