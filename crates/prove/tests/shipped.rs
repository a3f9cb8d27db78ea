//! What is proved, and what is shown, of the shipped policies.

#![expect(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use lownoise_engine::parse::{Wanted, parse_policy};
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::Time;
use lownoise_prove::{Assignment, Assumptions, Change, Claim, Idle, Part, Proof, Setting, prove, review};

fn rules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules")
}

fn parse(name: &str, change: impl Fn(String) -> String) -> Policy {
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
        Ok::<_, String>(Source { name: path.display().to_string(), text })
    };
    let mut source = read(rules().join(name)).unwrap();
    source.text = change(source.text);
    let mut load = |wanted: Wanted<'_>| read(rules().join(wanted.path())).map(Some);
    let parsed = parse_policy(source, &mut load, &Schemas::shipped().unwrap());
    parsed.result.unwrap_or_else(|| panic!("{:#?}", parsed.diagnostics))
}

fn first() -> Policy {
    parse("linux-desktop-public-egress.toml", |text| text)
}

fn setting(policy: &Policy) -> Setting {
    Setting::of(policy, Time::parse("2026-02-03T00:00:00Z").unwrap())
}

fn place(policy: &Policy, id: &str) -> usize {
    policy.exclusions.iter().position(|exclusion| exclusion.id == id).unwrap()
}

fn text(policy: &Policy, witness: &Assignment, column: &str) -> String {
    witness.event.value(policy.schema.column(column).unwrap()).to_string()
}

fn witness(proof: Proof) -> Assignment {
    match proof {
        Proof::Fails(witness) => *witness,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_widened_prefix_newly_hides_and_its_narrowing_does_not() {
    let old = first();
    let new =
        parse("linux-desktop-public-egress.toml", |text| text.replace("\"/usr/lib/apt/\"", "\"/usr/lib/\""));
    let setting = setting(&old);
    let claim =
        Claim::HidesNothingNew { old: &old, new: &new, by: Change::Exclusion(place(&new, "apt-methods")) };
    let found = witness(prove(&claim, &setting));
    let path = text(&old, &found, "InitiatingProcessFolderPath");
    assert!(path.starts_with("/usr/lib/") && !path.starts_with("/usr/lib/apt/"), "{path}");
    assert_eq!(text(&old, &found, "InitiatingProcessFileName"), "curl", "only what must change is changed");
    assert_eq!(
        prove(&Claim::HidesNothingNew { old: &new, new: &old, by: Change::Any }, &setting),
        Proof::Holds
    );
}

#[test]
fn the_test_of_loopback_is_dead_weight_only_if_types_follow() {
    let policy = first();
    let without = parse("linux-desktop-public-egress.toml", |text| {
        let start = text.find("RemoteIP = { not").unwrap();
        let end = start + text[start..].find("} }").unwrap() + 3;
        format!("{}{}", text[..start].trim_end().trim_end_matches(','), &text[end..])
    });
    let mut setting = setting(&policy);
    let claim = Claim::Equivalent(&policy, &without);
    assert!(matches!(prove(&claim, &setting), Proof::Fails(_)));
    setting.assumptions = Assumptions { types_follow: true, ..Assumptions::default() };
    assert_eq!(prove(&claim, &setting), Proof::Holds);
}

#[test]
fn names_can_be_ridden_from_tmp_and_apts_prefix_cannot() {
    let policy = first();
    let setting = setting(&policy);
    let column = policy.schema.column("InitiatingProcessFolderPath").unwrap();
    let operator = lownoise_engine::op::Operator::Text {
        operator: lownoise_engine::op::TextOperator::StartsWith,
        literals: vec!["/tmp/".to_owned()],
        case: lownoise_engine::op::Case::Sensitive,
    };
    let span = lownoise_engine::span::Span::default();
    let events = lownoise_engine::predicate::Predicate::Test(lownoise_engine::predicate::Test {
        column,
        operator,
        span,
    });
    for exclusion in ["sensecm", "snapd", "networkmanager", "fwupdmgr", "release-upgrader"] {
        let claim =
            Claim::HidesNone { policy: &policy, exclusion: place(&policy, exclusion), events: &events };
        let found = witness(prove(&claim, &setting));
        assert!(text(&policy, &found, "InitiatingProcessFolderPath").starts_with("/tmp/"), "{exclusion}");
    }
    let claim =
        Claim::HidesNone { policy: &policy, exclusion: place(&policy, "apt-methods"), events: &events };
    assert_eq!(prove(&claim, &setting), Proof::Holds);
}

#[test]
fn invariants_of_the_hardened_policy_hold() {
    let policy = parse("linux-desktop-public-egress-hardened.toml", |text| text);
    let setting = setting(&policy);
    assert!(policy.never_hide.len() > 3);
    for (invariant, named) in policy.never_hide.iter().enumerate() {
        let claim = Claim::NeverHides { policy: &policy, invariant, exclusion: None };
        assert_eq!(prove(&claim, &setting), Proof::Holds, "{}", named.id);
    }
    for exclusion in 0..policy.exclusions.len() {
        let claim = Claim::Unreachable { policy: &policy, exclusion };
        assert!(matches!(prove(&claim, &setting), Proof::Fails(_)), "{}", policy.exclusions[exclusion].id);
    }
}

#[test]
fn what_does_nothing_is_found_and_nothing_else() {
    let policy = first();
    let mut setting = setting(&policy);
    assert_eq!(review(&policy, &setting, || ()), []);
    setting.assumptions = Assumptions { types_follow: true, ..Assumptions::default() };
    let idle = review(&policy, &setting, || ());
    assert!(matches!(idle.as_slice(), [Idle::Condition { part: Part::Scope(_), .. }]), "{idle:?}");

    let doubled = parse("linux-desktop-public-egress.toml", |text| {
        let more = |id: &str, name: &str| {
            format!("\n[[exclusion]]\nid = \"{id}\"\nreason = \"r\"\nwhere = {{ {name} }}\n")
        };
        let two = more("two", r#"InitiatingProcessFileName = ["snapd", "fwupdmgr"]"#);
        let never = more("never", r#"RemoteIPType = "Private""#);
        let needless = more(
            "needless",
            r#"InitiatingProcessFolderPath = { starts_with = "/opt/a/b/" }, any = [{ InitiatingProcessFolderPath = { starts_with = "/opt/a/" } }, { RemotePort = 1 }]"#,
        );
        text.replace("\n[output]", &format!("{two}{never}{needless}\n[output]"))
    });
    setting.assumptions = Assumptions::default();
    let place = |id: &str| place(&doubled, id);
    let idle = review(&doubled, &setting, || ());
    let names = [place("snapd"), place("fwupdmgr")];
    assert!(idle.contains(&Idle::Dead { exclusion: place("two"), covered_by: names.into() }), "{idle:?}");
    for name in names {
        assert!(idle.contains(&Idle::Dead { exclusion: name, covered_by: vec![place("two")] }), "{idle:?}");
    }
    assert!(idle.contains(&Idle::Unreachable(place("never"))), "{idle:?}");
    let needless = Part::Exclusion(place("needless"));
    let redundant =
        idle.iter().filter(|idle| matches!(idle, Idle::Condition { part, .. } if *part == needless));
    // The whole `any`, and its second branch.
    assert_eq!(redundant.count(), 2, "{idle:?}");
}
