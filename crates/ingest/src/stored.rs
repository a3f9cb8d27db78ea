//! The bytes of a file, which many threads read at once, each where it wants. Knows no format.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{ChunkReader, Length};
use bytes::Bytes;
use sync_file::SyncFile;

/// How much is read at once to see the head of a page.
const HEAD: usize = 4 << 10;

/// A file without a place of its own in it: a clone of a `File` shares that place with the original.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    file: SyncFile,
    bytes: u64,
}

impl Stored {
    pub(crate) fn new(file: File) -> Self {
        let bytes = file.metadata().map_or(0, |metadata| metadata.len());
        Self { file: SyncFile::from(file), bytes }
    }

    /// Its length.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// From this place on, for whoever asks alone.
    pub(crate) fn at(&self, start: u64) -> io::Result<SyncFile> {
        let mut file = self.file.clone();
        file.seek(SeekFrom::Start(start))?;
        Ok(file)
    }
}

impl Length for Stored {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for Stored {
    type T = BufReader<SyncFile>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(BufReader::with_capacity(HEAD, self.at(start)?))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let mut bytes = Vec::with_capacity(length);
        self.at(start)?.take(length as u64).read_to_end(&mut bytes)?;
        if bytes.len() < length {
            return Err(ParquetError::EOF("the file ends inside of a page".to_owned()));
        }
        Ok(bytes.into())
    }
}
