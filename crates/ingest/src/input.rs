//! One input, opened: what it was recognised as, its blocks, and what decodes them. Knows which format goes to
//! which reader; nothing of what is in them.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::Path;
use std::sync::Arc;

use bumpalo::Bump;

use crate::block::Limits;
use crate::convert::Converter;
use crate::csv::{CsvDecoder, Header, Records};
use crate::json::{DocumentError, Elements, JsonDecoder, Lines};
use crate::mapping::{Mapping, MappingError};
use crate::open::{self, Compression, OpenError, Opened, Progress, Source};
use crate::parquet::{ParquetDecoder, ParquetFile, Spans};
use crate::{Block, Chunk, Format, Part, ReadError, Request, recognise};

/// An input that is being read.
pub struct Input {
    name: String,
    recognised: String,
    compression: Option<Compression>,
    frame: Frame,
    /// The first block, which was read to recognise the mapping.
    first: Option<Result<Option<Block>, ReadError>>,
    /// The part whose blocks are handed on.
    part: Option<Part>,
    decoder: Decoder,
    progress: Progress,
}

/// What frames the records of an input.
enum Frame {
    Text(Text),
    /// With the progress to keep, of so many bytes, where the file itself is read.
    Rows(Box<Spans>, Option<(Progress, u64)>),
}

/// What frames the records of a text, by format.
enum Text {
    Empty,
    Lines(Lines<Box<dyn BufRead + Send>>),
    Elements(Elements<Box<dyn BufRead + Send>>),
    Records(Records<Box<dyn BufRead + Send>>),
}

/// What decodes the blocks of one input. Many threads may share it.
#[derive(Debug, Clone)]
pub struct Decoder {
    input: Arc<str>,
    rows: Rows,
}

/// The rows of a format.
#[derive(Debug, Clone)]
enum Rows {
    Json(JsonDecoder),
    Csv(CsvDecoder),
    Parquet(ParquetDecoder),
}

/// What a format makes of an opened input.
struct Parts {
    frame: Frame,
    /// The first block, where it had to be read.
    first: Option<Result<Option<Block>, ReadError>>,
    rows: Rows,
    wrappers: Vec<&'static str>,
    mapping: Option<Mapping>,
}

impl Input {
    /// Opens a source and recognises it. Reads its first block.
    ///
    /// # Errors
    /// When it cannot be opened, is of no known format, or the mapping does not fit.
    pub fn open(source: &Source, request: &Request) -> Result<Self, OpenError> {
        let path = match source {
            Source::Standard | Source::Text(_) => None,
            Source::File(path) => Some(path.as_path()),
        };
        let ending = path.and_then(open::ending);
        let limits = if request.shared { Limits::SHARED } else { Limits::USUAL };
        Self::new(source.name(), ending.as_deref(), open::reader(source)?, path, request, limits)
    }

    /// As [`open`](Self::open), of what a reader gives; `name` is what messages call it, and like the name of a
    /// file its ending is a hint at the format.
    ///
    /// # Errors
    /// As those of [`open`](Self::open).
    pub fn read(
        name: &str,
        reader: impl Read + Send + 'static,
        request: &Request,
    ) -> Result<Self, OpenError> {
        Self::read_within(name, reader, request, Limits::USUAL)
    }

    /// As [`read`](Self::read), within limits other than the usual ones.
    pub(crate) fn read_within(
        name: &str,
        reader: impl Read + Send + 'static,
        request: &Request,
        limits: Limits,
    ) -> Result<Self, OpenError> {
        let ending = open::ending(Path::new(name));
        Self::new(name.to_owned(), ending.as_deref(), Box::new(reader), None, request, limits)
    }

    fn new(
        name: String,
        ending: Option<&str>,
        reader: Box<dyn Read + Send>,
        path: Option<&Path>,
        request: &Request,
        limits: Limits,
    ) -> Result<Self, OpenError> {
        let progress = Progress::default();
        let Opened { compression, head, complete, reader } =
            open::open(&name, reader, &progress, request.shared)?;
        let format = match request.format {
            Some(format) => Some(format),
            None => recognise::format(ending, &head, complete)
                .map_err(|problem| OpenError::new(name.as_str(), problem))?,
        };
        let opening = Opening { name: &name, request, compression, limits };
        let parts = match format {
            None => opening.json(Text::Empty)?,
            Some(Format::Ndjson) => opening.json(Text::Lines(Lines::new(reader, limits)))?,
            Some(Format::Json) => opening.json(Text::Elements(Elements::new(reader)))?,
            Some(Format::Csv) => opening.csv(Records::new(reader, limits))?,
            Some(Format::Parquet) => opening.parquet(path, reader, &progress)?,
        };
        let recognised = words(format, compression, &parts.wrappers, parts.mapping.as_ref());
        let decoder = Decoder { input: name.as_str().into(), rows: parts.rows };
        let Parts { frame, first, .. } = parts;
        Ok(Self { name, recognised, compression, frame, first, part: None, decoder, progress })
    }

