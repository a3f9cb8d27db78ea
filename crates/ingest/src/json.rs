//! Rows of JSON: how blocks of it become columns. Knows the wrappers that rows come in; no files, no policy.

mod elements;
mod exact;
mod fast;
mod lead;
mod lines;
mod paths;
mod scan;
mod sections;
mod stops;
mod string;

use bumpalo::Bump;
use fearless_simd::{Simd, dispatch};

pub(crate) use elements::{DocumentError, Elements};
pub(crate) use lines::Lines;
pub(crate) use sections::{Bytes, Section, Sections};

use crate::convert::{Converter, Raw};
use crate::{Chunk, Malformed};
use paths::Paths;
use stops::Stops;

/// What rows come wrapped in, one level deep; elements of `records` may hold `properties` or `_source`.
const WRAPPERS: [&str; 3] = ["properties", "_source", "records"];

/// Bytes of lines that are read at once: so few that they stay in the processor's first cache with what is found out.
const PIECE: usize = 16 << 10;

/// Beside `properties`, the table that the row is of, after this prefix.
const CATEGORY: &str = "category";
const CATEGORY_PREFIX: &str = "AdvancedHunting-";

/// Decodes records of JSON, one a line. Pure; many threads may share it.
#[derive(Debug, Clone)]
pub(crate) struct JsonDecoder {
    converter: Converter,
    table: String,
    whole: bool,
    /// The converter's fields, then the wrappers that are no fields themselves, then `category`.
    paths: Paths,
    /// How many of the paths are fields.
    fields: usize,
    /// Where in a record each wrapper is found; `None`: a mapping looks into it, so it wraps nothing.
    wrappers: [Option<usize>; 3],
    category: usize,
    width: usize,
}

/// What a row may still be wrapped in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Record,
    Element,
    Row,
}

impl JsonDecoder {
    /// A decoder of rows of `table`.
    pub(crate) fn new(converter: Converter, table: &str, whole: bool) -> Self {
        let fields = converter.fields().len();
        let mut names: Vec<&str> = converter.fields().iter().map(String::as_str).collect();
        let wrappers = WRAPPERS.map(|wrapper| {
            let looked_into = converter
                .fields()
                .iter()
                .any(|field| field.split('.').next().is_some_and(|step| step == wrapper));
            (!looked_into).then(|| {
                names.push(wrapper);
                names.len() - 1
            })
        });
        let category = names.iter().position(|name| *name == CATEGORY).unwrap_or_else(|| {
            names.push(CATEGORY);
            names.len() - 1
        });
        let (paths, width) = (Paths::new(names.iter().copied()), names.len());
        Self { table: table.to_owned(), whole, paths, fields, wrappers, category, width, converter }
    }

    /// What the fields become.
    pub(crate) fn converter(&self) -> &Converter {
        &self.converter
    }

    /// Decodes a block of lines; see [`Block::Text`](crate::Block::Text). Linear in its bytes.
    pub(crate) fn decode<'a>(
        &self,
        bytes: &'a [u8],
        first: u64,
        too_long: Option<u64>,
        arena: &'a Bump,
    ) -> Chunk<'a> {
        let mut chunk = self.converter.chunk(bytes.len() / 1024 + 1);
        let level = fearless_simd::Level::new();
        let after = dispatch!(level, simd => Run::new(simd, self, arena).block(bytes, first, &mut chunk));
        chunk.lines = after - first;
        if let Some(place) = too_long {
            chunk.malformed.push(crate::block::too_long(place));
            chunk.lines += 1;
        }
        chunk
    }

    /// The wrappers around the first row of a text, outermost first, and the row; `None` when it holds none.
    pub(crate) fn unwrap<'a>(text: &'a str, arena: &'a Bump) -> Option<(Vec<&'static str>, &'a str)> {
        let paths = Paths::new(WRAPPERS);
        let mut around = Vec::new();
        let mut text = text.trim();
        loop {
            let mut record = [Raw::Absent; 3];
            exact::fields(text, &paths, arena, &mut record).ok()?;
            let next = WRAPPERS.into_iter().zip(record).find_map(|(wrapper, raw)| match raw {
                Raw::Json(inner) if around.is_empty() || (around == ["records"] && wrapper != "records") => {
                    if wrapper == "records" {
                        let first = exact::elements(inner).ok()?.first().copied()?;
                        first.starts_with('{').then_some((wrapper, first))
                    } else {
                        inner.starts_with('{').then_some((wrapper, inner))
                    }
                }
                _ => None,
            });
            let Some((wrapper, inner)) = next else { return Some((around, text)) };
            around.push(wrapper);
            text = inner;
        }
    }

    /// Whether a row has all of these fields, none of them null.
    pub(crate) fn has_all(row: &str, fields: &[String]) -> bool {
        let arena = Bump::new();
        let mut record = vec![Raw::Absent; fields.len()];
        let paths = Paths::new(fields.iter().map(String::as_str));
        exact::fields(row, &paths, &arena, &mut record).is_ok() && !record.contains(&Raw::Absent)
    }
}

