//! CSV by the `csv` crate: it says where records end and what their fields are. It reads on where RFC 4180 has no
//! meaning; that is seen by writing the fields again and comparing.

use std::collections::{BTreeMap, BTreeSet};

use csv::{ByteRecord, ReaderBuilder, Terminator};
use lownoise_engine::value::Time;
use lownoise_ingest::{Format, dates};

use super::value::Cell;
use super::{COLUMNS, Reading, Way};

/// Holds our reading of a case to that of the `csv` crate.
pub(crate) fn hold(bytes: &[u8]) {
    let Some((stored, text, way)) = super::case(bytes) else { return };
    let records = records(text);
    let header = records.iter().position(|(_, record)| record.iter().any(|byte| !b"\r\n".contains(byte)));
    let Some((header, records)) = header.and_then(|header| records[header..].split_first()) else {
        return assert!(super::ours(stored, Format::Csv, way).is_err(), "it has no header");
    };
    match (super::ours(stored, Format::Csv, way), names(header.1)) {
        (Err(_), None) => {}
        (Err(_), _) if header.1.len() > way.limits.longest => {}
        (Ok((mut ours, too_long)), Some(names)) => {
            // What a JSON text says matters here, not how it is written.
            for whole in &mut ours.whole {
                let said: BTreeMap<String, String> = serde_json::from_str(whole).expect("an object of texts");
                *whole = format!("{said:?}");
            }
            assert_eq!(ours, expected(&names, records, way, &too_long));
        }
        (ours, names) => panic!("{ours:?} under {names:?}"),
    }
}

/// The names of a header that can be used.
fn names(header: &[u8]) -> Option<Vec<String>> {
    let names = fields(line(std::str::from_utf8(header).ok()?))?;
    let distinct: BTreeSet<&String> = names.iter().collect();
    let wanted = COLUMNS.iter().any(|(column, _)| place(&names, column).is_some());
    (distinct.len() == names.len() && wanted).then_some(names)
}

/// Where a column is, and whether its name says that it is in UTC.
fn place(names: &[String], column: &str) -> Option<(usize, bool)> {
    ["", " [UTC]", " [Local Time]"].iter().find_map(|suffix| {
        let name = format!("{column}{suffix}");
        Some((names.iter().position(|known| *known == name)?, *suffix == " [UTC]"))
    })
}

fn expected(names: &[String], records: &[(u64, &[u8])], way: Way, too_long: &BTreeSet<u64>) -> Reading {
    let mut reading = Reading::default();
    for &(place, record) in records {
        if too_long.contains(&place) {
            assert!(record.len() > way.limits.longest, "the record of line {place} is not too long");
            reading.malformed.push(place);
            continue;
        }
        match std::str::from_utf8(record).map(line) {
            Ok("") => {}
            Ok(line) => match fields(line).filter(|fields| fields.len() == names.len()) {
                Some(fields) => row(names, &fields, place, way.whole, &mut reading),
                None => reading.malformed.push(place),
            },
            Err(_) => reading.malformed.push(place),
        }
    }
    reading
}

fn row(names: &[String], fields: &[String], line: u64, whole: bool, reading: &mut Reading) {
    let cells = COLUMNS.iter().map(|(column, _)| match place(names, column) {
        None => Cell::Absent,
        Some((at, false)) => Cell::Text(fields[at].clone()),
        Some((at, true)) => utc(&fields[at]).map_or(Cell::Text(fields[at].clone()), Cell::Time),
    });
    reading.row(line, cells);
    if whole {
        let said: BTreeMap<&String, &String> = names.iter().zip(fields).collect();
        reading.whole.push(format!("{said:?}"));
    }
}

fn utc(text: &str) -> Option<Time> {
    dates::parse(text, &super::dates()).ok()
}

/// Each record with its line end, and the number of the line that it begins on. Empty lines may be left out.
fn records(text: &[u8]) -> Vec<(u64, &[u8])> {
    // The crate takes a byte order mark away, but only at the very beginning.
    let fed = [b"\n", text].concat();
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .terminator(Terminator::Any(b'\n'))
        .from_reader(fed.as_slice());
    let (mut records, mut record, mut start) = (Vec::new(), ByteRecord::new(), 0);
    while reader.read_byte_record(&mut record).expect("bytes are read") {
        let end = usize::try_from(reader.position().byte()).expect("a place in the text") - 1;
        start += text[start..].iter().take_while(|byte| **byte == b'\n').count();
        let lines = memchr::memchr_iter(b'\n', &text[..start]).count();
        records.push((lines as u64 + 1, &text[start..end]));
        start = end;
    }
    records
}

/// A record without its line end.
fn line(record: &str) -> &str {
    let record = record.strip_suffix('\n').unwrap_or(record);
    record.strip_suffix('\r').unwrap_or(record)
}

/// The fields of a record; `None` if, written again, they are something else.
fn fields(line: &str) -> Option<Vec<String>> {
    // No byte of UTF-8 is 0xff, so nothing ends a record. A first field keeps a byte order mark where it is.
    let fed = format!("x,{line}");
    let mut reader =
        ReaderBuilder::new().has_headers(false).terminator(Terminator::Any(0xff)).from_reader(fed.as_bytes());
    let record = reader.records().next()?.expect("text");
    let fields: Vec<String> = record.iter().skip(1).map(str::to_owned).collect();
    let mut rest = fed.strip_prefix('x')?;
    for field in &fields {
        rest = rest.strip_prefix(',')?;
        let written =
            if rest.starts_with('"') { format!("\"{}\"", field.replace('"', "\"\"")) } else { field.clone() };
        rest = rest.strip_prefix(&written)?;
    }
    rest.is_empty().then_some(fields)
}
