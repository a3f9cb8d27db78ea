//! What a report says of scenarios that fail, and of features that cannot be read: each `tests/reports/NAME.feature`
//! gives `NAME.txt`.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use lownoise_harness::{FeatureError, HarnessError, steps};

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
        let (summary, report) = common::report(&[feature.clone()], false);
        assert!(!summary.unwrap().is_success(), "{}", feature.display());
        let report = report.replace(&format!("{}/", folder().display()), "");
        let expected = fs::read_to_string(feature.with_extension("txt")).unwrap_or_default();
        assert_eq!(report, expected, "{}:\n{report}", feature.display());
    }
}

#[test]
fn every_step_of_a_verbose_report_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.feature");
    let text = "Feature: one\n  Scenario: two\n    Given the policy \"linux-desktop-public-egress\"\n    Then it is kept\n";
    fs::write(&path, text).unwrap();
    let (summary, report) = common::report(&[path], true);
    assert!(summary.unwrap().is_success());
    for line in ["Feature: one", "  ✔ Given the policy \"linux-desktop-public-egress\"", "  ✔ Then it is kept"] {
        assert!(report.lines().any(|found| found == line), "{report}");
    }
    assert!(report.ends_with("1 feature, 1 scenario\n1 passed, 0 failed\n"), "{report}");
}

#[test]
fn a_folder_without_features_is_an_error_and_so_is_a_missing_file() {
    let empty = tempfile::tempdir().unwrap();
    let (result, _) = common::report(&[empty.path().to_owned()], false);
    assert!(matches!(result, Err(HarnessError::Features(FeatureError::NoFeatures(_)))));
    let (result, _) = common::report(&[empty.path().join("absent.feature")], false);
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