/// Whether the fast and the exact way agree on this line; a line that the fast way leaves is agreed on. For
/// fuzzing.
pub(crate) fn ways_agree(line: &str, fields: &[&str]) -> bool {
    dispatch!(fearless_simd::Level::new(), simd => ways_agree_with(simd, line, fields))
}

fn ways_agree_with(simd: impl Simd, line: &str, fields: &[&str]) -> bool {
    let (paths, arena) = (Paths::new(fields.iter().copied()), Bump::new());
    let (mut scanner, mut stops) = (fast::Scanner::new(simd, &paths), Stops::default());
    if !paths.are_flat() {
        return true;
    }
    // Beside itself, as lines are, so that the second time its keys are known; and not at the end of the text.
    let text = format!("{line}\n{line}\n{:1$}", "", lead::LEAD);
    stops.find(simd, text.as_bytes());
    [0, line.len() + 1].into_iter().all(|start| {
        let mut quick = vec![Raw::Absent; fields.len()];
        let mut exactly = quick.clone();
        let end = scanner.fields(&text, &stops, start, &arena, &mut quick);
        let answered = end.and_then(|end| text.get(start..end));
        answered
            .is_none_or(|text| exact::fields(text, &paths, &arena, &mut exactly).is_ok() && quick == exactly)
    })
}

/// Decoding one block.
struct Run<'d, 'a, S> {
    simd: S,
    decoder: &'d JsonDecoder,
    arena: &'a Bump,
    fast: Option<fast::Scanner<'a, 'd, S>>,
    /// The piece of the block that is read, if it is UTF-8, and where its strings end.
    text: &'a str,
    stops: Stops,
    record: Vec<Raw<'a>>,
}

impl<'d, 'a, S: Simd> Run<'d, 'a, S> {
    fn new(simd: S, decoder: &'d JsonDecoder, arena: &'a Bump) -> Self {
        let fast = decoder.paths.are_flat().then(|| fast::Scanner::new(simd, &decoder.paths));
        let record = vec![Raw::Absent; decoder.width];
        Self { simd, decoder, arena, fast, text: "", stops: Stops::default(), record }
    }

    /// All lines of a block, in pieces that stay next to the processor while they are looked at several times; the number
    /// of the line after it.
    fn block(&mut self, mut bytes: &'a [u8], mut place: u64, chunk: &mut Chunk<'a>) -> u64 {
        while !bytes.is_empty() {
            let (piece, rest) = split_lines(bytes);
            place = match simdutf8::basic::from_utf8(piece) {
                Ok(text) => self.piece(text, place, chunk),
                Err(_) => self.piece_with_errors(piece, place, chunk),
            };
            bytes = rest;
        }
        place
    }

    /// All lines of a piece; the number of the line after it.
    fn piece(&mut self, text: &'a str, mut place: u64, chunk: &mut Chunk<'a>) -> u64 {
        let bytes = text.as_bytes();
        if self.fast.is_some() {
            self.text = text;
            self.stops.find(self.simd, bytes);
        }
        let mut at = 0;
        while at < bytes.len() {
            // Where a line ends is seen when its record ends, unless it has to be read the exact way.
            let next = self.quick_line(at, place, chunk).unwrap_or_else(|| {
                let end = memchr::memchr(b'\n', bytes.get(at..).unwrap_or_default());
                let end = end.map_or(bytes.len(), |end| at + end);
                self.line(text.get(at..end).unwrap_or_default(), place, chunk);
                end + 1
            });
            (place, at) = (place + 1, next);
        }
        place
    }

    /// The same, where some line is not UTF-8.
    fn piece_with_errors(&mut self, bytes: &'a [u8], mut place: u64, chunk: &mut Chunk<'a>) -> u64 {
        for line in bytes.split_inclusive(|&byte| byte == b'\n') {
            match exact::utf8(line.strip_suffix(b"\n").unwrap_or(line)) {
                Ok(line) => self.line(line, place, chunk),
                Err(reason) => chunk.malformed.push(Malformed { place, reason }),
            }
            place += 1;
        }
        place
    }

    /// The line that starts here, if it can be read the fast way, and the start of the next one.
    fn quick_line(&mut self, start: usize, place: u64, chunk: &mut Chunk<'a>) -> Option<usize> {
        let end = self.quick_fields(start)?;
        let bytes = self.text.as_bytes();
        let mut after = end;
        while matches!(bytes.get(after), Some(b' ' | b'\t' | b'\r')) {
            after += 1;
        }
        if bytes.get(after).is_some_and(|&byte| byte != b'\n') {
            return None;
        }
        self.found(self.text.get(start..end)?, place, Level::Record, chunk);
        Some(after + 1)
    }

