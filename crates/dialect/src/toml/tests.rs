//! What is written is read back as the same thing.

use lownoise_engine::parse::parse_policy;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_prove::{Claim, Proof, Setting, prove};
use lownoise_testkit::{any_opaque_policy, any_policy, configured, schema};
use proptest::prelude::*;

use super::{Remarks, write};

fn read(text: &str) -> Policy {
    let mut schemas = Schemas::default();
    schemas.add((*schema()).clone());
    let mut device = (*schema()).clone();
    device.table = "DeviceInfo".to_owned();
    schemas.add(device);
    let source = Source { name: "written.toml".to_owned(), text: text.to_owned() };
    let parsed = parse_policy(source, &mut |_| Err("no sets".to_owned()), &schemas);
    parsed.result.unwrap_or_else(|| panic!("{text}\n{:#?}", parsed.diagnostics))
}

/// A policy's lookback is at least a second long, which a random one need not be.
fn sayable(policy: &mut Policy) {
    use lownoise_engine::policy::ConditionKind::Lookback;
    policy.scope.retain(|condition| !matches!(condition.kind, Lookback(lookback) if lookback.length == 0));
}

proptest! {
    #![proptest_config(configured(500))]

    #[test]
    fn a_policy_is_read_back_as_what_it_means((mut policy, now) in any_policy()) {
        sayable(&mut policy);
        let text = write(&policy, &Remarks::default());
        let again = read(&text);
        let proof = prove(&Claim::Equivalent(&policy, &again), &Setting::of(&policy, now));
        prop_assert_eq!(proof, Proof::Holds, "{}", text);
    }

    #[test]
    fn opaque_tests_stay((mut policy, _) in any_opaque_policy()) {
        sayable(&mut policy);
        let again = read(&write(&policy, &Remarks::default()));
        prop_assert_eq!(policy.is_opaque(), again.is_opaque());
    }
}
