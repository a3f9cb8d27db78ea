//! Reads inputs to their end, one chunk after another, with progress on a terminal; Ctrl-C ends it in order.

use std::sync::atomic::Ordering;

use bumpalo::Bump;
use lownoise_ingest::{Chunk, Input, Request, Source};

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
