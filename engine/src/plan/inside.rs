//! Strategies for literals inside of a text, after both were folded if case does not count. Exact:
//!
//! - *few*: one vectorised search for each literal;
//! - *many*: one Aho-Corasick automaton that reports every occurrence of every literal.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, Input, MatchKind, automaton::OverlappingState};
use memchr::memmem::Finder;

use super::truth::TestId;
use super::windows::Anywhere;
use crate::op::{TextOperator, is_term_character};

/// As many searches are faster one by one than as an automaton.
const FEW: usize = 4;

/// Literals, and for each of them who asks and what an occurrence must satisfy.
#[derive(Debug)]
pub(super) struct Inside {
    look: Option<Anywhere>,
    search: Search,
    wanted: Vec<Vec<(Bounds, TestId)>>,
}

#[derive(Debug)]
enum Search {
    Few(Vec<Finder<'static>>),
    Many(AhoCorasick),
}

/// What an occurrence must satisfy beside being one.
#[derive(Debug, Clone, Copy)]
enum Bounds {
    /// Nothing.
    Free,
    /// No term runs across its start, across its end.
    Terms { front: bool, back: bool },
}

impl Inside {
    /// Whether some literal may be in a text, folded or not.
    #[inline]
    pub(super) fn may_be_in(&self, text: &[u8]) -> bool {
        self.look.as_ref().is_none_or(|look| look.may_be_in(text))
    }

    /// Calls `hold` for the tests that hold on a text, `folded` as the literals are.
    pub(super) fn each(&self, text: &str, folded: &[u8], mut hold: impl FnMut(TestId)) {
        let mut found = |literal: usize, start: usize, end: usize| {
            for (bounds, test) in self.wanted.get(literal).into_iter().flatten() {
                if bounds.hold(text, start, end) {
                    hold(*test);
                }
            }
        };
        match &self.search {
            Search::Few(finders) => {
                for (literal, finder) in finders.iter().enumerate() {
                    let mut from = 0;
                    while let Some(place) = folded.get(from..).and_then(|rest| finder.find(rest)) {
                        found(literal, from + place, from + place + finder.needle().len());
                        from += place + 1;
                    }
                }
            }
            Search::Many(automaton) => {
                let mut state = OverlappingState::start();
                // The automaton was built for this kind of search, so it does not refuse.
                while automaton.try_find_overlapping(Input::new(folded), &mut state).is_ok() {
                    let Some(one) = state.get_match() else { return };
                    found(one.pattern().as_usize(), one.start(), one.end());
                }
            }
        }
    }
}

impl Bounds {
    fn hold(self, text: &str, start: usize, end: usize) -> bool {
        match self {
            Self::Free => true,
            Self::Terms { front, back } => {
                let before = || text.get(..start).and_then(|before| before.chars().next_back());
                let after = || text.get(end..).and_then(|after| after.chars().next());
                let cut = |wanted: bool, neighbour: Option<char>| {
                    wanted && neighbour.is_some_and(is_term_character)
                };
                !cut(front, before()) && !cut(back, after())
            }
        }
    }
}

/// A boundary is asked for only where the literal's own edge belongs to a term.
fn terms(literal: &str, front: bool, back: bool) -> Bounds {
    Bounds::Terms {
        front: front && literal.chars().next().is_some_and(is_term_character),
        back: back && literal.chars().next_back().is_some_and(is_term_character),
    }
}

/// Distinct literals and who asks for them.
#[derive(Default)]
pub(super) struct Occurrences {
    places: HashMap<Vec<u8>, usize>,
    literals: Vec<Vec<u8>>,
    wanted: Vec<Vec<(Bounds, TestId)>>,
}

impl Occurrences {
    /// Adds a literal, and as it looks when it is folded.
    pub(super) fn add(&mut self, literal: &str, folded: Vec<u8>, operator: TextOperator, test: TestId) {
        let bounds = match operator {
            TextOperator::Has => terms(literal, true, true),
            TextOperator::HasPrefix => terms(literal, true, false),
            TextOperator::HasSuffix => terms(literal, false, true),
            _ => Bounds::Free,
        };
        let place = *self.places.entry(folded).or_insert_with_key(|literal| {
            self.literals.push(literal.clone());
            self.wanted.push(Vec::new());
            self.literals.len() - 1
        });
        if let Some(wanted) = self.wanted.get_mut(place) {
            wanted.push((bounds, test));
        }
    }

    /// `None` without literals, or when they are beyond what an automaton can hold (four billion states), which no
    /// policy file that fits in memory reaches.
    pub(super) fn search(self) -> Option<Inside> {
        let search = if self.literals.is_empty() {
            return None;
        } else if self.literals.len() <= FEW {
            Search::Few(self.literals.iter().map(|literal| Finder::new(literal).into_owned()).collect())
        } else {
            Search::Many(
                AhoCorasickBuilder::new().match_kind(MatchKind::Standard).build(&self.literals).ok()?,
            )
        };
        Some(Inside { look: Anywhere::new(&self.literals), search, wanted: self.wanted })
    }
}
