//! Counting: what became of every record that was read.

use lownoise_engine::event::ColumnId;
use lownoise_engine::policy::{ConditionKind, Policy};
use lownoise_engine::value::Time;
use lownoise_ingest::Malformed;
use lownoise_ingest::convert::Converter;
use lownoise_report::{
    BrokenInvariant, ColumnNote, ConditionCount, ExclusionCount, Failure, InputNote, Summary, grouped,
};

use super::counts::{Counts, Example, Watched, increment};

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
    /// The bytes that went to a temporary file to be sorted.
    spilled: u64,
    passed_over: u64,
}

/// A column that says the type of an address, beside the address.
struct TypeTally {
    column: ColumnId,
    /// Whether an input's type was derived: then it cannot differ from what it was derived from.
    derived: bool,
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
    pub(super) fn new(policy: &Policy, watched: &Watched, now: Time, devices: Option<String>) -> Self {
        let column = |(id, tested): &(ColumnId, bool)| ColumnTally {
            id: *id,
            tested: *tested,
            supplied: false,
            derived: false,
            mistyped: 0,
            first: None,
            no_address: 0,
        };
        let types = watched.types.iter();
        let types =
            types.map(|(column, _)| TypeTally { column: *column, derived: false, differs: 0, first: None });
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
            types: types.collect(),
            columns: watched.columns.iter().map(column).collect(),
            unsupplied: Vec::new(),
            spilled: 0,
            passed_over: 0,
        }
    }

    /// A new input.
    pub(super) fn begin(&mut self, name: &str, recognised: &str, converter: &Converter) {
        self.inputs.push(InputNote { name: name.to_owned(), recognised: recognised.to_owned(), read: 0 });
        self.unsupplied.extend(converter.unsupplied());
        for id in converter.derived() {
            self.types.iter_mut().filter(|known| known.column == id).for_each(|known| known.derived = true);
            if let Some(column) = self.columns.iter_mut().find(|column| column.id == id) {
                column.derived = true;
            }
        }
    }

    /// The records of a block, the next one of the input that was begun last.
    pub(super) fn add(&mut self, counts: Counts) {
        self.read += counts.read;
        self.malformed += counts.malformed.len() as u64;
        self.other_tables += counts.other_tables;
        self.passed_over += counts.passed_over;
        self.hidden += counts.hidden;
        self.kept += counts.kept;
        if let Some(input) = self.inputs.last_mut() {
            input.read += counts.read;
            let room = NAMED.saturating_sub(self.failures.len());
            let failure = |Malformed { place, reason }| Failure { input: input.name.clone(), place, reason };
            self.failures.extend(counts.malformed.into_iter().take(room).map(failure));
        }
        let looked_away = counts.passed_over > 0;
        let add = |sums: &mut [u64], counts: &[u64]| {
            sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        };
        add(&mut self.out_of_scope, &counts.out_of_scope);
        add(&mut self.broken, &counts.broken);
        counts.alone.iter().for_each(|place| increment(&mut self.alone, *place));
        counts.together.iter().for_each(|place| increment(&mut self.together, *place));
        let input = self.inputs.last().map_or("", |input| &input.name);
        let place = |Example { place, what }: Example| format!("{input}:{place}: {what}");
        for (column, counts) in self.columns.iter_mut().zip(counts.columns) {
            // Nothing is said of what was not looked at.
            column.supplied |= counts.supplied || looked_away;
            column.mistyped += counts.mistyped;
            column.no_address += counts.no_address;
            column.first = column.first.take().or_else(|| counts.first.map(place));
        }
        let types = self.types.iter_mut().zip(counts.types).filter(|(known, _)| !known.derived);
        for (known, (differs, first)) in types {
            known.differs += differs;
            known.first = known.first.take().or_else(|| first.map(place));
        }
    }

    /// So many bytes went to a temporary file to be sorted.
    pub(super) fn spilled(&mut self, bytes: u64) {
        self.spilled = bytes;
    }

    /// Whether every row's value of a column counts: it is tested, or it is told when no row has one, and none had yet.
    pub(super) fn needs(&self, id: ColumnId) -> bool {
        self.columns.iter().any(|column| column.id == id && (column.tested || !column.supplied))
    }

    fn warnings(&self, policy: &Policy) -> Vec<String> {
        let derived = self.columns.iter().filter(|column| column.derived && column.tested).map(|column| {
            format!(
                "`{}` is not the source's: it was derived from the address",
                policy.schema.name(column.id)
            )
        });
        let cut = self.inputs.iter().filter(|input| LIMITS.contains(&input.read)).map(|input| {
            let rows = grouped(input.read);
            format!("{} has exactly {rows} rows, a limit of exports: it was probably cut", input.name)
        });
        let read: u64 = self.inputs.iter().map(|input| input.read).sum();
        let none = (read > 0 && read == self.other_tables).then(|| {
            format!(
                "no record is a row of {}: --mapping says which names the source uses",
                policy.schema.table
            )
        });
        let passed_over = (self.passed_over > 0).then(|| {
            let rows = grouped(self.passed_over);
            format!(
                "{rows} rows were counted and not looked at: by their row groups' statistics all are too old"
            )
        });
        let sorted = (self.spilled > 0).then(|| {
            let mebibytes = grouped(self.spilled.div_ceil(1 << 20));
            format!("sorting took {mebibytes} MiB of temporary space: --order input needs none")
        });
        derived.chain(cut).chain(none).chain(passed_over).chain(sorted).collect()
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
        let warnings = self.warnings(policy);
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
                .filter(|known| known.differs > 0 && !known.derived)
                .map(|known| known.note(policy))
                .collect(),
            failures: self.failures,
            warnings,
            inputs: self.inputs,
            interrupted,
        }
    }
}

impl TypeTally {
    fn note(&self, policy: &Policy) -> ColumnNote {
        let first = self.first.as_ref().map_or_else(String::new, |first| format!("; first {first}"));
        ColumnNote { column: policy.schema.name(self.column).to_owned(), count: self.differs, note: first }
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
        let tests = |predicate: &lownoise_engine::predicate::Predicate| predicate.columns().contains(&id);
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
