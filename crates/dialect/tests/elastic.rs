//! Exceptions of Elastic Security: which events they hide, what stays opaque, and their files.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]

use std::sync::LazyLock;

use lownoise_dialect::Imported;
use lownoise_dialect::elastic::{Options, import};
use lownoise_engine::diagnostic::Level;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_testkit::configured;
use proptest::prelude::*;

static SCHEMAS: LazyLock<Schemas> = LazyLock::new(|| Schemas::shipped().unwrap());

fn imported(text: &str) -> Imported {
    let source = Source { name: "e".to_owned(), text: text.to_owned() };
    import(&source, &SCHEMAS, &Options { id: "e".to_owned(), ..Options::default() })
}

fn policy(text: &str) -> Policy {
    let imported = imported(text);
    imported.policy.unwrap_or_else(|| panic!("{text}\n{:#?}", imported.diagnostics)).1
}

fn messages(imported: &Imported) -> Vec<&str> {
    imported.diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect()
}

/// Whether the only exclusion holds on `field=value;field=value`.
fn hides(policy: &Policy, event: &str) -> bool {
    let owned = lownoise_testkit::event(&policy.schema, event);
    policy.exclusions[0].predicate.holds(&owned.borrow())
}

fn item(entries: &str) -> String {
    format!(
        "{{\"list_id\":\"l\",\"type\":\"simple\",\"name\":\"n\",\"description\":\"d\",\"entries\":[{entries}]}}\n"
    )
}

