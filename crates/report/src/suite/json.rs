//! Scenarios for programs: one JSON object.

use lownoise_harness::{Expired, FeatureRun, Outcome, ScenarioRun, StepWords, Summary};
use serde_json::{Value, json};

/// Every feature and scenario with what came of it, in the order of the features, and the counts.
#[must_use]
pub fn suite_json(suite: &Summary) -> Value {
    json!({
        "success": suite.is_success(),
        "counts": {
            "features": suite.features.len() - suite.unreadable(),
            "unreadable": suite.unreadable(),
            "scenarios": suite.scenarios().count(),
            "passed": suite.passed(),
            "failed": suite.failed(),
            "skipped": suite.skipped(),
        },
        "expired": suite.expired().into_iter().map(expired).collect::<Vec<_>>(),
        "features": suite.features.iter().map(feature).collect::<Vec<_>>(),
    })
}

fn feature(feature: &FeatureRun) -> Value {
    let unreadable = feature.unreadable.as_ref();
    json!({
        "file": feature.file.display().to_string(),
        "name": feature.name,
        "unreadable": unreadable.map(|unreadable| json!({ "line": unreadable.line, "why": unreadable.why })),
        "scenarios": feature.scenarios.iter().map(scenario).collect::<Vec<_>>(),
    })
}

fn scenario(scenario: &ScenarioRun) -> Value {
    let mut told = json!({
        "line": scenario.place.line,
        "name": scenario.place.scenario,
        "rule": scenario.rule,
        "tags": scenario.tags,
        "outcome": "passed",
        "steps": scenario.passed.iter().map(step).collect::<Vec<_>>(),
        "policies": scenario.seen.policies,
        "hidden_by": scenario.seen.hidden_by,
    });
    let more = match &scenario.outcome {
        Outcome::Passed => json!({}),
        Outcome::Skipped(tag) => json!({ "outcome": "skipped", "skipped_by": tag }),
        Outcome::Failed { step: at, why } => {
            json!({ "outcome": "failed", "step": at.as_ref().map(step), "why": why.trim_end() })
        }
    };
    if let (Value::Object(told), Value::Object(more)) = (&mut told, more) {
        told.extend(more);
    }
    told
}

fn step(step: &StepWords) -> Value {
    json!({ "line": step.line, "words": step.words })
}

fn expired(expired: &Expired) -> Value {
    json!({
        "policy": expired.policy,
        "exclusion": expired.exclusion,
        "last_day": expired.last.to_string(),
    })
}
