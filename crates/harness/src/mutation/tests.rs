//! That a mutant is noticed is what evaluating it anew says; and that its texts are read back as what they stand for.

use std::sync::Arc;

use lownoise_engine::policy::{ConditionKind, Policy};
use lownoise_engine::predicate::Predicate;
use lownoise_engine::value::Time;
use lownoise_engine::write::condition;
use lownoise_prove::{Claim, Proof, Setting, prove, verdict};
use lownoise_testkit::{any_predicate, configured, schema};
use proptest::prelude::*;

use super::edits::edits;
use super::*;
use crate::check::tests::{any_events, any_named_policy, checks};
use crate::tests::parsed;

/// Whether a check comes out differently on a policy, by the reference evaluator.
fn notices_anew(check: &Check, edited: &Policy) -> bool {
    let met = |policy: &Policy| {
        let met = |event: &&Assignment| check.expected.is_met(policy, &verdict(policy, event, check.now));
        check.quantity.allows(check.events.iter().filter(met).count(), check.events.len())
    };
    check.expected.check(edited).is_err() || met(edited) != met(&check.policy)
}

fn policy_of(predicate: &str) -> Arc<Policy> {
    parsed(&format!(
        "[policy]\nid = \"p\"\ntitle = \"p\"\nowner = \"tests\"\ntable = \"Events\"\n\
         [[exclusion]]\nid = \"x\"\nreason = \"r\"\nwhere = {{ {predicate} }}\n"
    ))
}

proptest! {
    #![proptest_config(configured(300))]

    #[test]
    fn noticed_is_what_evaluating_anew_says((policy, now) in any_named_policy(), events in any_events()) {
        let checks = checks(&policy, now, &events);
        let judged: Vec<Judged<'_>> = checks.iter().map(Judged::new).collect();
        for mutant in mutants(&policy) {
            let edited = mutant.policy(&policy);
            let scope_edited = mutant.scope_edited(&policy);
            for judged in &judged {
                prop_assert_eq!(
                    mutant.is_noticed_by(judged, &scope_edited),
                    notices_anew(&judged.check, &edited),
                    "{:?} {:?} {:?}", mutant.kind, judged.check.expected, judged.check.quantity
                );
            }
        }
    }

    #[test]
    fn every_text_of_an_edit_is_read_back_as_the_edit(predicate in any_predicate()) {
        let schema = schema();
        for edit in edits(&predicate) {
            for part in [Some(&edit.from), edit.to.as_ref()].into_iter().flatten() {
                let text = condition(part, &schema);
                let mut policy = (*policy_of(&text)).clone();
                let read = policy.clone();
                policy.exclusions[0].predicate = part.clone();
                let proof = prove(&Claim::Equivalent(&policy, &read), &Setting::of(&policy, Time(0)));
                prop_assert_eq!(proof, Proof::Holds, "{}: {:?}", text, part);
            }
        }
    }

    #[test]
    fn an_edit_changes_something(predicate in any_predicate()) {
        for edit in edits(&predicate) {
            prop_assert_ne!(Some(&edit.from), edit.to.as_ref(), "{:?}", edit.kind);
            prop_assert_ne!(&edit.result, &predicate, "{:?}", edit.kind);
        }
    }
}

/// The texts that a condition becomes, each with its kind.
fn edited(predicate: &str) -> Vec<(&'static str, String)> {
    let policy = policy_of(predicate);
    let edits = edits(&policy.exclusions[0].predicate);
    edits.iter().map(|edit| (edit.kind.words(), condition(&edit.result, &policy.schema))).collect()
}

