//! Counting: what became of every record that was read.

use lownoise_engine::event::{Column, ColumnId};
use lownoise_engine::op::sensor_type_of;
use lownoise_engine::plan::{RowVerdict, Verdicts};
use lownoise_engine::policy::{ConditionKind, Policy};
use lownoise_engine::value::Time;
use lownoise_ingest::Chunk;
use lownoise_ingest::convert::Converter;
use lownoise_report::{
    BrokenInvariant, ColumnNote, ConditionCount, ExclusionCount, Failure, InputNote, Summary, grouped,
};

/// How many records that could not be read are named in the summary.
const NAMED: usize = 10;

/// Exports of exactly so many rows were probably cut there.
const LIMITS: [u64; 3] = [10_000, 30_000, 100_000];

/// The counts so far.
pub(super) struct Tally {
    now: Time,
    devices: Option<String>,
    inputs: Vec<InputNote>,
    read: u64,
    malformed: u64,
    failures: Vec<Failure>,
    other_tables: u64,
    /// By condition of the scope.
    out_of_scope: Vec<u64>,
    hidden: u64,
    kept: u64,
    alone: Vec<u64>,
    together: Vec<u64>,
    /// By invariant.
    broken: Vec<u64>,
    columns: Vec<ColumnTally>,
    types: Vec<TypeTally>,
    /// Columns that no input's mapping supplies.
    unsupplied: Vec<ColumnId>,
}

/// A column that says the type of an address, beside the address.
struct TypeTally {
    column: ColumnId,
    address: ColumnId,
    differs: u64,
    /// The first row that differs: where, and both words.
    first: Option<String>,
}

/// What is known of a column that the policy tests.
struct ColumnTally {
    id: ColumnId,
    /// Whether the policy tests it; else it is only shown.
    tested: bool,
    supplied: bool,
    derived: bool,
    mistyped: u64,
    /// The first value of another kind: where and what.
    first: Option<String>,
    no_address: u64,
}

impl Tally {
    pub(super) fn new(policy: &Policy, now: Time, devices: Option<String>) -> Self {
        let tested = policy.tested_columns();
        let shown = policy.output.columns.iter().copied();
        let ordered = policy.output.order_by.iter().map(|order| order.column);
        let mut ids: Vec<ColumnId> = tested.iter().copied().chain(shown).chain(ordered).collect();
        ids.sort_unstable();
        ids.dedup();
        let column = |id: ColumnId| ColumnTally {
            id,
            tested: tested.contains(&id),
            supplied: false,
            derived: false,
            mistyped: 0,
            first: None,
            no_address: 0,
        };
        Self {
            now,
            devices,
            inputs: Vec::new(),
            read: 0,
            malformed: 0,
            failures: Vec::new(),
            other_tables: 0,
            out_of_scope: vec![0; policy.scope.len()],
            hidden: 0,
            kept: 0,
            alone: vec![0; policy.exclusions.len()],
            together: vec![0; policy.exclusions.len()],
            broken: vec![0; policy.never_hide.len()],
            types: address_types(policy),
            columns: ids.into_iter().map(column).collect(),
            unsupplied: Vec::new(),
        }
    }

    /// A new input.
    pub(super) fn begin(&mut self, name: &str, recognised: &str, converter: &Converter) {
        self.inputs.push(InputNote { name: name.to_owned(), recognised: recognised.to_owned(), read: 0 });
        self.unsupplied.extend(converter.unsupplied());
        for id in converter.derived() {
            // A type that was derived cannot differ from what it was derived from.
            self.types.retain(|known| known.column != id);
            if let Some(column) = self.columns.iter_mut().find(|column| column.id == id) {
                column.derived = true;
            }
        }
    }

    /// The records of a chunk.
    pub(super) fn add(&mut self, policy: &Policy, chunk: &Chunk<'_>, verdicts: &Verdicts) {
        let malformed = chunk.malformed.len() as u64;
        let read = chunk.batch.rows as u64 + chunk.other_tables + malformed;
        self.read += read;
        self.malformed += malformed;
        self.other_tables += chunk.other_tables;
        if let Some(input) = self.inputs.last_mut() {
            input.read += read;
            let room = NAMED.saturating_sub(self.failures.len());
            let failure = |record: &lownoise_ingest::Malformed| Failure {
                input: input.name.clone(),
                place: record.place,
                reason: record.reason.clone(),
            };
            self.failures.extend(chunk.malformed.iter().take(room).map(failure));
        }
        for (row, verdict) in verdicts.rows().iter().enumerate() {
            self.verdict(policy, chunk, verdicts, row, *verdict);
        }
        self.look_at_columns(chunk);
    }

