//! What is told, as SARIF 2.1.0: the lints as rules with their pages as help, allows as suppressions, fixes.

use std::collections::BTreeMap;

use lownoise_lint::{Fix, LANGUAGE, Told};
use serde_json::{Value, json};

use super::{Checked, file_of, lines, region};
use crate::diagnostics::level;
use crate::github::repository_path;
use crate::sarif::{Fingerprints, artifact, document, location};

/// A document of one run. `prefix` is the folder, below the repository's root, that the names of files are relative to.
#[must_use]
pub fn check_sarif(checked: &Checked, prefix: &str, version: &str) -> Value {
    let codes: BTreeMap<&str, &Told> = checked.told.iter().map(|told| (told.diagnostic.code, told)).collect();
    let rules: Vec<Value> = codes.iter().map(|(code, told)| rule(code, told)).collect();
    let mut fingerprints = Fingerprints::default();
    let results: Vec<Value> = checked
        .told
        .iter()
        .map(|told| {
            let place = codes.keys().position(|code| *code == told.diagnostic.code);
            // Not the line: what is told does not move with lines that are added above it.
            let text = told.diagnostic.labels.first().map_or("", |label| told.sources.text(label.span));
            let what =
                format!("{}\n{}\n{}\n{text}", told.diagnostic.code, file_of(told), told.diagnostic.message);
            result(told, prefix, place, &fingerprints.of(what))
        })
        .collect();
    document(version, &rules, &results)
}

fn rule(code: &str, told: &Told) -> Value {
    let name = code.replace('-', " ");
    let Some(lint) = told.lint else {
        let sentence = LANGUAGE.iter().find(|(known, _, _)| *known == code).map(|(_, _, sentence)| *sentence);
        let sentence = sentence.unwrap_or("What an import cannot say exactly, or a mistake in its source.");
        return json!({ "id": code, "name": name, "shortDescription": { "text": sentence } });
    };
    json!({
        "id": code,
        "name": name,
        "shortDescription": { "text": format!("{}.", lint.title()) },
        "help": { "text": lint.page(), "markdown": lint.page() },
        "defaultConfiguration": { "level": level(lint.level) },
    })
}

fn result(told: &Told, prefix: &str, rule: Option<usize>, fingerprint: &Value) -> Value {
    let mut result = json!({
        "ruleId": told.diagnostic.code,
        "ruleIndex": rule,
        "level": level(told.diagnostic.level),
        "message": { "text": lines(told).join("\n") },
        "partialFingerprints": fingerprint,
    });
    let Value::Object(fields) = &mut result else { return result };
    let mut labels = told.diagnostic.labels.iter();
    if let Some(main) = labels.next() {
        let path = repository_path(file_of(told), prefix);
        fields.insert("locations".to_owned(), json!([location(&path, region(told, main.span))]));
    }
    let related: Vec<Value> = labels
        .filter_map(|label| {
            let name = &told.sources.get(label.span.source)?.name;
            let mut place = location(&repository_path(name, prefix), region(told, label.span));
            if let (false, Value::Object(place)) = (label.text.is_empty(), &mut place) {
                place.insert("message".to_owned(), json!({ "text": label.text }));
            }
            Some(place)
        })
        .collect();
    if !related.is_empty() {
        fields.insert("relatedLocations".to_owned(), related.into());
    }
    if let Some(reason) = &told.allowed {
        let suppression = json!({ "kind": "inSource", "status": "accepted", "justification": reason });
        fields.insert("suppressions".to_owned(), json!([suppression]));
    }
    if let Some(fix) = &told.fix {
        fields.insert("fixes".to_owned(), json!([fixed(told, fix, prefix)]));
    }
    result
}

fn fixed(told: &Told, fix: &Fix, prefix: &str) -> Value {
    let replacements: Vec<Value> = fix
        .edits
        .iter()
        .map(|(span, text)| {
            json!({
                "deletedRegion": region(told, *span).json(),
                "insertedContent": { "text": text },
            })
        })
        .collect();
    let change = json!({
        "artifactLocation": artifact(&repository_path(file_of(told), prefix)),
        "replacements": replacements,
    });
    json!({ "description": { "text": fix.title }, "artifactChanges": [change] })
}