    /// What it is, in words: ``NDJSON, gzip, wrapped in `properties`; fields of `ecs` ``.
    #[must_use]
    pub fn recognised(&self) -> &str {
        &self.recognised
    }

    /// The next block; `None` at the end.
    ///
    /// # Errors
    /// Why it cannot be read on. Every whole record before was handed on; after this comes `None`.
    pub fn next_block(&mut self) -> Result<Option<Block>, ReadError> {
        loop {
            match self.part.as_mut().and_then(Iterator::next) {
                Some(Ok(block)) => return Ok(Some(block)),
                Some(Err(error)) => {
                    self.frame = Frame::Text(Text::Empty);
                    return Err(error);
                }
                None => {}
            }
            self.part = self.next_part()?;
            if self.part.is_none() {
                return Ok(None);
            }
        }
    }

    /// The next part; `None` at the end. For a reader that hands on parts to threads, and then no blocks.
    ///
    /// # Errors
    /// As those of [`next_block`](Self::next_block), but for what is found out where the part is read.
    pub fn next_part(&mut self) -> Result<Option<Part>, ReadError> {
        if let Some(first) = self.first.take() {
            return Ok(first?.map(|block| Part::framed(&self.decoder.input, block)));
        }
        let part = self.frame.next_part(&self.decoder.input);
        part.map_err(|problem| read_error(&self.name, self.compression, problem))
    }

    /// Takes back a block that is done with: its memory is used again.
    pub fn recycle(&mut self, block: Block) {
        match (&mut self.frame, block) {
            (Frame::Text(Text::Lines(lines)), Block::Text { bytes, .. }) => lines.recycle(bytes),
            (Frame::Text(Text::Records(records)), Block::Text { bytes, .. }) => records.recycle(bytes),
            _ => {}
        }
    }

    /// Bytes read so far, as stored (compressed).
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.progress.bytes()
    }

    /// The same count, to look at from elsewhere.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// What decodes the blocks of this input, and of no other.
    #[must_use]
    pub fn decoder(&self) -> &Decoder {
        &self.decoder
    }
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
            Some(undecided) => Err(self.error(self.converter().asks(&undecided))),
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

    fn error(&self, problem: String) -> ReadError {
        ReadError { input: self.input.to_string(), problem }
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

impl Frame {
    fn next_part(&mut self, input: &Arc<str>) -> Result<Option<Part>, FrameError> {
        match self {
            Self::Text(text) => Ok(text.next_block()?.map(|block| Part::framed(input, block))),
            Self::Rows(spans, progress) => {
                if let Some((progress, bytes)) = progress {
                    progress.set(spans.share(*bytes));
                }
                Ok(spans.next().map(|span| Part::span(input, span)))
            }
        }
    }
}

impl Text {
    fn next_block(&mut self) -> Result<Option<Block>, FrameError> {
        match self {
            Self::Empty => Ok(None),
            Self::Lines(lines) => lines.next_block().map_err(FrameError::Io),
            Self::Elements(elements) => elements.next_block().map_err(|error| match error {
                DocumentError::Io(error) => FrameError::Io(error),
                other => FrameError::Format(other.to_string()),
            }),
            Self::Records(records) => records.next_block().map_err(FrameError::Io),
        }
    }
}

/// Why there is no next block.
enum FrameError {
    /// The bytes could not be read.
    Io(io::Error),
    /// They are not of the format, in words.
    Format(String),
}

/// What is known of an input before its format is looked into.
struct Opening<'a> {
    name: &'a str,
    request: &'a Request,
    compression: Option<Compression>,
    limits: Limits,
}

