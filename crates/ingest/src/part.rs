//! What one thread reads by itself, when many read an input. Knows which formats are framed by one thread alone.

use std::sync::Arc;

use crate::json::{Bytes, Lines, Section};
use crate::parquet::{Batches, Span};
use crate::{Block, Decoder, ReadError};

/// A part of an input, in one piece; as an iterator, its blocks in order. Owned, so that it can go to another thread.
///
/// A text that has to be framed from front to back has parts of one block. Of a plain file of lines a part is a section,
/// and of a Parquet file a span of rows, from which nothing is read yet: that is done where the part is iterated. After
/// an error there is no further block.
pub struct Part {
    input: Arc<str>,
    state: State,
    /// How many lines were decoded, where they are numbered from the beginning of the part.
    lines: Option<u64>,
}

enum State {
    Block(Block),
    Section(Section),
    Lines(Box<Lines<Bytes>>),
    Span(Span),
    Open(Box<Batches>),
    Ended,
}

impl Part {
    fn new(input: &Arc<str>, state: State) -> Self {
        Self { input: Arc::clone(input), state, lines: None }
    }

    fn of_lines(input: &Arc<str>, state: State) -> Self {
        Self { lines: Some(0), ..Self::new(input, state) }
    }

    /// A block whose records have their numbers.
    pub(crate) fn numbered(input: &Arc<str>, block: Block) -> Self {
        Self::new(input, State::Block(block))
    }

    /// A block of lines, numbered from 1.
    pub(crate) fn lines_of(input: &Arc<str>, block: Block) -> Self {
        Self::of_lines(input, State::Block(block))
    }

    pub(crate) fn section(input: &Arc<str>, section: Section) -> Self {
        Self::of_lines(input, State::Section(section))
    }

    pub(crate) fn span(input: &Arc<str>, span: Span) -> Self {
        Self::new(
            input,
            match span.passed_over() {
                Some(rows) => State::Block(Block::PassedOver(rows)),
                None => State::Span(span),
            },
        )
    }

    /// The same rows, to be decoded by a decoder that is [without](Decoder::without) some columns, and without these;
    /// `None` where that spares little: of Parquet only, before the part is iterated.
    #[must_use]
    pub fn tested(&self, decoder: &Decoder) -> Option<Self> {
        let State::Span(span) = &self.state else { return None };
        Some(Self::new(&self.input, State::Span(span.tested(decoder.converter().needed())?)))
    }

    /// Only the rows of these numbers, which ascend, and which are not numbered any more; of Parquet, before the part is
    /// iterated, else nothing.
    #[must_use]
    pub fn only(&self, places: &[u64]) -> Self {
        let state = match &self.state {
            State::Span(span) => State::Span(span.only(places)),
            _ => State::Ended,
        };
        Self::new(&self.input, state)
    }

    /// Takes note of how many [lines](crate::Chunk::lines) the last block had, which are counted where they are decoded:
    /// its next one's are numbered on from there.
    pub fn counted(&mut self, lines: u64) {
        self.lines = self.lines.map(|before| before + lines);
    }

    /// The same for a block that is not decoded yet. Linear in its bytes, where they are lines that have to be counted.
    pub(crate) fn count_lines_of(&mut self, block: &Block) {
        self.lines = self.lines.map(|before| before + block.lines());
    }

    /// What is to be added to the numbers of the records in the parts after this one, once all its blocks are counted.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.lines.unwrap_or(0)
    }

    /// Takes back a block of this part that is done with: its memory is used again, here or else in
    /// [another part](crate::Input::recycle).
    pub fn recycle(&mut self, block: Block) -> Option<Block> {
        match (&mut self.state, block) {
            (State::Lines(lines), Block::Text { bytes, .. }) => {
                lines.recycle(bytes);
                None
            }
            (_, block) => Some(block),
        }
    }

    /// The next block, or in words why there is none.
    fn next_block(&mut self) -> Result<Option<Block>, String> {
        loop {
            let (block, state) = match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Ok(None),
                State::Block(block) => return Ok(Some(block)),
                State::Section(section) => {
                    self.state = State::Lines(Box::new(section.open().map_err(|error| error.to_string())?));
                    continue;
                }
                State::Span(span) => {
                    self.state = State::Open(Box::new(span.open().map_err(|error| error.to_string())?));
                    continue;
                }
                State::Lines(mut lines) => {
                    let mut block = lines.next_block().map_err(|error| error.to_string())?;
                    if let Some(block) = &mut block {
                        block.number_after(self.lines());
                    }
                    (block, State::Lines(lines))
                }
                State::Open(mut batches) => {
                    (batches.next_block().map_err(|error| error.to_string())?, State::Open(batches))
                }
            };
            if block.is_some() {
                self.state = state;
            }
            return Ok(block);
        }
    }
}

impl Iterator for Part {
    type Item = Result<Block, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let block = self.next_block();
        let failed = |problem| ReadError { input: self.input.to_string(), place: None, problem };
        block.map_err(failed).transpose()
    }
}
