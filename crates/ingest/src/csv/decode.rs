//! From blocks of CSV records to columns. Knows a header and a converter; nothing of files.

use bumpalo::Bump;

use super::fields::{Field, split};
use super::header::{Header, HeaderError, Place};
use super::scan::Scan;
use crate::convert::{Converter, Raw};
use crate::json_text::push_text;
use crate::{Chunk, Dates, Malformed, dates};

/// Decodes the records of one CSV text. Pure; many threads may share it.
#[derive(Debug, Clone)]
pub(crate) struct CsvDecoder {
    header: Header,
    converter: Converter,
    /// Where each of the converter's fields is.
    places: Vec<Option<Place>>,
    /// For columns that say that they are in UTC.
    utc: Dates,
    whole: bool,
}

impl CsvDecoder {
    /// A decoder for the records under this header.
    pub(crate) fn new(
        mut converter: Converter,
        header: Header,
        dates: &Dates,
        whole: bool,
    ) -> Result<Self, HeaderError> {
        let places: Vec<_> = converter.fields().iter().map(|field| header.place(field)).collect();
        if !places.is_empty() && places.iter().all(Option::is_none) {
            return Err(header.nothing_wanted(converter.fields()));
        }
        converter.supplies_only(|field| places.get(field).is_some_and(Option::is_some));
        let utc = Dates { timezone: Some(jiff::tz::TimeZone::UTC), ..dates.clone() };
        Ok(Self { header, converter, places, utc, whole })
    }

    /// What the fields become.
    pub(crate) fn converter(&self) -> &Converter {
        &self.converter
    }

    /// Decodes a block of records; see [`Block::Text`](crate::Block::Text). Linear in its bytes.
    pub(crate) fn decode<'a>(
        &self,
        bytes: &'a [u8],
        first: u64,
        too_long: Option<u64>,
        arena: &'a Bump,
    ) -> Chunk<'a> {
        let mut run = Run {
            decoder: self,
            arena,
            fields: Vec::with_capacity(self.header.names().len()),
            record: vec![Raw::Absent; self.places.len()],
            chunk: self.converter.chunk(bytes.len() / 512 + 1),
            object: String::new(),
        };
        // A look at the whole block at once is much cheaper than one at each record.
        let text = simdutf8::basic::from_utf8(bytes).ok();
        let (mut scan, mut start, mut line) = (Scan::default(), 0, first);
        while start < bytes.len() {
            let end = scan.next_end(bytes, true).unwrap_or(bytes.len());
            let record = bytes.get(start..end).unwrap_or_default();
            let known = text.and_then(|text| text.get(start..end));
            match known.map_or_else(|| utf8(record), Ok) {
                Ok(record) => run.record(record, line),
                Err(reason) => run.chunk.malformed.push(Malformed { place: line, reason }),
            }
            line += memchr::memchr_iter(b'\n', record).count() as u64;
            start = end;
        }
        run.chunk.malformed.extend(too_long.map(crate::block::too_long));
        run.chunk
    }
}

fn utf8(record: &[u8]) -> Result<&str, String> {
    simdutf8::compat::from_utf8(record)
        .map_err(|error| format!("not UTF-8, at byte {}", error.valid_up_to() + 1))
}

/// Decoding one block.
struct Run<'d, 'a> {
    decoder: &'d CsvDecoder,
    arena: &'a Bump,
    /// All fields of a record.
    fields: Vec<Field<'a>>,
    /// Those that the converter wants.
    record: Vec<Raw<'a>>,
    chunk: Chunk<'a>,
    object: String,
}

impl<'a> Run<'_, 'a> {
    /// A record with its line end, which begins on this line. An empty line is no record.
    fn record(&mut self, record: &'a str, line: u64) {
        let record = record.strip_suffix('\n').unwrap_or(record);
        let record = record.strip_suffix('\r').unwrap_or(record);
        if record.is_empty() {
            return;
        }
        if let Err(reason) = self.fields(record) {
            return self.chunk.malformed.push(Malformed { place: line, reason });
        }
        for (raw, place) in self.record.iter_mut().zip(&self.decoder.places) {
            let field = place.and_then(|place| Some((place, self.fields.get(place.column)?)));
            *raw = field.map_or(Raw::Absent, |(place, field)| {
                let text = match field.text() {
                    std::borrow::Cow::Borrowed(text) => text,
                    std::borrow::Cow::Owned(text) => self.arena.alloc_str(&text),
                };
                // What is no date stays as it is written, to be reported.
                let time = if place.utc { dates::parse(text, &self.decoder.utc).ok() } else { None };
                time.map_or(Raw::Text(text), Raw::Time)
            });
        }
        let decoder = self.decoder;
        if decoder.converter.row(line, &self.record, self.arena, &mut self.chunk) && decoder.whole {
            let object = self.object();
            self.chunk.whole.push(object);
        }
    }

    fn fields(&mut self, record: &'a str) -> Result<(), String> {
        split(record, &mut self.fields)?;
        let (found, expected) = (self.fields.len(), self.decoder.header.names().len());
        if found == expected {
            return Ok(());
        }
        let noun = if found == 1 { "field" } else { "fields" };
        Err(format!("{found} {noun}, and the header has {expected}"))
    }

    /// The record as one JSON object: names of the header to texts, in its order.
    fn object(&mut self) -> &'a str {
        self.object.clear();
        let mut before = '{';
        for (name, field) in self.decoder.header.names().iter().zip(&self.fields) {
            self.object.push(before);
            push_text(&mut self.object, name);
            self.object.push(':');
            push_text(&mut self.object, &field.text());
            before = ',';
        }
        self.object.push('}');
        self.arena.alloc_str(&self.object)
    }
}
