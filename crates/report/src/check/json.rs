//! What is told, as data.

use lownoise_lint::{FixClaim, Told};
use serde_json::{Value, json};

use super::{Checked, region};
use crate::diagnostics::finding;

/// One object: `findings`, each with its places; what a comment allows has the reason in `allowed`. If it is asked how
/// strong the exclusions are, `strengths` says it of each policy.
#[must_use]
pub fn check_json(checked: &Checked) -> Value {
    let mut all = json!({ "findings": checked.told.iter().map(one).collect::<Vec<_>>() });
    if let (Value::Object(fields), false) = (&mut all, checked.graded.is_empty()) {
        let graded: Vec<Value> = checked.graded.iter().map(super::Graded::json).collect();
        fields.insert("strengths".to_owned(), graded.into());
    }
    all
}

fn one(told: &Told) -> Value {
    let mut value = json!(finding(&told.diagnostic, &told.sources));
    let Value::Object(fields) = &mut value else { return value };
    if !told.evidence.is_empty() {
        fields.insert("evidence".to_owned(), json!(told.evidence));
    }
    if let Some(fix) = &told.fix {
        let edits = fix.edits.iter().map(|(span, text)| {
            let at = region(told, *span);
            json!({
                "file": told.sources.get(span.source).map(|source| &source.name),
                "line": at.line,
                "column": at.column,
                "end_line": at.end_line,
                "end_column": at.end_column,
                "text": text,
            })
        });
        let claim = match fix.claim {
            FixClaim::SameMeaning => "same meaning",
            FixClaim::HidesLess => "hides less",
        };
        let edits: Vec<Value> = edits.collect();
        fields.insert("fix".to_owned(), json!({ "title": fix.title, "claim": claim, "edits": edits }));
    }
    if let Some(reason) = &told.allowed {
        fields.insert("allowed".to_owned(), json!(reason));
    }
    value
}
