//! The scenarios of `features/` hold for the shipped rules.

use super::common;

#[test]
fn every_shipped_scenario_passes() {
    let summary = common::run_shipped(&[common::root().join("features")]).unwrap();
    assert!(summary.is_success(), "{}", common::told(&summary));
}
