//! Strategies for literal text, one set of structures for each case. A look (`windows`) comes first, and in most texts
//! it is all; behind it, each is exact:
//!
//! - *whole*: a hash map, for `equals`;
//! - *by length*: hash maps from the literals of each length, for `starts_with` and `ends_with`: a text has one beginning
//!   and one end of each length;
//! - *inside* (see its module): every occurrence is found, for `contains` and the `has` family.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::inside::{Inside, Occurrences};
use super::truth::{Scratch, TestId};
use super::windows::{AtEdge, Whole};
use crate::op::{Case, TextOperator};

/// All literal tests on one column with one case.
#[derive(Debug)]
pub(super) struct Literals {
    case: Case,
    whole: Known,
    front: ByLength,
    back: ByLength,
    inside: Option<Inside>,
    looks: Looks,
    /// Tests with an empty literal that hold on every text.
    everywhere: Vec<TestId>,
}

/// The looks at a text and its ends; that inside of it is `inside`'s own.
#[derive(Debug, Default)]
struct Looks {
    whole: Option<Whole>,
    front: Option<AtEdge>,
    back: Option<AtEdge>,
}

/// What the looks at a text found: what has to be searched.
#[expect(clippy::struct_excessive_bools, reason = "an answer for each look, in any combination")]
#[derive(Debug, Clone, Copy)]
struct Worth {
    whole: bool,
    front: bool,
    back: bool,
    inside: bool,
}

/// Literals and who asks for them, by their length, ascending.
#[derive(Debug, Default)]
struct ByLength(Vec<(usize, Known)>);

/// Who asks for each literal.
type Known = HashMap<Vec<u8>, Vec<TestId>, RandomState>;

impl Literals {
    pub(super) fn new<'p>(case: Case, tests: impl Iterator<Item = (TestId, TextOperator, &'p str)>) -> Self {
        let mut literals = Self {
            case,
            whole: Known::default(),
            front: ByLength::default(),
            back: ByLength::default(),
            inside: None,
            looks: Looks::default(),
            everywhere: Vec::new(),
        };
        let mut inside = Occurrences::default();
        for (test, operator, literal) in tests {
            let key = match case {
                Case::Sensitive => literal.as_bytes().to_vec(),
                Case::Insensitive => literal.as_bytes().to_ascii_lowercase(),
            };
            match operator {
                TextOperator::Equals => literals.whole.entry(key).or_default().push(test),
                // An empty literal is everywhere, and needs no boundary.
                _ if key.is_empty() => literals.everywhere.push(test),
                TextOperator::StartsWith => literals.front.add(key, test),
                TextOperator::EndsWith => literals.back.add(key, test),
                TextOperator::Contains
                | TextOperator::Has
                | TextOperator::HasPrefix
                | TextOperator::HasSuffix => {
                    inside.add(literal, key, operator, test);
                }
            }
        }
        literals.inside = inside.search();
        let whole: Vec<&[u8]> = literals.whole.keys().map(Vec::as_slice).collect();
        literals.looks = Looks {
            whole: Whole::new(&whole),
            front: AtEdge::front(&literals.front.keys()),
            back: AtEdge::back(&literals.back.keys()),
        };
        literals
    }

    /// Notes the tests that hold on a text. Linear in the text, in the occurrences, and in the different lengths of
    /// literals.
    #[inline]
    pub(super) fn answer(&self, text: &str, scratch: &mut Scratch) {
        for test in &self.everywhere {
            scratch.hold(*test);
        }
        let worth = self.look(text.as_bytes());
        if worth.whole || worth.front || worth.back || worth.inside {
            self.search(worth, text, scratch);
        }
    }

    #[inline]
    fn look(&self, text: &[u8]) -> Worth {
        Worth {
            whole: self.looks.whole.as_ref().is_some_and(|look| look.may_be(text)),
            front: self.looks.front.as_ref().is_some_and(|look| look.may_begin(text)),
            back: self.looks.back.as_ref().is_some_and(|look| look.may_end(text)),
            inside: self.inside.as_ref().is_some_and(|inside| inside.may_be_in(text)),
        }
    }

    fn search(&self, worth: Worth, text: &str, scratch: &mut Scratch) {
        match self.case {
            Case::Sensitive => self.search_folded(worth, text, text.as_bytes(), scratch),
            Case::Insensitive => {
                // Taken out while it is looked at, and given back.
                let mut folded = std::mem::take(&mut scratch.folded);
                folded.clear();
                folded.extend_from_slice(text.as_bytes());
                folded.make_ascii_lowercase();
                self.search_folded(worth, text, &folded, scratch);
                scratch.folded = folded;
            }
        }
    }

    fn search_folded(&self, worth: Worth, text: &str, folded: &[u8], scratch: &mut Scratch) {
        let mut hold = |tests: Option<&Vec<TestId>>| {
            for test in tests.into_iter().flatten() {
                scratch.hold(*test);
            }
        };
        if worth.whole {
            hold(self.whole.get(folded));
        }
        if worth.front {
            for (length, known) in &self.front.0 {
                let Some(front) = folded.get(..*length) else { break };
                hold(known.get(front));
            }
        }
        if worth.back {
            for (length, known) in &self.back.0 {
                let Some(start) = folded.len().checked_sub(*length) else { break };
                hold(folded.get(start..).and_then(|back| known.get(back)));
            }
        }
        if let Some(inside) = self.inside.as_ref().filter(|_| worth.inside) {
            inside.each(text, folded, |test| scratch.hold(test));
        }
    }
}

impl ByLength {
    fn keys(&self) -> Vec<&[u8]> {
        self.0.iter().flat_map(|(_, known)| known.keys().map(Vec::as_slice)).collect()
    }

    fn add(&mut self, literal: Vec<u8>, test: TestId) {
        let place = self.0.partition_point(|(length, _)| *length < literal.len());
        if self.0.get(place).is_none_or(|(length, _)| *length != literal.len()) {
            self.0.insert(place, (literal.len(), Known::default()));
        }
        if let Some((_, known)) = self.0.get_mut(place) {
            known.entry(literal).or_default().push(test);
        }
    }
}
