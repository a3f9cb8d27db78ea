//! The inputs that paths name, and their bytes: files, folders and standard input, decompressed as they are
//! read. Knows no event formats beyond the endings of file names.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What the files of a folder that are read end with, before an ending of [`COMPRESSED`].
pub(crate) const ENDINGS: [&str; 6] = ["ndjson", "jsonl", "json", "log", "csv", "parquet"];

/// Endings of compressed files.
const COMPRESSED: [&str; 3] = ["gz", "zst", "zstd"];

/// How much of an input is looked at to recognise it.
const HEAD: usize = 64 << 10;

/// Something that events are read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Standard input.
    Standard,
    /// A file.
    File(PathBuf),
    /// Events at hand, as a user wrote them on a command line.
    Text(String),
}

/// Why an input cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenError {
    /// The input, as the user names it.
    pub input: String,
    /// What is wrong, and what to do.
    pub problem: String,
}

impl OpenError {
    pub(crate) fn new(input: impl Into<String>, problem: impl fmt::Display) -> Self {
        Self { input: input.into(), problem: problem.to_string() }
    }

    fn system(input: impl Into<String>, error: &io::Error) -> Self {
        Self::new(input, format_args!("cannot be read: {error}"))
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.input, self.problem)
    }
}

impl std::error::Error for OpenError {}

impl Source {
    /// What messages call it.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Standard => "standard input".to_owned(),
            Self::File(path) => path.display().to_string(),
            Self::Text(_) => "the event given".to_owned(),
        }
    }

    /// Its size as stored, in bytes, when that is known.
    #[must_use]
    pub fn bytes(&self) -> Option<u64> {
        match self {
            Self::Standard => None,
            Self::File(path) => fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|data| data.len()),
            Self::Text(text) => Some(text.len() as u64),
        }
    }
}

/// The inputs that these paths name, in order: `-` is standard input, and a folder is all files below it whose
/// names end as event files do (also when compressed), by path. Hidden files and folders, and links to
/// folders, are left out.
///
/// # Errors
/// When a path does not exist, a folder cannot be listed, or a folder holds no such file.
pub fn sources(paths: &[PathBuf]) -> Result<Vec<Source>, OpenError> {
    let mut sources = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            sources.push(Source::Standard);
            continue;
        }
        let kind =
            fs::metadata(path).map_err(|error| OpenError::system(path.display().to_string(), &error))?;
        if !kind.is_dir() {
            sources.push(Source::File(path.clone()));
            continue;
        }
        let files = files_below(path)?;
        if files.is_empty() {
            let problem =
                format!("no events in this folder: no file in it ends with .{}", ENDINGS.join(", ."));
            return Err(OpenError::new(
                path.display().to_string(),
                problem + ", with or without .gz or .zst",
            ));
        }
        sources.extend(files.into_iter().map(Source::File));
    }
    Ok(sources)
}

/// The files of events below a folder, by path.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>, OpenError> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let failed = |error: io::Error| OpenError::system(folder.display().to_string(), &error);
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if entry.file_type().map_err(failed)?.is_dir() {
                folders.push(path);
            } else if path.is_file() && ending(&path).is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
            {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// What a file name ends with, in lower case, apart from its compression.
pub(crate) fn ending(path: &Path) -> Option<String> {
    let last = |path: &Path| path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let ending = last(path)?;
    if COMPRESSED.contains(&ending.as_str()) { last(Path::new(path.file_stem()?)) } else { Some(ending) }
}

/// How many bytes of an input were read so far, as stored; for a progress bar, which may live on another thread.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<AtomicU64>);

impl Progress {
    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Says how many they are, for a reader that does not read from front to back.
    pub(crate) fn set(&self, bytes: u64) {
        self.0.store(bytes, Ordering::Relaxed);
    }
}

/// How an input is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    Gzip,
    Zstandard,
}

