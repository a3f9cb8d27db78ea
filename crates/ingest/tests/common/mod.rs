//! Reading small inputs whole, for the tests of this crate.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::path::Path;
use std::sync::Arc;

use bumpalo::Bump;
use lownoise_engine::schema::Schemas;
use lownoise_ingest::{Dates, Input, MappingChoice, Request, Source};

/// What an input held.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Read {
    pub(crate) recognised: String,
    /// The wanted columns of each row, as text, joined by `|`.
    pub(crate) rows: Vec<String>,
    pub(crate) places: Vec<u64>,
    pub(crate) whole: Vec<String>,
    pub(crate) passed_over: u64,
    pub(crate) other_tables: u64,
    pub(crate) malformed: Vec<(u64, String)>,
    pub(crate) mistyped: Vec<(u64, String)>,
    /// Why reading stopped, if it did not reach the end.
    pub(crate) stopped: Option<String>,
}

/// Wants these columns of network events, and each row whole.
pub(crate) fn request(columns: &[&str]) -> Request {
    let schema = Schemas::shipped().unwrap().get("DeviceNetworkEvents").unwrap().clone();
    Request {
        columns: columns.iter().map(|name| schema.column(name).unwrap()).collect(),
        schema: Arc::new(schema),
        whole: true,
        after: None,
        shared: false,
        mapping: MappingChoice::Recognise,
        format: None,
        dates: Dates::default(),
    }
}

/// Reads bytes as a file of this name.
pub(crate) fn read_as(name: &str, bytes: &[u8], request: &Request) -> Read {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    read(&path, request)
}

/// Reads a file.
pub(crate) fn read(path: &Path, request: &Request) -> Read {
    let mut input = Input::open(&Source::File(path.to_owned()), request).unwrap();
    let mut read = Read { recognised: input.recognised().to_owned(), ..Read::default() };
    loop {
        match input.next_block() {
            Ok(Some(block)) => {
                let arena = Bump::new();
                let chunk = input.decoder().decode(&block, &arena).unwrap();
                assert_eq!(chunk.places.len(), chunk.batch.rows);
                for row in 0..chunk.batch.rows {
                    let values =
                        request.columns.iter().map(|&column| chunk.batch.value(column, row).to_string());
                    read.rows.push(values.collect::<Vec<_>>().join("|"));
                }
                if request.whole {
                    let objects = input.decoder().objects(&block, &chunk, |_| true, &arena).unwrap();
                    assert_eq!(objects.len(), chunk.batch.rows);
                    read.whole.extend(objects.into_iter().map(str::to_owned));
                    let odd = input.decoder().objects(&block, &chunk, |row| row % 2 == 1, &arena).unwrap();
                    let odd = odd.iter().skip(1).step_by(2);
                    let all = read.whole.iter().skip(read.whole.len() - chunk.batch.rows);
                    assert!(odd.eq(all.skip(1).step_by(2)), "each row's own object");
                }
                read.places.extend(chunk.places);
                read.passed_over += chunk.passed_over;
                read.other_tables += chunk.other_tables;
                read.malformed.extend(chunk.malformed.into_iter().map(|one| (one.place, one.reason)));
                read.mistyped.extend(chunk.mistyped.into_iter().map(|one| (one.place, one.found)));
            }
            Ok(None) => break,
            Err(error) => {
                read.stopped = Some(error.problem);
                assert!(matches!(input.next_block(), Ok(None)), "an error is told once");
                break;
            }
        }
    }
    if read.stopped.is_none() {
        assert_eq!(input.bytes_read(), std::fs::metadata(path).unwrap().len());
    }
    read
}
