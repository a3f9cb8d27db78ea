//! Rows of JSON: how blocks of it become columns. Knows the wrappers that rows come in; no files, no policy.

mod elements;
mod exact;
mod fast;
mod lines;
mod paths;
mod scan;
mod string;

use bumpalo::Bump;

pub(crate) use elements::{DocumentError, Elements};
pub(crate) use lines::Lines;

use crate::convert::{Converter, Raw};
use crate::{Chunk, Malformed};
use paths::Paths;

/// What rows come wrapped in, one level deep; elements of `records` may hold `properties` or `_source`.
const WRAPPERS: [&str; 3] = ["properties", "_source", "records"];

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
        let mut run = Run::new(self, arena);
        // A look at the whole block at once is much cheaper than one at each line.
        let text = simdutf8::basic::from_utf8(bytes).ok().filter(|_| !has_controls(bytes));
        match text {
            Some(text) => {
                let (mut place, mut from) = (first, 0);
                for end in memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]) {
                    run.record(text.get(from..end).unwrap_or_default(), true, place, &mut chunk);
                    (place, from) = (place + 1, end + 1);
                }
            }
            None => {
                for (place, line) in (first..).zip(bytes.split(|&byte| byte == b'\n')) {
                    match exact::utf8(line) {
                        Ok(line) => run.line(line, place, &mut chunk),
                        Err(reason) => chunk.malformed.push(Malformed { place, reason }),
                    }
                }
            }
        }
        if let Some(place) = too_long {
            chunk.malformed.push(crate::block::too_long(place));
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
    let (paths, arena) = (Paths::new(fields.iter().copied()), Bump::new());
    let mut quick = vec![Raw::Absent; fields.len()];
    let mut exactly = quick.clone();
    let text = line.trim_matches([' ', '\t', '\r']);
    if !paths.are_flat() || has_controls(text.as_bytes()) || text.contains('\n') {
        return true;
    }
    let answered = fast::Scanner::new(&paths).fields(text, &arena, &mut quick);
    !answered || (exact::fields(text, &paths, &arena, &mut exactly).is_ok() && quick == exactly)
}

/// Decoding one block.
struct Run<'d, 'a> {
    decoder: &'d JsonDecoder,
    arena: &'a Bump,
    fast: Option<fast::Scanner<'a, 'd>>,
    record: Vec<Raw<'a>>,
}

impl<'d, 'a> Run<'d, 'a> {
    fn new(decoder: &'d JsonDecoder, arena: &'a Bump) -> Self {
        let fast = decoder.paths.are_flat().then(|| fast::Scanner::new(&decoder.paths));
        Self { decoder, arena, fast, record: vec![Raw::Absent; decoder.width] }
    }

    /// A line of a block that holds control characters or is not UTF-8 somewhere.
    fn line(&mut self, line: &'a str, place: u64, chunk: &mut Chunk<'a>) {
        let line = line.strip_suffix('\r').unwrap_or(line);
        self.record(line, !has_controls(line.as_bytes()), place, chunk);
    }

    fn record(&mut self, line: &'a str, clean: bool, place: u64, chunk: &mut Chunk<'a>) {
        let text = line.trim_matches([' ', '\t', '\r']);
        if !text.is_empty() {
            self.row(text, clean, place, Level::Record, chunk);
        }
    }

    /// A row, or what wraps it. Calls itself at most twice, once for each level.
    fn row(&mut self, text: &'a str, clean: bool, place: u64, level: Level, chunk: &mut Chunk<'a>) {
        if let Err(reason) = self.fields(text, clean) {
            return chunk.malformed.push(Malformed { place, reason });
        }
        let [properties, source, records] = self.decoder.wrappers.map(|wrapper| self.wrapped(wrapper));
        match level {
            Level::Record if records.is_some_and(|inner| inner.starts_with('[')) => {
                match exact::elements(records.unwrap_or_default()) {
                    Ok(elements) => {
                        for element in elements {
                            self.row(element, clean, place, Level::Element, chunk);
                        }
                    }
                    Err(reason) => chunk.malformed.push(Malformed { place, reason }),
                }
            }
            Level::Record | Level::Element => {
                match properties.or(source).filter(|row| row.starts_with('{')) {
                    Some(_) if self.is_of_another_table() => chunk.other_tables += 1,
                    Some(row) => self.row(row, clean, place, Level::Row, chunk),
                    None => self.emit(text, place, chunk),
                }
            }
            Level::Row => self.emit(text, place, chunk),
        }
    }

    /// Finds the fields and the wrappers of a record, the fast way if it can.
    fn fields(&mut self, text: &'a str, clean: bool) -> Result<(), String> {
        self.record.fill(Raw::Absent);
        if clean && let Some(fast) = &mut self.fast {
            if fast.fields(text, self.arena, &mut self.record) {
                return Ok(());
            }
            self.record.fill(Raw::Absent);
        }
        exact::fields(text, &self.decoder.paths, self.arena, &mut self.record)
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
            chunk.whole.push(text);
        }
    }
}

/// Whether there is a control character other than a line feed. Without a branch a byte, for the sake of vectors.
fn has_controls(bytes: &[u8]) -> bool {
    let is_control = |byte: u8| u8::from(byte < 0x20) & u8::from(byte != b'\n');
    bytes.chunks(4096).any(|chunk| chunk.iter().fold(0, |any, &byte| any | is_control(byte)) != 0)
}
