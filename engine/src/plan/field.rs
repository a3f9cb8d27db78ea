//! One column: every test of every exclusion on its value, answered at once. Strategies are named in their modules;
//! beside those, *patterns*: one automaton for all regular expressions, or one by one where that grows too large.

use regex_automata::Input;
use regex_automata::meta::Regex;
use regex_syntax::hir::Hir;

use super::intervals::Intervals;
use super::literals::Literals;
use super::truth::{Scratch, TestId};
use crate::op::{Case, Comparison, Operator, Pattern, address_number};
use crate::value::Value;

/// The tests on one column.
#[derive(Debug)]
pub(super) struct FieldIndex {
    literals: Vec<Literals>,
    patterns: Option<Patterns>,
    addresses: Intervals<u128>,
    numbers: Intervals<i64>,
    exists: Vec<TestId>,
    present: Vec<TestId>,
    bools: Vec<(bool, TestId)>,
}

impl FieldIndex {
    pub(super) fn new<'p>(tests: impl Iterator<Item = (TestId, &'p Operator)> + Clone) -> Self {
        let literals_of = |wanted: Case| {
            let matching = tests.clone().filter_map(move |(test, operator)| match operator {
                Operator::Text { operator, literals, case } if *case == wanted => {
                    Some((test, *operator, literals))
                }
                _ => None,
            });
            let mut each = matching
                .flat_map(|(test, operator, literals)| {
                    literals.iter().map(move |literal| (test, operator, literal.as_str()))
                })
                .peekable();
            each.peek().is_some().then(|| Literals::new(wanted, each))
        };
        let literals = [Case::Sensitive, Case::Insensitive].into_iter().filter_map(literals_of).collect();
        let patterns = tests.clone().filter_map(|(test, operator)| match operator {
            Operator::Matches(patterns) => Some((test, patterns)),
            _ => None,
        });
        let patterns =
            patterns.flat_map(|(test, patterns)| patterns.iter().map(move |pattern| (test, pattern)));
        let mut ranges = Ranges::default();
        for (test, operator) in tests {
            ranges.add(test, operator);
        }
        Self {
            literals,
            patterns: Patterns::new(patterns.collect()),
            addresses: Intervals::new(&ranges.addresses, |value| value.checked_add(1)),
            numbers: Intervals::new(&ranges.numbers, |value| value.checked_add(1)),
            exists: ranges.exists,
            present: ranges.present,
            bools: ranges.bools,
        }
    }

    /// How many regular expressions are looked for together.
    pub(super) fn patterns(&self) -> usize {
        match &self.patterns {
            Some(Patterns::Together(_, tests)) => tests.len(),
            Some(Patterns::OneByOne(_)) | None => 0,
        }
    }

    /// Notes the tests that hold on a value.
    pub(super) fn answer(&self, value: Value<'_>, scratch: &mut Scratch) {
        if !value.is_missing() {
            self.exists.iter().for_each(|test| scratch.hold(*test));
        }
        for test in &self.present {
            if Operator::Present.holds(value) {
                scratch.hold(*test);
            }
        }
        match value {
            Value::Number(number) => self.numbers.answer(number, scratch),
            Value::Time(time) => self.numbers.answer(time.0, scratch),
            Value::Bool(found) => {
                let equal = self.bools.iter().filter(|(expected, _)| *expected == found);
                equal.for_each(|(_, test)| scratch.hold(*test));
            }
            Value::Address(_, Some(ip)) if !self.addresses.is_empty() => {
                self.addresses.answer(address_number(ip), scratch);
            }
            _ => {}
        }
        let text = value.text();
        for literals in &self.literals {
            literals.answer(text, scratch);
        }
        if let Some(patterns) = &self.patterns {
            patterns.answer(text, scratch);
        }
    }
}

/// Tests of ordered values as ranges, and the plainest tests.
#[derive(Default)]
struct Ranges {
    addresses: Vec<(u128, u128, TestId)>,
    numbers: Vec<(i64, i64, TestId)>,
    exists: Vec<TestId>,
    present: Vec<TestId>,
    bools: Vec<(bool, TestId)>,
}

impl Ranges {
    fn add(&mut self, test: TestId, operator: &Operator) {
        match operator {
            Operator::In(set) => {
                self.addresses.extend(set.ranges().into_iter().map(|(low, high)| (low, high, test)));
            }
            Operator::Number(comparison) => self.compare(test, comparison, |number| *number),
            Operator::Time(comparison) => self.compare(test, comparison, |time| time.0),
            Operator::Exists => self.exists.push(test),
            Operator::Present => self.present.push(test),
            Operator::Bool(expected) => self.bools.push((*expected, test)),
            Operator::Text { .. } | Operator::Matches(_) => {}
        }
    }

    fn compare<T>(&mut self, test: TestId, comparison: &Comparison<T>, number: impl Fn(&T) -> i64) {
        let range = match comparison {
            Comparison::OneOf(all) => {
                let mut values: Vec<i64> = all.iter().map(number).collect();
                values.sort_unstable();
                values.dedup();
                self.numbers.extend(values.into_iter().map(|value| (value, value, test)));
                return;
            }
            Comparison::Lt(bound) => number(bound).checked_sub(1).map(|high| (i64::MIN, high)),
            Comparison::Lte(bound) => Some((i64::MIN, number(bound))),
            Comparison::Gt(bound) => number(bound).checked_add(1).map(|low| (low, i64::MAX)),
            Comparison::Gte(bound) => Some((number(bound), i64::MAX)),
            Comparison::Between(low, high) => Some((number(low), number(high))),
        };
        self.numbers.extend(range.map(|(low, high)| (low, high, test)));
    }
}

/// Strategy *patterns*. Exact.
#[derive(Debug)]
enum Patterns {
    /// One automaton that finds all patterns in one pass.
    Together(Regex, Vec<TestId>),
    /// Together they would be too large.
    OneByOne(Vec<(TestId, Pattern)>),
}

impl Patterns {
    fn new(patterns: Vec<(TestId, &Pattern)>) -> Option<Self> {
        if patterns.is_empty() {
            return None;
        }
        let hirs: Vec<&Hir> = patterns.iter().map(|(_, pattern)| pattern.hir()).collect();
        let config =
            Regex::config().match_kind(regex_automata::MatchKind::All).nfa_size_limit(Some(10 << 20));
        Some(match Regex::builder().configure(config).build_many_from_hir(&hirs) {
            Ok(regex) => Self::Together(regex, patterns.into_iter().map(|(test, _)| test).collect()),
            Err(_) => {
                Self::OneByOne(patterns.into_iter().map(|(test, pattern)| (test, pattern.clone())).collect())
            }
        })
    }

    fn answer(&self, text: &str, scratch: &mut Scratch) {
        match self {
            Self::Together(regex, tests) => {
                // Taken out while tests are noted, and given back.
                let Some(mut found) = scratch.patterns.take() else { return };
                found.clear();
                regex.which_overlapping_matches(&Input::new(text), &mut found);
                for pattern in found.iter() {
                    tests.get(pattern.as_usize()).into_iter().for_each(|test| scratch.hold(*test));
                }
                scratch.patterns = Some(found);
            }
            Self::OneByOne(patterns) => {
                let matching = patterns.iter().filter(|(_, pattern)| pattern.is_match(text));
                matching.for_each(|(test, _)| scratch.hold(*test));
            }
        }
    }
}
