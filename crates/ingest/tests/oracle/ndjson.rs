//! NDJSON by `serde_json`: it says what is valid, what a key and a text are, and where a value ends.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use lownoise_ingest::Format;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::from_str;
use serde_json::value::RawValue;

use super::value::Cell;
use super::{COLUMNS, Reading, TABLE, Way};

/// As deep as `serde_json` reads back.
const DEEPEST: usize = 127;

/// Holds our reading of a case to that of `serde_json`.
pub(crate) fn hold(bytes: &[u8]) {
    let Some((stored, text, way)) = super::case(bytes) else { return };
    let (ours, too_long) = super::ours(stored, Format::Ndjson, way).expect("NDJSON opens, whatever it is");
    assert_eq!(ours, expected(text, way, &too_long));
}

fn expected(text: &[u8], way: Way, too_long: &BTreeSet<u64>) -> Reading {
    let mut reading = Reading::default();
    for (place, line) in (1..).zip(text.split(|&byte| byte == b'\n')) {
        if too_long.contains(&place) {
            assert!(line.len() >= way.limits.longest, "line {place} is not too long");
            reading.malformed.push(place);
            continue;
        }
        match std::str::from_utf8(line).map(|line| line.trim_matches([' ', '\t', '\r'])) {
            Ok("") => {}
            Ok(line) => record(line, place, Level::Line, way.whole, &mut reading),
            Err(_) => reading.malformed.push(place),
        }
    }
    reading
}

#[derive(Clone, Copy, PartialEq)]
enum Level {
    Line,
    Element,
    Row,
}

/// A row, or what it is wrapped in.
fn record(text: &str, place: u64, level: Level, whole: bool, reading: &mut Reading) {
    let Some(Entries(entries)) = from_str::<Entries<String>>(text).ok().filter(|_| fits(text, DEEPEST))
    else {
        return reading.malformed.push(place);
    };
    // The last of duplicate keys is meant.
    let find = |name: &str| entries.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.get());
    let wrapper = |name: &str| find(name).filter(|value| !value.starts_with('"') && *value != "null");
    if let (Level::Line, Some(records)) = (level, wrapper("records").filter(|value| value.starts_with('['))) {
        let elements: Vec<&RawValue> = from_str(records).expect("an array");
        return elements.iter().for_each(|one| record(one.get(), place, Level::Element, whole, reading));
    }
    let inner = wrapper("properties").or(wrapper("_source")).filter(|value| value.starts_with('{'));
    if let (Level::Line | Level::Element, Some(inner)) = (level, inner) {
        let category = find("category").map_or(String::new(), |value| cell(value).spelled());
        match category.strip_prefix("AdvancedHunting-") {
            Some(table) if table != TABLE => reading.other_tables += 1,
            _ => record(inner, place, Level::Row, whole, reading),
        }
        return;
    }
    reading.row(place, COLUMNS.iter().map(|(name, _)| find(name).map_or(Cell::Absent, cell)));
    if whole {
        reading.whole.push(text.to_owned());
    }
}

fn cell(value: &str) -> Cell {
    match value.as_bytes() {
        [b'"', ..] => Cell::Text(from_str::<Text>(value).expect("a string").0),
        b"null" => Cell::Absent,
        _ => Cell::Spelled(value.to_owned()),
    }
}

/// Whether a value nests no deeper than this.
fn fits(value: &str, levels: usize) -> bool {
    let inside: Vec<&RawValue> = match value.as_bytes().first() {
        Some(b'{') => from_str::<Entries<Text>>(value)
            .expect("an object")
            .0
            .into_iter()
            .map(|(_, inner)| inner)
            .collect(),
        Some(b'[') => from_str(value).expect("an array"),
        _ => return true,
    };
    levels > 0 && inside.into_iter().all(|inner| fits(inner.get(), levels - 1))
}

/// A string, where half a surrogate pair is U+FFFD. `serde_json` hands those on only to who asks for bytes, as the three
/// bytes that UTF-8 has no use for.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Text, E> {
                let mut bytes = bytes.to_vec();
                for at in 0..bytes.len() {
                    if let [0xed, 0xa0..=0xbf, _] = bytes[at..bytes.len().min(at + 3)] {
                        bytes[at..at + 3].copy_from_slice("\u{fffd}".as_bytes());
                    }
                }
                Ok(Text(String::from_utf8(bytes).expect("UTF-8")))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

/// All entries of an object, in their order.
struct Entries<'a, K>(Vec<(K, &'a RawValue)>);

impl<'de, K: Deserialize<'de>> Deserialize<'de> for Entries<'de, K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object<K>(PhantomData<K>);
        impl<'de, K: Deserialize<'de>> Visitor<'de> for Object<K> {
            type Value = Entries<'de, K>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Object(PhantomData))
    }
}
