//! Every shape of JSON that events come in, and what is said of what is not one.

#[cfg(test)]
mod common;

use std::io::Write;

use common::{read_as, request};
use lownoise_ingest::{Format, Input, MappingChoice, Source, sources};

const COLUMNS: [&str; 3] = ["Timestamp", "RemoteIP", "RemotePort"];
const ROW: &str = r#"{"Timestamp":"2026-02-03T04:05:06.0109752Z","RemoteIP":"2001:DB8::1","RemotePort":443}"#;
const SEEN: &str = "2026-02-03T04:05:06.0109752Z|2001:db8::1|443";

#[test]
fn one_row_in_every_shape() {
    let event =
        format!(r#"{{"time":"x","category":"AdvancedHunting-DeviceNetworkEvents","properties":{ROW}}}"#);
    let hit = format!(r#"{{"_index":"i","_source":{ROW}}}"#);
    let pretty = ROW.replace(',', ",\r\n  ");
    let cases = [
        ("a.ndjson", ROW.to_owned(), "NDJSON"),
        ("a.json", format!("\u{feff}{ROW}\r\n"), "NDJSON"),
        ("a.log", event.clone(), "NDJSON, wrapped in `properties`"),
        ("a", hit.clone(), "NDJSON, wrapped in `_source`"),
        ("a.jsonl", format!(r#"{{"records":[{ROW}]}}"#), "NDJSON, wrapped in `records`"),
        ("a.jsonl", format!(r#"{{"records":[{event}]}}"#), "NDJSON, wrapped in `records` and `properties`"),
        ("a.json", format!("[{ROW}]"), "one JSON document"),
        ("a.json", format!("[\n{pretty}\n]\n"), "one JSON document"),
        ("a.json", format!("[{hit}]"), "one JSON document, wrapped in `_source`"),
        ("a", format!(r#"{{"schema":[{{"name":"a","type":"b"}}],"results":[{ROW}]}}"#), "one JSON document"),
        ("a", format!(r#"{{"Stats":{{}},"Schema":[],"Results":[{ROW}]}}"#), "one JSON document"),
        ("a.json", format!("{{\n \"records\": [\n{pretty}]}}"), "one JSON document"),
    ];
    for (name, text, recognised) in cases {
        let read = read_as(name, text.as_bytes(), &request(&COLUMNS));
        assert_eq!(read.rows, [SEEN], "{text}");
        assert_eq!((read.recognised.as_str(), read.places), (recognised, vec![1]), "{text}");
        let whole: serde_json::Value = serde_json::from_str(&read.whole[0]).unwrap();
        assert_eq!(whole["RemoteIP"], "2001:DB8::1", "{text}");
        assert_eq!((read.malformed, read.mistyped, read.stopped), (vec![], vec![], None), "{text}");
    }
}

#[test]
fn rows_are_numbered_by_their_lines_and_counted_once() {
    let other = r#"{"category":"AdvancedHunting-DeviceProcessEvents","properties":{"Timestamp":"x"}}"#;
    let records = format!(r#"{{"records":[{ROW},{other},7,{ROW}]}}"#);
    let text = format!("{ROW}\r\n\r\n{other}\n[1]\n{ROW}\n  \t\n{records}\n{{\"Timestamp\":");
    let read = read_as("a.ndjson", text.as_bytes(), &request(&COLUMNS));
    assert_eq!(read.rows, [SEEN; 4]);
    assert_eq!(read.places, [1, 5, 7, 7]);
    assert_eq!(read.other_tables, 2);
    assert_eq!(read.malformed.iter().map(|one| one.0).collect::<Vec<_>>(), [4, 7, 8]);
}

#[test]
fn bad_lines_are_told_with_their_reason_and_harm_no_other() {
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let cases: [(&[u8], &str); 10] = [
        (b"{\"RemoteIP\":\"1.2.3.4\"", "not a JSON object: EOF while parsing an object, at column 21"),
        (b"{\"RemoteIP\":\"1.2.3.4\",}", "not a JSON object: trailing comma, at column 23"),
        (b"{\"RemoteIP\":\"\xff\"}", "not UTF-8, at byte 14"),
        (b"{\"RemoteIP\":\"a\x01\"}", "not a JSON object: control character"),
        (b"{\"RemoteIP\":\"a\rb\"}", "not a JSON object: control character"),
        (b"[1,2]", "not a JSON object: invalid type: sequence, expected an object"),
        (b"null", "not a JSON object: invalid type: null, expected an object"),
        (b"{\"a\":1} {\"a\":2}", "not a JSON object: trailing characters, at column 9"),
        (b"hello", "not a JSON object: expected value, at column 1"),
        (deep.as_bytes(), "nested deeper than 127 levels"),
    ];
    for (bad, reason) in cases {
        let text = [ROW.as_bytes(), b"\n", bad, b"\n", ROW.as_bytes(), b"\n"].concat();
        let read = read_as("a.ndjson", &text, &request(&COLUMNS));
        assert_eq!((read.rows.len(), read.places), (2, vec![1, 3]));
        let [(2, said)] = read.malformed.as_slice() else { panic!("{:?} of {bad:?}", read.malformed) };
        assert!(said.starts_with(reason), "{said}");
    }
}

#[test]
fn values_of_another_kind_are_told_and_missing() {
    let line = r#"{"Timestamp":1,"RemoteIP":5,"RemotePort":"https"}"#;
    let read = read_as("a.ndjson", line.as_bytes(), &request(&COLUMNS));
    assert_eq!(read.rows, ["|5|"]);
    assert_eq!(read.mistyped, [(1, "1".to_owned()), (1, "https".to_owned())]);
    let twice = r#"{"RemotePort":1,"RemotePort":2,"RemoteIP":"a","RemoteIP":null}"#;
    assert_eq!(read_as("a.ndjson", twice.as_bytes(), &request(&COLUMNS)).rows, ["||2"]);
}

#[test]
fn escapes_and_nested_values_are_text() {
    let columns = ["InitiatingProcessCommandLine", "AdditionalFields"];
    let line = r#"{"InitiatingProcessCommandLine":"a\\b \"c\"\u00e9\ud83d","AdditionalFields":{"x":[1, 2]}}"#;
    let read = read_as("a.ndjson", line.as_bytes(), &request(&columns));
    assert_eq!(read.rows, ["a\\b \"c\"é\u{fffd}|{\"x\":[1, 2]}"]);
}

#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn gzip(text: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(text).unwrap();
    writer.finish().unwrap()
}

#[test]
fn compressed_inputs_are_read_to_the_last_member_and_told_when_cut() {
    let lines = format!("{ROW}\n").repeat(20_000);
    let (gzip, zstd) = (gzip(lines.as_bytes()), zstd::encode_all(lines.as_bytes(), 3).unwrap());
    for (name, bytes, word) in [("a.ndjson.gz", gzip, "gzip"), ("a.ndjson.zst", zstd, "zstd")] {
        let read = read_as(name, &bytes.repeat(3), &request(&COLUMNS));
        assert_eq!((read.rows.len(), read.stopped), (60_000, None), "{word}");
        assert_eq!(read.recognised, format!("NDJSON, {word}"));
        // The name does not matter.
        assert_eq!(read_as("a", &bytes, &request(&COLUMNS)).rows.len(), 20_000);

        let cut = [bytes.as_slice(), &bytes[..bytes.len() / 2]].concat();
        let read = read_as(name, &cut, &request(&COLUMNS));
        assert!(read.rows.len() >= 20_000 && read.rows.iter().all(|row| row == SEEN), "{word}");
        assert!(read.malformed.len() <= 1);
        assert_eq!(
            read.stopped,
            Some(format!("the {word} data ends in the middle; everything before was read"))
        );

        let read = read_as(name, &bytes[..10], &request(&COLUMNS));
        assert!(read.rows.is_empty() && read.stopped.is_some());

        let mut damaged = bytes.clone();
        let end = damaged.len() - 1;
        damaged[end] ^= 0x55;
        damaged[end - 6] ^= 0x55;
        assert!(read_as(name, &damaged, &request(&COLUMNS)).stopped.is_some(), "{word}");
    }
}

#[test]
fn a_line_that_is_too_long_is_counted() {
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(20 << 20));
    let text = format!("{ROW}\n{long}\n{ROW}\n");
    let read = read_as("a.ndjson", text.as_bytes(), &request(&COLUMNS));
    assert_eq!((read.places, read.malformed), (vec![1, 3], vec![(2, "longer than 16 MiB".to_owned())]));
}

#[test]
fn a_document_that_is_cut_hands_on_its_rows() {
    let text = format!("{{\"results\":[{ROW},{ROW},{}", ROW.get(..30).unwrap());
    let read = read_as("a.json", text.as_bytes(), &request(&COLUMNS));
    assert_eq!(read.rows, [SEEN; 2]);
    assert_eq!(read.stopped.as_deref(), Some("the JSON document ends in the middle, after 2 whole rows"));
}

#[test]
fn an_empty_file_is_empty() {
    for text in ["", "\u{feff}", "\n \n"] {
        let read = read_as("a.json", text.as_bytes(), &request(&COLUMNS));
        assert_eq!((read.recognised.as_str(), read.rows.len(), read.stopped), ("empty", 0, None));
    }
}

#[test]
fn folders_are_their_files_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir_all(at("b/.hidden")).unwrap();
    for name in ["z.ndjson", "b/2.json.gz", "b/1.CSV", "b/.x.json", "b/.hidden/y.json", "README.md"] {
        std::fs::write(at(name), "").unwrap();
    }
    let found = sources(&["-".into(), folder.path().to_owned()]).unwrap();
    let expected = ["b/1.CSV", "b/2.json.gz", "z.ndjson"].map(|name| Source::File(at(name)));
    assert_eq!(found[0], Source::Standard);
    assert_eq!(found[1..], expected);
    let none = sources(&[at("b/.hidden/nothing")]).unwrap_err();
    assert!(none.to_string().contains("cannot be read"), "{none}");
    std::fs::create_dir(at("empty")).unwrap();
    let none = sources(&[at("empty")]).unwrap_err();
    assert!(none.problem.starts_with("no events in this folder"), "{none}");
}

#[test]
fn the_callers_word_on_format_and_mapping_is_the_last() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, ROW).unwrap();
    let mut wanted = request(&COLUMNS);
    wanted.format = Some(Format::Ndjson);
    assert_eq!(common::read(&path, &wanted).rows, [SEEN]);
    wanted.mapping = MappingChoice::Shipped("sysmom".to_owned());
    let error = Input::open(&Source::File(path), &wanted).err().unwrap();
    assert!(error.problem.contains("did you mean `sysmon`?"), "{error}");
}
