//! Frames the rows of one JSON document, element by element: a bare array, or an object that holds them under
//! a known key. Finds where elements end; what they say, and whether they are valid, is for decoding.

use std::fmt;
use std::io::{self, BufRead};

use crate::Block;
use crate::block::{LONGEST, SIZE};

/// The keys of a document that hold its rows: Graph's `runHuntingQuery`, the older hunting API, event hubs.
pub(crate) const ROWS: [&str; 3] = ["results", "Results", "records"];

/// Why no more elements can be read from a document.
#[derive(Debug)]
pub(crate) enum DocumentError {
    /// The reader failed.
    Io(io::Error),
    /// The document ends too early; how many elements were read.
    Truncated(u64),
    /// Something else stands where this was expected, after so many elements.
    Expected(&'static str, u64),
    /// It is an object without rows.
    NoRows,
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Truncated(read) => {
                write!(f, "the JSON document ends in the middle, after {read} whole rows")
            }
            Self::Expected(what, read) => {
                write!(f, "the JSON document is not valid after {read} rows: {what} is expected there")
            }
            Self::NoRows => write!(
                f,
                "the JSON document holds no rows: they are expected in an array, alone or under `{}`",
                ROWS.join("`, `")
            ),
        }
    }
}

/// Blocks of the elements of a document: one a line, line feeds within it replaced. Holds at most a block and
/// an element, and does not recurse.
pub(crate) struct Elements<R> {
    reader: R,
    stage: Stage,
    /// Elements so far.
    count: u64,
    /// Told after all that was read before.
    failed: Option<DocumentError>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Start,
    /// In the rows; whether these are the whole document, and whether an element came before.
    Rows {
        bare: bool,
        after: bool,
    },
    End,
}

