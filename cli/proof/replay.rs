//! Both sides of policies judge given events, in one pass.

use std::path::PathBuf;
use std::sync::Arc;

use lownoise_engine::event::ColumnId;
use lownoise_engine::plan::{Plan, Scratch, Verdicts};
use lownoise_engine::policy::Policy;
use lownoise_engine::value::Time;
use lownoise_gate::{Replay, process_column};

use crate::args::Reading;
use crate::devices::devices;
use crate::failure::Failure;
use crate::read::{each_batch, once};

/// The counts for each pair, in order; none where there are no events, or the pair is over another table.
pub(super) fn replay(
    pairs: &[(&Policy, &Policy)],
    events: &[PathBuf],
    reading: &Reading,
    now: Time,
) -> Result<Vec<Option<Replay>>, Failure> {
    let mut replays: Vec<Option<Replay>> = pairs.iter().map(|_| None).collect();
    if events.is_empty() || pairs.is_empty() {
        return Ok(replays);
    }
    // What is over one table, and adds the same columns to it, is judged in one pass.
    let mut passes: Vec<(&Policy, Vec<usize>)> = Vec::new();
    for (place, (_, new)) in pairs.iter().enumerate() {
        match passes.iter_mut().find(|(first, _)| first.schema.is_laid_out_as(&new.schema)) {
            Some((_, those)) => those.push(place),
            None => passes.push((new, vec![place])),
        }
    }
    once(events, passes.iter().map(|(first, _)| *first))?;
    for (_, those) in passes {
        let mut judges = Vec::new();
        for place in &those {
            if let Some((old, new)) = pairs.get(*place) {
                judges.push(Judge::new(old, new, reading, now)?);
            }
        }
        one_table(&mut judges, events, reading)?;
        for (place, judge) in those.into_iter().zip(judges) {
            if let Some(slot) = replays.get_mut(place) {
                *slot = Some(judge.replay);
            }
        }
    }
    Ok(replays)
}

/// Two plans, and what they differ in.
struct Judge<'p> {
    policies: [&'p Policy; 2],
    plans: [Plan; 2],
    verdicts: [Verdicts; 2],
    scratch: [Scratch; 2],
    replay: Replay,
}

impl<'p> Judge<'p> {
    fn new(old: &'p Policy, new: &'p Policy, reading: &Reading, now: Time) -> Result<Self, Failure> {
        let of_old = devices(old, reading)?.0;
        let same =
            old.devices().map(|(_, predicate)| predicate) == new.devices().map(|(_, predicate)| predicate);
        let of_new = if same { of_old.clone() } else { devices(new, reading)?.0 };
        Ok(Self {
            policies: [old, new],
            plans: [Plan::compile(old, now, &of_old), Plan::compile(new, now, &of_new)],
            verdicts: [Verdicts::default(), Verdicts::default()],
            scratch: [Scratch::default(), Scratch::default()],
            replay: Replay::new(old, new),
        })
    }

    /// What is read: what decides, and what people are shown of an event.
    fn columns(&self) -> impl Iterator<Item = ColumnId> + '_ {
        self.policies.iter().flat_map(|policy| {
            let schema = &policy.schema;
            let named = [schema.column(&schema.time), schema.column(&schema.device), process_column(schema)];
            let shown = policy.output.columns.iter().copied().chain(named.into_iter().flatten());
            // A policy that shows whole events: what a believable one says.
            let example = schema.examples.first().filter(|_| policy.output.columns.is_empty());
            let said = schema.ids().filter(|id| example.is_some_and(|event| !event.value(*id).is_missing()));
            let shown: Vec<ColumnId> = shown.chain(said).collect();
            policy.tested_columns().into_iter().chain(shown)
        })
    }
}

fn one_table(judges: &mut [Judge<'_>], events: &[PathBuf], reading: &Reading) -> Result<(), Failure> {
    let Some(schema) = judges.first().map(|judge| Arc::clone(&judge.policies[1].schema)) else {
        return Ok(());
    };
    let columns = judges.iter().flat_map(Judge::columns).collect();
    each_batch(events, reading, schema, columns, |batch| {
        for judge in &mut *judges {
            for ((plan, scratch), verdicts) in
                judge.plans.iter().zip(&mut judge.scratch).zip(&mut judge.verdicts)
            {
                plan.run(batch, scratch, verdicts);
            }
            let [old, new] = &judge.verdicts;
            judge.replay.add(batch, old, new);
        }
    })
}
