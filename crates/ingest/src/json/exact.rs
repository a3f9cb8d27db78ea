//! The wanted fields of a JSON object, the slow and exact way: `serde_json` says what is valid. This is what
//! the fast way (`fast`) hands lines to, and what it is tested against. Knows no wrappers, no columns.

use std::fmt;

use bumpalo::Bump;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::paths::{Paths, Target};
use super::string::unescape;
use crate::convert::Raw;

/// How deep a record may nest, itself included: what `serde_json` reads back, so that a row that was read can
/// also be written.
const DEEPEST: usize = 127;

/// Finds the fields of a record. The last of duplicate keys wins, and of a field that is there both dotted and
/// nested the last one. `record` is as long as the paths have fields, and absent before.
///
/// # Errors
/// Why the text is no JSON object.
pub(super) fn fields<'a>(
    text: &'a str,
    paths: &Paths,
    arena: &'a Bump,
    record: &mut [Raw<'a>],
) -> Result<(), String> {
    if nests_deeper(text) {
        return Err(format!("nested deeper than {DEEPEST} levels"));
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = deserializer.deserialize_map(Object { paths, node: 0, arena, record });
    read.and_then(|()| deserializer.end()).map_err(|error| reason(&error))
}

/// A JSON value as `serde_json` delimits it.
pub(super) fn raw<'a>(text: &'a str, arena: &'a Bump) -> Raw<'a> {
    match text.strip_prefix('"') {
        Some(rest) => Raw::Text(unescape(rest.strip_suffix('"').unwrap_or(rest), arena)),
        None if text == "null" => Raw::Absent,
        None => Raw::Json(text),
    }
}

/// `serde_json` counts lines within the text, which is one line.
fn reason(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or(&said);
    format!("not a JSON object: {said}, at column {}", error.column())
}

/// A record with few brackets, as all real ones are, is not looked at a second time.
fn nests_deeper(text: &str) -> bool {
    if memchr::memchr2_iter(b'{', b'[', text.as_bytes()).count() <= DEEPEST {
        return false;
    }
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return true;
        }
    }
    false
}

struct Object<'r, 'a> {
    paths: &'r Paths,
    node: usize,
    arena: &'a Bump,
    record: &'r mut [Raw<'a>],
}

impl<'a> Visitor<'a> for Object<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(Target { field, inner }) =
            map.next_key_seed(Key { paths: self.paths, node: self.node })?
        {
            if field.is_none() && inner.is_none() {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value = map.next_value::<&'a RawValue>()?.get();
            if let Some(slot) = field.and_then(|field| self.record.get_mut(field)) {
                *slot = raw(value, self.arena);
            }
            if let Some(node) = inner
                && value.starts_with('{')
            {
                // As deep as the wanted paths have dots.
                let object = Object { paths: self.paths, node, arena: self.arena, record: &mut *self.record };
                serde_json::Deserializer::from_str(value)
                    .deserialize_map(object)
                    .map_err(M::Error::custom)?;
            }
        }
        Ok(())
    }
}

/// A key, at once as what it is good for.
struct Key<'r> {
    paths: &'r Paths,
    node: usize,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Target;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Target, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Target;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Target, E> {
        Ok(self.paths.target(self.node, key))
    }
}

/// The elements of a JSON array, each as it is written.
///
/// # Errors
/// Why the text is no JSON array.
pub(super) fn elements(text: &str) -> Result<Vec<&str>, String> {
    let elements: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| reason(&error))?;
    Ok(elements.into_iter().map(RawValue::get).collect())
}

/// The text of bytes.
///
/// # Errors
/// Where it is not UTF-8.
pub(super) fn utf8(bytes: &[u8]) -> Result<&str, String> {
    simdutf8::compat::from_utf8(bytes)
        .map_err(|error| format!("not UTF-8, at byte {}", error.valid_up_to() + 1))
}
