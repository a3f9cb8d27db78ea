//! How many of the given events each exclusion hides, by itself and with others: by the plan that `run` decides with.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use lownoise_engine::event::{Batch, ColumnId};
use lownoise_engine::op::Operator;
use lownoise_engine::plan::{Plan, Scratch, Verdicts};
use lownoise_engine::policy::Policy;
use lownoise_engine::value::Time;
use lownoise_lint::{Hidden, Usage};

use super::look::{Looked, Subject};
use crate::args;
use crate::devices::devices;
use crate::failure::Failure;
use crate::read::{each_batch, once};

/// The counts of each file, in order; nothing where there are no events, or no policy.
pub(super) fn count(
    looked: &[Looked],
    arguments: &args::Check,
    now: Time,
) -> Result<Vec<Option<Usage>>, Failure> {
    let mut usages: Vec<Option<Usage>> = looked.iter().map(|_| None).collect();
    if arguments.events.is_empty() {
        return Ok(usages);
    }
    // What is over one table, and adds the same columns to it, is counted in one pass.
    let mut passes: Vec<(&Policy, Vec<(usize, Counting)>)> = Vec::new();
    for (place, one) in looked.iter().enumerate() {
        let policy = match &one.subject {
            Subject::Policy(Some(policy)) => policy,
            Subject::Foreign(Some(foreign)) => &foreign.policy,
            _ => continue,
        };
        let counting = Counting::new(policy, arguments, now)?;
        match passes.iter_mut().find(|(first, _)| first.schema.is_laid_out_as(&policy.schema)) {
            Some((_, those)) => those.push((place, counting)),
            None => passes.push((policy, vec![(place, counting)])),
        }
    }
    once(&arguments.events, passes.iter().map(|(first, _)| *first))?;
    for (_, mut those) in passes {
        one_table(&mut those, arguments)?;
        for (place, counting) in those {
            if let Some(usage) = usages.get_mut(place) {
                *usage = Some(counting.usage());
            }
        }
    }
    Ok(usages)
}

/// A policy that forgets its exclusions' last days, and what they hide.
struct Counting {
    policy: Policy,
    plan: Plan,
    scratch: Scratch,
    verdicts: Verdicts,
    events: u64,
    hidden: Vec<Hidden>,
    /// The columns that are asked and that no event has had so far.
    empty: HashSet<ColumnId>,
}

impl Counting {
    fn new(policy: &Policy, arguments: &args::Check, now: Time) -> Result<Self, Failure> {
        let devices = devices(policy, &arguments.reading)?.0;
        let mut policy = policy.clone();
        // What expired hides nothing; what it would hide is the question.
        for exclusion in &mut policy.exclusions {
            exclusion.expires = None;
        }
        Ok(Self {
            plan: Plan::compile(&policy, now, &devices),
            scratch: Scratch::default(),
            verdicts: Verdicts::default(),
            events: 0,
            hidden: vec![Hidden::default(); policy.exclusions.len()],
            empty: policy.tested_columns().into_iter().collect(),
            policy,
        })
    }

    /// Looks for the columns that no event has had so far: most are in the first.
    fn look(&mut self, batch: &Batch<'_>) {
        self.empty.retain(|column| {
            let column = batch.columns.get(usize::from(column.0));
            column.is_none_or(|column| (0..batch.rows).all(|row| !Operator::Exists.holds(column.value(row))))
        });
    }

    fn tally(&mut self) {
        for verdict in self.verdicts.rows() {
            self.events += 1;
            let by = self.verdicts.hidden_by(*verdict);
            for place in by {
                let place = usize::try_from(*place).unwrap_or(usize::MAX);
                if let Some(hidden) = self.hidden.get_mut(place) {
                    hidden.all += 1;
                    hidden.alone += u64::from(by.len() == 1);
                }
            }
        }
    }

    fn usage(self) -> Usage {
        let ids = self.policy.exclusions.into_iter().map(|exclusion| exclusion.id);
        Usage {
            events: self.events,
            exclusions: ids.zip(self.hidden).collect::<HashMap<_, _>>(),
            empty: self.empty,
        }
    }
}

fn one_table(those: &mut [(usize, Counting)], arguments: &args::Check) -> Result<(), Failure> {
    let Some(schema) = those.first().map(|(_, counting)| Arc::clone(&counting.policy.schema)) else {
        return Ok(());
    };
    let columns = those.iter().flat_map(|(_, counting)| counting.policy.tested_columns()).collect();
    each_batch(&arguments.events, &arguments.reading, schema, columns, |batch| {
        for (_, counting) in &mut *those {
            counting.look(batch);
            counting.plan.run(batch, &mut counting.scratch, &mut counting.verdicts);
            counting.tally();
        }
    })
}
