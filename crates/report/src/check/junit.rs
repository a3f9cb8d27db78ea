//! What is told, as `JUnit`'s XML: a suite for each file, a case for each thing that is told, and one that passes for a
//! file without any. Nothing in it depends on the machine.

use std::collections::{BTreeMap, HashMap};

use lownoise_engine::diagnostic::Level;
use lownoise_lint::Told;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite, XmlString};

use super::{Checked, file_of, lines, region};
use crate::Style;
use crate::check::text::render_told;

/// Errors fail, and warnings where they are denied; what a comment allows is skipped, with the reason.
///
/// # Errors
/// When it cannot be put together; nothing that a file says leads there.
pub fn check_junit(checked: &Checked, deny_warnings: bool) -> Result<String, String> {
    let mut by_file: BTreeMap<&str, Vec<&Told>> = BTreeMap::new();
    for told in &checked.told {
        by_file.entry(file_of(told)).or_default().push(told);
    }
    let mut report = Report::new("lownoise check");
    for file in &checked.files {
        let told = by_file.remove(file.as_str()).unwrap_or_default();
        report.add_test_suite(suite(file, &told, deny_warnings));
    }
    // Sets that only policies led to.
    for (file, told) in by_file {
        report.add_test_suite(suite(file, &told, deny_warnings));
    }
    report.to_string().map_err(|error| error.to_string())
}

fn suite(file: &str, told: &[&Told], deny_warnings: bool) -> TestSuite {
    let mut suite = TestSuite::new(file);
    if told.is_empty() {
        suite.add_test_case(TestCase::new("check", TestCaseStatus::success()));
    }
    let mut names: HashMap<String, usize> = HashMap::new();
    for one in told {
        let place = one.diagnostic.labels.first().map(|label| region(one, label.span));
        let line = place.map_or(0, |place| place.line);
        let name = format!("{} (line {line})", one.diagnostic.code);
        let count = names.entry(name.clone()).and_modify(|count| *count += 1).or_insert(1);
        // A case is known by its name.
        let name = if *count == 1 { name } else { format!("{name}, {count}") };
        suite.add_test_case(case(&name, file, one, deny_warnings));
    }
    suite
}

fn case(name: &str, file: &str, told: &Told, deny_warnings: bool) -> TestCase {
    let whole = render_told(told, Style::Plain);
    let fails = told.diagnostic.level == Level::Error || deny_warnings;
    let mut case = match (&told.allowed, fails) {
        (Some(reason), _) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(format!("allowed: {reason}"));
            TestCase::new(name, status)
        }
        (None, true) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(told.diagnostic.code).set_message(lines(told).join("\n")).set_description(whole);
            TestCase::new(name, status)
        }
        (None, false) => {
            let mut case = TestCase::new(name, TestCaseStatus::success());
            case.set_system_out(XmlString::new(whole));
            case
        }
    };
    case.set_classname(file);
    case
}
