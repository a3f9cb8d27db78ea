//! A review as SARIF 2.1.0, for code scanning.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use lownoise_gate::{Concern, Level, Place, Review, Rule};
use serde_json::{Value, json};

use super::github::repository_path;
use super::lines;

/// The review as one run. Paths are relative to the repository; `prefix` is the folder, below its root, that the paths
/// of the review are relative to.
#[must_use]
pub fn sarif(review: &Review, prefix: &str, version: &str) -> Value {
    let rules: BTreeMap<&str, Rule> = review.all().map(|concern| (concern.rule.id(), concern.rule)).collect();
    let described = |(id, rule): (&&str, &Rule)| {
        json!({
            "id": id,
            "name": rule.title(),
            "shortDescription": { "text": rule.description() },
        })
    };
    let place_of = |rule: Rule| rules.keys().position(|id| *id == rule.id());
    let mut seen: HashMap<String, usize> = HashMap::new();
    let owned = review
        .policies
        .iter()
        .flat_map(|policy| policy.concerns.iter().map(|concern| (policy.id.as_str(), concern)))
        .chain(review.concerns.iter().map(|concern| ("", concern)));
    let mut results = Vec::new();
    for (policy, concern) in owned {
        let what = identity(policy, concern);
        let again = seen.entry(what.clone()).and_modify(|count| *count += 1).or_insert(0);
        let fingerprint = format!("{:016x}:{again}", fnv(&what));
        results.push(result(concern, prefix, place_of(concern.rule), &fingerprint));
    }
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "lownoise",
                "version": version,
                "rules": rules.iter().map(described).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn result(concern: &Concern, prefix: &str, rule: Option<usize>, fingerprint: &str) -> Value {
    let level = match concern.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    };
    let mut result = json!({
        "ruleId": concern.rule.id(),
        "ruleIndex": rule,
        "level": level,
        "message": { "text": lines(concern).join("\n") },
        "partialFingerprints": { "lownoise/v1": fingerprint },
    });
    let place = &concern.place;
    if let (false, Value::Object(result)) = (place.file.is_empty(), &mut result) {
        let uri = uri(&repository_path(&place.file, prefix));
        let location = json!({ "physicalLocation": {
            "artifactLocation": { "uri": uri, "uriBaseId": "%SRCROOT%" },
            "region": region(place),
        }});
        result.insert("locations".to_owned(), json!([location]));
    }
    result
}

/// A range; without columns where it is whole lines.
fn region(place: &Place) -> Value {
    let (start, end) = (place.line.max(1), place.end_line.max(1));
    if (place.line, place.column) == (place.end_line, place.end_column) {
        return json!({ "startLine": start, "endLine": end });
    }
    json!({
        "startLine": start,
        "startColumn": place.column.max(1),
        "endLine": end,
        "endColumn": place.end_column.max(1),
    })
}

/// What a concern is, wherever it stands: it does not move with lines that are added above it.
fn identity(policy: &str, concern: &Concern) -> String {
    let edit = concern.edit.as_ref().map(|edit| (&edit.of, &edit.old, &edit.new));
    format!("{}\n{policy}\n{}\n{edit:?}\n{:?}", concern.rule.id(), concern.subject, concern.from)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_stay_when_lines_move_and_differ_when_things_do() {
        let concern = |line, subject: &str| {
            Concern::new(Rule::NewlyHidden, Level::Error, subject, "m", Place::line("a b.toml", line))
        };
        let print = |concerns: Vec<Concern>| -> Vec<String> {
            let told = sarif(&Review { concerns, ..Review::default() }, "", "0");
            let results = told["runs"][0]["results"].as_array().unwrap().clone();
            assert_eq!(
                results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
                "a%20b.toml"
            );
            results.iter().map(|result| result["partialFingerprints"]["lownoise/v1"].to_string()).collect()
        };
        let (first, moved) = (print(vec![concern(1, "x")]), print(vec![concern(9, "x")]));
        assert_eq!(first, moved);
        assert_ne!(first, print(vec![concern(1, "y")]));
        let twice = print(vec![concern(1, "x"), concern(2, "x")]);
        assert_ne!(twice[0], twice[1]);
    }
}