#[test]
fn people_make_these_edits() {
    let cases: &[(&str, &str, &[&str])] = &[
        (
            "Name = 'snapd'",
            "operator changed",
            &["Name = { starts_with = \"snapd\" }", "Name = { contains = \"snapd\" }"],
        ),
        ("Name = 'snapd'", "case turned on or off", &["Name = { equals = \"snapd\", ignore_case = true }"]),
        ("Name = 'snapd'", "letter changed", &["Name = \"snbpd\""]),
        ("Path = { starts_with = '/opt/' }", "trailing `/` lost", &["Path = { starts_with = \"/opt\" }"]),
        ("Name = ['a', 'b']", "list entry removed", &["Name = \"b\"", "Name = \"a\""]),
        ("Name = ['a', 'b']", "list entry added", &["Name = [\"a\", \"b\", \"c\"]"]),
        ("Address = { in = '10.1.2.0/24' }", "network widened", &["Address = { in = \"10.1.2.0/23\" }"]),
        ("Address = { in = '10.1.3.0/24' }", "network widened", &["Address = { in = \"10.1.2.0/23\" }"]),
        (
            "Address = { in = ['10.1.2.0/24', 'loopback'] }",
            "list entry added",
            &["Address = { in = [\"10.1.2.0/24\", \"10.1.3.0/24\", \"loopback\"] }"],
        ),
        (
            "Address = { in = ['10.1.2.0/24', 'loopback'] }",
            "list entry removed",
            &["Address = { in = \"loopback\" }", "Address = { in = \"10.1.2.0/24\" }"],
        ),
        ("Port = 443", "number off by one", &["Port = 444"]),
        ("Port = { lt = 443 }", "operator changed", &["Port = { gt = 443 }"]),
        ("Port = { between = [1, 1] }", "number off by one", &["Port = { between = [1, 2] }"]),
        (
            "Time = { gt = 2026-02-03T00:00:00Z }",
            "time moved by a day",
            &["Time = { gt = 2026-02-04T00:00:00Z }"],
        ),
        ("Remote = true", "negation lost", &["Remote = false"]),
        ("Name = { exists = true }", "negation lost", &["Name = { exists = false }"]),
        ("Name = { exists = false }", "negation lost", &["Name = { exists = true }"]),
        ("not = { Port = 1 }", "negation lost", &["Port = 1"]),
        ("Name = 'a', Port = 1", "condition dropped", &["Port = 1", "Name = \"a\""]),
        ("Name = 'a', Port = 1", "`all` and `any` swapped", &["any = [{ Name = \"a\" }, { Port = 1 }]"]),
        ("any = [{ Name = 'a' }, { Port = 1 }]", "branch of `any` dropped", &["Port = 1", "Name = \"a\""]),
        (
            r"Name = { matches = '^a\.b$' }",
            "anchor of a pattern lost",
            &[r"Name = { matches = 'a\.b$' }", r"Name = { matches = '^a\.b' }"],
        ),
        (
            r"Name = { matches = '^a\.b$' }",
            "dot of a pattern unescaped",
            &[r#"Name = { matches = "^a.b$" }"#],
        ),
        (
            r"Name = { matches = '^ab[c-e]{2}\d' }",
            "letter changed",
            &[r"Name = { matches = '^ac[c-e]{2}\d' }"],
        ),
        (
            "Name = { matches = ['a', 'b'] }",
            "case turned on or off",
            &["Name = { matches = [\"a\", \"b\"], ignore_case = true }"],
        ),
    ];
    for (predicate, kind, wanted) in cases {
        let all = edited(predicate);
        let found: Vec<&str> =
            all.iter().filter(|(words, _)| words == kind).map(|(_, text)| text.as_str()).collect();
        assert_eq!(found, *wanted, "{predicate}: {kind}");
    }
}

#[test]
fn what_cannot_be_written_is_no_edit() {
    // The last second of a lookback, the largest number, a network that is everything.
    let policy = parsed(
        "[policy]\nid = \"p\"\ntitle = \"p\"\nowner = \"tests\"\ntable = \"Events\"\nlookback = \"1s\"\n\
         [[exclusion]]\nid = \"x\"\nreason = \"r\"\n\
         where = { Port = { lte = 9223372036854775807 }, Address = { in = \"0.0.0.0/0\" } }\n",
    );
    let all = mutants(&policy);
    let of = |kind: Kind| all.iter().filter(|mutant| mutant.kind == kind).collect::<Vec<_>>();
    let longer: Vec<&str> = of(Kind::LookbackChanged).iter().map(|mutant| mutant.after.as_str()).collect();
    assert_eq!(longer, ["lookback = \"2s\""]);
    assert!(of(Kind::NumberOffByOne).is_empty() && of(Kind::NetworkWidened).is_empty());
    assert!(matches!(policy.scope[0].kind, ConditionKind::Lookback(_)));
    assert!(!matches!(policy.exclusions[0].predicate, Predicate::Test(_)));
}