impl Opening<'_> {
    /// Reads the first block, to see the fields of its first row.
    fn json(&self, mut text: Text) -> Result<Parts, OpenError> {
        let first = text.next_block().map_err(|problem| read_error(self.name, self.compression, problem));
        let look = Look::at(first.as_ref().ok().and_then(Option::as_ref));
        let (converter, mapping) = self.converter(|fields| look.has_all(fields))?;
        let decoder = JsonDecoder::new(converter, &self.request.schema.table, self.request.whole);
        let (frame, rows) = (Frame::Text(text), Rows::Json(decoder));
        Ok(Parts { frame, first: Some(first), rows, wrappers: look.wrappers, mapping })
    }

    /// Reads the header.
    fn csv(&self, mut records: Records<Box<dyn BufRead + Send>>) -> Result<Parts, OpenError> {
        let failed =
            |error| self.error(read_error(self.name, self.compression, FrameError::Io(error)).problem);
        let record = records.header().map_err(failed)?;
        let record = record.ok_or_else(|| self.error("it has no CSV header".to_owned()))?;
        let header = Header::parse(&record).map_err(|error| self.error(error))?;
        let (converter, mapping) = self.converter(|fields| header.has_all(fields))?;
        let decoder = CsvDecoder::new(converter, header, &self.request.dates, self.request.whole)
            .map_err(|error| self.error(error))?;
        let rows = Rows::Csv(decoder);
        Ok(Parts {
            frame: Frame::Text(Text::Records(records)),
            first: None,
            rows,
            wrappers: Vec::new(),
            mapping,
        })
    }

    /// Reads the footer. Parquet is not read from front to back, so what is no plain file is first copied to a
    /// temporary one.
    fn parquet(
        &self,
        path: Option<&Path>,
        mut reader: Box<dyn BufRead + Send>,
        progress: &Progress,
    ) -> Result<Parts, OpenError> {
        let plain = path.filter(|path| self.compression.is_none() && path.is_file());
        let (file, progress) = if let Some(path) = plain {
            let file = File::open(path).map_err(|error| self.error(format!("cannot be read: {error}")))?;
            let bytes = file.metadata().map_or(0, |metadata| metadata.len());
            (file, Some((progress.clone(), bytes)))
        } else {
            let spool = tempfile::tempfile().and_then(|mut file| {
                io::copy(&mut reader, &mut file)?;
                Ok(file)
            });
            (
                spool
                    .map_err(|error| self.error(format!("cannot be copied to a temporary file: {error}")))?,
                None,
            )
        };
        let file = ParquetFile::open(file).map_err(|error| self.error(error))?;
        let (converter, mapping) = self.converter(|fields| file.has_all(fields))?;
        let whole = self.request.whole;
        let decoder = ParquetDecoder::new(converter, &file).map_err(|problem| self.error(problem))?;
        let converter = decoder.converter();
        let after = self.request.after.and_then(|(column, bound)| Some((converter.alone(column)?, bound)));
        let spans = file.spans(converter.fields(), whole, after, self.limits.rows);
        let spans = spans.map_err(|error| self.error(error))?;
        let frame = Frame::Rows(Box::new(spans), progress);
        Ok(Parts { frame, first: None, rows: Rows::Parquet(decoder), wrappers: Vec::new(), mapping })
    }

    /// The mapping of an input whose fields are known by this function, and what it makes of the request.
    fn converter(
        &self,
        shows: impl Fn(&[String]) -> bool,
    ) -> Result<(Converter, Option<Mapping>), OpenError> {
        let failed = |error: MappingError| self.error(error);
        let mapping =
            Mapping::choose(&self.request.mapping, &self.request.schema.table, shows).map_err(failed)?;
        let converter = Converter::new(self.request, mapping.as_ref()).map_err(failed)?;
        Ok((converter, mapping))
    }

    fn error(&self, problem: impl fmt::Display) -> OpenError {
        OpenError::new(self.name, problem)
    }
}

/// What the first readable row of a block shows.
#[derive(Default)]
struct Look {
    wrappers: Vec<&'static str>,
    row: String,
}

impl Look {
    fn at(block: Option<&Block>) -> Self {
        let Some(Block::Text { bytes, .. }) = block else { return Self::default() };
        let arena = Bump::new();
        let lines = bytes.split(|&byte| byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok());
        let found = lines.take(FIRST).find_map(|line| JsonDecoder::unwrap(line, &arena));
        found.map_or_else(Self::default, |(wrappers, row)| Self { wrappers, row: row.to_owned() })
    }

    fn has_all(&self, fields: &[String]) -> bool {
        JsonDecoder::has_all(&self.row, fields)
    }
}

/// How many lines are looked at for the first readable row.
const FIRST: usize = 100;

fn words(
    format: Option<Format>,
    compression: Option<Compression>,
    wrappers: &[&str],
    mapping: Option<&Mapping>,
) -> String {
    let mut words = match format {
        None => "empty",
        Some(Format::Ndjson) => "NDJSON",
        Some(Format::Json) => "one JSON document",
        Some(Format::Csv) => "CSV",
        Some(Format::Parquet) => "Parquet",
    }
    .to_owned();
    if let Some(compression) = compression {
        words = words + ", " + compression.word();
    }
    if !wrappers.is_empty() {
        words = format!("{words}, wrapped in `{}`", wrappers.join("` and `"));
    }
    if let Some(mapping) = mapping {
        words = format!("{words}; fields of `{}`", mapping.id);
    }
    words
}

fn read_error(name: &str, compression: Option<Compression>, problem: FrameError) -> ReadError {
    let problem = match (problem, compression) {
        (FrameError::Io(error), Some(compression)) if error.kind() == io::ErrorKind::UnexpectedEof => {
            format!("the {} data ends in the middle; everything before was read", compression.word())
        }
        (FrameError::Io(error), Some(compression)) => {
            format!("the {} data is damaged ({error}); everything before was read", compression.word())
        }
        (FrameError::Io(error), None) => error.to_string(),
        (FrameError::Format(problem), _) => problem,
    };
    ReadError { input: name.to_owned(), problem }
}
