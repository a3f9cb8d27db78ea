//! Proofs about exclusions that compare a column with a column: what is proved holds however the columns compare, what is
//! refuted is refuted by an event, and the rest is unknown.

use std::fmt::Write as _;

use lownoise_engine::parse::parse_policy;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::Time;
use lownoise_prove::{Change, Claim, Proof, Setting, prove};

#[cfg(test)]
fn policy(conditions: &[&str]) -> Policy {
    let mut text =
        "[policy]\nid = \"p\"\ntitle = \"t\"\ntable = \"DeviceProcessEvents\"\nowner = \"o\"\n".to_owned();
    for (place, condition) in conditions.iter().enumerate() {
        let _infallible =
            write!(text, "[[exclusion]]\nid = \"x{place}\"\nreason = \"r\"\nwhere = {condition}\n");
    }
    let source = Source { name: "p.toml".to_owned(), text };
    let parsed = parse_policy(source, &mut |_| Ok(None), &Schemas::shipped().unwrap());
    parsed.result.unwrap_or_else(|| panic!("{:#?}", parsed.diagnostics))
}

const SAME: &str = "{ FileName = { equals = { column = \"InitiatingProcessFileName\" } } }";
const SAME_CURL: &str =
    "{ FileName = { equals = { column = \"InitiatingProcessFileName\" } }, AccountName = \"root\" }";
const LATER: &str = "{ ProcessId = { gt = { column = \"InitiatingProcessId\" } } }";

/// That an edit hides nothing new.
#[cfg(test)]
fn proof(old: &[&str], new: &[&str]) -> Proof {
    let (old, new) = (policy(old), policy(new));
    let claim = Claim::HidesNothingNew { old: &old, new: &new, by: Change::Any };
    let setting = Setting::of(&old, Time::parse("2026-02-02T12:00:00Z").unwrap());
    let proof = prove(&claim, &setting);
    if let Proof::Fails(event) = &proof {
        assert!(claim.is_refuted_by(event, setting.now.unwrap()), "{event:?}");
    }
    proof
}

#[test]
fn what_holds_however_columns_compare_is_proved() {
    assert_eq!(proof(&[SAME], &[SAME]), Proof::Holds);
    assert_eq!(proof(&[SAME], &[SAME_CURL]), Proof::Holds);
    assert_eq!(proof(&[SAME, LATER], &[LATER, SAME_CURL]), Proof::Holds);
    // Numbers compare only where both are there.
    assert_eq!(proof(&["{ ProcessId = { exists = true } }"], &[LATER]), Proof::Holds);
}

#[test]
fn what_a_comparison_hides_is_shown() {
    for (old, new) in [
        (vec![], vec![SAME]),
        (vec![SAME_CURL], vec![SAME]),
        (vec![], vec![LATER]),
        (vec![LATER], vec!["{ ProcessId = { gte = { column = \"InitiatingProcessId\" } } }"]),
        (
            vec![SAME],
            vec![
                "{ FileName = { equals = { column = \"InitiatingProcessFileName\" }, ignore_case = true } }",
            ],
        ),
        (
            vec![SAME],
            vec!["{ not = { FileName = { equals = { column = \"InitiatingProcessFileName\" } } } }"],
        ),
        (vec![LATER], vec!["{ FileName = \"curl\" }"]),
    ] {
        let found = proof(&old, &new);
        assert!(matches!(found, Proof::Fails(_)), "{new:?}: {found:?}");
    }
}

#[test]
fn what_follows_from_two_columns_together_is_unknown_and_not_refuted() {
    let curl = "{ FileName = { equals = [\"curl\"] }, InitiatingProcessFileName = \"curl\" }";
    let same = "{ FileName = { equals = { column = \"InitiatingProcessFileName\" } }, InitiatingProcessFileName = \"curl\" }";
    let found = proof(&[curl], &[same]);
    let Proof::Unknown(reason) = found else { panic!("{found:?}") };
    assert_eq!(
        reason.to_string(),
        "it depends on how `FileName` and `InitiatingProcessFileName` compare, and columns are reasoned about one by one"
    );
}
