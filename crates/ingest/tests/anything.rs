//! Whatever the bytes are, reading them ends, and every record is accounted for.

#[cfg(test)]
mod common;

use std::io::Cursor;

use bumpalo::Bump;
use common::{read_as, request};
use lownoise_ingest::{Block, Chunk, Format, Input, Request, Source};
use proptest::prelude::*;

const COLUMNS: [&str; 4] = ["Timestamp", "RemoteIP", "RemotePort", "InitiatingProcessCommandLine"];

/// What makes a reader believe in a format or a compression.
const BEGINNINGS: &[&[u8]] =
    &[b"", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\xef\xbb\xbf", b"[", b"{\"results\":["];

/// The records of an input: rows, of other tables, and the places of malformed ones.
fn drain(name: &str, bytes: &[u8], request: &Request) -> Option<(usize, u64, Vec<u64>)> {
    let mut input = Input::read(name, Cursor::new(bytes.to_vec()), request).ok()?;
    let (mut rows, mut other_tables, mut malformed) = (0, 0, Vec::new());
    while let Ok(Some(block)) = input.next_block() {
        let arena = Bump::new();
        let chunk = input.decoder().decode(&block, &arena).ok()?;
        let objects = input.decoder().objects(&block, &chunk, |_| true, &arena).ok()?;
        let Chunk { batch, other_tables: others, malformed: bad, .. } = chunk;
        assert_eq!(objects.len(), batch.rows);
        rows += batch.rows;
        other_tables += others;
        malformed.extend(bad.iter().map(|one| one.place));
    }
    Some((rows, other_tables, malformed))
}

/// Text that is nearly JSON, with odd bytes in between.
fn nearly_json() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => proptest::sample::select(&[
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\n", "\r\n", " ", "1", "-0.5e1", "null", "true",
            "\"RemoteIP\":\"1.2.3.4\"", "\"RemotePort\":443", "\"properties\":{", "\"records\":[", "\"results\":[",
            "\"_source\":{", "\"category\":\"AdvancedHunting-X\"", "{\"Timestamp\":\"2026-02-03T04:05:06Z\"}",
            "\\ud83d", "\"\\u00", "{}",
        ][..]).prop_map(|text| text.as_bytes().to_vec()),
        1 => any::<Vec<u8>>(),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn reading_ends_whatever_the_bytes(
        bytes in nearly_json(),
        magic in proptest::sample::select(BEGINNINGS),
    ) {
        let bytes = [magic, &bytes].concat();
        for format in [None, Some(Format::Ndjson), Some(Format::Json)] {
            let mut request = request(&COLUMNS);
            request.format = format;
            drain("a.json", &bytes, &request);
        }
    }

    #[test]
    fn each_line_is_a_row_or_malformed(lines in proptest::collection::vec(any::<String>(), 0..20), ending in "\r?\n") {
        // Neither wrapper nor other table: what is not blank is one or the other.
        let text = lines.join(&ending);
        let mut request = request(&COLUMNS);
        request.format = Some(Format::Ndjson);
        let blank = |line: &&str| line.trim_matches([' ', '\t', '\r']).is_empty();
        let expected = text.split('\n').filter(|line| !blank(line)).count();
        let found = drain("a", text.as_bytes(), &request);
        prop_assert_eq!(found.map(|(rows, others, malformed)| (rows + malformed.len(), others)), Some((expected, 0)));
    }
}

#[test]
fn rows_do_not_depend_on_where_blocks_end() {
    let row = |number: usize| {
        let text = "x".repeat(number * 7919 % 5000);
        format!("{{\"RemotePort\":{number},\"a\":\"{text}\",\"RemoteIP\":\"10.0.0.{}\"}}\n", number % 256)
    };
    let text: String = (0..2000).map(row).collect();
    let mut input = Input::read("a.ndjson", Cursor::new(text), &request(&COLUMNS)).unwrap();
    let (mut next, mut blocks) = (1, 0);
    while let Some(block) = input.next_block().unwrap() {
        assert!(matches!(&block, Block::Text { first, .. } if *first == next));
        let arena = Bump::new();
        let chunk = input.decoder().decode(&block, &arena).unwrap();
        let objects = input.decoder().objects(&block, &chunk, |_| true, &arena).unwrap();
        for (at, place) in chunk.places.iter().enumerate() {
            assert_eq!(*place, next);
            let whole = format!("{{\"RemotePort\":{},", next - 1);
            assert!(objects[at].starts_with(&whole) && objects[at].ends_with('}'));
            next += 1;
        }
        blocks += 1;
    }
    assert!(blocks > 3);
    assert_eq!(next, 2001);
}

#[test]
fn parts_number_their_lines_as_the_whole_does() {
    let line = |number: usize| {
        let text = "x".repeat(number * 7919 % 5000);
        match number % 7 {
            0 => format!("{{\"RemotePort\":{number},\"a\":\"{text}\""),
            1 => " \t\r".to_owned(),
            2 => format!("{{\"a\":\"{text}\u{1}\",\"RemotePort\":{number}}}"),
            3 => format!("{{\"a\":[{{\"{text}\":1}}],\"\\u0052emotePort\":{number}}}\r"),
            _ => format!("{{\"RemotePort\":{number},\"a\":\"{text}\"}}"),
        }
    };
    let mut text: Vec<u8> = (0..4000).map(|number| line(number) + "\n").collect::<String>().into_bytes();
    // Some pieces of it are not UTF-8.
    for place in [70_000, 3_000_000] {
        let x = place + text[place..].iter().position(|byte| *byte == b'x').unwrap();
        text[x] = 0xff;
    }
    let mut request = request(&COLUMNS);
    let whole = read_as("a.ndjson", &text, &request);
    assert!(whole.places.len() > 2000 && whole.malformed.len() > 1000);
    request.shared = true;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.ndjson");
    std::fs::write(&path, &text).unwrap();
    let mut input = Input::open(&Source::File(path), &request).unwrap();
    let (mut places, mut malformed, mut lines, mut parts) = (Vec::new(), Vec::new(), 0, 0);
    while let Some(mut part) = input.next_part().unwrap() {
        while let Some(block) = part.next().transpose().unwrap() {
            let arena = Bump::new();
            let chunk = input.decoder().decode(&block, &arena).unwrap();
            part.counted(chunk.lines);
            places.extend(chunk.places.iter().map(|place| place + lines));
            malformed.extend(chunk.malformed.into_iter().map(|one| (one.place + lines, one.reason)));
        }
        lines += part.lines();
        parts += 1;
    }
    assert!(parts > 1);
    assert_eq!(lines, 4000);
    assert_eq!(places, whole.places);
    assert_eq!(malformed, whole.malformed);
}