impl<R: BufRead> Elements<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, stage: Stage::Start, count: 0, failed: None }
    }

    /// The next block; `None` at the end.
    ///
    /// # Errors
    /// Why the document cannot be read on, once everything before has been handed on.
    pub(crate) fn next_block(&mut self) -> Result<Option<Block>, DocumentError> {
        let first = self.count + 1;
        let mut bytes = Vec::new();
        let mut too_long = None;
        while self.stage != Stage::End && bytes.len() < SIZE && too_long.is_none() {
            let before = bytes.len();
            match self.step(&mut bytes) {
                Ok(()) if bytes.len() - before > LONGEST => {
                    bytes.truncate(before);
                    too_long = Some(self.count);
                }
                Ok(()) => {}
                Err(error) => {
                    bytes.truncate(before);
                    self.failed = Some(error);
                    self.stage = Stage::End;
                }
            }
        }
        if bytes.is_empty() && too_long.is_none() {
            return self.failed.take().map_or(Ok(None), Err);
        }
        Ok(Some(Block::Text { bytes, first, too_long }))
    }

    /// Goes to the rows, or over one element, which is appended with a line feed, or over what follows them.
    fn step(&mut self, out: &mut Vec<u8>) -> Result<(), DocumentError> {
        match self.stage {
            Stage::Start => match self.visible()? {
                None => {
                    self.stage = Stage::End;
                    Ok(())
                }
                Some(b'[') => {
                    self.rows(true);
                    Ok(())
                }
                Some(b'{') => {
                    self.reader.consume(1);
                    if !self.keys(b"\"}")? {
                        return Err(DocumentError::NoRows);
                    }
                    self.rows(false);
                    Ok(())
                }
                Some(_) => Err(DocumentError::Expected("`[` or `{`", 0)),
            },
            Stage::Rows { bare, after } => match (self.some()?, after) {
                (b']', _) => self.finish(bare),
                (b',', true) => {
                    self.reader.consume(1);
                    self.element(bare, out)
                }
                (_, false) => self.element(bare, out),
                _ => Err(DocumentError::Expected("`,` or `]`", self.count)),
            },
            Stage::End => Ok(()),
        }
    }

    /// Into the rows, over their opening bracket.
    fn rows(&mut self, bare: bool) {
        self.reader.consume(1);
        self.stage = Stage::Rows { bare, after: false };
    }

    fn element(&mut self, bare: bool, out: &mut Vec<u8>) -> Result<(), DocumentError> {
        if matches!(self.some()?, b',' | b']' | b'}' | b':') {
            return Err(DocumentError::Expected("a row", self.count));
        }
        self.value(Some(out))?;
        out.push(b'\n');
        self.count += 1;
        self.stage = Stage::Rows { bare, after: true };
        Ok(())
    }

    /// Over the closing bracket and all that follows it.
    fn finish(&mut self, bare: bool) -> Result<(), DocumentError> {
        self.reader.consume(1);
        if !bare {
            while self.keys(b",}")? {
                // Rows under a second key are none: the first one was taken.
                self.value(None)?;
            }
        }
        self.stage = Stage::End;
        match self.visible()? {
            None => Ok(()),
            Some(_) => Err(DocumentError::Expected("the end", self.count)),
        }
    }

    /// Over keys and values until the value of rows, which is not read: true; or past the end of the object.
    /// `opening` is what may come first: the next key, or a comma before it, or the end.
    fn keys(&mut self, mut opening: &'static [u8]) -> Result<bool, DocumentError> {
        loop {
            let byte = self.some()?;
            if !opening.contains(&byte) {
                return Err(DocumentError::Expected("a key, `,` or `}`", self.count));
            }
            match byte {
                b'}' => {
                    self.reader.consume(1);
                    return Ok(false);
                }
                b',' => {
                    self.reader.consume(1);
                    if self.some()? != b'"' {
                        return Err(DocumentError::Expected("a key", self.count));
                    }
                }
                _ => {}
            }
            let mut key = Vec::new();
            self.value(Some(&mut key))?;
            if self.some()? != b':' {
                return Err(DocumentError::Expected("`:`", self.count));
            }
            self.reader.consume(1);
            let is_rows = ROWS.iter().any(|rows| key == format!("\"{rows}\"").as_bytes());
            if self.some()? == b'[' && is_rows && self.stage == Stage::Start {
                return Ok(true);
            }
            self.value(None)?;
            opening = b",}";
        }
    }

    /// Over one value, which is appended without line feeds, at most a little beyond [`LONGEST`] of it.
    fn value(&mut self, mut out: Option<&mut Vec<u8>>) -> Result<(), DocumentError> {
        let mut span = Span::default();
        let before = out.as_deref().map_or(0, Vec::len);
        loop {
            let bytes = self.reader.fill_buf().map_err(DocumentError::Io)?;
            if bytes.is_empty() {
                return Err(DocumentError::Truncated(self.count));
            }
            let (length, ended) = span.over(bytes, |part| {
                if let Some(out) = out.as_deref_mut()
                    && out.len() - before <= LONGEST
                {
                    out.extend_from_slice(part);
                }
            });
            self.reader.consume(length);
            if ended {
                return Ok(());
            }
        }
    }

    /// The next byte that is no white space, not yet consumed.
    fn visible(&mut self) -> Result<Option<u8>, DocumentError> {
        loop {
            let bytes = self.reader.fill_buf().map_err(DocumentError::Io)?;
            if bytes.is_empty() {
                return Ok(None);
            }
            let found = bytes.iter().position(|byte| !byte.is_ascii_whitespace());
            let (length, byte) = (bytes.len(), found.and_then(|place| bytes.get(place).copied()));
            self.reader.consume(found.unwrap_or(length));
            if byte.is_some() {
                return Ok(byte);
            }
        }
    }

    fn some(&mut self) -> Result<u8, DocumentError> {
        self.visible()?.ok_or(DocumentError::Truncated(self.count))
    }
}

/// Where in a value the bytes so far have led to.
#[derive(Debug, Default)]
struct Span {
    /// Open brackets; that each is closed by its own kind is for decoding.
    depth: u64,
    started: bool,
    in_string: bool,
    escaped: bool,
}

impl Span {
    /// Goes over these bytes to the end of the value, if it is there: how many belong to the value, and whether
    /// it has ended. They are kept but for line feeds, which become what is just as good, or just as wrong, in
    /// their place: a space between values, a carriage return in a string.
    fn over(&mut self, bytes: &[u8], mut keep: impl FnMut(&[u8])) -> (usize, bool) {
        let (mut at, mut kept) = (0, 0);
        let ended = loop {
            if self.in_string && !self.escaped {
                let rest = bytes.get(at..).unwrap_or_default();
                at += memchr::memchr3(b'"', b'\\', b'\n', rest).unwrap_or(rest.len());
            }
            let Some(&byte) = bytes.get(at) else { break false };
            if self.is_after_a_scalar(byte) {
                break true;
            }
            if byte == b'\n' {
                keep(bytes.get(kept..at).unwrap_or_default());
                keep(if self.in_string { b"\r" } else { b" " });
                kept = at + 1;
            }
            at += 1;
            if self.ends_with(byte) {
                break true;
            }
        };
        keep(bytes.get(kept..at).unwrap_or_default());
        (at, ended)
    }

    fn is_after_a_scalar(&self, byte: u8) -> bool {
        let delimits = matches!(byte, b',' | b':' | b']' | b'}') || byte.is_ascii_whitespace();
        delimits && self.started && !self.in_string && self.depth == 0
    }

