//! The readers against `serde_json`, the `csv` crate and the `parquet` crate's own reader, on small inputs that are
//! nearly right. Fuzzing holds the same with arbitrary bytes.

#[cfg(test)]
mod oracle;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// What lines of JSON are made of: marks, parts of strings, names, values, the beginnings of wrappers, lines.
const MARKS: &[&str] =
    &["{", "}", "[", "]", ",", ":", "\"", "\\", "\n", "\r\n", " ", "\t", "\r", "\u{feff}", "\u{7f}", "\0"];
const PARTS: &[&str] = &["\\u00e9", "\\\"", "\\\\", "\\x", "\u{e9}"];
const NAMES: &[&str] = &[
    "at",
    "ip",
    "port",
    "flag",
    "s",
    "\u{e9}\\\"",
    "\\u0073",
    "InitiatingProcessFileName",
    "InitiatingProcessFolderPath",
    "category",
];
const VALUES: &[&str] = &[
    "null",
    "true",
    "false",
    "1",
    "-0",
    "01",
    "443.0",
    "1e2",
    "1E400",
    "9223372036854775808",
    "9007199254740993.0",
    r#""\ud83d\ude00""#,
    r#""\ud83d""#,
    r#""\ude00\n""#,
    r#""2026-02-03T04:05:06.7Z""#,
    r#""1969-12-31T23:59:59.99999999Z""#,
    r#""2026-02-03 04:05""#,
    r#""::FFFF:10.0.0.1""#,
    r#""10.0.0.1""#,
    r#""443""#,
    r#""TRUE""#,
];
const WRAPPERS: &[&str] = &[
    r#"{"records":["#,
    r#""properties":{"#,
    r#""_source":{"#,
    r#""category":"AdvancedHunting-Events","#,
    r#""category":"AdvancedHunting-X","#,
];
const LINES: &[&str] = &["{\"s\":\"a\",\"port\":1}\n", "{\"s\": \"a\", \"x\": [{\"b\": []}]}\n", "{}\n"];

/// Any of these.
fn token() -> impl Strategy<Value = String> {
    let plain = select([MARKS, PARTS, VALUES, WRAPPERS, LINES].concat()).prop_map(str::to_owned);
    prop_oneof![4 => plain, 1 => select(NAMES).prop_map(|name| format!("\"{name}\":"))]
}

/// Pieces put together, after the byte that says how they are read; one of them may be any byte.
fn bytes(piece: impl Strategy<Value = String>, most: usize) -> impl Strategy<Value = Vec<u8>> {
    (
        any::<u8>(),
        vec(piece, 0..most),
        proptest::option::weighted(0.1, (any::<u8>(), any::<prop::sample::Index>())),
    )
        .prop_map(|(way, pieces, odd)| {
            let mut bytes = [vec![way], pieces.concat().into_bytes()].concat();
            if let Some((odd, place)) = odd {
                bytes.insert(1 + place.index(bytes.len()), odd);
            }
            bytes
        })
}

/// An object that is mostly right.
fn object() -> impl Strategy<Value = String> {
    let text =
        "[a-z]{0,20}|[^\"\\\\\\p{Cc}]{0,3}|(\\\\\\\\|\\\\\"|\\\\u00[0-9a-f]{2}|\\\\ud83d|\\\\ude00|a){0,40}";
    let value = prop_oneof![
        text.prop_map(|text| format!("\"{text}\"")),
        select(VALUES).prop_map(str::to_owned),
        "\\[(\\{\\}|1|, ){0,3}\\]",
    ];
    let spaces = select(&["", "", "", " ", "  ", "\t"][..]);
    (vec((select(NAMES), value, spaces.clone()), 0..6), spaces).prop_map(|(entries, inside)| {
        let entry = |(name, value, space): (&str, String, &str)| format!("{space}\"{name}\":{space}{value}");
        let entries: Vec<String> = entries.into_iter().map(entry).collect();
        format!("{{{}{inside}}}", entries.join(","))
    })
}

fn lines() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        6 => object().prop_map(|object| object + "\n"),
        1 => vec(object(), 0..3).prop_map(|objects| format!("{{\"records\":[{}]}}\r\n", objects.join(","))),
        1 => object().prop_map(|object| format!("{{\"category\":\"AdvancedHunting-X\",\"properties\":{object}}}\n")),
        1 => token(),
    ];
    bytes(line, 8)
}

fn records() -> impl Strategy<Value = Vec<u8>> {
    let field = prop_oneof![
        6 => "[a-z]{0,12}|443|true|2026-02-03T04:05:06Z|10\\.0\\.0\\.1|5/12/2024 6:41:25 PM",
        4 => "\"([a-z,\\n\\r]|\"\"){0,70}\"",
        1 => "[\",\\r\\n \u{e9}\u{feff}]{0,4}|a\"b\"|\"a\"b",
    ];
    let end = prop_oneof![6 => Just("\n"), 3 => Just("\r\n"), 1 => Just("\r\r\n"), 1 => Just("\n\n"), 1 => Just("")];
    let record = (prop_oneof![8 => Just(3usize), 1 => 1usize..5], end).prop_flat_map(move |(count, end)| {
        vec(field.clone(), count).prop_map(move |fields| fields.join(",") + end)
    });
    let header = select(
        &[
            "s,port,x\n",
            "\"s\",port,at [UTC]\r\n",
            "\nip,\"\u{e9}\"\"\",flag\n",
            "at [Local Time],port [UTC],InitiatingProcessFileName\n",
        ][..],
    );
    (header, bytes(record, 10)).prop_map(|(header, mut bytes)| {
        bytes.splice(1..1, header.bytes());
        bytes
    })
}

#[test]
fn seeds_of_the_fuzzer_hold() {
    seeds("ndjson", oracle::ndjson);
    seeds("csv", oracle::csv);
    seeds("parquet", oracle::parquet);
}

#[cfg(test)]
fn seeds(format: &str, hold: fn(&[u8])) {
    let folder = format!("{}/../../fuzz/seeds/differential_{format}", env!("CARGO_MANIFEST_DIR"));
    for seed in std::fs::read_dir(folder).unwrap() {
        hold(&std::fs::read(seed.unwrap().path()).unwrap());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn lines_are_read_as_serde_json_does(bytes in lines()) {
        oracle::ndjson(&bytes);
    }

    #[test]
    fn odd_lines_are_read_as_serde_json_does(bytes in bytes(token(), 40)) {
        oracle::ndjson(&bytes);
    }

    #[test]
    fn records_are_read_as_the_csv_crate_does(bytes in records()) {
        oracle::csv(&bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn parquet_is_read_as_its_own_reader_does(bytes in vec(any::<u8>(), 0..2_000)) {
        oracle::parquet(&bytes);
    }
}
