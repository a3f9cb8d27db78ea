//! From blocks of CSV records to columns. Knows a header and a converter; nothing of files.

use bumpalo::Bump;
use fearless_simd::{Level, Simd, dispatch};

use super::fields::{Field, split};
use super::header::{Header, HeaderError, Place};
use super::marks::{Marks, WORD};
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
        let mut run = self.run(bytes.len(), first, arena);
        // A look at the whole block at once is much cheaper than one at each record.
        let text = simdutf8::basic::from_utf8(bytes).ok();
        let start = text.map_or(0, |text| run.regular(text));
        run.any(bytes.get(start..).unwrap_or_default(), text.and_then(|text| text.get(start..)));
        run.chunk.malformed.extend(too_long.map(crate::block::too_long));
        run.chunk
    }

    /// A record that was decoded, as one JSON object: names of the header to texts, in its order.
    pub(crate) fn object<'a>(&self, record: &str, arena: &'a Bump) -> &'a str {
        let mut fields = Vec::with_capacity(self.header.names().len());
        // It is one, since it was decoded.
        let _decoded = split(record, &mut fields);
        let mut object = String::with_capacity(2 * record.len());
        let mut before = '{';
        for (name, field) in self.header.names().iter().zip(&fields) {
            object.push(before);
            push_text(&mut object, name);
            object.push(':');
            push_text(&mut object, &field.text());
            before = ',';
        }
        object.push('}');
        arena.alloc_str(&object)
    }

    fn run<'a>(&self, bytes: usize, line: u64, arena: &'a Bump) -> Run<'_, 'a> {
        Run {
            decoder: self,
            arena,
            fields: Vec::with_capacity(self.header.names().len()),
            record: vec![Raw::Absent; self.places.len()],
            chunk: self.converter.chunk(bytes / 512 + 1),
            line,
        }
    }

    fn raw<'a>(&self, place: Place, field: Field<'a>, arena: &'a Bump) -> Raw<'a> {
        let text = match field.text() {
            std::borrow::Cow::Borrowed(text) => text,
            std::borrow::Cow::Owned(text) => arena.alloc_str(&text),
        };
        // What is no date stays as it is written, to be reported.
        let time = if place.utc { dates::parse(text, &self.utc).ok() } else { None };
        time.map_or(Raw::Text(text), Raw::Time)
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
    /// The number of the line that the next record begins on.
    line: u64,
}

