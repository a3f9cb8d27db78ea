//! The shipped mappings: that they fit their tables, and what they make of rows, by hand and real.

#[cfg(test)]
mod common;

use std::path::PathBuf;

use common::{Read, read, read_as, request};
use lownoise_engine::schema::Schemas;
use lownoise_ingest::convert::Converter;
use lownoise_ingest::mapping::Mapping;

const COLUMNS: [&str; 9] = [
    "Timestamp",
    "DeviceName",
    "ActionType",
    "InitiatingProcessFileName",
    "InitiatingProcessFolderPath",
    "RemoteIP",
    "RemotePort",
    "RemoteIPType",
    "Protocol",
];

#[test]
fn every_shipped_mapping_fits_its_table() {
    let (schemas, mappings) = (Schemas::shipped().unwrap(), Mapping::shipped().unwrap());
    assert_eq!(
        mappings.iter().map(|mapping| mapping.id.as_str()).collect::<Vec<_>>(),
        ["ecs", "osquery", "sysmon"]
    );
    for mapping in mappings {
        let schema = schemas.get(&mapping.table).unwrap();
        let every = schema.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>();
        let converter = Converter::new(&request(&every), Some(&mapping)).unwrap();
        assert_eq!(converter.unsupplied().len() + mapping.columns.len(), every.len(), "{}", mapping.id);
        assert!(!mapping.recognise.is_empty() && !mapping.title.is_empty());
    }
}

#[test]
fn elastic_rows_are_read_dotted_and_nested_alike() {
    let nested = r#"{"@timestamp":"2026-02-03T04:05:06Z","host":{"name":"pc"},"event":{"action":"connection_attempted"},
        "process":{"name":"curl","executable":"/usr/bin/curl"},"network":{"transport":"tcp"},
        "destination":{"ip":"8.8.8.8","port":443}}"#
        .replace('\n', "");
    let dotted = r#"{"@timestamp":"2026-02-03T04:05:06Z","host.name":"pc","event.action":"connection_attempted","process.name":"curl","process.executable":"/usr/bin/curl","network.transport":"tcp","destination.ip":"8.8.8.8","destination.port":443}"#;
    let mixed = r#"{"_source":{"@timestamp":"2026-02-03T04:05:06Z","host":{"name":"pc"},"event.action":"connection_attempted","process":{"name":"curl"},"process.executable":"/usr/bin/curl","network.transport":"tcp","destination.ip":"8.8.8.8","destination":{"port":443}}}"#;
    let elsewhere = r#"{"@timestamp":"2026-02-03T04:05:06Z","host":{"name":"pc"}}"#;
    let read =
        read_as("a.ndjson", [&nested, dotted, mixed, elsewhere].join("\n").as_bytes(), &request(&COLUMNS));
    assert_eq!(read.recognised, "NDJSON; fields of `ecs`");
    let row = "2026-02-03T04:05:06Z|pc|ConnectionAttempt|curl|/usr/bin/curl|8.8.8.8|443|Public|Tcp";
    assert_eq!((read.rows, read.other_tables), (vec![row.to_owned(); 3], 1));
}

