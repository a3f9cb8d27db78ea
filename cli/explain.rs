//! `lownoise explain`: why one event is kept or hidden.

use std::io::{Write, stdout};
use std::path::PathBuf;
use std::sync::Arc;

use bumpalo::Bump;
use lownoise_engine::evaluate::{Context, Devices};
use lownoise_engine::event::Event;
use lownoise_engine::explain::explain;
use lownoise_engine::policy::Policy;
use lownoise_ingest::{Chunk, Input, Request, Source, sources};
use lownoise_report::{explanation_json, render_explanation};

use crate::args::{self, ReportFormat};
use crate::devices::devices;
use crate::failure::Failure;
use crate::{load, terminal};

pub(crate) fn run(arguments: &args::Explain) -> Result<(), Failure> {
    let schemas = load::schemas()?;
    let policy = load::policy(&arguments.policy, &schemas)?;
    let now = load::now(arguments.reading.now);
    // Without a device table the question is about the rest of the policy; the answer says so.
    let assumed = policy.devices().is_some() && arguments.reading.devices.is_empty();
    let devices = if assumed { Devices::Every } else { devices(&policy, &arguments.reading)?.0 };
    if assumed && !arguments.reading.every_device {
        terminal::warning("without --devices, the device is taken as one that the scope accepts");
    }
    let context = Context { now, devices: &devices };
    with_event(arguments, &policy, &mut |event| {
        let explanation = explain(&policy, event, context);
        let mut out = stdout().lock();
        let text = match arguments.format {
            ReportFormat::Text => render_explanation(&policy, &explanation, terminal::output_style()),
            ReportFormat::Json => format!("{}\n", explanation_json(&policy, &explanation)),
        };
        out.write_all(text.as_bytes())?;
        Ok(())
    })
}

/// Finds the event and hands it on.
fn with_event(
    arguments: &args::Explain,
    policy: &Policy,
    then: &mut dyn FnMut(&Event<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let request = Request {
        schema: Arc::clone(&policy.schema),
        columns: policy.tested_columns(),
        whole: false,
        after: None,
        shared: false,
        mapping: arguments.reading.mapping(),
        format: arguments.reading.format(),
        dates: arguments.reading.dates(),
    };
    let found = if arguments.event.trim_start().starts_with('{') {
        vec![Source::Text(arguments.event.clone())]
    } else {
        sources(&[PathBuf::from(&arguments.event)])?
    };
    for source in found {
        let mut input = Input::open(&source, &request)?;
        while let Some(block) = input.next_block()? {
            let arena = Bump::new();
            let chunk = input.decoder().decode(&block, &arena)?;
            if let Some(row) = wanted(&chunk, arguments.row, &source)? {
                return then(&chunk.batch.event(row));
            }
        }
    }
    let which =
        arguments.row.map_or_else(|| "has no event".to_owned(), |row| format!("has no event in row {row}"));
    Err(Failure::input(format!("`{}` {which} of the table `{}`", arguments.event, policy.schema.table)))
}

/// The row that is asked for, if this chunk has it.
fn wanted(chunk: &Chunk<'_>, row: Option<u64>, source: &Source) -> Result<Option<usize>, Failure> {
    let malformed = chunk.malformed.iter().find(|record| row.is_none_or(|row| row == record.place));
    let found = match row {
        None => (!chunk.places.is_empty()).then_some(0),
        Some(row) => chunk.places.iter().position(|place| *place == row),
    };
    match (found, malformed) {
        (None, Some(record)) => Err(Failure::input(format!(
            "{}:{}: cannot be read: {}",
            source.name(),
            record.place,
            record.reason
        ))),
        (found, _) => Ok(found),
    }
}
