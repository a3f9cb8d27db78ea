//! Counts, over given events, what one policy keeps and another does not. Knows verdicts and batches; reads nothing.

use std::collections::HashSet;

use lownoise_engine::event::{Batch, ColumnId, OwnedEvent};
use lownoise_engine::plan::{RowVerdict, Verdicts};
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schema;
use lownoise_engine::value::OwnedValue;
use lownoise_prove::Change;

use crate::concern::Replayed;

/// Distinct processes are counted up to here, so that memory stays flat.
const MOST: usize = 10_000;

/// The counts of a replay.
#[derive(Debug, Clone)]
pub struct Replay {
    /// Events that both policies judged.
    pub events: u64,
    /// What the old one kept and the new one does not, by the new one's parts.
    pub hidden: Direction,
    /// What the new one keeps and the old one did not, by the old one's parts.
    pub shown: Direction,
    process: Option<ColumnId>,
}

/// The counts in one direction.
#[derive(Debug, Clone)]
pub struct Direction {
    /// Each event once.
    pub total: Count,
    scope: Count,
    exclusions: Vec<Count>,
}

/// How many events, from which processes, and the first of them.
#[derive(Debug, Clone, Default)]
pub struct Count {
    /// Events.
    pub events: u64,
    /// The first of them.
    pub first: Option<OwnedEvent>,
    processes: HashSet<String>,
    more: bool,
}

/// The column with the path of the process, by which processes are told apart: the one that the schema names the
/// program of a command line.
#[must_use]
pub fn process_column(schema: &Schema) -> Option<ColumnId> {
    schema.columns.iter().find_map(|column| schema.column(column.command_of.as_ref()?))
}

impl Replay {
    /// Before the first event.
    #[must_use]
    pub fn new(old: &Policy, new: &Policy) -> Self {
        let direction = |policy: &Policy| Direction {
            total: Count::default(),
            scope: Count::default(),
            exclusions: vec![Count::default(); policy.exclusions.len()],
        };
        let process = process_column(&new.schema);
        Self { events: 0, hidden: direction(new), shown: direction(old), process }
    }

    /// Counts the rows of a batch, on which both policies have their verdicts.
    pub fn add(&mut self, batch: &Batch<'_>, old: &Verdicts, new: &Verdicts) {
        self.events += batch.rows as u64;
        for (row, (before, after)) in old.rows().iter().zip(new.rows()).enumerate() {
            let kept = |verdict: &RowVerdict| matches!(verdict, RowVerdict::Kept);
            match (kept(before), kept(after)) {
                (true, false) => self.hidden.add(batch, row, *after, new, self.process),
                (false, true) => self.shown.add(batch, row, *before, old, self.process),
                _ => {}
            }
        }
    }
}

impl Direction {
    /// The count of a part.
    #[must_use]
    pub fn of(&self, part: Change) -> Option<&Count> {
        match part {
            Change::Any => Some(&self.total),
            Change::Scope => Some(&self.scope),
            Change::Exclusion(place) => self.exclusions.get(place),
        }
    }

    /// The first event of each part.
    pub fn firsts(&self) -> impl Iterator<Item = &OwnedEvent> {
        self.exclusions.iter().chain([&self.scope]).filter_map(|count| count.first.as_ref())
    }

    fn add(
        &mut self,
        batch: &Batch<'_>,
        row: usize,
        verdict: RowVerdict,
        verdicts: &Verdicts,
        process: Option<ColumnId>,
    ) {
        self.total.add(batch, row, process);
        if let RowVerdict::OutOfScope(_) = verdict {
            self.scope.add(batch, row, process);
        }
        for place in verdicts.hidden_by(verdict) {
            let place = usize::try_from(*place).unwrap_or(usize::MAX);
            if let Some(count) = self.exclusions.get_mut(place) {
                count.add(batch, row, process);
            }
        }
    }
}

impl Count {
    fn add(&mut self, batch: &Batch<'_>, row: usize, process: Option<ColumnId>) {
        self.events += 1;
        if self.first.is_none() {
            let values = batch.event(row).values;
            self.first = Some(OwnedEvent { values: values.into_iter().map(OwnedValue::from).collect() });
        }
        let Some(process) = process else { return };
        let path = batch.value(process, row).text();
        if !self.processes.contains(path) {
            if self.processes.len() < MOST {
                self.processes.insert(path.to_owned());
            } else {
                self.more = true;
            }
        }
    }

    /// As a report says it, of so many events.
    #[must_use]
    pub fn replayed(&self, of: u64, schema: &Schema) -> Replayed {
        Replayed {
            events: self.events,
            of,
            processes: process_column(schema).map(|_| self.processes.len()),
            more_processes: self.more,
        }
    }
}
