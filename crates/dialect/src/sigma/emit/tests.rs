//! What is compiled is imported as the same thing, or refused.

use lownoise_engine::parse::parse_policy;
use lownoise_engine::policy::{ConditionKind, Policy};
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::Time;
use lownoise_prove::{Claim, Proof, Setting, prove};
use lownoise_testkit::{any_opaque_policy, any_policy, configured, schema};
use proptest::prelude::*;

use super::{Aim, emit, filtering};
use crate::sigma::{Options, import};

fn schemas() -> Schemas {
    let mut schemas = Schemas::shipped().unwrap();
    schemas.add((*schema()).clone());
    schemas
}

fn aim() -> Aim {
    Aim { source: vec![("product".to_owned(), "events".to_owned())], rules: Vec::new() }
}

fn imported(text: &str, table: &str) -> Policy {
    let source = Source { name: "f.yml".to_owned(), text: text.to_owned() };
    let options = Options { id: "f".to_owned(), table: Some(table.to_owned()), ..Options::default() };
    let imported = import(&source, &schemas(), &options);
    let Some((_, policy)) = imported.policy else { panic!("{text}\n{:#?}", imported.diagnostics) };
    assert_eq!(imported.opaque, 0, "{text}\n{:#?}", imported.diagnostics);
    policy
}

/// Without what no filter says.
fn sayable(mut policy: Policy) -> Policy {
    policy.scope.retain(|condition| matches!(condition.kind, ConditionKind::Where(_)));
    policy
}

proptest! {
    #![proptest_config(configured(1_000))]

    #[test]
    fn a_policy_comes_back_as_what_it_hides((policy, now) in any_policy()) {
        let policy = sayable(policy);
        if let Ok(emitted) = emit(&policy, now, &aim()) {
            let again = imported(&emitted.text, "Events");
            let hiding = filtering(&policy);
            let proof = prove(&Claim::Equivalent(&hiding, &again), &Setting::of(&hiding, now));
            prop_assert_eq!(proof, Proof::Holds, "{}", emitted.text);
        }
    }

    #[test]
    fn what_is_opaque_is_refused((policy, now) in any_opaque_policy()) {
        let active = policy.exclusions.iter().filter(|exclusion| !exclusion.is_expired(now));
        let opaque = active.flat_map(|exclusion| exclusion.predicate.opaque()).count();
        prop_assert!(opaque == 0 || emit(&policy, now, &aim()).is_err());
    }
}

#[test]
fn some_random_policies_are_said() {
    let mut runner = lownoise_testkit::runner(300, 7);
    let mut said = 0;
    for _ in 0..300 {
        let (policy, now) = any_policy().new_tree(&mut runner).unwrap().current();
        said += usize::from(emit(&sayable(policy), now, &aim()).is_ok());
    }
    // Terms and times are in most of them.
    assert!(said > 60, "{said} of 300");
}

fn compiled(toml: &str) -> Result<String, Vec<String>> {
    let header = "[policy]\nid = \"p\"\ntitle = \"t\"\ntable = \"DeviceNetworkEvents\"\nowner = \"o\"\n";
    let text = format!("{header}{toml}");
    let source = Source { name: "p.toml".to_owned(), text };
    let parsed = parse_policy(source, &mut |_| Err("no sets".to_owned()), &schemas());
    let policy = parsed.result.unwrap_or_else(|| panic!("{:#?}", parsed.diagnostics));
    let now = Time::parse("2026-02-03T00:00:00Z").unwrap();
    match emit(&policy, now, &Aim::default()) {
        Ok(emitted) => {
            let again = imported(&emitted.text, "DeviceNetworkEvents");
            let hiding = filtering(&policy);
            let proof = prove(&Claim::Equivalent(&hiding, &again), &Setting::of(&hiding, now));
            assert_eq!(proof, Proof::Holds, "{}", emitted.text);
            Ok(emitted.text)
        }
        Err(refused) => Err(refused.into_iter().map(|diagnostic| diagnostic.message).collect()),
    }
}

fn exclusion(test: &str) -> String {
    format!("[[exclusion]]\nid = \"x\"\nreason = \"r\"\nwhere = {{ {test} }}\n")
}

