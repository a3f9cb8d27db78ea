//! The scenarios of `features/` hold for the shipped rules.

mod common;

#[test]
fn every_shipped_scenario_passes() {
    let (summary, report) = common::report(&[common::root().join("features")], false);
    assert!(summary.unwrap().is_success(), "{report}");
}
