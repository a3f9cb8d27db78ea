//! Files: rules and filters, several in one, the table that is chosen, and what is broken or hostile.

use std::time::Instant;

use lownoise_dialect::sigma::{Aim, Options, emit};
use lownoise_engine::diagnostic::Level;
use lownoise_testkit::configured;
use proptest::prelude::*;

use super::{imported, imported_with, messages, now, policy, verdict};

const FILTER: &str = "title: Administrators\nid: 11111111-0000-4000-8000-000000000001\ndescription: |\n  They may\n  do so\nlogsource:\n  category: process_creation\n  product: windows\nfilter:\n  rules:\n    - 22222222-0000-4000-8000-000000000002 # a rule\n  selection:\n    User|startswith: 'adm_'\n  condition: not selection\n";

const RULE: &str = "title: Rar\nid: 22222222-0000-4000-8000-000000000002\nlogsource:\n  category: process_creation\n  product: windows\ndetection:\n  selection:\n    Image|endswith: '\\rar.exe'\n  condition: selection\n";

#[test]
fn a_filter_is_exclusions_without_a_scope() {
    let policy = policy(FILTER);
    assert_eq!((policy.scope.len(), policy.exclusions.len()), (0, 1));
    assert_eq!(policy.exclusions[0].reason, "They may do so");
    assert_eq!(policy.schema.table, "SigmaEvents");
    assert_eq!(verdict(&policy, "User=Adm_x"), "selection");
    assert_eq!(verdict(&policy, "User=corp\\adm_x"), "kept");
}

#[test]
fn a_filter_without_not_hides_the_opposite_and_is_told() {
    let text = FILTER.replace("not selection", "selection");
    let found = imported(&text);
    assert!(
        messages(&found).iter().any(|message| message.contains("keeps only what its condition holds on"))
    );
    let policy = policy(&text);
    assert_eq!((policy.scope.len(), policy.exclusions.len()), (1, 0));
}

#[test]
fn the_filters_of_a_file_apply_to_its_rule() {
    let both = policy(&format!("{RULE}---\n{FILTER}"));
    assert_eq!((both.scope.len(), both.exclusions.len()), (1, 1));
    assert_eq!(verdict(&both, "Image=C:\\rar.exe;User=adm_x"), "selection");
    for (from, to, count) in [
        ("22222222-0000-4000-8000-000000000002 # a rule", "33333333-0000-4000-8000-000000000003", 0),
        ("rules:\n    - 22222222-0000-4000-8000-000000000002 # a rule", "rules: any", 1),
        ("  product: windows\nfilter", "  product: linux\nfilter", 0),
    ] {
        let filter = FILTER.replace(from, to);
        assert_ne!(filter, FILTER);
        assert_eq!(policy(&format!("{RULE}---\n{filter}")).exclusions.len(), count, "{filter}");
    }
}

#[test]
fn of_several_rules_one_is_chosen() {
    let other = RULE.replace("Rar", "Zip").replace("222", "444").replace("rar.exe", "zip.exe");
    let text = format!("{RULE}---\n{other}");
    let found = imported(&text);
    assert!(
        found.policy.is_none() && messages(&found)[0].contains("several rules"),
        "{:?}",
        messages(&found)
    );
    let of = |rule: &str| Options { id: "r".to_owned(), rule: Some(rule.to_owned()), ..Options::default() };
    let zip = imported_with(&text, &of("zip")).policy.unwrap().1;
    assert_eq!(zip.title, "Zip");
    assert!(messages(&imported_with(&text, &of("tar")))[0].contains("nothing in this file is called `tar`"));
}

#[test]
fn collections_say_some_things_once() {
    let text = "action: global\ntitle: Both\nlogsource:\n  product: windows\ndetection:\n  filter:\n    Image: x\n  condition: sel and not filter\n---\nlogsource:\n  service: security\ndetection:\n  sel:\n    EventID: 1\n";
    let policy = policy(text);
    assert_eq!((policy.title.as_str(), policy.exclusions.len()), ("Both", 1));
    let correlated = format!("{RULE}---\ntitle: Many\ncorrelation:\n  type: event_count\n");
    let found = imported(&correlated);
    assert!(
        found.policy.is_some() && messages(&found).iter().any(|message| message.contains("a correlation"))
    );
}

