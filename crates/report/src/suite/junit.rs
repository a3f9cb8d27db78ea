//! Scenarios as `JUnit`'s XML: a suite for each feature, a case for each scenario. Nothing in it depends on the clock of
//! the machine, so that two runs can be compared.

use std::collections::HashMap;

use lownoise_harness::{Expired, FeatureRun, Outcome, ScenarioRun, StepWords, Summary, Unreadable};
use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::{expired_words, skipped_words};

/// A suite for each feature; a feature that cannot be read is an error. Skipped scenarios are skipped cases, and so is,
/// in a suite of their own, each expired exclusion under test. What a policy said is among the properties of a case:
/// `policy`, and `hidden-by` for each exclusion that hid.
///
/// # Errors
/// When it cannot be put together; nothing that a feature says leads there.
pub fn suite_junit(suite: &Summary) -> Result<String, String> {
    let mut report = Report::new("lownoise test");
    for feature in &suite.features {
        report.add_test_suite(feature_suite(feature));
    }
    let expired = suite.expired();
    if !expired.is_empty() {
        let mut of_expired = TestSuite::new("expired exclusions");
        for expired in expired {
            of_expired.add_test_case(expired_case(expired));
        }
        report.add_test_suite(of_expired);
    }
    report.to_string().map_err(|error| error.to_string())
}

fn feature_suite(feature: &FeatureRun) -> TestSuite {
    let file = feature.file.display().to_string();
    let mut suite = TestSuite::new(file.as_str());
    if let Some(unreadable) = &feature.unreadable {
        suite.add_test_case(unreadable_case(&file, unreadable));
        return suite;
    }
    suite.add_property(Property::new("feature", feature.name.as_str()));
    let mut names: HashMap<&str, usize> = HashMap::new();
    for scenario in &feature.scenarios {
        *names.entry(&scenario.place.scenario).or_default() += 1;
    }
    for scenario in &feature.scenarios {
        let place = &scenario.place;
        // Rows of an outline may have one name; a case is known by its name.
        let once = names.get(place.scenario.as_str()).is_some_and(|count| *count == 1);
        let name =
            if once { place.scenario.clone() } else { format!("{} (line {})", place.scenario, place.line) };
        suite.add_test_case(scenario_case(&name, &feature.name, scenario));
    }
    suite
}

fn scenario_case(name: &str, feature: &str, scenario: &ScenarioRun) -> TestCase {
    let status = match &scenario.outcome {
        Outcome::Passed => TestCaseStatus::success(),
        Outcome::Skipped(tag) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(skipped_words(tag));
            status
        }
        Outcome::Failed { step, why } => failed(step.as_ref(), scenario, why),
    };
    let class = scenario.rule.as_ref().map_or(feature.to_owned(), |rule| format!("{feature}.{rule}"));
    let mut case =
        case(name, &class, &scenario.place.file.display().to_string(), scenario.place.line, status);
    for policy in &scenario.seen.policies {
        case.add_property(Property::new("policy", policy.as_str()));
    }
    for exclusion in &scenario.seen.hidden_by {
        case.add_property(Property::new("hidden-by", exclusion.as_str()));
    }
    case
}

fn failed(step: Option<&StepWords>, scenario: &ScenarioRun, why: &str) -> TestCaseStatus {
    let why = why.trim_end();
    let line = step.map_or(scenario.place.line, |step| step.line);
    let words = step.map_or(String::new(), |step| format!("✘ {}\n", step.words));
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(if step.is_some() { "step failed" } else { "scenario failed" });
    status.set_message(why.lines().next().unwrap_or_default());
    status.set_description(format!("{}:{line}\n{words}{why}", scenario.place.file.display()));
    status
}

fn unreadable_case(file: &str, unreadable: &Unreadable) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type("feature unreadable");
    status.set_message(unreadable.why.lines().next().unwrap_or_default());
    status.set_description(format!("{file}:{}\n{}", unreadable.line, unreadable.why));
    case("the feature can be read", file, file, unreadable.line, status)
}

fn expired_case(expired: &Expired) -> TestCase {
    let mut status = TestCaseStatus::skipped();
    status.set_message(expired_words(expired));
    let mut case = TestCase::new(expired.exclusion.as_str(), status);
    case.set_classname(expired.policy.as_str());
    case
}

fn case(name: &str, class: &str, file: &str, line: usize, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(class);
    case.extra.insert("file".into(), file.into());
    case.extra.insert("line".into(), line.to_string().into());
    case
}
