//! Reads inputs to their end, one chunk after another, with progress on a terminal; Ctrl-C ends it in order.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bumpalo::Bump;
use lownoise_engine::event::{Batch, ColumnId};
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schema;
use lownoise_ingest::{Chunk, Input, Request, Source, sources};
use lownoise_report::grouped;

use crate::args::Reading;
use crate::failure::Failure;
use crate::terminal;

/// Hands over every chunk. Memory is that of one chunk.
pub(crate) fn each_chunk(
    inputs: &[Source],
    request: &Request,
    mut take: impl FnMut(&Source, &Chunk<'_>),
) -> Result<(), Failure> {
    let interrupted = terminal::interrupted();
    let bar = terminal::progress(inputs.iter().map(Source::bytes).sum());
    let mut arena = Bump::new();
    let mut done = 0;
    for source in inputs {
        let mut input = Input::open(source, request)?;
        while let Some(block) = input.next_block()? {
            arena.reset();
            let chunk = input.decoder().decode(&block, &arena)?;
            take(source, &chunk);
            drop(chunk);
            input.recycle(block);
            bar.set_position(done + input.bytes_read());
            if interrupted.load(Ordering::Relaxed) {
                bar.finish_and_clear();
                return Err(Failure::Interrupted);
            }
        }
        done += input.bytes_read();
    }
    bar.finish_and_clear();
    Ok(())
}

/// Refuses `-` where events are read more than once, for the schemas of these policies.
pub(crate) fn once<'p>(
    events: &[PathBuf],
    passes: impl ExactSizeIterator<Item = &'p Policy>,
) -> Result<(), Failure> {
    if passes.len() < 2 || events.iter().all(|path| path.as_os_str() != "-") {
        return Ok(());
    }
    let mut tables: Vec<&str> = passes.map(|policy| policy.schema.table.as_str()).collect();
    tables.sort_unstable();
    let several = tables.len();
    tables.dedup();
    let why = if tables.len() == several {
        format!("the policies are over the tables {}", tables.join(", "))
    } else {
        "the policies add different columns to their tables".to_owned()
    };
    Err(Failure::Usage(format!("`-` can be read once, and {why}")))
}

/// Hands over every row of a table, with these columns, each named once or more; warns of what could not be read.
pub(crate) fn each_batch(
    events: &[PathBuf],
    reading: &Reading,
    schema: Arc<Schema>,
    mut columns: Vec<ColumnId>,
    mut take: impl FnMut(&Batch<'_>),
) -> Result<(), Failure> {
    columns.sort_unstable();
    columns.dedup();
    let request = Request {
        schema,
        columns,
        whole: false,
        after: None,
        shared: false,
        mapping: reading.mapping(),
        format: reading.format(),
        dates: reading.dates(),
    };
    let (mut unread, mut first) = (0_u64, None);
    each_chunk(&sources(events)?, &request, |source, chunk| {
        unread += chunk.malformed.len() as u64;
        if let (None, Some(record)) = (&first, chunk.malformed.first()) {
            first = Some(format!("{}:{}: {}", source.name(), record.place, record.reason));
        }
        take(&chunk.batch);
    })?;
    if let Some(first) = first {
        let noun = if unread == 1 { "event" } else { "events" };
        terminal::warning(&format!("{} {noun} could not be read; first {first}", grouped(unread)));
    }
    Ok(())
}
