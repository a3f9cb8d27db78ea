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
        (
            "union (DeviceEvents | where FileName != \"a\"), (DeviceEvents | where FileName != \"b\")",
            Some("DeviceEvents"),
            "this query brings the rows of `DeviceEvents` more than once",
        ),
        (
            "DeviceEvents | where FileName != \"a\" | union (DeviceEvents | where FileName != \"b\")",
            None,
            "this query brings the rows of `DeviceEvents` more than once",
        ),
    ] {
        let imported = over(text, table);
        assert!(imported.policy.is_none());
        assert_eq!(messages(&imported), [message], "{text}");
    }
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