    fn verdict(
        &mut self,
        policy: &Policy,
        chunk: &Chunk<'_>,
        verdicts: &Verdicts,
        row: usize,
        verdict: RowVerdict,
    ) {
        match verdict {
            RowVerdict::OutOfScope(condition) => increment(&mut self.out_of_scope, condition),
            RowVerdict::Kept => self.kept += 1,
            RowVerdict::Hidden { .. } => {
                self.hidden += 1;
                match verdicts.hidden_by(verdict) {
                    [only] => increment(&mut self.alone, *only),
                    several => several.iter().for_each(|place| increment(&mut self.together, *place)),
                }
                if !policy.never_hide.is_empty() {
                    let event = chunk.batch.event(row);
                    for (count, invariant) in self.broken.iter_mut().zip(&policy.never_hide) {
                        *count += u64::from(invariant.predicate.holds(&event));
                    }
                }
            }
        }
    }

    fn look_at_columns(&mut self, chunk: &Chunk<'_>) {
        for column in &mut self.columns {
            let values = chunk.batch.columns.get(column.id.index());
            if !column.supplied {
                column.supplied =
                    (0..chunk.batch.rows).any(|row| !chunk.batch.value(column.id, row).is_missing());
            }
            if let Some(Column::Address(addresses)) = values {
                let strange = addresses.iter().filter(|(text, ip)| ip.is_none() && !text.is_empty());
                column.no_address += strange.count() as u64;
            }
        }
        let input = self.inputs.last().map_or("", |input| &input.name);
        self.types.iter_mut().for_each(|known| known.compare(chunk, input));
        for mistyped in &chunk.mistyped {
            let Some(column) = self.columns.iter_mut().find(|column| column.id == mistyped.column) else {
                continue;
            };
            column.mistyped += 1;
            column.first.get_or_insert_with(|| format!("{input}:{}: `{}`", mistyped.place, mistyped.found));
        }
    }

    /// Whether no record has been read.
    pub(super) fn is_empty(&self) -> bool {
        self.read == 0
    }

    pub(super) fn malformed(&self) -> u64 {
        self.malformed
    }

    /// A few words for the progress bar.
    pub(super) fn progress(&self) -> String {
        format!("{} read, {} kept", grouped(self.read), grouped(self.kept))
    }

    /// Everything, for the summary.
    pub(super) fn summary(self, policy: &Policy, interrupted: bool) -> Summary {
        let other_tables = (self.other_tables > 0).then(|| ConditionCount {
            condition: "table".to_owned(),
            text: format!("rows of other tables than {}", policy.schema.table),
            count: self.other_tables,
        });
        let conditions =
            policy.scope.iter().zip(&self.out_of_scope).map(|(condition, count)| ConditionCount {
                condition: condition.name.clone(),
                text: policy.sources.text(condition.span).split_whitespace().collect::<Vec<_>>().join(" "),
                count: *count,
            });
        let exclusions = policy.exclusions.iter().zip(self.alone.iter().zip(&self.together));
        let invariants = policy.never_hide.iter().zip(&self.broken);
        Summary {
            policy: policy.id.clone(),
            now: self.now.to_string(),
            devices: self.devices,
            read: self.read,
            malformed: self.malformed,
            out_of_scope: self.other_tables + self.out_of_scope.iter().sum::<u64>(),
            out_of_scope_by: other_tables.into_iter().chain(conditions).collect(),
            hidden: self.hidden,
            kept: self.kept,
            exclusions: exclusions
                .map(|(exclusion, (alone, together))| ExclusionCount {
                    id: exclusion.id.clone(),
                    set: exclusion.set.clone(),
                    alone: *alone,
                    together: *together,
                    expires: exclusion.expires.map(|date| date.to_string()),
                    expired: exclusion.is_expired(self.now),
                })
                .collect(),
            broken_invariants: invariants
                .filter(|(_, count)| **count > 0)
                .map(|(invariant, count)| BrokenInvariant { id: invariant.id.clone(), count: *count })
                .collect(),
            never_supplied: never_supplied(policy, &self.columns, |column| {
                // Without a row of the table, only the mapping can say what it does not supply.
                if self.read > self.malformed + self.other_tables {
                    !column.supplied
                } else {
                    self.unsupplied.contains(&column.id)
                }
            }),
            mistyped: notes(
                policy,
                &self.columns,
                |column| column.mistyped,
                |column| column.first.as_ref().map_or_else(String::new, |first| format!("; first {first}")),
            ),
            no_address: notes(policy, &self.columns, |column| column.no_address, |_| String::new()),
            disagreements: self
                .types
                .iter()
                .filter(|known| known.differs > 0)
                .map(|known| known.note(policy))
                .collect(),
            failures: self.failures,
            warnings: warnings(policy, &self.columns, &self.inputs, self.other_tables),
            inputs: self.inputs,
            interrupted,
        }
    }
}

