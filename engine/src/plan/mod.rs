//! The plan: a policy compiled for many events. Equal to the reference on every event, by property tests.
//!
//! Per column, one field index (`field`) answers every test of every exclusion on a value at once; a test that holds wakes
//! the exclusions that need it, and only those are looked at. So the cost grows with the event, not with the number
//! of exclusions, and the verdict still names all exclusions that hide an event.

mod field;
mod inside;
mod intervals;
mod literals;
mod program;
mod scope;
mod truth;
mod windows;

use crate::evaluate::{Devices, Verdict};
use crate::event::{Batch, ColumnId};
use crate::op::Operator;
use crate::policy::Policy;
use crate::value::Time;

use field::FieldIndex;
use program::Programs;
use scope::Scope;
pub use truth::Scratch;
use truth::TestId;

/// A compiled policy. Immutable, so that threads can share it; each brings its own [`Scratch`].
#[derive(Debug)]
pub struct Plan {
    scope: Scope,
    /// One for each column that an exclusion tests.
    fields: Vec<(ColumnId, FieldIndex)>,
    programs: Programs,
    tests: usize,
    /// The most regular expressions of one column.
    patterns: usize,
}

/// What a plan says of the rows of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdicts {
    rows: Vec<RowVerdict>,
    /// The exclusions of the hidden rows, one row after another.
    hiding: Vec<u32>,
}

/// What a plan says of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowVerdict {
    /// The first condition of the scope, by place, that does not hold.
    OutOfScope(u32),
    /// In scope, and no exclusion hides it.
    Kept,
    /// In scope and hidden: see [`Verdicts::hidden_by`].
    Hidden {
        /// Where its exclusions begin.
        start: u32,
        /// How many there are.
        count: u32,
    },
}

impl Verdicts {
    /// The verdict on each row.
    #[must_use]
    pub fn rows(&self) -> &[RowVerdict] {
        &self.rows
    }

    /// The exclusions that hide a row, by place, ascending; none for a row that is not hidden.
    #[must_use]
    pub fn hidden_by(&self, verdict: RowVerdict) -> &[u32] {
        let RowVerdict::Hidden { start, count } = verdict else { return &[] };
        let index = |place: u32| usize::try_from(place).unwrap_or(usize::MAX);
        self.hiding.get(index(start)..index(start) + index(count)).unwrap_or(&[])
    }

    /// A row's verdict in the reference's words.
    #[must_use]
    pub fn verdict(&self, row: usize) -> Option<Verdict> {
        let index = |place: u32| usize::try_from(place).unwrap_or(usize::MAX);
        Some(match *self.rows.get(row)? {
            RowVerdict::OutOfScope(condition) => Verdict::OutOfScope(index(condition)),
            RowVerdict::Kept => Verdict::Kept,
            hidden @ RowVerdict::Hidden { .. } => {
                Verdict::Hidden(self.hidden_by(hidden).iter().copied().map(index).collect())
            }
        })
    }

    fn clear(&mut self) {
        self.rows.clear();
        self.hiding.clear();
    }
}

impl Plan {
    /// Compiles a policy for a moment: exclusions that have expired by then are left out.
    /// Linear in the policy's literals, but for sorting.
    #[must_use]
    pub fn compile(policy: &Policy, now: Time, devices: &Devices) -> Self {
        let scope = Scope::compile(policy, now, devices);
        let active = policy.exclusions.iter().enumerate().filter(|(_, exclusion)| !exclusion.is_expired(now));
        let mut tests = Tests::default();
        let programs =
            Programs::compile(active.map(|(place, exclusion)| (place, &exclusion.predicate)), &mut tests);
        let (count, fields) = (tests.all.len(), tests.by_field());
        let patterns = fields.iter().map(|(_, field)| field.patterns()).max().unwrap_or(0);
        Self { scope, fields, programs, tests: count, patterns }
    }

    /// The column and the time that every row in scope lies after, when the first condition of the scope says so: of other
    /// rows the verdict is known without a look, [`RowVerdict::OutOfScope`] with 0.
    #[must_use]
    pub fn after(&self) -> Option<(ColumnId, Time)> {
        self.scope.after()
    }

    /// Decides every row of a batch into `verdicts`, whose former content is gone.
    pub fn run(&self, batch: &Batch<'_>, scratch: &mut Scratch, verdicts: &mut Verdicts) {
        verdicts.clear();
        verdicts.rows.resize(batch.rows, RowVerdict::Kept);
        scratch.fit(self.tests, self.programs.len(), self.patterns);
        // Taken out while tests are noted, and given back.
        let mut rows = std::mem::take(&mut scratch.rows);
        rows.clear();
        rows.extend((0..u32::MAX).take(batch.rows));
        self.scope.narrow(batch, &mut rows, &mut verdicts.rows);
        for row in rows.iter().map(|row| *row as usize) {
            let decided = self.decide(batch, row, scratch, &mut verdicts.hiding);
            if let Some(verdict) = verdicts.rows.get_mut(row) {
                *verdict = decided;
            }
        }
        scratch.rows = rows;
    }

    fn decide(
        &self,
        batch: &Batch<'_>,
        row: usize,
        scratch: &mut Scratch,
        hiding: &mut Vec<u32>,
    ) -> RowVerdict {
        scratch.next_row();
        for (column, field) in &self.fields {
            field.answer(batch.value(*column, row), scratch);
        }
        let start = hiding.len();
        self.programs.hiding(&|column| batch.value(column, row), scratch, hiding);
        let place = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        match hiding.len() - start {
            0 => RowVerdict::Kept,
            count => RowVerdict::Hidden { start: place(start), count: place(count) },
        }
    }
}

/// The tests of all exclusions, numbered.
#[derive(Debug, Default)]
struct Tests<'p> {
    all: Vec<(ColumnId, &'p Operator)>,
}

impl<'p> Tests<'p> {
    fn add(&mut self, column: ColumnId, operator: &'p Operator) -> TestId {
        let id = TestId::new(self.all.len());
        self.all.push((column, operator));
        id
    }

    /// One index for each column, over that column's tests.
    fn by_field(&self) -> Vec<(ColumnId, FieldIndex)> {
        let mut columns: Vec<ColumnId> = self.all.iter().map(|(column, _)| *column).collect();
        columns.sort_unstable();
        columns.dedup();
        let tests_of = |wanted: ColumnId| {
            let numbered = self.all.iter().enumerate().filter(move |(_, (column, _))| *column == wanted);
            numbered.map(|(place, (_, operator))| (TestId::new(place), *operator))
        };
        columns.into_iter().map(|column| (column, FieldIndex::new(tests_of(column)))).collect()
    }
}