#[test]
fn the_table_is_the_one_that_has_the_fields() {
    let rule = |category: &str, filter: &str| {
        format!(
            "title: t\nlogsource:\n  category: {category}\ndetection:\n  sel:\n    Image: a\n  f:\n    {filter}\n  condition: sel and not f\n"
        )
    };
    for (category, filter, chosen, table, opaque) in [
        ("process_creation", "CommandLine: b", None, "SigmaEvents", 0),
        ("process_creation", "ProcessVersionInfoCompanyName: b", None, "DeviceProcessEvents", 0),
        ("process_creation", "CommandLine: b", Some("DeviceProcessEvents"), "DeviceProcessEvents", 0),
        ("process_creation", "CurrentDirectory: b", Some("DeviceProcessEvents"), "DeviceProcessEvents", 1),
        (
            "process_creation",
            "User: 'NT AUTHORITY\\\\*M'",
            Some("DeviceProcessEvents"),
            "DeviceProcessEvents",
            1,
        ),
        ("network_connection", "DestinationPort: 443", Some("DeviceNetworkEvents"), "DeviceNetworkEvents", 0),
        ("network_connection", "Initiated: 'true'", Some("DeviceNetworkEvents"), "DeviceNetworkEvents", 0),
        (
            "network_connection",
            "Initiated|contains: 'tr'",
            Some("DeviceNetworkEvents"),
            "DeviceNetworkEvents",
            1,
        ),
        ("file_event", "TargetFilename|endswith: .log", Some("DeviceFileEvents"), "DeviceFileEvents", 0),
    ] {
        let text = rule(category, filter);
        let options = Options { id: "r".to_owned(), table: chosen.map(str::to_owned), ..Options::default() };
        let found = imported_with(&text, &options);
        let policy = found.policy.unwrap().1;
        assert_eq!((policy.schema.table.as_str(), found.opaque), (table, opaque), "{category} {filter}");
    }
    let unknown =
        Options { id: "r".to_owned(), table: Some("DeviceProcessEvent".to_owned()), ..Options::default() };
    let found = imported_with(&rule("process_creation", "CommandLine: b"), &unknown);
    assert!(found.diagnostics[0].help.as_ref().unwrap().contains("did you mean"), "{:?}", found.diagnostics);
}

#[test]
fn accounts_are_a_domain_and_a_name() {
    let policy = |filter: &str| {
        let text = format!(
            "title: t\nlogsource:\n  category: process_creation\ndetection:\n  f:\n    {filter}\n  condition: not f\n"
        );
        let table = Some("DeviceProcessEvents".to_owned());
        imported_with(&text, &Options { id: "r".to_owned(), table, ..Options::default() }).policy.unwrap().1
    };
    for (filter, hidden, kept) in [
        (
            "User: 'NT AUTHORITY\\SYSTEM'",
            &[("nt authority", "system")][..],
            &[("", "SYSTEM"), ("x", "SYSTEM")][..],
        ),
        ("User: SYSTEM", &[("", "system")], &[("x", "system")]),
        (
            "User|contains: AUTHORI",
            &[("NT AUTHORITY", "x"), ("a", "xauthorix"), ("", "authori")],
            &[("a", "b")],
        ),
        ("User|endswith: '\\bob'", &[("a", "BOB")], &[("", "bob"), ("a", "xbob")]),
        ("User|endswith: 'ob'", &[("a", "BOB"), ("", "ob")], &[("ob", "x")]),
        ("User|startswith: 'NT '", &[("NT x", "a"), ("", "nt y")], &[("a", "NT x")]),
        ("User|startswith: 'a\\b'", &[("a", "bc")], &[("xa", "b"), ("", "b")]),
        ("User|contains: 'a\\b'", &[("xa", "bc")], &[("ax", "b"), ("a", "xb")]),
        ("User|contains: '\\b'", &[("x", "bc")], &[("", "b"), ("x", "ab")]),
    ] {
        let policy = policy(filter);
        let verdict = |(domain, name): &(&str, &str)| {
            verdict(&policy, &format!("AccountDomain={domain};AccountName={name}"))
        };
        for event in hidden {
            assert_eq!(verdict(event), "f", "{filter} {event:?}");
        }
        for event in kept {
            assert_eq!(verdict(event), "kept", "{filter} {event:?}");
        }
    }
}

