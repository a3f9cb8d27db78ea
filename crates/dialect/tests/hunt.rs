//! The hunt that the project began from: imported, compiled, and held equal to the policy that was written from it.

#![expect(clippy::print_stderr, reason = "a test says when it is skipped")]

mod common;

use common::{assert_equivalent, compiled, imported, policy, read, rules, schemas};
use lownoise_dialect::toml::{Remarks, write};
use lownoise_engine::parse::parse_policy;
use lownoise_engine::span::Source;

const HUNT: &str = "fixtures/kql/linux-desktop-public-egress.kql";

#[test]
fn nothing_of_it_is_opaque_and_nothing_is_odd() {
    let imported = imported(&read(HUNT));
    assert_eq!((imported.opaque, imported.diagnostics), (0, Vec::new()));
}

#[test]
fn it_equals_the_policy_that_was_written_from_it() {
    let (hunt, written) = (policy(&read(HUNT)), rules("linux-desktop-public-egress.toml"));
    assert_equivalent(&hunt, &written, "the hunt and rules/linux-desktop-public-egress.toml");
    assert_eq!(hunt.output, written.output);
    let shared = std::env::var_os("LOWNOISE_SHARED")
        .map(|folder| std::path::Path::new(&folder).join("hunt/linux-desktop-public-egress.kql"));
    match shared {
        Some(path) => assert_eq!(std::fs::read_to_string(path).unwrap(), read(HUNT)),
        None => eprintln!("skipped: the published text, which LOWNOISE_SHARED leads to"),
    }
}

#[test]
fn policies_come_back_from_their_queries() {
    for name in ["linux-desktop-public-egress.toml", "linux-desktop-public-egress-hardened.toml"] {
        let written = rules(name);
        let query = compiled(&written);
        let again = policy(&query);
        assert_equivalent(&written, &again, name);
        assert_eq!(written.output, again.output);
        assert_eq!((&written.id, &written.title, &written.owner), (&again.id, &again.title, &again.owner));
        for exclusion in &again.exclusions {
            let Some(before) = written.exclusions.iter().find(|before| before.id == exclusion.id) else {
                continue;
            };
            assert_eq!(before.reason, exclusion.reason);
            assert_eq!((&before.owner, before.expires), (&exclusion.owner, exclusion.expires));
        }
        // What was imported is written the same way again.
        assert_equivalent(&again, &policy(&compiled(&again)), name);
    }
}

#[test]
fn it_comes_back_in_its_own_shape() {
    let query = compiled(&rules("linux-desktop-public-egress.toml"));
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (query, hunt) = (plain(&query), plain(&read(HUNT)));
    for part in [
        "let LinuxDeviceIds = DeviceInfo | where OSPlatform == \"Linux\" | distinct DeviceId;",
        "| where Timestamp > ago(24h) | where DeviceId in (LinuxDeviceIds) | where RemoteIPType == \"Public\"",
        "| where InitiatingProcessFolderPath !startswith \"/usr/lib/apt/\"",
        "| where InitiatingProcessCommandLine !contains \"ubuntu-release-upgrader\"",
        "| project Timestamp, DeviceName, InitiatingProcessFileName, InitiatingProcessCommandLine, RemoteIP, RemotePort, Protocol | order by Timestamp desc",
    ] {
        assert!(hunt.contains(part), "{part}");
        assert!(query.contains(part), "{part}");
    }
}

#[test]
fn shipped_policies_are_written_as_they_mean() {
    for name in ["linux-desktop-public-egress.toml", "linux-desktop-public-egress-hardened.toml"] {
        let policy = rules(name);
        let text = write(&policy, &Remarks::default());
        let parsed =
            parse_policy(Source { name: name.to_owned(), text }, &mut |_| Err(String::new()), schemas());
        let again = parsed.result.unwrap();
        for (before, after) in policy.exclusions.iter().zip(&again.exclusions) {
            assert_eq!(before.predicate, after.predicate, "{}", before.id);
        }
        assert_eq!(policy.never_hide.len(), again.never_hide.len());
        assert_equivalent(&policy, &again, name);
    }
}
