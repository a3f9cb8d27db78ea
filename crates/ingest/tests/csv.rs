//! CSV as portals export it: headers, dates, quotes, and what cannot be read.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "helpers of tests; one says that it did not run"
)]

#[cfg(test)]
mod common;

use common::{Read, read_as, request};
use lownoise_ingest::{DateOrder, Dates, Input, MappingChoice, Request, Source};

fn wanted() -> Request {
    request(&["Timestamp", "RemoteIP", "RemotePort", "InitiatingProcessCommandLine"])
}

fn read(text: &str, request: &Request) -> Read {
    read_as("events.csv", text.as_bytes(), request)
}

/// Why the text cannot be opened.
fn refused(text: &[u8], request: &Request) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.csv");
    std::fs::write(&path, text).unwrap();
    Input::open(&Source::File(path), request).err().unwrap().problem
}

#[test]
fn a_portal_export() {
    let text = "\u{feff}Timestamp,RemoteIP,Extra,RemotePort,InitiatingProcessCommandLine\r\n\
        2023-12-21T19:04:59.0109752Z,2001:DB8::1,\"{\"\"a\"\":1}\",443,\"curl \"\"x\"\"\r\n, y\"\r\n\
        \r\n\
        2023-12-21T19:05:00Z,,,,\r\n";
    let read = read(text, &wanted());
    assert_eq!(read.recognised, "CSV");
    assert_eq!(
        read.rows,
        ["2023-12-21T19:04:59.0109752Z|2001:db8::1|443|curl \"x\"\r\n, y", "2023-12-21T19:05:00Z|||"]
    );
    assert_eq!(read.places, [2, 5]);
    assert_eq!(
        read.whole[0],
        "{\"Timestamp\":\"2023-12-21T19:04:59.0109752Z\",\"RemoteIP\":\"2001:DB8::1\",\"Extra\":\"{\\\"a\\\":1}\",\
         \"RemotePort\":\"443\",\"InitiatingProcessCommandLine\":\"curl \\\"x\\\"\\r\\n, y\"}"
    );
    assert_eq!((read.malformed, read.mistyped), (vec![], vec![]));
}

#[test]
fn bad_records_are_counted_with_their_lines_and_spare_the_others() {
    let mut text = b"Timestamp,RemotePort\n2023-12-21T19:04:59Z,1\na\n\"\n\",2,3\n".to_vec();
    text.extend(b"2023-12-21T19:04:59Z,\xff\n\"a\" b,4\nyesterday,http\n2023-12-21T19:04:59Z,5\n\"open,6\n");
    let read = read_as("events.csv", &text, &request(&["Timestamp", "RemotePort"]));
    assert_eq!(read.rows, ["2023-12-21T19:04:59Z|1", "|", "2023-12-21T19:04:59Z|5"]);
    assert_eq!(read.places, [2, 8, 9]);
    let malformed: Vec<(u64, &str)> =
        read.malformed.iter().map(|(line, reason)| (*line, reason.as_str())).collect();
    assert_eq!(
        malformed,
        [
            (3, "1 field, and the header has 2"),
            (4, "3 fields, and the header has 2"),
            (6, "not UTF-8, at byte 22"),
            (7, "text behind the closing quote of field 1"),
            (10, "the quote that opens field 1 is never closed"),
        ]
    );
    assert_eq!(read.mistyped, [(8, "yesterday".to_owned()), (8, "http".to_owned())]);
}

#[test]
fn headers_that_cannot_be_used_say_why() {
    let cases: [(&[u8], &str); 5] = [
        (b"\n\n", "it has no CSV header"),
        (b"Timestamp,a,Timestamp\n", "the header has more than one column `Timestamp`"),
        (b"\"Timestamp\n", "the first line is no CSV header: the quote that opens field 1 is never closed"),
        (
            b"x,y\n",
            "none of the columns that are needed is among its columns, which are `x`, `y`; if its columns have other \
             names, give a --mapping",
        ),
        (
            b"remoteip,y\n",
            "none of the columns that are needed is among its columns, which are `remoteip`, `y`; is `remoteip` meant \
             to be `RemoteIP`? Case matters; other names need a --mapping",
        ),
    ];
    let request = Request { format: Some(lownoise_ingest::Format::Csv), ..wanted() };
    for (text, problem) in cases {
        assert_eq!(refused(text, &request), problem);
    }
}

