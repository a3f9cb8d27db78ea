//! What every SARIF 2.1.0 document has: one run of this tool, places, and names of results that stay. Knows no findings.

use std::collections::HashMap;
use std::fmt::Write;

use serde_json::{Value, json};

/// A document of one run.
pub(crate) fn document(version: &str, rules: &[Value], results: &[Value]) -> Value {
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "lownoise", "version": version, "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// A part of a file; columns are 0 where it is whole lines.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Region {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) end_line: usize,
    pub(crate) end_column: usize,
}

impl Region {
    pub(crate) fn json(self) -> Value {
        let (start, end) = (self.line.max(1), self.end_line.max(1));
        if self.column == 0 {
            return json!({ "startLine": start, "endLine": end });
        }
        json!({
            "startLine": start,
            "startColumn": self.column,
            "endLine": end,
            "endColumn": self.end_column.max(1),
        })
    }
}

/// A file of the repository.
pub(crate) fn artifact(path: &str) -> Value {
    json!({ "uri": uri(path), "uriBaseId": "%SRCROOT%" })
}

/// A place in a file of the repository.
pub(crate) fn location(path: &str, region: Region) -> Value {
    json!({ "physicalLocation": { "artifactLocation": artifact(path), "region": region.json() } })
}

/// Names of results by what they are, wherever they stand: the same of two that are alike gets a number.
#[derive(Debug, Default)]
pub(crate) struct Fingerprints(HashMap<String, usize>);

impl Fingerprints {
    pub(crate) fn of(&mut self, what: String) -> Value {
        let hash = fnv(&what);
        let again = self.0.entry(what).and_modify(|count| *count += 1).or_insert(0);
        json!({ "lownoise/v1": format!("{hash:016x}:{again}") })
    }
}

/// FNV-1a, 64 bit: the same on every machine and in every release.
fn fnv(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A path as the path of a URI (RFC 3986): everything but unreserved characters and `/` by its bytes.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            other => _ = write!(uri, "%{other:02X}"),
        }
    }
    uri
}