#[test]
fn what_is_broken_says_where() {
    for (text, message) in [
        ("", "there is no Sigma rule"),
        ("title: x\n", "this document is no Sigma rule"),
        ("- a\n", "this document is no Sigma rule"),
        ("detection:\n  a:\n    b: c\n", "the condition is missing"),
        ("detection:\n  a: [\n", "this is not YAML"),
        ("detection:\n  a:\n    b: 'x\n", "this is not YAML"),
        ("detection:\n  a:\n    b: 1\n    b: 2\n  condition: a\n", "`b` stands twice"),
        ("detection: x\n", "the condition is missing"),
    ] {
        let found = imported(text);
        assert!(found.policy.is_none(), "{text}");
        let error = found.diagnostics.iter().find(|diagnostic| diagnostic.level == Level::Error).unwrap();
        assert!(error.message.contains(message), "{text}: {}", error.message);
    }
}

#[test]
fn hostile_files_end_soon() {
    let began = Instant::now();
    let rule = |condition: &str| RULE.replace("condition: selection", &format!("condition: {condition}"));
    for text in [
        rule(&format!("{}selection{}", "(".repeat(10_000), ")".repeat(10_000))),
        rule(&"(".repeat(10_000)),
        rule(&"or ".repeat(350_000)),
        rule(&"selection or ".repeat(80_000)),
        rule(&"not ".repeat(10_000)),
        RULE.replace("'\\rar.exe'", &"[".repeat(10_000)),
        RULE.replace("'\\rar.exe'", &format!("'{}", "x".repeat(1_000_000))),
    ] {
        let found = imported(&text);
        assert!(found.policy.is_none(), "{}", &text[..200]);
        assert!(!found.diagnostics.is_empty() && !found.diagnostics[0].labels.is_empty());
    }
    let long = RULE.replace(
        "'\\rar.exe'",
        &format!("[{}]", (0..20_000).map(|n| format!("'{n}.exe'")).collect::<Vec<_>>().join(",")),
    );
    assert!(imported(&long).policy.is_some());
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}

const WORDS: [&str; 40] = [
    "title",
    "detection",
    "filter",
    "rules",
    "selection",
    "condition",
    ":",
    ": ",
    "\n",
    "\n  ",
    "\n    ",
    "- ",
    "'",
    "\"",
    "[",
    "]",
    "{",
    "}",
    ",",
    "|",
    "contains",
    "all",
    "re",
    "cidr",
    "not ",
    "and ",
    "or ",
    "1 of ",
    "them",
    "(",
    ")",
    "*",
    "\\",
    "Image",
    "null",
    "&a ",
    "*a",
    "#",
    "---\n",
    "é",
];

proptest! {
    #![proptest_config(configured(2_000))]

    #[test]
    fn any_text_ends_with_a_policy_or_a_reason(words in proptest::collection::vec(proptest::sample::select(&WORDS[..]), 0..40)) {
        let found = imported(&words.concat());
        prop_assert!(found.policy.is_some() || found.diagnostics.iter().any(|told| told.level == Level::Error));
    }

    #[test]
    fn any_selection_ends_with_a_policy_or_a_reason(words in proptest::collection::vec(proptest::sample::select(&WORDS[..]), 0..20)) {
        let found = imported(&format!("detection:\n  s: {}\n  condition: not s\n", words.concat()));
        prop_assert!(found.policy.is_some() || found.diagnostics.iter().any(|told| told.level == Level::Error));
        let Some((_, policy)) = found.policy else { return Ok(()) };
        let aim = Aim { source: vec![("category".to_owned(), "any".to_owned())], rules: Vec::new() };
        if let Ok(filter) = emit(&policy, now(), &aim) {
            let again = imported(&filter.text);
            prop_assert!(again.policy.is_some() && again.opaque == 0, "{}\n{:?}", filter.text, again.diagnostics);
        }
    }
}