impl<'a> Run<'_, 'a> {
    /// Decodes records up to the first whose quotes are not where they should be, or which has no line feed: where it
    /// begins. Looks at each byte once, and at the wanted fields only.
    fn regular(&mut self, text: &'a str) -> usize {
        dispatch!(Level::new(), simd => simd.vectorize(
            #[inline(always)]
            || self.regular_words(simd, text),
        ))
    }

    #[expect(clippy::inline_always, reason = "a loop that is compiled for each kind of vectors")]
    #[inline(always)]
    fn regular_words(&mut self, simd: impl Simd, text: &'a str) -> usize {
        let mut marks = Marks::new(false, true);
        // Where the commas of a record are, as many as are expected and one more; and how many were found.
        let (mut commas, mut found) = (vec![0; self.decoder.header.names().len()], 0);
        let (mut start, mut quoted_feeds) = (0, 0);
        let (words, rest) = text.as_bytes().as_chunks::<WORD>();
        let mut last = [0; WORD];
        last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        for (word, at) in words.iter().chain([&last]).zip((0..).step_by(WORD)) {
            let word = marks.word(simd, word);
            if !(word.opens_well && word.closes_well) {
                return start;
            }
            let mut bits = word.commas & !word.inside | word.feeds;
            while bits != 0 {
                let (bit, place) = (bits & bits.wrapping_neg(), at + bits.trailing_zeros() as usize);
                bits ^= bit;
                if word.feeds & bit == 0 {
                    if let Some(comma) = commas.get_mut(found) {
                        *comma = place;
                    }
                    found += 1;
                } else if word.inside & bit != 0 {
                    quoted_feeds += 1;
                } else {
                    let fits = commas.get(..found).and_then(|commas| self.pick(text, start, place, commas));
                    if fits.is_none() {
                        // What is wrong with it is said in one place.
                        self.record(text.get(start..=place).unwrap_or_default(), self.line);
                    }
                    self.line += 1 + quoted_feeds;
                    (start, quoted_feeds, found) = (place + 1, 0, 0);
                }
            }
        }
        start
    }

    /// Takes the wanted fields of a record that ends with the line feed at `feed`. `None`, and nothing is taken, when it
    /// has not as many fields as the header.
    fn pick(&mut self, text: &'a str, start: usize, feed: usize, commas: &[usize]) -> Option<()> {
        let returned = feed > start && text.as_bytes().get(feed - 1) == Some(&b'\r');
        let end = if returned { feed - 1 } else { feed };
        if start == end {
            return Some(());
        }
        let decoder = self.decoder;
        if commas.len() + 1 != decoder.header.names().len() {
            return None;
        }
        for (raw, place) in self.record.iter_mut().zip(&decoder.places) {
            let Some(place) = place else { continue };
            let from =
                place.column.checked_sub(1).map_or(Some(start), |before| Some(commas.get(before)? + 1))?;
            let field = Field::of(text.get(from..commas.get(place.column).copied().unwrap_or(end))?)?;
            *raw = decoder.raw(*place, field, self.arena);
        }
        self.row(text.get(start..end)?, self.line);
        Some(())
    }

    /// Decodes records whatever is in them.
    fn any(&mut self, bytes: &'a [u8], text: Option<&'a str>) {
        let (mut scan, mut start) = (Scan::default(), 0);
        while start < bytes.len() {
            let end = scan.next_end(bytes, true).unwrap_or(bytes.len());
            let record = bytes.get(start..end).unwrap_or_default();
            let known = text.and_then(|text| text.get(start..end));
            match known.map_or_else(|| utf8(record), Ok) {
                Ok(record) => self.record(record, self.line),
                Err(reason) => self.chunk.malformed.push(Malformed { place: self.line, reason }),
            }
            self.line += memchr::memchr_iter(b'\n', record).count() as u64;
            start = end;
        }
    }

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
            *raw = field.map_or(Raw::Absent, |(place, field)| self.decoder.raw(place, *field, self.arena));
        }
        self.row(record, line);
    }

    /// The row whose wanted fields these are, as its converter has it.
    fn row(&mut self, record: &'a str, line: u64) {
        let decoder = self.decoder;
        if decoder.converter.row(line, &self.record, self.arena, &mut self.chunk) && decoder.whole {
            self.chunk.records.push(record);
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
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lownoise_engine::schema::Schemas;
    use proptest::prelude::*;

    use super::*;
    use crate::{MappingChoice, Request};

    fn decoder(header: &str) -> CsvDecoder {
        let schema = Schemas::shipped().unwrap().get("DeviceNetworkEvents").unwrap().clone();
        let columns = ["Timestamp", "RemoteIP", "RemotePort", "DeviceName"];
        let request = Request {
            columns: columns.iter().map(|name| schema.column(name).unwrap()).collect(),
            schema: Arc::new(schema),
            whole: false,
            after: None,
            shared: false,
            mapping: MappingChoice::None,
            format: None,
            dates: Dates::default(),
        };
        let header = Header::parse(header.as_bytes()).unwrap();
        CsvDecoder::new(Converter::new(&request, None).unwrap(), header, &request.dates, false).unwrap()
    }

    /// Records that are mostly as they should be, on both sides of the ends of words.
    fn records() -> impl Strategy<Value = Vec<u8>> {
        let field = prop_oneof![
            8 => "[a-z]{0,12}|443|2026-02-03T04:05:06Z|10.0.0.1",
            4 => "\"([a-z,\\n\\r]|\"\"){0,30}\"",
            1 => "[\",\\r\\n é]{0,4}|a\"b\"|\"a\"b",
        ];
        let line_end =
            prop_oneof![6 => Just("\n"), 3 => Just("\r\n"), 1 => Just("\r\r\n"), 1 => Just("\n\n")];
        let count = prop_oneof![8 => Just(5usize), 1 => 1usize..7];
        let record =
            (count.prop_flat_map(move |count| proptest::collection::vec(field.clone(), count)), line_end);
        let record = record.prop_map(|(fields, end)| fields.join(",") + end);
        (
            proptest::collection::vec(record, 0..12),
            any::<bool>(),
            proptest::option::weighted(0.1, any::<u8>()),
        )
            .prop_map(|(records, cut, byte)| {
                let mut text = records.concat().into_bytes();
                if cut {
                    text.pop();
                }
                text.extend(byte);
                text
            })
    }

    proptest! {
        #[test]
        fn regular_records_are_read_as_any_are(text in records(), first in 1u64..100) {
            let decoder = decoder("RemoteIP,Extra,Timestamp,RemotePort,DeviceName\n");
            let arena = Bump::new();
            let fast = decoder.decode(&text, first, None, &arena);
            let mut slow = decoder.run(text.len(), first, &arena);
            slow.any(&text, None);
            prop_assert_eq!(format!("{fast:?}"), format!("{:?}", slow.chunk));
        }
    }
}
