//! Exclusions as programs over the truth of tests, and which tests wake them.

use super::Tests;
use super::truth::{Scratch, TestId};
use crate::event::ColumnId;
use crate::op::{Operator, TextOperator};
use crate::predicate::{Pair, Predicate};
use crate::value::Value;

/// All exclusions of a plan.
#[derive(Debug, Default)]
pub(super) struct Programs {
    all: Vec<Program>,
    /// By test: the programs to look at when it holds.
    wakes: Vec<Vec<u32>>,
    /// Programs that can hold although none of their tests does.
    always: Vec<u32>,
}

#[derive(Debug)]
struct Program {
    /// The exclusion's place in the policy.
    exclusion: u32,
    body: Body,
}

#[derive(Debug)]
enum Body {
    Test(TestId),
    Pair(Pair),
    All(Vec<Body>),
    Any(Vec<Body>),
    Not(Box<Body>),
    Constant(bool),
}

/// Tests of which at least one must hold for a predicate to hold, and how rarely one does (more is rarer).
struct Needed {
    tests: Vec<TestId>,
    rarity: u32,
}

impl Programs {
    pub(super) fn compile<'p>(
        exclusions: impl Iterator<Item = (usize, &'p Predicate)>,
        tests: &mut Tests<'p>,
    ) -> Self {
        let mut programs = Self::default();
        for (place, predicate) in exclusions {
            let (body, needed) = compile(predicate, tests);
            let number = u32::try_from(programs.all.len()).unwrap_or(u32::MAX);
            programs.wakes.resize(tests.all.len(), Vec::new());
            match needed {
                Some(needed) => {
                    for test in needed.tests {
                        if let Some(woken) = programs.wakes.get_mut(test.index()) {
                            woken.push(number);
                        }
                    }
                }
                None => programs.always.push(number),
            }
            programs.all.push(Program { exclusion: u32::try_from(place).unwrap_or(u32::MAX), body });
        }
        programs
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Appends the exclusions that hold on a row of these values, by place, ascending.
    pub(super) fn hiding<'v>(
        &self,
        row: &impl Fn(ColumnId) -> Value<'v>,
        scratch: &mut Scratch,
        hiding: &mut Vec<u32>,
    ) {
        let start = hiding.len();
        for number in &self.always {
            self.check(*number, row, scratch, hiding);
        }
        // The list is taken out while programs are looked at, which only reads the marks.
        let held = std::mem::take(&mut scratch.held);
        for test in &held {
            for number in self.wakes.get(test.index()).into_iter().flatten() {
                if scratch.wake(*number) {
                    self.check(*number, row, scratch, hiding);
                }
            }
        }
        scratch.held = held;
        if let Some(added) = hiding.get_mut(start..) {
            added.sort_unstable();
        }
    }

    fn check<'v>(
        &self,
        number: u32,
        row: &impl Fn(ColumnId) -> Value<'v>,
        scratch: &Scratch,
        hiding: &mut Vec<u32>,
    ) {
        let program = usize::try_from(number).ok().and_then(|place| self.all.get(place));
        if let Some(program) = program.filter(|program| program.body.holds(row, scratch)) {
            hiding.push(program.exclusion);
        }
    }
}

impl Body {
    fn holds<'v>(&self, row: &impl Fn(ColumnId) -> Value<'v>, scratch: &Scratch) -> bool {
        match self {
            Self::Test(test) => scratch.holds(*test),
            Self::Pair(pair) => pair.holds(row),
            Self::All(parts) => parts.iter().all(|part| part.holds(row, scratch)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(row, scratch)),
            Self::Not(part) => !part.holds(row, scratch),
            Self::Constant(holds) => *holds,
        }
    }
}

fn compile<'p>(predicate: &'p Predicate, tests: &mut Tests<'p>) -> (Body, Option<Needed>) {
    match predicate {
        Predicate::Test(test) => {
            let id = tests.add(test.column, &test.operator);
            (Body::Test(id), Some(Needed { tests: vec![id], rarity: rarity(&test.operator) }))
        }
        // All parts must hold, so any part's needs are needed: the rarest are the best alarm.
        Predicate::All(parts) => {
            let (bodies, needs): (Vec<_>, Vec<_>) = parts.iter().map(|part| compile(part, tests)).unzip();
            (Body::All(bodies), needs.into_iter().flatten().max_by_key(|needed| needed.rarity))
        }
        // Some part must hold, so the needs of every part together are needed, if every part has some.
        Predicate::Any(parts) => {
            let (bodies, needs): (Vec<_>, Vec<_>) = parts.iter().map(|part| compile(part, tests)).unzip();
            let together = needs.into_iter().collect::<Option<Vec<_>>>().map(|needs| Needed {
                rarity: needs.iter().map(|needed| needed.rarity).min().unwrap_or(u32::MAX),
                tests: needs.into_iter().flat_map(|needed| needed.tests).collect(),
            });
            (Body::Any(bodies), together)
        }
        // What must not hold need not hold.
        Predicate::Not(part) => (Body::Not(Box::new(compile(part, tests).0)), None),
        // Two values of the row itself: no index answers that.
        Predicate::Pair(pair) => (Body::Pair(pair.clone()), None),
        Predicate::Opaque(opaque) => (Body::Constant(opaque.taken_as), None),
    }
}

/// A guess at how rarely a test holds: equality before long literals before short ones before the rest.
fn rarity(operator: &Operator) -> u32 {
    let shortest = |literals: &[String]| {
        let length = literals.iter().map(String::len).min().unwrap_or(0);
        u32::try_from(length.min(500)).unwrap_or(500)
    };
    match operator {
        Operator::Text { operator: TextOperator::Equals, literals, .. } => 1_000 + shortest(literals),
        Operator::Text { literals, .. } => 100 + shortest(literals),
        Operator::Number(_) | Operator::In(_) => 60,
        Operator::Matches(_) => 50,
        Operator::Time(_) | Operator::Bool(_) => 20,
        Operator::Exists | Operator::Present => 0,
    }
}
