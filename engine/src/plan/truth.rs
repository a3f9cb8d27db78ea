//! Which tests hold on the row at hand, and which exclusions they wake: the working memory of one thread.

use regex_automata::PatternSet;

/// A test of a plan, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct TestId(u32);

impl TestId {
    pub(super) fn new(place: usize) -> Self {
        Self(u32::try_from(place).unwrap_or(u32::MAX))
    }

    pub(super) fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// Working memory that is used again for every row. Nothing is cleared between rows: each row has a number, and what
/// is marked with another number is not marked.
#[derive(Debug, Default)]
pub struct Scratch {
    row: u32,
    tests: Vec<u32>,
    programs: Vec<u32>,
    /// The tests that hold on this row.
    pub(super) held: Vec<TestId>,
    /// The rows of a batch that are in scope.
    pub(super) rows: Vec<u32>,
    /// Where text is folded.
    pub(super) folded: Vec<u8>,
    /// The regular expressions that match the value at hand, of the plan's largest set of them.
    pub(super) patterns: Option<PatternSet>,
}

impl Scratch {
    /// Makes room for a plan.
    pub(super) fn fit(&mut self, tests: usize, programs: usize, patterns: usize) {
        if self.patterns.as_ref().is_none_or(|set| set.capacity() != patterns) {
            self.patterns = Some(PatternSet::new(patterns));
        }
        if self.tests.len() != tests || self.programs.len() != programs {
            self.row = 0;
            self.tests = vec![0; tests];
            self.programs = vec![0; programs];
        }
    }

    pub(super) fn next_row(&mut self) {
        self.held.clear();
        self.row = self.row.wrapping_add(1);
        if self.row == 0 {
            self.tests.fill(0);
            self.programs.fill(0);
            self.row = 1;
        }
    }

    /// Notes that a test holds.
    pub(super) fn hold(&mut self, test: TestId) {
        if let Some(mark) = self.tests.get_mut(test.index())
            && *mark != self.row
        {
            *mark = self.row;
            self.held.push(test);
        }
    }

    pub(super) fn holds(&self, test: TestId) -> bool {
        self.tests.get(test.index()).is_some_and(|mark| *mark == self.row)
    }

    /// Whether a program is woken for the first time on this row.
    pub(super) fn wake(&mut self, program: u32) -> bool {
        let mark = usize::try_from(program).ok().and_then(|place| self.programs.get_mut(place));
        mark.is_some_and(|mark| std::mem::replace(mark, self.row) != self.row)
    }
}
