//! What one thread reads by itself, when many read an input. Knows which formats are framed by one thread alone.

use std::sync::Arc;

use crate::parquet::{Batches, ParquetError, Span};
use crate::{Block, ReadError};

/// A part of an input, in one piece; as an iterator, its blocks in order. Owned, so that it can go to another thread.
///
/// A text has to be framed from front to back, so a part of it is one block. Of a Parquet file it is a span of rows,
/// from which nothing is read yet: that is most of the work, and is done where the part is iterated. After an error
/// there is no further block.
pub struct Part {
    input: Arc<str>,
    state: State,
}

enum State {
    Framed(Block),
    Span(Span),
    Open(Box<Batches>),
    Ended,
}

impl Part {
    pub(crate) fn framed(input: &Arc<str>, block: Block) -> Self {
        Self { input: Arc::clone(input), state: State::Framed(block) }
    }

    pub(crate) fn span(input: &Arc<str>, span: Span) -> Self {
        let state = match span.passed_over() {
            Some(rows) => State::Framed(Block::PassedOver(rows)),
            None => State::Span(span),
        };
        Self { input: Arc::clone(input), state }
    }

    fn next_block(&mut self) -> Result<Option<Block>, ParquetError> {
        let mut batches = match std::mem::replace(&mut self.state, State::Ended) {
            State::Framed(block) => return Ok(Some(block)),
            State::Ended => return Ok(None),
            State::Span(span) => Box::new(span.open()?),
            State::Open(batches) => batches,
        };
        let block = batches.next_block()?;
        if block.is_some() {
            self.state = State::Open(batches);
        }
        Ok(block)
    }
}

impl Iterator for Part {
    type Item = Result<Block, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let block = self.next_block();
        let failed =
            |error: ParquetError| ReadError { input: self.input.to_string(), problem: error.to_string() };
        block.map_err(failed).transpose()
    }
}
