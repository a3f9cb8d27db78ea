//! Scenarios in the Test Anything Protocol, version 14: <https://testanything.org/tap-version-14-specification.html>.

use lownoise_harness::{Failing, Outcome, Summary};
use serde_json::json;

use super::{expired_words, skipped_words};

/// A test point for each scenario, for each feature that cannot be read, and, skipped, for each expired exclusion.
#[must_use]
pub fn suite_tap(suite: &Summary) -> String {
    let mut points = Vec::new();
    for feature in &suite.features {
        let file = feature.file.display();
        if let Some(unreadable) = &feature.unreadable {
            let failing =
                Failing { feature, scenario: None, line: unreadable.line, step: None, why: &unreadable.why };
            points.push(("not ok", format!("{file}: it can be read"), diagnosis(&failing)));
        }
        for scenario in &feature.scenarios {
            let words = format!("{file}:{}: {}", scenario.place.line, scenario.place.scenario);
            points.push(match &scenario.outcome {
                Outcome::Passed => ("ok", words, String::new()),
                Outcome::Skipped(tag) => ("ok", words, format!(" # SKIP {}\n", skipped_words(tag))),
                Outcome::Failed { step, why } => {
                    let step = step.as_ref();
                    let line = step.map_or(scenario.place.line, |step| step.line);
                    (
                        "not ok",
                        words,
                        diagnosis(&Failing { feature, scenario: Some(scenario), line, step, why }),
                    )
                }
            });
        }
    }
    points.extend(suite.expired().into_iter().map(|expired| {
        let words = format!("{}: expired exclusion {}", expired.policy, expired.exclusion);
        ("ok", words, format!(" # SKIP it {}\n", expired_words(expired)))
    }));
    let mut text = format!("TAP version 14\n1..{}\n", points.len());
    for (number, (result, words, more)) in (1..).zip(points) {
        let more = if more.is_empty() { "\n" } else { &more };
        text.extend([format!("{result} {number} - {}{more}", escaped(&words))]);
    }
    text
}

/// A block of YAML below a test point. JSON's texts are YAML's.
fn diagnosis(failing: &Failing<'_>) -> String {
    let mut lines = vec![
        format!("file: {}", json!(failing.feature.file.display().to_string())),
        format!("line: {}", failing.line),
    ];
    lines.extend(failing.step.map(|step| format!("step: {}", json!(step.words))));
    lines.push(format!("message: {}", json!(failing.why.trim_end())));
    format!("\n  ---\n  {}\n  ...\n", lines.join("\n  "))
}

/// `#` would begin a directive.
fn escaped(words: &str) -> String {
    words.replace('\\', "\\\\").replace('#', "\\#").replace(['\n', '\r'], " ")
}