#[test]
fn osquery_rows_take_fields_from_beside_the_columns() {
    let line = |columns: &str| {
        format!(
            r#"{{"name":"net","hostIdentifier":"pc","unixTime":1678936138,"columns":{columns},"action":"added"}}"#
        )
    };
    let text = [
        line(
            r#"{"action":"connect","status":"succeeded","family":"2","path":"/usr/bin/wget","protocol":"6","remote_address":"8.8.8.8","remote_port":"443","time":"1678936137"}"#,
        ),
        line(r#"{"family":"10","path":"","protocol":"0","remote_address":"::1","remote_port":"80"}"#),
        line(r#"{"family":"1","path":"/run/dbus","remote_address":"","remote_port":"0"}"#),
        line(r#"{"cmdline":"x"}"#),
    ];
    let read = read_as("a.log", text.join("\n").as_bytes(), &request(&COLUMNS));
    assert_eq!(read.recognised, "NDJSON; fields of `osquery`");
    assert_eq!(
        read.rows,
        [
            "2023-03-16T03:08:57Z|pc|ConnectionSuccess|wget|/usr/bin/wget|8.8.8.8|443|Public|Tcp",
            "2023-03-16T03:08:58Z|pc||||::1|80|Loopback|",
        ]
    );
    assert_eq!((read.other_tables, read.whole[0].as_str()), (2, text[0].as_str()));
}

#[test]
fn everything_wrong_with_a_mapping_is_told() {
    let text = r#"
        [mapping]
        id = "x"
        titel = "X"
        table = "DeviceNetworkEvents"
        [rows]
        EventID = { exist = true }
        [columns]
        RemoteIP = { from = "a", basname = true }
        RemotePort = 7
        Timestamp = { from = "t", time = "epoch_second" }
        Protocol = { values = { a = 1 } }
    "#;
    let problems = Mapping::parse("x", text).unwrap_err().problems;
    let expected = [
        "unknown key `titel` in `mapping`; did you mean `title`?",
        "unknown key `exist` in `rows.EventID`; did you mean `exists`?",
        "`rows.EventID` needs `exists = true` or `exists = false`",
        "unknown key `basname` in column `RemoteIP`; did you mean `basename`?",
        "column `RemotePort` needs text, or a list of texts",
        "column `Timestamp`: `time` is \"epoch_second\"; it is one of: epoch_seconds, epoch_milliseconds, utc; did you mean `epoch_seconds`?",
        "column `Protocol` needs either `from` or `join`, with the fields to take",
        "`mapping.title` is missing, and is text",
    ];
    assert_eq!(problems, expected);

    let text = "[mapping]\nid='x'\ntitle='X'\ntable='DeviceNetworkEvents'\n[columns]\nRemoteIp='a'\nRemotePort={from='b',time='utc'}";
    let error = Converter::new(&request(&[]), Some(&Mapping::parse("x", text).unwrap())).unwrap_err();
    assert_eq!(
        error.problems,
        [
            "`DeviceNetworkEvents` has no column `RemoteIp`; did you mean `RemoteIP`?",
            "column `RemotePort` is a number, so `time` says nothing",
        ]
    );
}

/// A file of the folder of real events, which are not part of this project.
#[expect(clippy::print_stderr, reason = "says that a test did not run")]
fn real(name: &str) -> Option<Read> {
    let Some(folder) = std::env::var_os("LOWNOISE_DATA") else {
        eprintln!("skipped: LOWNOISE_DATA does not name the folder of real events");
        return None;
    };
    Some(read(&PathBuf::from(folder).join(name), &request(&COLUMNS)))
}

#[test]
fn real_sysmon_events() {
    let Some(read) = real("sysmon-network-1500.ndjson") else { return };
    assert_eq!(read.recognised, "NDJSON; fields of `sysmon`");
    assert_eq!((read.rows.len(), read.other_tables, read.stopped.as_deref()), (1500, 0, None));
    assert_eq!((read.malformed, read.mistyped), (vec![], vec![]));
    assert_eq!(
        read.rows[1],
        "2020-06-10T02:50:55.672Z|MORDORDC.mordor.local|ConnectionSuccess|dns.exe|C:\\Windows\\System32\\dns.exe|40.90.4.4|53|Public|Udp"
    );
}

#[test]
fn real_osquery_lines() {
    let Some(read) = real("osquery-results.log") else { return };
    assert_eq!(read.recognised, "NDJSON; fields of `osquery`");
    // Its sockets are all of the Unix family, so none is a network event.
    assert_eq!((read.rows.len(), read.other_tables, read.malformed.len()), (0, 266, 0));
    assert_eq!(read.stopped, None);
}