    /// A line without its end.
    fn line(&mut self, line: &'a str, place: u64, chunk: &mut Chunk<'a>) {
        let text = line.trim_matches([' ', '\t', '\r']);
        if !text.is_empty() {
            self.row(text, place, Level::Record, chunk);
        }
    }

    /// A row, or what wraps it. Calls itself at most twice, once for each level.
    fn row(&mut self, text: &'a str, place: u64, level: Level, chunk: &mut Chunk<'a>) {
        match self.fields(text) {
            Ok(()) => self.found(text, place, level, chunk),
            Err(reason) => chunk.malformed.push(Malformed { place, reason }),
        }
    }

    /// A row, or what wraps it, whose fields were found.
    fn found(&mut self, text: &'a str, place: u64, level: Level, chunk: &mut Chunk<'a>) {
        let [properties, source, records] = self.decoder.wrappers.map(|wrapper| self.wrapped(wrapper));
        match level {
            Level::Record if records.is_some_and(|inner| inner.starts_with('[')) => {
                match exact::elements(records.unwrap_or_default()) {
                    Ok(elements) => {
                        for element in elements {
                            self.row(element, place, Level::Element, chunk);
                        }
                    }
                    Err(reason) => chunk.malformed.push(Malformed { place, reason }),
                }
            }
            Level::Record | Level::Element => {
                match properties.or(source).filter(|row| row.starts_with('{')) {
                    Some(_) if self.is_of_another_table() => chunk.other_tables += 1,
                    Some(row) => self.row(row, place, Level::Row, chunk),
                    None => self.emit(text, place, chunk),
                }
            }
            Level::Row => self.emit(text, place, chunk),
        }
    }

    /// Finds the fields and the wrappers of a record, the fast way if it can.
    fn fields(&mut self, text: &'a str) -> Result<(), String> {
        let start = text.as_ptr().addr().checked_sub(self.text.as_ptr().addr());
        let within = start.filter(|start| start + text.len() <= self.text.len());
        if within.is_some_and(|start| self.quick_fields(start) == Some(start + text.len())) {
            return Ok(());
        }
        self.record.fill(Raw::Absent);
        exact::fields(text, &self.decoder.paths, self.arena, &mut self.record)
    }

    /// Finds the fields of the record that starts at this place of the block, and the place after it.
    fn quick_fields(&mut self, start: usize) -> Option<usize> {
        self.record.fill(Raw::Absent);
        self.fast.as_mut()?.fields(self.text, &self.stops, start, self.arena, &mut self.record)
    }

    fn wrapped(&self, wrapper: Option<usize>) -> Option<&'a str> {
        match self.record.get(wrapper?)? {
            Raw::Json(text) => Some(text),
            _ => None,
        }
    }

    fn is_of_another_table(&self) -> bool {
        match self.record.get(self.decoder.category) {
            Some(Raw::Text(category)) => {
                category.strip_prefix(CATEGORY_PREFIX).is_some_and(|table| table != self.decoder.table)
            }
            _ => false,
        }
    }

    fn emit(&mut self, text: &'a str, place: u64, chunk: &mut Chunk<'a>) {
        let fields = self.record.get(..self.decoder.fields).unwrap_or_default();
        if self.decoder.converter.row(place, fields, self.arena, chunk) && self.decoder.whole {
            chunk.records.push(text);
        }
    }
}

/// The first lines of a text, about a [`PIECE`] of them, and the others.
fn split_lines(bytes: &[u8]) -> (&[u8], &[u8]) {
    let (near, far) = bytes.split_at_checked(PIECE).unwrap_or((bytes, &[]));
    let last = || memchr::memrchr(b'\n', near);
    let first = || memchr::memchr(b'\n', far).map(|end| near.len() + end);
    let end = if far.is_empty() { None } else { last().or_else(first) };
    bytes.split_at_checked(end.map_or(bytes.len(), |end| end + 1)).unwrap_or((bytes, &[]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pieces_are_whole_lines_and_all_bytes(
            lengths in proptest::collection::vec(prop_oneof![0..2_000_usize, 10_000..40_000_usize], 0..40),
            ends: bool,
        ) {
            let mut text = lengths.iter().map(|length| "x".repeat(*length)).collect::<Vec<_>>().join("\n").into_bytes();
            text.extend(ends.then_some(b'\n'));
            let (mut rest, mut seen) = (text.as_slice(), Vec::new());
            while !rest.is_empty() {
                let (piece, others) = split_lines(rest);
                let lines = memchr::memchr_iter(b'\n', piece).count();
                prop_assert!(piece.ends_with(b"\n") || others.is_empty());
                prop_assert!(!piece.is_empty() && (piece.len() <= PIECE || lines <= 1));
                seen.extend_from_slice(piece);
                rest = others;
            }
            prop_assert_eq!(seen, text);
        }
    }
}
