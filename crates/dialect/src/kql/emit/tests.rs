//! What is emitted is imported as the same thing, or refused.

use lownoise_engine::parse::parse_policy;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::Time;
use lownoise_prove::{Claim, Proof, Setting, prove};
use lownoise_testkit::{any_opaque_policy, any_policy, configured, schema};
use proptest::prelude::*;

use super::emit;
use crate::kql::{Options, import};

fn schemas() -> Schemas {
    let mut schemas = Schemas::shipped().unwrap();
    let mut events = (*schema()).clone();
    schemas.add(events.clone());
    events.table = "DeviceInfo".to_owned();
    schemas.add(events);
    schemas
}

/// Random policies take their devices from the table of events itself.
fn with_devices(mut policy: Policy, schemas: &Schemas) -> Policy {
    use lownoise_engine::policy::ConditionKind::Devices;
    for part in &mut policy.scope {
        if let Devices { schema, .. } = &mut part.kind {
            *schema = std::sync::Arc::new(schemas.get("DeviceInfo").unwrap().clone());
        }
    }
    policy
}

fn imported(text: &str, schemas: &Schemas) -> Policy {
    let source = Source { name: "q.kql".to_owned(), text: text.to_owned() };
    let imported = import(&source, schemas, &Options { id: "q".to_owned(), ..Options::default() });
    let Some((_, policy)) = imported.policy else { panic!("{text}\n{:#?}", imported.diagnostics) };
    assert_eq!(imported.opaque, 0, "{text}\n{:#?}", imported.diagnostics);
    policy
}

proptest! {
    #![proptest_config(configured(1_000))]

    #[test]
    fn a_policy_comes_back_as_what_it_means((policy, now) in any_policy()) {
        let schemas = schemas();
        let policy = with_devices(policy, &schemas);
        if let Ok(emitted) = emit(&policy, now) {
            let again = imported(&emitted.text, &schemas);
            let proof = prove(&Claim::Equivalent(&policy, &again), &Setting::of(&policy, now));
            prop_assert_eq!(proof, Proof::Holds, "{}", emitted.text);
        }
    }

    #[test]
    fn what_is_opaque_is_refused((policy, now) in any_opaque_policy()) {
        let active = policy.exclusions.iter().filter(|exclusion| !exclusion.is_expired(now));
        let opaque = active.flat_map(|exclusion| exclusion.predicate.opaque()).count();
        prop_assert!(opaque == 0 || emit(&policy, now).is_err());
    }
}

#[test]
fn few_random_policies_are_refused() {
    let mut runner = lownoise_testkit::runner(200, 7);
    let mut said = 0;
    for _ in 0..200 {
        let (policy, now) = any_policy().new_tree(&mut runner).unwrap().current();
        said += usize::from(emit(&policy, now).is_ok());
    }
    assert!(said > 100, "{said} of 200");
}

fn compiled(toml: &str) -> Result<String, Vec<String>> {
    let header = "[policy]\nid = \"p\"\ntitle = \"t\"\ntable = \"DeviceNetworkEvents\"\nowner = \"o\"\n";
    let text = format!("{header}[[exclusion]]\nid = \"x\"\nreason = \"r\"\nwhere = {{ {toml} }}\n");
    let source = Source { name: "p.toml".to_owned(), text };
    let parsed = parse_policy(source, &mut |_| Err("no sets".to_owned()), &schemas());
    let policy = parsed.result.unwrap_or_else(|| panic!("{:#?}", parsed.diagnostics));
    match emit(&policy, Time::parse("2026-02-03T00:00:00Z").unwrap()) {
        Ok(emitted) => {
            Ok(emitted.text.lines().filter(|line| line.starts_with("| where")).collect::<String>())
        }
        Err(refused) => Err(refused.into_iter().map(|diagnostic| diagnostic.message).collect()),
    }
}

#[test]
fn conditions_read_as_people_write_them() {
    for (toml, kql) in [
        ("InitiatingProcessFileName = \"snapd\"", "InitiatingProcessFileName != \"snapd\""),
        ("InitiatingProcessFileName = [\"a\", \"b\"]", "InitiatingProcessFileName !in (\"a\", \"b\")"),
        ("RemoteUrl = { equals = [\"a\", \"b\"], ignore_case = true }", "RemoteUrl !in~ (\"a\", \"b\")"),
        ("RemoteUrl = { has = [\"a\", \"b\"], ignore_case = true }", "not(RemoteUrl has_any (\"a\", \"b\"))"),
        (
            "RemoteUrl = { has_all = [\"a\", \"b\"], ignore_case = true }",
            "not(RemoteUrl has_all (\"a\", \"b\"))",
        ),
        (
            "RemoteUrl = { starts_with = [\"a\", \"b\"] }",
            "not(RemoteUrl startswith_cs \"a\" or RemoteUrl startswith_cs \"b\")",
        ),
        ("RemoteUrl = { exists = false }", "isnotempty(RemoteUrl)"),
        ("RemotePort = { lt = 1024 }", "not(coalesce(RemotePort < 1024, false))"),
        ("RemotePort = { not = { lt = 1024 } }", "RemotePort < 1024"),
        ("RemotePort = 5, not = { RemoteUrl = \"x\" }", "not(RemotePort == 5 and RemoteUrl != \"x\")"),
        (
            "RemoteUrl = { matches = '^a\\d', ignore_case = true }",
            "not(RemoteUrl matches regex @\"(?i)^a\\d\")",
        ),
        (
            "RemoteUrl = { matches = '^k', ignore_case = true }",
            "not(RemoteUrl matches regex @\"(?:\\A[Kk])\")",
        ),
        ("IsInitiatingProcessRemoteSession = true", "IsInitiatingProcessRemoteSession != true"),
        ("RemoteUrl = 'a\\b'", "RemoteUrl != @\"a\\b\""),
    ] {
        let found = compiled(toml).map(|text| text.replacen("| where ", "", 1));
        assert_eq!(found.as_deref(), Ok(kql), "{toml}");
    }
    let refused = compiled("RemoteUrl = { equals = \"é\", ignore_case = true }").unwrap_err();
    assert!(refused[0].contains("beyond ASCII"), "{refused:?}");
    let refused = compiled("opaque = \"x\"").unwrap_err();
    assert!(refused[0].contains("only the text"), "{refused:?}");
}