    /// Takes one byte in; whether the value ends with it.
    fn ends_with(&mut self, byte: u8) -> bool {
        self.started = true;
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => {
                    self.in_string = false;
                    return self.depth == 0;
                }
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                return self.depth == 0;
            }
            _ => {}
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    /// The elements, and what is said at the end; read through a buffer of this many bytes.
    fn elements(text: &str, buffer: usize) -> (Vec<String>, Option<String>) {
        let mut framer = Elements::new(BufReader::with_capacity(buffer, text.as_bytes()));
        let mut all = Vec::new();
        loop {
            match framer.next_block() {
                Ok(Some(Block::Text { bytes, .. })) => {
                    all.extend(String::from_utf8(bytes).unwrap().lines().map(str::to_owned));
                }
                Ok(_) => return (all, None),
                Err(error) => return (all, Some(error.to_string())),
            }
        }
    }

    #[test]
    fn rows_are_found_whatever_surrounds_them() {
        let cases: [(&str, &[&str]); 9] = [
            ("", &[]),
            (" [ ] ", &[]),
            (r#"[{"a":"]}\"{"},{"b":[1,{}]}]"#, &[r#"{"a":"]}\"{"}"#, r#"{"b":[1,{}]}"#]),
            ("[\n{\n\"a\":1},\n2 , \"x\"]\n", &["{ \"a\":1}", "2", "\"x\""]),
            (r#"{"schema":[{"name":"results"}],"results":[{"a":1}]}"#, &[r#"{"a":1}"#]),
            (
                r#"{"Stats":{"results":[9]},"Results":[{"a":1},{"a":2}],"x":[3]}"#,
                &[r#"{"a":1}"#, r#"{"a":2}"#],
            ),
            (r#"{"results":[],"results":[1]}"#, &[]),
            (r#"{"results":null,"Results":[1]}"#, &["1"]),
            (r#"{ "records" : [ {"properties":{}} ] }"#, &[r#"{"properties":{}}"#]),
        ];
        for (text, expected) in cases {
            for buffer in [1, 2, 3, 1000] {
                let (found, error) = elements(text, buffer);
                assert_eq!((found.as_slice(), error), (expected.map_strings().as_slice(), None), "{text}");
            }
        }
    }

    #[test]
    fn a_document_that_stops_hands_on_what_it_held() {
        let cases = [
            (r#"[{"a":1},{"a":"#, 1, "ends in the middle, after 1 whole rows"),
            (r#"{"results":[{"a":1}]"#, 1, "ends in the middle"),
            (r#"{"results":[{"a":1}],"#, 1, "ends in the middle"),
            (r"[1,,2]", 1, "a row is expected"),
            (r"[1 2]", 1, "`,` or `]` is expected"),
            (r"[1]]", 1, "the end is expected"),
            (r#"{"value":[1]}"#, 0, "holds no rows"),
            (r"{}", 0, "holds no rows"),
            (r#"{"a" 1}"#, 0, "`:` is expected"),
            (r#"{"a":1 "b":2}"#, 0, "a key, `,` or `}` is expected"),
            ("7", 0, "`[` or `{` is expected"),
        ];
        for (text, rows, said) in cases {
            let (found, error) = elements(text, 5);
            assert_eq!(found.len(), rows, "{text}");
            assert!(error.as_deref().is_some_and(|error| error.contains(said)), "{text}: {error:?}");
        }
    }

    #[test]
    fn a_line_feed_in_a_string_stays_wrong() {
        assert_eq!(elements("[\"a\nb\"]", 2).0, ["\"a\rb\""]);
    }

    #[test]
    fn nesting_and_length_are_bounded_by_nothing_but_memory() {
        let deep = format!("[{}{},1]", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(elements(&deep, 4096).0.len(), 2);
        let long = format!("[1,\"{}\",3]", "x".repeat(LONGEST + 5));
        let mut framer = Elements::new(long.as_bytes());
        let Ok(Some(Block::Text { bytes, too_long, .. })) = framer.next_block() else { panic!("a block") };
        assert_eq!((bytes.as_slice(), too_long), (b"1\n".as_slice(), Some(2)));
        let Ok(Some(Block::Text { bytes, first, .. })) = framer.next_block() else { panic!("a block") };
        assert_eq!((bytes.as_slice(), first), (b"3\n".as_slice(), 3));
    }

    trait Strings {
        fn map_strings(&self) -> Vec<String>;
    }
    impl Strings for &[&str] {
        fn map_strings(&self) -> Vec<String> {
            self.iter().map(|&text| text.to_owned()).collect()
        }
    }
}
