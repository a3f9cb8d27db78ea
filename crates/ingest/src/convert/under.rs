//! What stands under a key of JSON that is the text of a field: `serde_json` says what is valid. Knows no columns.

use std::collections::HashMap;

use bumpalo::Bump;
use serde_json::value::RawValue;

use super::Raw;

/// What stands under a key; dots step into nested objects, and a dotted key is the same as a nested one. Of duplicate keys
/// the last one counts. Absent when the text is no JSON object. Linear in the text for each dot of the key.
pub(super) fn under<'a>(json: &'a str, key: &str, arena: &'a Bump) -> Raw<'a> {
    // Most texts do not name the key; one with an escape may, in other letters.
    let first = key.split_once('.').map_or(key, |(first, _)| first);
    if !json.contains(first) && !json.contains('\\') {
        return Raw::Absent;
    }
    let Ok(object) = serde_json::from_str::<HashMap<String, &'a RawValue>>(json) else {
        return Raw::Absent;
    };
    if let Some(value) = object.get(key) {
        return read(value.get(), arena);
    }
    let steps = key.match_indices('.').filter_map(|(dot, _)| key.split_at_checked(dot));
    let within = steps.filter_map(|(first, rest)| Some((object.get(first)?.get(), rest.strip_prefix('.')?)));
    within.map(|(inner, rest)| under(inner, rest, arena)).find(|raw| *raw != Raw::Absent).unwrap_or_default()
}

/// A JSON value as a field that a source wrote.
fn read<'a>(value: &'a str, arena: &'a Bump) -> Raw<'a> {
    match serde_json::from_str::<String>(value) {
        Ok(text) => Raw::Text(arena.alloc_str(&text)),
        Err(_) if value == "null" => Raw::Absent,
        Err(_) => Raw::Json(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_wherever_it_stands() {
        let arena = Bump::new();
        let cases = [
            (r#"{"PipeName":"\\Device\\NamedPipe\\x"}"#, "PipeName", Raw::Text(r"\Device\NamedPipe\x")),
            (r#"{"a":1,"a":2}"#, "a", Raw::Json("2")),
            (r#"{"a":{"b":{"c":true}}}"#, "a.b.c", Raw::Json("true")),
            (r#"{"a.b":{"c":"x"}}"#, "a.b.c", Raw::Text("x")),
            (r#"{"a":{"b.c":"x"},"z":0}"#, "a.b.c", Raw::Text("x")),
            (r#"{"\u0061":"x"}"#, "a", Raw::Text("x")),
            (r#"{"a":null}"#, "a", Raw::Absent),
            (r#"{"a":[1, 2]}"#, "a", Raw::Json("[1, 2]")),
            (r#"{"A":"x"}"#, "a", Raw::Absent),
            (r#"{"b":"a"}"#, "a", Raw::Absent),
            (r#"["a"]"#, "a", Raw::Absent),
            ("a", "a", Raw::Absent),
            ("", "a", Raw::Absent),
        ];
        for (json, key, found) in cases {
            assert_eq!(under(json, key, &arena), found, "{key} of {json}");
        }
    }
}
