//! What became of the records of one block: counted on any thread, added up in order. Knows no output.

use lownoise_engine::event::{Column, ColumnId};
use lownoise_engine::op::sensor_type_of;
use lownoise_engine::plan::{RowVerdict, Verdicts};
use lownoise_engine::policy::Policy;
use lownoise_ingest::{Chunk, Malformed};

/// What is counted beside verdicts.
#[derive(Debug)]
pub(super) struct Watched {
    /// The columns that the policy tests, shows or orders by, and whether it tests them.
    pub(super) columns: Vec<(ColumnId, bool)>,
    /// The columns that say the type of an address, each with the address, where the policy tests both.
    pub(super) types: Vec<(ColumnId, ColumnId)>,
}

/// The counts of one block.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) read: u64,
    /// As [`Chunk::lines`].
    pub(super) lines: u64,
    pub(super) malformed: Vec<Malformed>,
    pub(super) other_tables: u64,
    /// Rows that the first condition of the scope rules out, and that were not looked at.
    pub(super) passed_over: u64,
    /// By condition of the scope.
    pub(super) out_of_scope: Vec<u64>,
    pub(super) hidden: u64,
    pub(super) kept: u64,
    /// For each event that one exclusion alone hides, that exclusion.
    pub(super) alone: Vec<u32>,
    /// For each event that several exclusions hide, each of them.
    pub(super) together: Vec<u32>,
    /// By invariant.
    pub(super) broken: Vec<u64>,
    /// As the watched columns.
    pub(super) columns: Vec<ColumnCounts>,
    /// As the watched types: how many differ, and the first that does.
    pub(super) types: Vec<(u64, Option<Example>)>,
}

/// What a column's values are like.
#[derive(Debug, Default)]
pub(super) struct ColumnCounts {
    pub(super) supplied: bool,
    pub(super) mistyped: u64,
    /// The first value of another kind.
    pub(super) first: Option<Example>,
    pub(super) no_address: u64,
}

/// One of what is counted.
#[derive(Debug)]
pub(super) struct Example {
    /// The number of its record.
    pub(super) place: u64,
    /// In words, what it is.
    pub(super) what: String,
}

impl Watched {
    pub(super) fn new(policy: &Policy) -> Self {
        let tested = policy.tested_columns();
        let shown = policy.output.columns.iter().copied();
        let ordered = policy.output.order_by.iter().map(|order| order.column);
        let mut ids: Vec<ColumnId> = tested.iter().copied().chain(shown).chain(ordered).collect();
        ids.sort_unstable();
        ids.dedup();
        let types = tested.iter().filter_map(|column| {
            let address = policy.schema.definition(*column)?.type_of.as_ref()?;
            let address = policy.schema.column(address).filter(|address| tested.contains(address))?;
            Some((*column, address))
        });
        Self {
            types: types.collect(),
            columns: ids.into_iter().map(|id| (id, tested.contains(&id))).collect(),
        }
    }

    /// Counts the records of a chunk of this input.
    pub(super) fn count(&self, policy: &Policy, chunk: &mut Chunk<'_>, verdicts: &Verdicts) -> Counts {
        let mut counts = Counts {
            lines: chunk.lines,
            malformed: std::mem::take(&mut chunk.malformed),
            other_tables: chunk.other_tables,
            passed_over: chunk.passed_over,
            out_of_scope: vec![0; policy.scope.len()],
            broken: vec![0; policy.never_hide.len()],
            ..Counts::default()
        };
        counts.read = chunk.batch.rows as u64
            + counts.passed_over
            + counts.other_tables
            + counts.malformed.len() as u64;
        if let Some(first) = counts.out_of_scope.first_mut() {
            *first = counts.passed_over;
        }
        for (row, verdict) in verdicts.rows().iter().enumerate() {
            match *verdict {
                RowVerdict::OutOfScope(condition) => increment(&mut counts.out_of_scope, condition),
                RowVerdict::Kept => counts.kept += 1,
                RowVerdict::Hidden { .. } => counts.hidden(policy, chunk, row, verdicts.hidden_by(*verdict)),
            }
        }
        counts.columns = self.columns.iter().map(|(id, _)| column(chunk, *id)).collect();
        for mistyped in &chunk.mistyped {
            let place = self.columns.iter().position(|(id, _)| *id == mistyped.column);
            let Some(column) = place.and_then(|place| counts.columns.get_mut(place)) else { continue };
            column.mistyped += 1;
            let first = || Example { place: mistyped.place, what: format!("`{}`", mistyped.found) };
            column.first.get_or_insert_with(first);
        }
        counts.types = self.types.iter().map(|(said, meant)| differing(chunk, *said, *meant)).collect();
        counts
    }
}

impl Counts {
    /// Numbers the records on from those of so many lines before.
    pub(super) fn number_after(&mut self, lines: u64) {
        let columns = self.columns.iter_mut().filter_map(|column| column.first.as_mut());
        let examples = columns.chain(self.types.iter_mut().filter_map(|(_, first)| first.as_mut()));
        examples.for_each(|example| example.place += lines);
        self.malformed.iter_mut().for_each(|record| record.place += lines);
    }

    fn hidden(&mut self, policy: &Policy, chunk: &Chunk<'_>, row: usize, hiding: &[u32]) {
        self.hidden += 1;
        match hiding {
            [only] => self.alone.push(*only),
            several => self.together.extend(several),
        }
        for (count, invariant) in self.broken.iter_mut().zip(&policy.never_hide) {
            *count += u64::from(invariant.predicate.holds_in(&chunk.batch, row));
        }
    }
}

pub(super) fn increment(counts: &mut [u64], place: u32) {
    if let Some(count) = counts.get_mut(place as usize) {
        *count += 1;
    }
}

fn column(chunk: &Chunk<'_>, id: ColumnId) -> ColumnCounts {
    let mut counts = ColumnCounts::default();
    match chunk.batch.columns.get(id.index()) {
        None | Some(Column::Absent) => {}
        Some(Column::Address(addresses)) => {
            counts.supplied = addresses.iter().any(|(text, _)| !text.is_empty());
            let strange = addresses.iter().filter(|(text, ip)| ip.is_none() && !text.is_empty());
            counts.no_address = strange.count() as u64;
        }
        Some(column) => counts.supplied = (0..chunk.batch.rows).any(|row| !column.value(row).is_missing()),
    }
    counts
}

/// How many rows have another type of address than the address has, and the first, with both words.
fn differing(chunk: &Chunk<'_>, said: ColumnId, address: ColumnId) -> (u64, Option<Example>) {
    let column = |id: ColumnId| chunk.batch.columns.get(id.index());
    let (Some(Column::Text(types)), Some(Column::Address(addresses))) = (column(said), column(address))
    else {
        return (0, None);
    };
    let (mut differs, mut first) = (0, None);
    for (row, (said, (address, ip))) in types.iter().zip(addresses).enumerate() {
        let Some(meant) = sensor_type_of(address, *ip).filter(|meant| meant != said) else { continue };
        differs += 1;
        let place = chunk.places.get(row).copied().unwrap_or(0);
        first.get_or_insert_with(|| Example { place, what: format!("`{said}`, and {address} is {meant}") });
    }
    (differs, first)
}