impl Compression {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstandard => "zstd",
        }
    }
}

/// An opened input: its beginning to look at, and all of it to read.
pub(crate) struct Opened {
    pub(crate) compression: Option<Compression>,
    /// The bytes of a byte order mark before it.
    pub(crate) mark: u64,
    /// The first bytes, decompressed, without a byte order mark.
    pub(crate) head: Vec<u8>,
    /// Whether that is all.
    pub(crate) complete: bool,
    /// Everything from the beginning, decompressed, without a byte order mark.
    pub(crate) reader: Box<dyn Read + Send>,
}

/// Opens a source.
pub(crate) fn reader(source: &Source) -> Result<Box<dyn Read + Send>, OpenError> {
    let failed = |error: io::Error| OpenError::system(source.name(), &error);
    match source {
        Source::Standard => Ok(Box::new(io::stdin())),
        Source::Text(text) => Ok(Box::new(Cursor::new(text.clone().into_bytes()))),
        Source::File(path) => {
            let file = File::open(path).map_err(failed)?;
            if file.metadata().map_err(failed)?.is_dir() {
                return Err(OpenError::new(source.name(), "a folder, not a file"));
            }
            Ok(Box::new(file))
        }
    }
}

/// Looks at the beginning of what a reader gives. Magic bytes alone say how it is compressed; gzip may have
/// many members, zstd many frames.
pub(crate) fn open(
    name: &str,
    reader: Box<dyn Read + Send>,
    progress: &Progress,
) -> Result<Opened, OpenError> {
    let failed = |error: io::Error| OpenError::system(name, &error);
    let mut stored = Counted { reader, progress: progress.clone() };
    let magic = Head::read(&mut stored, 4);
    let compression = match magic.bytes.as_slice() {
        [0x1f, 0x8b, ..] => Some(Compression::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18] => Some(Compression::Zstandard),
        _ => None,
    };
    let stored = magic.then(stored);
    let buffered = |stored| BufReader::with_capacity(HEAD, stored);
    // What reads on reads much at once: a buffer before it would only be copied.
    let mut plain: Box<dyn Read + Send> = match compression {
        None => Box::new(stored),
        Some(Compression::Gzip) => Box::new(flate2::bufread::MultiGzDecoder::new(buffered(stored))),
        Some(Compression::Zstandard) => {
            Box::new(zstd::Decoder::with_buffer(buffered(stored)).map_err(failed)?)
        }
    };
    let mut head = Head::read(&mut plain, HEAD);
    let mark = if head.bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    head.bytes.drain(..mark);
    let (bytes, complete) = (head.bytes.clone(), head.complete && head.failed.is_none());
    Ok(Opened { compression, mark: mark as u64, head: bytes, complete, reader: Box::new(head.then(plain)) })
}

/// Counts what is read through it.
struct Counted<R> {
    reader: R,
    progress: Progress,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.progress.0.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// The first bytes of a reader, and what it failed with while they were read.
struct Head {
    bytes: Vec<u8>,
    complete: bool,
    failed: Option<io::Error>,
}

impl Head {
    fn read(reader: &mut impl Read, length: usize) -> Self {
        let mut bytes = Vec::with_capacity(length);
        let failed = reader.take(length as u64).read_to_end(&mut bytes).err();
        Self { complete: bytes.len() < length, bytes, failed }
    }

    /// These bytes, then the failure or else the rest.
    fn then<R: Read>(self, rest: R) -> Resumed<R> {
        Resumed { head: Cursor::new(self.bytes), failed: self.failed, rest }
    }
}

struct Resumed<R> {
    head: Cursor<Vec<u8>>,
    failed: Option<io::Error>,
    rest: R,
}

impl<R: Read> Read for Resumed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.head.read(buffer)? {
            0 => match self.failed.take() {
                Some(error) => Err(error),
                None => self.rest.read(buffer),
            },
            read => Ok(read),
        }
    }
}