#[test]
fn a_filter_reads_as_people_write_them() {
    let text = compiled(
        "[scope]\nwhere = { RemoteIPType = \"Public\" }\n[[exclusion]]\nid = \"snapd\"\nreason = \"Updates\"\nexpires = 2026-12-31\nwhere = { InitiatingProcessFolderPath = { starts_with = \"/usr/lib/snapd/\" }, RemotePort = [80, 443] }\n[[exclusion]]\nid = \"old\"\nreason = \"gone\"\nexpires = 2026-01-01\nwhere = { RemotePort = 1 }\n[[exclusion]]\nid = \"apt-methods\"\nreason = \"Packages\"\nowner = \"it\"\nwhere = { RemoteUrl = { not = { ends_with = \".example\", ignore_case = true } }, InitiatingProcessFolderPath = { exists = false } }\n",
    );
    let expected = "# t\n# policy: p; owner: o\n# Expired and left out: old\ntitle: 't'\nid: b5b92db5-6f0e-5d71-a64b-d0b1f2ba2f4b\nlogsource:\n    category: network_connection\nfilter:\n    rules: any\n    # What the policy looks at: nothing else is hidden.\n    scope:\n        RemoteIPType|cased: 'Public'\n    # snapd: Updates\n    # expires: 2026-12-31\n    snapd:\n        Image|startswith|cased: '/usr/lib/snapd/'\n        DestinationPort:\n            - 80\n            - 443\n    # apt-methods: Packages\n    # owner: it\n    apt_methods_1:\n        Image:\n            - null\n            - ''\n    apt_methods_2:\n        DestinationHostname|endswith: '.example'\n    condition: not (scope and (snapd or (apt_methods_1 and not (apt_methods_2))))\n";
    let text = text.unwrap();
    let without_id =
        |text: &str| text.lines().filter(|line| !line.starts_with("id: ")).collect::<Vec<_>>().join("\n");
    assert_eq!(without_id(&text), without_id(expected), "{text}");
}

#[test]
fn tests_are_said_or_refused() {
    for (test, said) in [
        ("RemoteUrl = \"\"", "DestinationHostname:\n            - null\n            - ''\n"),
        ("RemoteUrl = [\"\", \"A\"]", "        - DestinationHostname|cased: 'A'\n"),
        ("RemoteUrl = { equals = 'a*\\', ignore_case = true }", "DestinationHostname: 'a\\*\\\\'\n"),
        (
            "RemoteIP = { in = \"10.0.0.0/8\" }",
            "DestinationIp|cidr:\n            - '10.0.0.0/8'\n            - '::ffff:10.0.0.0/104'\n",
        ),
        ("RemoteIP = { in = \"public\" }", "DestinationIp|cidr:"),
        ("RemotePort = { between = [1, 5] }", "DestinationPort|gte: 1\n        DestinationPort|lte: 5\n"),
        ("RemotePort = { exists = true }", "not (x)"),
        ("Protocol = \"Tcp\"", "Protocol|cased: 'tcp'"),
        ("Protocol = { equals = \"UDP\", ignore_case = true }", "Protocol: 'udp'"),
        ("ActionType = \"ConnectionFailed\"", "ActionType|cased: 'ConnectionFailed'"),
        ("InitiatingProcessFileName = \"snapd\"", "InitiatingProcessFileName|cased: 'snapd'"),
        ("RemoteUrl = { matches = '^a+$', ignore_case = true }", "DestinationHostname|re: '^[Aa]+$'"),
        ("RemoteUrl = { matches = 'a*' }", "            - null"),
        ("IsInitiatingProcessRemoteSession = true", "IsInitiatingProcessRemoteSession: true"),
        (
            "all = [{ RemoteUrl = { contains = \"a\" } }, { RemoteUrl = { contains = \"b\" } }]",
            "DestinationHostname|contains|cased|all:",
        ),
        ("RemoteUrl = { contains = \"\" }", "DeviceId: null"),
        (
            "any = [{ RemotePort = 1 }, { RemoteUrl = \"b\" }]",
            "        - DestinationPort: 1\n        - DestinationHostname|cased: 'b'\n",
        ),
    ] {
        let text = compiled(&exclusion(test)).unwrap_or_else(|refused| panic!("{test}: {refused:?}"));
        assert!(text.contains(said), "{test}\n{text}");
    }
    for (toml, why) in [
        (exclusion("RemoteUrl = { has = \"a\" }"), "knows no terms"),
        (exclusion("RemoteUrl = { equals = \"é\", ignore_case = true }"), "beyond ASCII"),
        (exclusion("RemoteUrl = { matches = '\\bx' }"), "look around"),
        (exclusion("Timestamp = { lt = 2026-01-01T00:00:00Z }"), "no points in time"),
        (exclusion("Protocol = { starts_with = \"T\" }"), "only equality"),
        (exclusion("opaque = \"x\""), "only the text"),
        (
            format!("[scope]\ndevices = {{ OSPlatform = \"Linux\" }}\n{}", exclusion("RemotePort = 1")),
            "no other table",
        ),
        (format!("lookback = \"24h\"\n{}", exclusion("RemotePort = 1")), "whenever it was"),
    ] {
        let refused = compiled(&toml).expect_err(&toml);
        assert!(refused.iter().any(|message| message.contains(why)), "{toml}: {refused:?}");
    }
    assert!(compiled("").unwrap().contains("condition: not ((nothing and not (nothing)))"));
}
