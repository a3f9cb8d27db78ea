//! The scope on a batch, a condition at a time: each looks only at the rows that those before it left. Knows nothing of
//! exclusions.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::RowVerdict;
use crate::evaluate::Devices;
use crate::event::{Batch, Column, ColumnId};
use crate::policy::{ConditionKind, Policy};
use crate::predicate::{Predicate, Test};
use crate::value::{Time, Value};

/// The conditions of a scope, in order.
#[derive(Debug)]
pub(super) struct Scope(Vec<Check>);

#[derive(Debug)]
enum Check {
    After(Option<ColumnId>, Time),
    /// `None`: every device will do.
    Device(Option<ColumnId>, Option<HashSet<Box<str>, RandomState>>),
    /// A test, and whether it has to hold: what most conditions are.
    Test(Test, bool),
    Where(Predicate),
}

impl Scope {
    pub(super) fn compile(policy: &Policy, now: Time, devices: &Devices) -> Self {
        let checks = policy.scope.iter().map(|condition| match &condition.kind {
            ConditionKind::Lookback(lookback) => {
                Check::After(policy.schema.column(&policy.schema.time), lookback.after(now))
            }
            ConditionKind::Devices { .. } => {
                let known = match devices {
                    Devices::Every => None,
                    Devices::Among(known) => Some(known.iter().map(|id| id.as_str().into()).collect()),
                };
                Check::Device(policy.schema.column(&policy.schema.device), known)
            }
            ConditionKind::Where(predicate) => Check::of(predicate),
        });
        Self(checks.collect())
    }

    /// What the first condition wants a time to lie after, when it wants that.
    pub(super) fn after(&self) -> Option<(ColumnId, Time)> {
        match self.0.first() {
            Some(Check::After(Some(column), bound)) => Some((*column, *bound)),
            _ => None,
        }
    }

    /// Leaves the rows on which all conditions hold, ascending; the verdict of the others names the first that fails.
    pub(super) fn narrow(&self, batch: &Batch<'_>, rows: &mut Vec<u32>, verdicts: &mut [RowVerdict]) {
        for (check, place) in self.0.iter().zip(0..) {
            let fails = RowVerdict::OutOfScope(place);
            match check {
                Check::After(id, bound) => {
                    let times = match id.and_then(|id| batch.columns.get(id.index())) {
                        Some(Column::Time(times)) => times.as_slice(),
                        _ => &[],
                    };
                    let after = |row: usize| times.get(row).is_some_and(|time| *time > Some(*bound));
                    keep(rows, verdicts, fails, after);
                }
                Check::Device(_, None) => {}
                Check::Device(id, Some(devices)) => {
                    let device = |row| id.map_or(Value::Missing, |id| batch.value(id, row)).text();
                    keep(rows, verdicts, fails, |row| devices.contains(device(row)));
                }
                Check::Test(test, wanted) => {
                    let holds = |row| test.operator.holds(batch.value(test.column, row));
                    keep(rows, verdicts, fails, |row| holds(row) == *wanted);
                }
                Check::Where(predicate) => {
                    keep(rows, verdicts, fails, |row| predicate.holds_in(batch, row));
                }
            }
        }
    }
}

impl Check {
    fn of(predicate: &Predicate) -> Self {
        match predicate {
            Predicate::Test(test) => Self::Test(test.clone(), true),
            Predicate::Not(part) => match &**part {
                Predicate::Test(test) => Self::Test(test.clone(), false),
                _ => Self::Where(predicate.clone()),
            },
            _ => Self::Where(predicate.clone()),
        }
    }
}

/// Leaves the rows on which a condition holds, and gives the others their verdict.
#[inline]
fn keep(rows: &mut Vec<u32>, verdicts: &mut [RowVerdict], fails: RowVerdict, holds: impl Fn(usize) -> bool) {
    rows.retain(|row| {
        let row = *row as usize;
        let holds = holds(row);
        if let (false, Some(verdict)) = (holds, verdicts.get_mut(row)) {
            *verdict = fails;
        }
        holds
    });
}
