//! What a report says of scenarios that fail, and of features that cannot be read: each `tests/reports/NAME.feature`
//! gives `NAME.txt`. With `LOWNOISE_BLESS` set, the reports are written anew, to be read in the diff.

use std::fs;
use std::path::{Path, PathBuf};

use lownoise_harness::{FeatureError, HarnessError, steps};

use super::common;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports")
}

#[test]
fn each_failure_says_why() {
    let mut features: Vec<_> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    features.retain(|path| path.extension().is_some_and(|extension| extension == "feature"));
    features.sort();
    assert!(features.len() > 3);
    for feature in features {
        let summary = common::run_shipped(std::slice::from_ref(&feature)).unwrap();
        assert!(!summary.is_success(), "{}", feature.display());
        let report = common::told(&summary).replace(&format!("{}/", folder().display()), "");
        if std::env::var_os("LOWNOISE_BLESS").is_some() {
            fs::write(feature.with_extension("txt"), &report).unwrap();
        }
        let expected = fs::read_to_string(feature.with_extension("txt")).unwrap_or_default();
        assert_eq!(report, expected, "{}:\n{report}", feature.display());
    }
}

#[test]
fn every_step_that_passed_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.feature");
    let text = "Feature: one\n  Scenario: two\n    Given the policy \"linux-desktop-public-egress\"\n    Then it is kept\n";
    fs::write(&path, text).unwrap();
    let summary = common::run_shipped(&[path]).unwrap();
    assert!(summary.is_success());
    let scenario = summary.scenarios().next().unwrap();
    let steps: Vec<_> = scenario.passed.iter().map(|step| (step.words.as_str(), step.line)).collect();
    assert_eq!(steps, [("Given the policy \"linux-desktop-public-egress\"", 3), ("Then it is kept", 4)]);
    assert_eq!(scenario.seen.policies, ["linux-desktop-public-egress"]);
}

#[test]
fn a_folder_without_features_is_an_error_and_so_is_a_missing_file() {
    let empty = tempfile::tempdir().unwrap();
    let result = common::run_shipped(&[empty.path().to_owned()]);
    assert!(matches!(result, Err(HarnessError::Features(FeatureError::NoFeatures(_)))));
    let result = common::run_shipped(&[empty.path().join("absent.feature")]);
    assert!(matches!(result, Err(HarnessError::Features(FeatureError::Unreadable(..)))));
}

#[test]
fn every_step_of_the_listing_is_used_by_a_shipped_scenario() {
    let features = common::root().join("features");
    let mut text = String::new();
    for entry in fs::read_dir(features).unwrap() {
        text += &fs::read_to_string(entry.unwrap().path()).unwrap();
    }
    for step in steps() {
        let words = step.words.split(['<', '"']).next().unwrap().trim_end();
        assert!(text.contains(words), "no shipped scenario shows `{}`", step.words);
    }
}

#[test]
fn the_manual_lists_every_step() {
    let path = common::root().join("docs/scenarios.md");
    let manual = fs::read_to_string(&path).unwrap();
    let rows = steps()
        .into_iter()
        .map(|step| format!("| {} | `{}` | {} |", step.moment.keywords(), step.words, step.help));
    let head = ["| after | step | |", "|---|---|---|"].map(str::to_owned);
    let listing = head.into_iter().chain(rows).collect::<Vec<_>>().join("\n") + "\n";
    if std::env::var_os("LOWNOISE_BLESS").is_some() {
        let before = manual.split("| after |").next().unwrap();
        fs::write(&path, format!("{before}{listing}")).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap().ends_with(&listing),
        "set LOWNOISE_BLESS to write the list anew"
    );
}
