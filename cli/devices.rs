//! The devices that satisfy a scope's device condition: reads the device table and evaluates the condition.

use std::collections::HashSet;
use std::sync::Arc;

use bumpalo::Bump;
use lownoise_engine::evaluate::Devices;
use lownoise_engine::policy::Policy;
use lownoise_ingest::{Input, MappingChoice, Request, sources};
use lownoise_report::grouped;

use crate::args::Reading;
use crate::failure::Failure;
use crate::terminal;

/// The devices, and in words where they come from; no words for a policy without a device condition.
pub(crate) fn devices(policy: &Policy, reading: &Reading) -> Result<(Devices, Option<String>), Failure> {
    let Some((schema, predicate)) = policy.devices() else {
        if !reading.devices.is_empty() {
            terminal::warning("--devices is not used: the policy's scope has no device condition");
        }
        return Ok((Devices::Every, None));
    };
    if reading.every_device {
        return Ok((Devices::Every, Some("every device, as --every-device says".to_owned())));
    }
    if reading.devices.is_empty() {
        return Err(Failure::Usage(format!(
            "the scope of `{}` has a condition on devices: give the rows of `{}` with --devices FILE, or take every device with --every-device",
            policy.id, schema.table
        )));
    }
    let id = schema.column(&schema.device);
    let mut columns: Vec<_> = predicate.columns().into_iter().chain(id).collect();
    columns.sort_unstable();
    columns.dedup();
    let request = Request {
        schema: Arc::clone(schema),
        columns,
        whole: false,
        after: None,
        shared: false,
        mapping: MappingChoice::None,
        format: None,
        dates: reading.dates(),
    };
    let mut found = HashSet::new();
    let (mut rows, mut malformed) = (0_u64, 0_u64);
    let mut first = None;
    for source in sources(&reading.devices)? {
        let mut input = Input::open(&source, &request)?;
        while let Some(block) = input.next_block()? {
            let arena = Bump::new();
            let chunk = input.decoder().decode(&block, &arena)?;
            malformed += chunk.malformed.len() as u64;
            if let (None, Some(record)) = (&first, chunk.malformed.first()) {
                first = Some(format!("{}:{}: {}", source.name(), record.place, record.reason));
            }
            rows += chunk.batch.rows as u64;
            for row in 0..chunk.batch.rows {
                let event = chunk.batch.event(row);
                if let (true, Some(id)) = (predicate.holds(&event), id) {
                    found.insert(event.value(id).text().to_owned());
                }
            }
        }
    }
    if malformed > 0 {
        let first = first.unwrap_or_default();
        let count = grouped(malformed);
        terminal::warning(&format!("{count} rows of the device table could not be read; first {first}"));
    }
    if found.is_empty() {
        terminal::warning(&format!(
            "no row of {} satisfies the scope's device condition, so every event is out of scope",
            schema.table
        ));
    }
    let words = format!("{} in {} rows of {}", grouped(found.len() as u64), grouped(rows), schema.table);
    Ok((Devices::Among(found), Some(words)))
}