/// The columns that say an address's type, where the policy tests both.
fn address_types(policy: &Policy) -> Vec<TypeTally> {
    let tested = policy.tested_columns();
    let known = tested.iter().filter_map(|column| {
        let address = policy.schema.definition(*column)?.type_of.as_ref()?;
        let address = policy.schema.column(address).filter(|address| tested.contains(address))?;
        Some(TypeTally { column: *column, address, differs: 0, first: None })
    });
    known.collect()
}

impl TypeTally {
    fn compare(&mut self, chunk: &Chunk<'_>, input: &str) {
        let column = |id: ColumnId| chunk.batch.columns.get(id.index());
        let (Some(Column::Text(types)), Some(Column::Address(addresses))) =
            (column(self.column), column(self.address))
        else {
            return;
        };
        for (row, (said, (address, ip))) in types.iter().zip(addresses).enumerate() {
            let Some(meant) = sensor_type_of(address, *ip).filter(|meant| meant != said) else { continue };
            self.differs += 1;
            let place = chunk.places.get(row).copied().unwrap_or(0);
            self.first.get_or_insert_with(|| format!("{input}:{place}: `{said}`, and {address} is {meant}"));
        }
    }

    fn note(&self, policy: &Policy) -> ColumnNote {
        let first = self.first.as_ref().map_or_else(String::new, |first| format!("; first {first}"));
        ColumnNote { column: policy.schema.name(self.column).to_owned(), count: self.differs, note: first }
    }
}

fn increment(counts: &mut [u64], place: u32) {
    if let Some(count) = counts.get_mut(place as usize) {
        *count += 1;
    }
}

fn notes(
    policy: &Policy,
    columns: &[ColumnTally],
    count: impl Fn(&ColumnTally) -> u64,
    note: impl Fn(&ColumnTally) -> String,
) -> Vec<ColumnNote> {
    columns
        .iter()
        .filter(|column| count(column) > 0)
        .map(|column| ColumnNote {
            column: policy.schema.name(column.id).to_owned(),
            count: count(column),
            note: note(column),
        })
        .collect()
}

/// Columns that no event had a value for, and what that means for the policy.
fn never_supplied(
    policy: &Policy,
    columns: &[ColumnTally],
    lacks: impl Fn(&ColumnTally) -> bool,
) -> Vec<ColumnNote> {
    let users = |id: ColumnId, tested: bool| {
        let tests = |predicate: &lownoise_engine::predicate::Predicate| {
            predicate.tests().iter().any(|test| test.column == id)
        };
        let ids: Vec<&str> = policy
            .exclusions
            .iter()
            .filter(|found| tests(&found.predicate))
            .map(|found| found.id.as_str())
            .collect();
        let scope = policy.scope.iter().any(|condition| match &condition.kind {
            ConditionKind::Lookback(_) => policy.schema.name(id) == policy.schema.time,
            ConditionKind::Devices { .. } => policy.schema.name(id) == policy.schema.device,
            ConditionKind::Where(predicate) => tests(predicate),
        });
        if !tested {
            return "the output shows it".to_owned();
        }
        match (ids.is_empty(), scope) {
            (true, true) => "the scope tests it".to_owned(),
            (true, false) => "a never_hide tests it".to_owned(),
            (false, false) => format!("{} cannot match as meant", ids.join(", ")),
            (false, true) => format!("the scope tests it, and {} cannot match as meant", ids.join(", ")),
        }
    };
    columns
        .iter()
        .filter(|column| lacks(column))
        .map(|column| ColumnNote {
            column: policy.schema.name(column.id).to_owned(),
            count: 0,
            note: users(column.id, column.tested),
        })
        .collect()
}

fn warnings(
    policy: &Policy,
    columns: &[ColumnTally],
    inputs: &[InputNote],
    other_tables: u64,
) -> Vec<String> {
    let derived = columns.iter().filter(|column| column.derived && column.tested).map(|column| {
        format!("`{}` is not the source's: it was derived from the address", policy.schema.name(column.id))
    });
    let cut = inputs.iter().filter(|input| LIMITS.contains(&input.read)).map(|input| {
        format!(
            "{} has exactly {} rows, a limit of exports: it was probably cut",
            input.name,
            grouped(input.read)
        )
    });
    let read: u64 = inputs.iter().map(|input| input.read).sum();
    let none = (read > 0 && read == other_tables).then(|| {
        format!("no record is a row of {}: --mapping says which names the source uses", policy.schema.table)
    });
    derived.chain(cut).chain(none).collect()
}
