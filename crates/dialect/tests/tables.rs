//! Queries over several tables, and over the tables of which more than one kind of event is known: a policy is over one,
//! which the user chooses; what is done with the rows of the others is left out, and told.

mod common;

use common::{assert_equivalent, imported_with, policy};
use lownoise_dialect::Imported;
use lownoise_dialect::kql::Options;

fn over(text: &str, table: Option<&str>) -> Imported {
    let options = Options { id: "q".to_owned(), table: table.map(str::to_owned), ..Options::default() };
    imported_with(text, &options)
}

fn messages(imported: &Imported) -> Vec<&str> {
    imported.diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect()
}

const UNION: &str = "let Files = DeviceFileEvents | where FileName !endswith \".log\" | project Timestamp, DeviceName, InitiatingProcessFileName;
union isfuzzy=true withsource=Table
    Files,
    (DeviceProcessEvents | where ProcessCommandLine !has \"x\" | project Timestamp, DeviceName, InitiatingProcessFileName)
| where InitiatingProcessFileName !in~ (\"a.exe\", \"b.exe\")";

#[test]
fn each_table_of_a_union_is_a_policy_of_its_own() {
    for (table, own) in [
        ("DeviceFileEvents", "DeviceFileEvents | where FileName !endswith \".log\""),
        ("DeviceProcessEvents", "DeviceProcessEvents | where ProcessCommandLine !has \"x\""),
    ] {
        let imported = over(UNION, Some(table));
        assert_eq!(imported.opaque, 0, "{:#?}", imported.diagnostics);
        let (_, found) = imported.policy.as_ref().unwrap();
        assert_eq!((found.schema.table.as_str(), found.exclusions.len()), (table, 2));
        let alone = policy(&format!("{own} | where InitiatingProcessFileName !in~ (\"a.exe\", \"b.exe\")"));
        assert_equivalent(&alone, found, table);
        let left_out = messages(&imported).iter().filter(|message| message.contains("are left out")).count();
        assert_eq!(left_out, 1, "{:#?}", imported.diagnostics);
    }
}

#[test]
fn a_table_that_is_not_the_querys_is_refused() {
    for (text, table, message) in [
        (UNION, None, "this query is over several tables"),
        (UNION, Some("DeviceEvents"), "this query is not over `DeviceEvents`"),
        ("DeviceEvents | take 1", Some("DeviceFileEvents"), "this query is not over `DeviceFileEvents`"),
    ] {
        let imported = over(text, table);
        assert!(imported.policy.is_none());
        assert_eq!(messages(&imported), [message], "{text}");
    }
}

/// What the parts begin with is asked of all; what else they do is theirs.
#[test]
fn parts_of_one_table_may_do_more_than_to_filter() {
    let text = "let Base = DeviceProcessEvents | where not(AccountName has \"adm\") | extend File = tolower(FileName);
        let A = Base | join kind=inner (DeviceNetworkEvents | where RemotePort == 5) on DeviceId | extend Kind = \"a\";
        let B = Base | where File == \"b.exe\" | project Timestamp, DeviceName, File, Kind = \"b\";
        union A, B
        | where File != \"c.exe\"
        | where Kind != \"c\"
        | where FolderPath != \"c\"";
    let found = over(text, None);
    let policy = found.policy.unwrap().1;
    let is_opaque: Vec<bool> =
        policy.exclusions.iter().map(|exclusion| exclusion.predicate.is_opaque()).collect();
    // `Base`'s own; then those behind the union: of what may be another in each part, and of one that the
    // second part drops.
    assert_eq!(is_opaque, [false, true, true, true], "{:#?}", policy.exclusions);
    let [part] = policy.scope.as_slice() else { panic!("{:#?}", policy.scope) };
    let lownoise_engine::policy::ConditionKind::Where(ways) = &part.kind else { panic!("{part:#?}") };
    let expected = common::policy("DeviceProcessEvents | where FileName =~ \"b.exe\"");
    assert_eq!((ways.tests().len(), ways.opaque().len()), (1, 1), "{ways:#?}");
    assert_eq!(ways.tests()[0].column, expected.schema.column("FileName").unwrap());
}

/// Microsoft's hunts do this: other conditions on the same table, and some that both share.
#[test]
fn parts_of_one_table_come_together() {
    let text = "DeviceProcessEvents
        | where Timestamp > ago(7d)
        | where InitiatingProcessFileName =~ \"teams.exe\"
        | where not(FileName in~ (\"a.exe\", \"b.exe\"))
        | where FolderPath !startswith \"C:\\\\Users\\\\\"
        | union (DeviceProcessEvents
            | where Timestamp > ago(7d)
            | where InitiatingProcessFileName == \"protocolhandler.exe\" and FileName !in~ (\"a.exe\", \"b.exe\"))
        | where AccountName != \"system\"";
    let found = over(text, None);
    assert_eq!(found.opaque, 0, "{:#?}", found.diagnostics);
    assert_eq!(messages(&found), ["a row that several parts of the union bring is shown once"]);
    let (_, found) = found.policy.as_ref().unwrap();
    let shown: Vec<&str> = found.exclusions.iter().map(|exclusion| exclusion.id.as_str()).collect();
    assert_eq!(shown.len(), 2, "{shown:?}");
    let by_hand = policy(
        "DeviceProcessEvents
        | where Timestamp > ago(7d)
        | where (InitiatingProcessFileName =~ \"teams.exe\" and not(FolderPath startswith \"C:\\\\Users\\\\\"))
            or InitiatingProcessFileName == \"protocolhandler.exe\"
        | where FileName !in~ (\"a.exe\", \"b.exe\")
        | where AccountName != \"system\"",
    );
    assert_equivalent(&by_hand, found, text);
    // A part that asks for nothing more lets everything in.
    let all =
        over("DeviceEvents | where FileName != \"a\" | union DeviceEvents | where FileName != \"b\"", None);
    let (_, all) = all.policy.as_ref().unwrap();
    assert_equivalent(&policy("DeviceEvents | where FileName != \"b\""), all, "all");
}

#[test]
fn a_condition_of_one_part_is_no_exclusion_and_that_is_told() {
    let text = "DeviceEvents\n| where FileName == \"a\"\n| union (DeviceEvents\n| where FileName == \"b\")";
    let options = Options { id: "q".to_owned(), exclusions: vec![2], ..Options::default() };
    let found = imported_with(text, &options);
    let codes: Vec<&str> = found.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(codes, ["kql-not-a-filter", "kql-no-such-line"]);
    assert_equivalent(
        &policy("DeviceEvents | where FileName in (\"a\", \"b\")"),
        &found.policy.unwrap().1,
        text,
    );
}

/// What only one part looks back on depends on the clock, and is opaque.
#[test]
fn times_to_look_back_on_are_those_of_all_parts() {
    let text = "DeviceEvents | where Timestamp > ago(7d) | union (DeviceEvents | where Timestamp > ago(1d) | where FileName == \"x\")";
    assert_eq!(over(text, None).opaque, 2);
}

#[test]
fn what_brings_more_rows_later_is_over_its_first_table() {
    let text = "DeviceProcessEvents | where ProcessCommandLine !has \"x\"
        | union (DeviceRegistryEvents | where RegistryKey !has \"y\")
        | where InitiatingProcessFileName != \"z\"";
    let first = over(text, None);
    let alone = policy(
        "DeviceProcessEvents | where ProcessCommandLine !has \"x\" | where InitiatingProcessFileName != \"z\"",
    );
    assert_equivalent(&alone, &first.policy.as_ref().unwrap().1, text);
    assert_eq!(messages(&first), ["the rows of `DeviceRegistryEvents` are left out"]);
    let second = over(text, Some("DeviceRegistryEvents"));
    let alone = policy(
        "DeviceRegistryEvents | where RegistryKey !has \"y\" | where InitiatingProcessFileName != \"z\"",
    );
    assert_equivalent(&alone, &second.policy.as_ref().unwrap().1, text);
    assert_eq!(messages(&second), ["the rows of `DeviceProcessEvents` are left out"]);
}

#[test]
fn a_search_in_a_table_is_a_condition_on_its_rows() {
    let imported = over(
        "search in (DeviceNetworkEvents) \"tcp\" and RemotePort == 443 | where RemoteUrl !has \"x\"",
        None,
    );
    let (toml, found) = imported.policy.as_ref().unwrap();
    assert_eq!((found.exclusions.len(), imported.opaque), (1, 1), "{toml}");
    assert!(toml.contains("RemotePort = 443"), "{toml}");
    // A text that any column may hold is no test on one.
    assert!(toml.contains("opaque = '\"tcp\"'"), "{toml}");
}

#[test]
fn tables_of_defender_are_known() {
    for (text, exclusions) in [
        ("DeviceRegistryEvents | where RegistryValueData !startswith @\"C:\\Windows\\\"", 1),
        ("DeviceImageLoadEvents | where FolderPath !startswith \"C:\\\\\" and not(FileName has \"x\")", 2),
        ("DeviceLogonEvents | where AccountName !endswith \"$\" | where not(ipv4_is_private(RemoteIP))", 2),
        (
            "DeviceEvents | where AdditionalFields !has \"x\" | where RemotePort != 5 | where RegistryKey !has \"y\"",
            3,
        ),
    ] {
        let imported = over(text, None);
        assert_eq!(imported.opaque, 0, "{text}\n{:#?}", imported.diagnostics);
        assert_eq!(imported.policy.unwrap().1.exclusions.len(), exclusions, "{text}");
    }
}

#[test]
fn nothing_that_a_condition_asks_is_lost_without_a_word() {
    for (text, message) in [
        (
            "DeviceFileEvents | where Timestamp > ago(20d) | where Timestamp > ago(2d)",
            "of several times to look back, the shortest counts",
        ),
        ("let Least = 0; DeviceFileEvents | where Least == 0", "this condition holds on every event"),
    ] {
        assert_eq!(messages(&over(text, None)), [message], "{text}");
    }
}
