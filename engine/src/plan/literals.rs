//! Strategies for literal text, one set of structures for each case. Each is exact:
//!
//! - *by length*: hash maps from the literals of each length, for `equals`, `starts_with` and `ends_with`: a text has
//!   one whole, one beginning and one end of each length;
//! - *inside* (see its module): every occurrence is found, for `contains` and the `has` family.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::inside::{Inside, Occurrences};
use super::truth::{Scratch, TestId};
use crate::op::{Case, TextOperator};

/// All literal tests on one column with one case.
#[derive(Debug)]
pub(super) struct Literals {
    case: Case,
    whole: ByLength,
    front: ByLength,
    back: ByLength,
    inside: Option<Inside>,
    /// Tests with an empty literal that hold on every text.
    everywhere: Vec<TestId>,
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
            whole: ByLength::default(),
            front: ByLength::default(),
            back: ByLength::default(),
            inside: None,
            everywhere: Vec::new(),
        };
        let mut inside = Occurrences::default();
        for (test, operator, literal) in tests {
            let key = match case {
                Case::Sensitive => literal.as_bytes().to_vec(),
                Case::Insensitive => literal.as_bytes().to_ascii_lowercase(),
            };
            match operator {
                TextOperator::Equals => literals.whole.add(key, test),
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
        literals
    }

    /// Notes the tests that hold on a text. Linear in the text, in the occurrences, and in the different lengths of
    /// literals.
    pub(super) fn answer(&self, text: &str, scratch: &mut Scratch) {
        for test in &self.everywhere {
            scratch.hold(*test);
        }
        match self.case {
            Case::Sensitive => self.answer_folded(text, text.as_bytes(), scratch),
            Case::Insensitive => {
                // Taken out while it is looked at, and given back.
                let mut folded = std::mem::take(&mut scratch.folded);
                folded.clear();
                folded.extend_from_slice(text.as_bytes());
                folded.make_ascii_lowercase();
                self.answer_folded(text, &folded, scratch);
                scratch.folded = folded;
            }
        }
    }

    fn answer_folded(&self, text: &str, folded: &[u8], scratch: &mut Scratch) {
        let mut hold = |tests: Option<&Vec<TestId>>| {
            for test in tests.into_iter().flatten() {
                scratch.hold(*test);
            }
        };
        if let Ok(place) = self.whole.0.binary_search_by_key(&folded.len(), |(length, _)| *length) {
            hold(self.whole.0.get(place).and_then(|(_, whole)| whole.get(folded)));
        }
        for (front, known) in
            self.front.0.iter().map_while(|(length, known)| Some((folded.get(..*length)?, known)))
        {
            hold(known.get(front));
        }
        for (length, known) in &self.back.0 {
            let Some(start) = folded.len().checked_sub(*length) else { break };
            hold(folded.get(start..).and_then(|back| known.get(back)));
        }
        if let Some(inside) = &self.inside {
            inside.each(text, folded, |test| scratch.hold(test));
        }
    }
}

impl ByLength {
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
