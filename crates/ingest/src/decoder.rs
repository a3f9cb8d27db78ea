//! Blocks of one input as columns. Knows which format goes to which decoder.

use std::sync::Arc;

use bumpalo::Bump;
use lownoise_engine::event::ColumnId;

use crate::convert::Converter;
use crate::csv::CsvDecoder;
use crate::json::JsonDecoder;
use crate::parquet::ParquetDecoder;
use crate::{Block, Chunk, ReadError};

/// What decodes the blocks of one input. Many threads may share it.
#[derive(Debug, Clone)]
pub struct Decoder {
    pub(crate) input: Arc<str>,
    pub(crate) rows: Rows,
}

/// The rows of a format.
#[derive(Debug, Clone)]
pub(crate) enum Rows {
    Json(JsonDecoder),
    Csv(CsvDecoder),
    Parquet(ParquetDecoder),
}

impl Decoder {
    /// Decodes a block into columns. A pure function of the block, linear in its bytes.
    ///
    /// # Errors
    /// When a date needs a word of the user's, which the error names; or the block is of another input's format.
    pub fn decode<'a>(&self, block: &'a Block, arena: &'a Bump) -> Result<Chunk<'a>, ReadError> {
        let mut chunk = match (&self.rows, block) {
            (Rows::Json(decoder), Block::Text { bytes, first, too_long }) => {
                decoder.decode(bytes, *first, *too_long, arena)
            }
            (Rows::Csv(decoder), Block::Text { bytes, first, too_long }) => {
                decoder.decode(bytes, *first, *too_long, arena)
            }
            (Rows::Parquet(decoder), Block::Rows { batch, first }) => {
                decoder.decode(batch, *first, arena).map_err(|problem| self.error(problem))?
            }
            (Rows::Parquet(decoder), Block::PassedOver(rows)) => {
                Chunk { passed_over: *rows, ..decoder.converter().chunk(0) }
            }
            (Rows::Json(_) | Rows::Csv(_), _) | (Rows::Parquet(_), Block::Text { .. }) => {
                return Err(self.error("a block of another input".to_owned()));
            }
        };
        match chunk.undecided.take() {
            Some(undecided) => {
                let place = Some(undecided.place);
                Err(ReadError { place, ..self.error(self.converter().asks(&undecided)) })
            }
            None => Ok(chunk),
        }
    }

    /// Those rows of a decoded block that are wanted, each as one JSON object with everything that its source says of
    /// it; as long as the chunk, with nothing for the others. Only for a request that asks for whole rows.
    ///
    /// # Errors
    /// When a row cannot be said as JSON, or the block is of another input.
    pub fn objects<'a>(
        &self,
        block: &'a Block,
        chunk: &Chunk<'a>,
        wanted: impl Fn(usize) -> bool,
        arena: &'a Bump,
    ) -> Result<Vec<&'a str>, ReadError> {
        let records = chunk.records.iter().copied().enumerate();
        match (&self.rows, block) {
            (Rows::Json(_), _) => Ok(chunk.records.clone()),
            (Rows::Csv(decoder), _) => {
                let object = |record| decoder.object(record, arena);
                Ok(records.map(|(row, record)| if wanted(row) { object(record) } else { "" }).collect())
            }
            (Rows::Parquet(_), Block::Rows { batch, first }) => {
                let wanted: Vec<usize> = (0..chunk.batch.rows).filter(|row| wanted(*row)).collect();
                let place = |row: &usize| u32::try_from(chunk.places.get(*row)?.checked_sub(*first)?).ok();
                let places = wanted.iter().filter_map(place).collect();
                let found =
                    ParquetDecoder::objects(batch, places, arena).map_err(|problem| self.error(problem))?;
                let mut objects = vec![""; chunk.batch.rows];
                for (row, object) in wanted.into_iter().zip(found) {
                    if let Some(place) = objects.get_mut(row) {
                        *place = object;
                    }
                }
                Ok(objects)
            }
            (Rows::Parquet(_), Block::PassedOver(_)) => Ok(Vec::new()),
            (Rows::Parquet(_), Block::Text { .. }) => Err(self.error("a block of another input".to_owned())),
        }
    }

    /// The same without those of these columns of which nothing could be said but their values: no value of theirs is
    /// of another kind, or spoils its row. They are absent from what it decodes. Of other formats than Parquet none is.
    #[must_use]
    pub fn without(&self, columns: &[ColumnId]) -> Self {
        match &self.rows {
            Rows::Parquet(decoder) => Self { rows: Rows::Parquet(decoder.without(columns)), ..self.clone() },
            Rows::Json(_) | Rows::Csv(_) => self.clone(),
        }
    }

    fn error(&self, problem: String) -> ReadError {
        ReadError { input: self.input.to_string(), place: None, problem }
    }

    /// How fields become columns: which the source never supplies, and which are derived.
    #[must_use]
    pub fn converter(&self) -> &Converter {
        match &self.rows {
            Rows::Json(decoder) => decoder.converter(),
            Rows::Csv(decoder) => decoder.converter(),
            Rows::Parquet(decoder) => decoder.converter(),
        }
    }
}
