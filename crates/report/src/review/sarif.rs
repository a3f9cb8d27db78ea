//! A review as SARIF 2.1.0, for code scanning.

use std::collections::BTreeMap;

use lownoise_gate::{Concern, Level, Place, Review, Rule};
use serde_json::{Value, json};

use super::lines;
use crate::github::repository_path;
use crate::sarif::{Fingerprints, Region, document, location};

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
    let mut fingerprints = Fingerprints::default();
    let owned = review
        .policies
        .iter()
        .flat_map(|policy| policy.concerns.iter().map(|concern| (policy.id.as_str(), concern)))
        .chain(review.concerns.iter().map(|concern| ("", concern)));
    let mut results = Vec::new();
    for (policy, concern) in owned {
        let fingerprint = fingerprints.of(identity(policy, concern));
        results.push(result(concern, prefix, place_of(concern.rule), &fingerprint));
    }
    document(version, &rules.iter().map(described).collect::<Vec<_>>(), &results)
}

fn result(concern: &Concern, prefix: &str, rule: Option<usize>, fingerprint: &Value) -> Value {
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
        "partialFingerprints": fingerprint,
    });
    let place = &concern.place;
    if let (false, Value::Object(result)) = (place.file.is_empty(), &mut result) {
        let location = location(&repository_path(&place.file, prefix), region(place));
        result.insert("locations".to_owned(), json!([location]));
    }
    result
}

/// A range; without columns where it is whole lines.
fn region(place: &Place) -> Region {
    let whole_lines = (place.line, place.column) == (place.end_line, place.end_column);
    Region {
        line: place.line,
        column: if whole_lines { 0 } else { place.column.max(1) },
        end_line: place.end_line,
        end_column: place.end_column,
    }
}

/// What a concern is, wherever it stands: it does not move with lines that are added above it.
fn identity(policy: &str, concern: &Concern) -> String {
    let edit = concern.edit.as_ref().map(|edit| (&edit.of, &edit.old, &edit.new));
    format!("{}\n{policy}\n{}\n{edit:?}\n{:?}", concern.rule.id(), concern.subject, concern.from)
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