#[test]
fn entries_hide_what_they_ask_for() {
    for (entries, hidden, kept) in [
        (
            r#"{"field":"process.name","operator":"included","type":"match","value":"a"}"#,
            &["process.name=a"][..],
            &["process.name=A", ""][..],
        ),
        (
            r#"{"field":"process.name","operator":"excluded","type":"match","value":"a"}"#,
            &["process.name=b", ""],
            &["process.name=a"],
        ),
        (
            r#"{"field":"process.name","operator":"included","type":"match_any","value":["a","b"]}"#,
            &["process.name=b"],
            &["process.name=c"],
        ),
        (
            r#"{"field":"process.name","operator":"excluded","type":"match_any","value":["a","b"]}"#,
            &["process.name=c"],
            &["process.name=b"],
        ),
        (r#"{"field":"process.name","operator":"included","type":"exists"}"#, &["process.name=x"], &[""]),
        (r#"{"field":"process.name","operator":"excluded","type":"exists"}"#, &[""], &["process.name=x"]),
        (
            r#"{"field":"file.path","operator":"included","type":"wildcard","value":"C:\\\\a\\\\*.exe"}"#,
            &["file.path=C:\\a\\b\\c.exe"],
            &["file.path=c:\\a\\b.exe", "file.path=C:\\b.exe"],
        ),
        (
            r#"{"field":"file.path","operator":"included","type":"wildcard","value":"/a/?"}"#,
            &["file.path=/a/b"],
            &["file.path=/a/bc"],
        ),
        (
            r#"{"field":"file.path","operator":"included","type":"wildcard","value":"a\\*"}"#,
            &["file.path=a*"],
            &["file.path=ab"],
        ),
        (
            r#"{"field":"destination.ip","operator":"included","type":"match","value":"10.0.0.0/8"}"#,
            &["destination.ip=10.1.2.3"],
            &["destination.ip=11.0.0.1", ""],
        ),
        (
            r#"{"field":"destination.ip","operator":"included","type":"match_any","value":["::1","1.2.3.4"]}"#,
            &["destination.ip=1.2.3.4", "destination.ip=0:0:0:0:0:0:0:1"],
            &["destination.ip=::2"],
        ),
        (
            r#"{"field":"destination.port","operator":"included","type":"match","value":"443"}"#,
            &["destination.port=443"],
            &["destination.port=80"],
        ),
        (
            r#"{"field":"process.code_signature.trusted","operator":"included","type":"match","value":"true"}"#,
            &["process.code_signature.trusted=true"],
            &["process.code_signature.trusted=false"],
        ),
        (
            r#"{"field":"process.name.caseless","operator":"included","type":"match","value":"a"}"#,
            &["process.name=A"],
            &["process.name=b"],
        ),
        (
            r#"{"field":"process.Ext.code_signature","type":"nested","entries":[{"field":"subject_name","operator":"included","type":"match","value":"X"},{"field":"trusted","operator":"included","type":"match","value":"true"}]},{"field":"process.name","operator":"included","type":"match","value":"a"}"#,
            &[
                "process.name=a;process.Ext.code_signature.subject_name=X;process.Ext.code_signature.trusted=true",
            ],
            &["process.name=a;process.Ext.code_signature.subject_name=X", "process.name=a"],
        ),
    ] {
        let text = item(entries);
        assert_eq!(imported(&text).opaque, 0, "{entries}");
        let policy = policy(&text);
        for event in hidden {
            assert!(hides(&policy, event), "{entries} {event}");
        }
        for event in kept {
            assert!(!hides(&policy, event), "{entries} {event}");
        }
    }
}

#[test]
fn what_is_not_understood_stays_opaque() {
    for (entry, reason, at) in [
        (
            r#"{"field":"user.name","operator":"included","type":"list","list":{"id":"admins","type":"keyword"}}"#,
            "the value list `admins`",
            "\"user.name\"",
        ),
        (
            r#"{"field":"no.such","operator":"included","type":"match","value":"x"}"#,
            "`no.such` has no column",
            "\"no.such\"",
        ),
        (
            r#"{"field":"destination.ip","operator":"included","type":"wildcard","value":"10.*"}"#,
            "no wildcards",
            "\"destination.ip\"",
        ),
        (
            r#"{"field":"destination.port","operator":"included","type":"match","value":"x"}"#,
            "is a number",
            "\"destination.port\"",
        ),
        (
            r#"{"field":"user.name","operator":"near","type":"match","value":"x"}"#,
            "is no operator",
            "\"user.name\"",
        ),
        (
            r#"{"field":"user.name","operator":"included","type":"fuzzy","value":"x"}"#,
            "is no type",
            "\"user.name\"",
        ),
        (
            r#"{"field":"host.ip","operator":"excluded","type":"match","value":"10.0.0.1"}"#,
            "holds several values",
            "\"host.ip\"",
        ),
        (
            r#"{"field":"process.parent.args","operator":"excluded","type":"match_any","value":["-x"]}"#,
            "holds several values",
            "\"process.parent.args\"",
        ),
        (
            r#"{"field":"user.name","operator":"included","type":"match_any","value":["x",""]}"#,
            "a text that is missing is the empty text here",
            "\"user.name\"",
        ),
    ] {
        let text = item(entry);
        let found = imported(&text);
        let [told] = found.diagnostics.as_slice() else { panic!("{entry}: {:#?}", found.diagnostics) };
        assert!(told.message.contains(reason), "{entry}: {}", told.message);
        assert_eq!(&text[told.labels[0].span.range()], at);
        assert!(found.opaque == 1 && !hides(&policy(&text), "user.name=x"));
    }
}

const EXPORT: &str = r#"{"_version":"x","list_id":"l","type":"detection","name":"Known software","description":"What we run","tags":[]}
{"list_id":"l","item_id":"i","type":"simple","name":"Backup agent","description":"Backup agent","comments":[{"comment":"asked by IT"}],"created_at":"2026-01-05T10:00:00.000Z","expire_time":"2026-12-31T23:59:59.999Z","os_types":[],"entries":[{"field":"process.name","operator":"included","type":"match","value":"backup"}]}
{"list_id":"l","type":"simple","name":"Scanner","description":"Port scans","expire_time":"2026-06-01T12:00:00Z","entries":[{"field":"process.executable","operator":"included","type":"match","value":"/opt/scan"}]}
{"exported_exception_list_count":1,"exported_exception_list_item_count":2}
"#;

#[test]
fn an_export_is_a_policy() {
    let found = imported(EXPORT);
    let policy = policy(EXPORT);
    assert_eq!(
        (policy.title.as_str(), policy.description.as_deref()),
        ("Known software", Some("What we run"))
    );
    let said: Vec<(String, String, Option<String>, Option<String>)> = policy
        .exclusions
        .iter()
        .map(|exclusion| {
            let date = |date: Option<lownoise_engine::policy::Date>| date.map(|date| date.to_string());
            (exclusion.id.clone(), exclusion.reason.clone(), date(exclusion.created), date(exclusion.expires))
        })
        .collect();
    let text = |text: &str| text.to_owned();
    assert_eq!(
        said,
        [
            (
                text("backup-agent"),
                text("Backup agent: asked by IT"),
                Some(text("2026-01-05")),
                Some(text("2026-12-31"))
            ),
            (text("scanner"), text("Scanner: Port scans"), None, Some(text("2026-05-31"))),
        ]
    );
    assert_eq!(
        messages(&found),
        ["this exception ends in the middle of a day; its last whole day is 2026-05-31"]
    );
    let never = EXPORT.replace("2026-06-01T12:00:00Z", "soon");
    assert!(messages(&imported(&never))[0].contains("`soon` is no point in time"));
}

#[test]
fn the_repository_of_rules_has_its_own_form() {
    let text = "[metadata]\ncreation_date = \"2026/01/05\"\nlist_name = \"Shared\"\nrule_ids = []\nrule_names = []\nupdated_date = \"2026/01/05\"\n\n[[exceptions]]\n[exceptions.container]\ndescription = \"d\"\nlist_id = \"l\"\nname = \"Shared\"\ntype = \"detection\"\n\n[[exceptions.items]]\ncomments = []\ndescription = \"Backup\"\nname = \"backup\"\nlist_id = \"l\"\ntype = \"simple\"\nexpire_time = \"2027-01-01T00:00:00.000Z\"\n[[exceptions.items.entries]]\nfield = \"process.name\"\ntype = \"match_any\"\noperator = \"included\"\nvalue = [\"a\", \"b\"]\n[[exceptions.items.entries]]\nfield = \"host.name\"\ntype = \"list\"\noperator = \"excluded\"\n[exceptions.items.entries.list_vals]\nid = \"servers\"\ntype = \"keyword\"\n";
    let found = imported(text);
    let policy = policy(text);
    assert_eq!((policy.title.as_str(), policy.exclusions.len(), found.opaque), ("Shared", 1, 1));
    assert_eq!(policy.exclusions[0].expires.unwrap().to_string(), "2026-12-31");
    let told = &found.diagnostics[0];
    assert!(told.message.contains("`host.name not list servers` stays"), "{}", told.message);
    assert_eq!(&text[told.labels[0].span.range()], "\"host.name\"");
    let rule = "[rule]\nname = \"r\"\n[[rule.exceptions_list]]\nlist_id = \"l\"\n";
    assert!(
        messages(&imported(rule))
            .iter()
            .any(|message| message.contains("in the list `l`, which is not in this file"))
    );
}

#[test]
fn endpoints_compare_without_case_but_on_linux() {
    let endpoint = |systems: &str| {
        format!(
            "{{\"list_id\":\"endpoint_list\",\"type\":\"simple\",\"name\":\"n\",\"os_types\":[{systems}],\"entries\":[{{\"field\":\"process.executable\",\"operator\":\"included\",\"type\":\"wildcard\",\"value\":\"C:\\\\a\\\\*\"}}]}}\n"
        )
    };
    let windows = policy(&endpoint("\"windows\""));
    assert!(hides(&windows, "process.executable=c:\\A\\x;host.os.type=windows"));
    assert!(!hides(&windows, "process.executable=c:\\a\\x;host.os.type=linux"));
    let linux = policy(&endpoint("\"linux\""));
    assert!(!hides(&linux, "process.executable=c:\\A\\x;host.os.type=linux"));
    assert!(hides(&linux, "process.executable=C:\\a\\x;host.os.type=linux"));
}

#[test]
fn the_table_may_be_chosen() {
    let text = item(r#"{"field":"process.executable","operator":"included","type":"match","value":"/a"}"#);
    let source = Source { name: "e".to_owned(), text };
    for (table, column) in
        [("DeviceProcessEvents", "FolderPath"), ("DeviceNetworkEvents", "InitiatingProcessFolderPath")]
    {
        let options = Options { id: "e".to_owned(), table: Some(table.to_owned()), ..Options::default() };
        let policy = import(&source, &SCHEMAS, &options).policy.unwrap().1;
        assert!(hides(&policy, &format!("{column}=/a")), "{table}");
    }
    let options = Options { id: "e".to_owned(), table: Some("Nowhere".to_owned()), ..Options::default() };
    assert!(import(&source, &SCHEMAS, &options).policy.is_none());
}

#[test]
fn what_is_broken_says_where() {
    for (text, message) in [
        ("", "there is no exception here"),
        ("{\"a\":1}\n", "this is no exception and no list of them"),
        ("{\"entries\":[]}\n", "would hide everything"),
        ("{\"entries\":5}\n", "`entries` is a list"),
        ("{\"entries\":[\n", "this line is not JSON"),
        ("x = \n", "this is neither JSON nor TOML"),
        ("[[exceptions]]\nx = [\n", "this is neither JSON nor TOML"),
    ] {
        let found = imported(text);
        assert!(found.policy.is_none(), "{text}");
        assert!(messages(&found)[0].contains(message), "{text}: {:?}", messages(&found));
    }
    let began = std::time::Instant::now();
    assert!(imported(&"[".repeat(100_000)).policy.is_none());
    assert!(imported(&"{\"entries\":".repeat(10_000)).policy.is_none());
    assert!(imported(&format!("a = {}", "[".repeat(10_000))).policy.is_none());
    assert!(began.elapsed().as_secs() < 20);
}

const WORDS: [&str; 24] = [
    "{",
    "}",
    "[",
    "]",
    "\"entries\"",
    ":",
    ",",
    "\"field\"",
    "\"process.name\"",
    "\"type\"",
    "\"match\"",
    "\"value\"",
    "\"x\"",
    "\n",
    "5",
    "null",
    "\"list_id\"",
    "\"nested\"",
    "[[exceptions]]\n",
    "items",
    " = ",
    "\"operator\"",
    "\"excluded\"",
    "é",
];

proptest! {
    #![proptest_config(configured(1_000))]

    #[test]
    fn any_text_ends_with_a_policy_or_a_reason(words in proptest::collection::vec(proptest::sample::select(&WORDS[..]), 0..40)) {
        let found = imported(&words.concat());
        prop_assert!(found.policy.is_some() || found.diagnostics.iter().any(|told| told.level == Level::Error));
    }
}