#[test]
fn columns_that_the_file_lacks_are_told_and_absent() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.csv");
    std::fs::write(&path, "RemotePort,Timestamp\n1,2023-12-21T19:04:59Z\n").unwrap();
    let request = wanted();
    let mut input = Input::open(&Source::File(path), &request).unwrap();
    let unsupplied: Vec<&str> =
        input.decoder().converter().unsupplied().iter().map(|&id| request.schema.name(id)).collect();
    assert_eq!(unsupplied.len(), 2);
    assert!(unsupplied.contains(&"RemoteIP") && unsupplied.contains(&"InitiatingProcessCommandLine"));
    let block = input.next_block().unwrap().unwrap();
    let arena = bumpalo::Bump::new();
    let chunk = input.decoder().decode(&block, &arena).unwrap();
    let column = chunk.batch.columns.get(request.schema.column("RemoteIP").unwrap().index());
    assert!(matches!(column, Some(lownoise_engine::event::Column::Absent)));
}

#[test]
fn dates_of_log_analytics_and_of_locales() {
    let timestamp = request(&["Timestamp"]);
    let at = |order, zone: Option<&str>| {
        let timezone = zone.map(|name| jiff::tz::TimeZone::get(name).unwrap());
        Request { dates: Dates { order, timezone }, ..timestamp.clone() }
    };
    let berlin = Some("Europe/Berlin");
    let cases = [
        ("Timestamp [UTC]\n\"5/13/2024, 6:41:25.321 PM\"\n", at(None, None), "2024-05-13T18:41:25.321Z"),
        ("Timestamp [UTC]\n2024-05-12 18:41:25\n", at(None, berlin), "2024-05-12T18:41:25Z"),
        ("Timestamp [Local Time]\n2024-05-12 18:41:25\n", at(None, berlin), "2024-05-12T16:41:25Z"),
        ("Timestamp\n05/12/2024 18:41:25\n", at(Some(DateOrder::Mdy), berlin), "2024-05-12T16:41:25Z"),
    ];
    for (text, request, expected) in cases {
        assert_eq!(read(text, &request).rows, [expected], "{text}");
    }
}

#[test]
fn a_date_that_needs_a_word_stops_the_reading() {
    let cases = [
        (
            "Timestamp\n2024-05-12 18:41:25\n",
            "column `Timestamp`: `2024-05-12 18:41:25`: the date names no time zone; give --timezone, for \
             example `UTC` or `Europe/Berlin`",
        ),
        (
            "Timestamp [UTC]\n05/12/2024 18:41:25\n",
            "column `Timestamp`: `05/12/2024 18:41:25`: the date does not say which number is the day and \
             which is the month; give --date-order dmy or --date-order mdy",
        ),
    ];
    for (text, problem) in cases {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.csv");
        std::fs::write(&path, text).unwrap();
        let mut input = Input::open(&Source::File(path), &request(&["Timestamp"])).unwrap();
        let block = input.next_block().unwrap().unwrap();
        let error = input.decoder().decode(&block, &bumpalo::Bump::new()).unwrap_err();
        assert_eq!((error.place, error.problem.as_str()), (Some(2), problem));
    }
}

#[test]
fn mappings_apply_to_headers() {
    let text = "@timestamp,destination.ip,destination.port,process.executable\n\
        2023-12-21T19:04:59Z,10.0.0.1,443,/usr/bin/curl\n";
    let request = Request {
        mapping: MappingChoice::Shipped("ecs".to_owned()),
        ..request(&["Timestamp", "RemoteIP", "RemotePort", "InitiatingProcessFolderPath"])
    };
    assert_eq!(read(text, &request).rows, ["2023-12-21T19:04:59Z|10.0.0.1|443|/usr/bin/curl"]);
}

#[test]
fn a_record_beyond_the_limit_is_malformed_and_the_next_is_read() {
    let long = "x".repeat(17 << 20);
    let text = format!("RemoteIP,RemotePort\n1.1.1.1,1\n\"{long}\n\",2\n2.2.2.2,3\n");
    let read = read(&text, &request(&["RemoteIP", "RemotePort"]));
    assert_eq!(read.rows, ["1.1.1.1|1", "2.2.2.2|3"]);
    assert_eq!(read.places, [2, 5]);
    assert_eq!(read.malformed, [(3, "longer than 16 MiB".to_owned())]);
}

#[test]
fn the_real_export_reads_whole() {
    let Some(folder) = std::env::var_os("LOWNOISE_DATA") else {
        eprintln!("skipped: LOWNOISE_DATA does not name the folder of real events");
        return;
    };
    let path = std::path::Path::new(&folder).join("defender-advanced-hunting.csv");
    let read = common::read(&path, &wanted());
    assert_eq!((read.rows.len(), read.malformed.len(), read.mistyped.len()), (129, 0, 0));
}
