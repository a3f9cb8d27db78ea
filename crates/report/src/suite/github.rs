//! Scenarios as workflow commands of GitHub Actions: each failure on the line of its step.

use lownoise_harness::{Failing, Summary};

use super::{expired_words, failed_words};
use crate::review::{data, property, repository_path};

/// One `error` for each failure, one `warning` for each expired exclusion under test.
///
/// `prefix` is the folder, below the repository's root, that the paths of the features are relative to.
#[must_use]
pub fn suite_annotations(suite: &Summary, prefix: &str) -> String {
    let failures = suite.failures().map(|failing| failure(&failing, prefix));
    let expired = suite.expired().into_iter().map(|expired| {
        let message = format!("`{}` of `{}` {}", expired.exclusion, expired.policy, expired_words(expired));
        format!("::warning title=expired exclusion::{}\n", data(&message))
    });
    failures.chain(expired).collect()
}

fn failure(failing: &Failing<'_>, prefix: &str) -> String {
    let file = repository_path(&failing.feature.file.display().to_string(), prefix);
    let (title, subject) = match failing.scenario {
        Some(scenario) => ("scenario failed", format!("{}: ", scenario.place.scenario)),
        None => ("feature unreadable", String::new()),
    };
    let message = format!("{subject}{}\n{}", failed_words(failing), failing.why.trim_end());
    format!("::error file={},line={},title={title}::{}\n", property(&file), failing.line, data(&message))
}
