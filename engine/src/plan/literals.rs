//! Strategies for literal text, one set of structures for each case. Each is exact:
//!
//! - *whole*: a hash map from the text, for `equals`;
//! - *front*: an Aho-Corasick automaton anchored at the start, for `starts_with`;
//! - *inside*: an Aho-Corasick automaton over every occurrence, for `contains`, `ends_with` and the `has` family,
//!   which then look at where the occurrence ends and at the characters around it.

use std::collections::HashMap;

use aho_corasick::{
    AhoCorasick, AhoCorasickBuilder, Anchored, Input, MatchKind, StartKind, automaton::OverlappingState,
};

use super::truth::{Scratch, TestId};
use crate::op::{Case, TextOperator, is_term_character};

/// All literal tests on one column with one case.
#[derive(Debug)]
pub(super) struct Literals {
    case: Case,
    whole: HashMap<Vec<u8>, Vec<TestId>>,
    front: Option<Search>,
    inside: Option<Search>,
    /// Tests with an empty literal that hold on every text.
    everywhere: Vec<TestId>,
}

/// An automaton, and for each of its literals who asks and what an occurrence must satisfy.
#[derive(Debug)]
struct Search {
    automaton: AhoCorasick,
    wanted: Vec<Vec<(Bounds, TestId)>>,
}

/// What an occurrence must satisfy beside being one.
#[derive(Debug, Clone, Copy)]
enum Bounds {
    /// Nothing.
    Free,
    /// It begins where the text begins: an anchored automaton also reports literals that end others.
    AtStart,
    /// It ends where the text ends.
    AtEnd,
    /// No term runs across its start, across its end.
    Terms { front: bool, back: bool },
}

impl Literals {
    pub(super) fn new<'p>(case: Case, tests: impl Iterator<Item = (TestId, TextOperator, &'p str)>) -> Self {
        let mut literals =
            Self { case, whole: HashMap::new(), front: None, inside: None, everywhere: Vec::new() };
        let mut front = Collected::default();
        let mut inside = Collected::default();
        for (test, operator, literal) in tests {
            let key = folded(literal.as_bytes(), case);
            match (operator, literal.is_empty()) {
                (TextOperator::Equals, _) => literals.whole.entry(key).or_default().push(test),
                // An empty literal is everywhere, and needs no boundary.
                (_, true) => literals.everywhere.push(test),
                (TextOperator::StartsWith, _) => front.add(key, Bounds::AtStart, test),
                (TextOperator::EndsWith, _) => inside.add(key, Bounds::AtEnd, test),
                (TextOperator::Contains, _) => inside.add(key, Bounds::Free, test),
                (TextOperator::Has, _) => inside.add(key, terms(literal, true, true), test),
                (TextOperator::HasPrefix, _) => inside.add(key, terms(literal, true, false), test),
                (TextOperator::HasSuffix, _) => inside.add(key, terms(literal, false, true), test),
            }
        }
        literals.front = front.search(case, StartKind::Anchored);
        literals.inside = inside.search(case, StartKind::Unanchored);
        literals
    }

    /// Notes the tests that hold on a text. Linear in the text and in the occurrences.
    pub(super) fn answer(&self, text: &str, scratch: &mut Scratch) {
        for test in &self.everywhere {
            scratch.hold(*test);
        }
        self.answer_whole(text, scratch);
        if let Some(search) = &self.front {
            search.each(text, Anchored::Yes, |test| scratch.hold(test));
        }
        if let Some(search) = &self.inside {
            search.each(text, Anchored::No, |test| scratch.hold(test));
        }
    }

    fn answer_whole(&self, text: &str, scratch: &mut Scratch) {
        if self.whole.is_empty() {
            return;
        }
        let found = if self.case == Case::Sensitive {
            self.whole.get(text.as_bytes())
        } else {
            scratch.folded.clear();
            scratch.folded.extend(text.bytes().map(|byte| byte.to_ascii_lowercase()));
            self.whole.get(&scratch.folded)
        };
        for test in found.into_iter().flatten() {
            scratch.hold(*test);
        }
    }
}

impl Search {
    fn each(&self, text: &str, anchored: Anchored, mut hold: impl FnMut(TestId)) {
        let input = Input::new(text).anchored(anchored);
        let mut state = OverlappingState::start();
        loop {
            // The automaton was built for this kind of search, so it does not refuse.
            if self.automaton.try_find_overlapping(input.clone(), &mut state).is_err() {
                return;
            }
            let Some(found) = state.get_match() else { return };
            for (bounds, test) in self.wanted.get(found.pattern().as_usize()).into_iter().flatten() {
                if bounds.hold(text, found.start(), found.end()) {
                    hold(*test);
                }
            }
        }
    }
}

impl Bounds {
    fn hold(self, text: &str, start: usize, end: usize) -> bool {
        match self {
            Self::Free => true,
            Self::AtStart => start == 0,
            Self::AtEnd => end == text.len(),
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

fn folded(bytes: &[u8], case: Case) -> Vec<u8> {
    match case {
        Case::Sensitive => bytes.to_vec(),
        Case::Insensitive => bytes.to_ascii_lowercase(),
    }
}

/// Distinct literals and who asks for them.
#[derive(Default)]
struct Collected {
    places: HashMap<Vec<u8>, usize>,
    literals: Vec<Vec<u8>>,
    wanted: Vec<Vec<(Bounds, TestId)>>,
}

impl Collected {
    fn add(&mut self, literal: Vec<u8>, bounds: Bounds, test: TestId) {
        let place = *self.places.entry(literal).or_insert_with_key(|literal| {
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
    fn search(self, case: Case, start: StartKind) -> Option<Search> {
        if self.literals.is_empty() {
            return None;
        }
        let automaton = AhoCorasickBuilder::new()
            .match_kind(MatchKind::Standard)
            .start_kind(start)
            .ascii_case_insensitive(case == Case::Insensitive)
            .build(&self.literals)
            .ok()?;
        Some(Search { automaton, wanted: self.wanted })
    }
}
