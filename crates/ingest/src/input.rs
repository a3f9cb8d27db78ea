//! One input, opened: what it was recognised as, its blocks, and what decodes them. Knows which format goes to
//! which reader; nothing of what is in them.

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use bumpalo::Bump;

use crate::block::Limits;
use crate::convert::Converter;
use crate::csv::{CsvDecoder, Header, Records};
use crate::decoder::Rows;
use crate::json::{DocumentError, Elements, JsonDecoder, Lines, Sections};
use crate::mapping::{Mapping, MappingError};
use crate::open::{self, Compression, OpenError, Opened, Progress, Source};
use crate::parquet::{ParquetDecoder, ParquetFile, Spans};
use crate::stored::Stored;
use crate::{Block, Decoder, Format, Part, ReadError, Request, recognise};

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
    /// The lines of the parts before.
    lines: u64,
    decoder: Decoder,
    progress: Progress,
}

/// What frames the records of an input.
enum Frame {
    Text(Text),
    /// With the progress to keep.
    Sections(Sections, Progress),
    /// With the progress to keep, of so many bytes, where the file itself is read.
    Rows(Box<Spans>, Option<(Progress, u64)>),
}

/// What frames the records of a text, by format.
enum Text {
    Empty,
    Lines(Lines<Box<dyn Read + Send>>),
    Elements(Elements<BufReader<Box<dyn Read + Send>>>),
    Records(Records<Box<dyn Read + Send>>),
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
        let Opened { compression, mark, head, complete, reader } = open::open(&name, reader, &progress)?;
        let format = match request.format {
            Some(format) => Some(format),
            None => recognise::format(ending, &head, complete)
                .map_err(|problem| OpenError::new(name.as_str(), problem))?,
        };
        let opening = Opening { name: &name, request, compression, limits };
        let parts = match format {
            None => opening.json(Text::Empty)?,
            Some(Format::Ndjson) => {
                let parts = opening.json(Text::Lines(Lines::new(reader, limits)))?;
                opening.sections(path, mark, parts, &progress)
            }
            Some(Format::Json) => opening
                .json(Text::Elements(Elements::new(BufReader::with_capacity(limits.step(), reader))))?,
            Some(Format::Csv) => opening.csv(Records::new(reader, limits))?,
            Some(Format::Parquet) => opening.parquet(path, reader, &progress)?,
        };
        let recognised = words(format, compression, &parts.wrappers, parts.mapping.as_ref());
        let decoder = Decoder { input: name.as_str().into(), rows: parts.rows };
        let Parts { frame, first, .. } = parts;
        Ok(Self { name, recognised, compression, frame, first, part: None, lines: 0, decoder, progress })
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
                Some(Ok(mut block)) => {
                    if let Some(part) = &mut self.part {
                        part.count_lines_of(&block);
                    }
                    block.number_after(self.lines);
                    return Ok(Some(block));
                }
                Some(Err(error)) => {
                    self.frame = Frame::Text(Text::Empty);
                    return Err(error);
                }
                None => {}
            }
            self.lines += self.part.take().map_or(0, |part| part.lines());
            self.part = self.next_part()?;
            if self.part.is_none() {
                return Ok(None);
            }
        }
    }

    /// The next part; `None` at the end. For a reader that hands on parts to threads, and then no blocks. The numbers of
    /// its records are to be counted on from the [lines](Part::lines) of all parts before.
    ///
    /// # Errors
    /// As those of [`next_block`](Self::next_block), but for what is found out where the part is read.
    pub fn next_part(&mut self) -> Result<Option<Part>, ReadError> {
        if let Some(first) = self.first.take() {
            return Ok(first?.map(|block| self.frame.part(&self.decoder.input, block)));
        }
        let part = self.frame.next_part(&self.decoder.input);
        part.map_err(|problem| read_error(&self.name, self.compression, problem))
    }

    /// Takes back a block that is done with: its memory is used again.
    pub fn recycle(&mut self, block: Block) {
        match (&mut self.frame, block) {
            (Frame::Text(Text::Lines(lines)), Block::Text { bytes, .. }) => lines.recycle(bytes),
            (Frame::Sections(..), block) => {
                let _used_again_or_not = self.part.as_mut().map(|part| part.recycle(block));
            }
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

    /// Whether reading it takes its time, because it is decompressed as a whole.
    #[must_use]
    pub fn is_compressed(&self) -> bool {
        self.compression.is_some()
    }

    /// What decodes the blocks of this input, and of no other.
    #[must_use]
    pub fn decoder(&self) -> &Decoder {
        &self.decoder
    }
}

impl Frame {
    /// A block of a text as a part: documents and CSV number their records where they are framed.
    fn part(&self, input: &Arc<str>, block: Block) -> Part {
        match self {
            Self::Text(Text::Lines(_)) | Self::Sections(..) => Part::lines_of(input, block),
            Self::Text(_) | Self::Rows(..) => Part::numbered(input, block),
        }
    }

    fn next_part(&mut self, input: &Arc<str>) -> Result<Option<Part>, FrameError> {
        match self {
            Self::Text(text) => Ok(text.next_block()?.map(|block| self.part(input, block))),
            Self::Sections(sections, progress) => {
                progress.set(sections.place());
                Ok(sections.next().map(|section| Part::section(input, section)))
            }
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

    /// Lets many threads read a plain file of lines, each its own sections, after the block that was read to see what
    /// it is. Else nothing changes.
    fn sections(&self, path: Option<&Path>, mark: u64, parts: Parts, progress: &Progress) -> Parts {
        let plain = self.plain(path).filter(|_| self.request.shared).and_then(|path| File::open(path).ok());
        let (Some(file), Some(Ok(Some(Block::Text { bytes, too_long: None, .. })))) = (plain, &parts.first)
        else {
            return parts;
        };
        let (file, read) = (Stored::new(file), mark + bytes.len() as u64);
        if !bytes.ends_with(b"\n") || read >= file.bytes() {
            return parts;
        }
        let sections = Sections::new(file, read, SECTION, Limits::USUAL);
        Parts { frame: Frame::Sections(sections, progress.clone()), ..parts }
    }

    /// The path of a file that is read as it is stored.
    fn plain<'p>(&self, path: Option<&'p Path>) -> Option<&'p Path> {
        path.filter(|path| self.compression.is_none() && path.is_file())
    }

    /// Reads the header.
    fn csv(&self, mut records: Records<Box<dyn Read + Send>>) -> Result<Parts, OpenError> {
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
        mut reader: Box<dyn Read + Send>,
        progress: &Progress,
    ) -> Result<Parts, OpenError> {
        let (file, progress) = if let Some(path) = self.plain(path) {
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

/// Bytes of a section: so many that handing it on takes no time beside reading it, and that it and what is shown of it
/// are small beside what a run may hold.
const SECTION: u64 = 4 << 20;

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
    ReadError { input: name.to_owned(), place: None, problem }
}
