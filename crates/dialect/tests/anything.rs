//! Any text at all: an import ends, says where, and does not panic. And queries that are made to be expensive.

mod common;

use std::fmt::Write as _;

use common::imported;
use lownoise_dialect::kql::emit;
use lownoise_engine::diagnostic::Level;
use lownoise_testkit::configured;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const WORDS: [&str; 60] = [
    "DeviceNetworkEvents",
    "DeviceInfo",
    "let",
    "X",
    "=",
    ";",
    "|",
    "where",
    "extend",
    "project",
    "project-away",
    "summarize",
    "by",
    "join",
    "kind",
    "distinct",
    "order",
    "take",
    "5",
    "RemoteIP",
    "RemotePort",
    "RemoteUrl",
    "DeviceId",
    "Timestamp",
    "==",
    "!=",
    "=~",
    "in",
    "!in~",
    "has",
    "has_any",
    "!contains",
    "matches",
    "regex",
    "between",
    "..",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ".",
    "*",
    "\"a\"",
    "'B'",
    "@\"\\\"",
    "and",
    "or",
    "not",
    "ago",
    "1d",
    "ipv4_is_private",
    "tolower",
    "dynamic",
    "datatable",
    ":",
    "// c\n",
    "-",
];

fn look_at(text: &str) {
    let imported = imported(text);
    let wrong = imported.diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error);
    assert_eq!(imported.policy.is_none(), wrong, "{text}\n{:#?}", imported.diagnostics);
    for label in imported.diagnostics.iter().flat_map(|diagnostic| &diagnostic.labels) {
        assert!(label.span.range().end <= text.len(), "{text}: {label:?}");
    }
    let emitted = imported.policy.and_then(|(_, policy)| emit(&policy, common::now()).ok());
    if let Some(emitted) = emitted {
        let again = common::imported(&emitted.text);
        assert!(
            again.policy.is_some() && again.opaque == 0,
            "{text}\n{}\n{:#?}",
            emitted.text,
            again.diagnostics
        );
    }
}

proptest! {
    #![proptest_config(configured(3_000))]

    #[test]
    fn words_in_any_order(words in vec(select(&WORDS[..]), 0..40)) {
        look_at(&words.join(" "));
    }

    #[test]
    fn conditions_of_words(words in vec(select(&WORDS[14..]), 0..12)) {
        look_at(&format!("DeviceNetworkEvents | where {}", words.join(" ")));
    }

    #[test]
    fn letters_in_any_order(text in "[\\x00-\\x7fé“]{0,60}") {
        look_at(&text);
        look_at(&format!("DeviceNetworkEvents | where RemoteUrl {text}"));
    }
}

/// Each name stands for twice the last one.
fn doubling(count: usize) -> String {
    let mut text = "let a0 = dynamic([\"x\", \"y\"]);\n".to_owned();
    for place in 1..count {
        let last = place - 1;
        let _infallible = writeln!(text, "let a{place} = dynamic([a{last}, a{last}]);");
    }
    format!("{text}DeviceNetworkEvents | where RemoteUrl !in (a{})", count - 1)
}

#[test]
fn what_would_be_huge_when_written_out_ends() {
    assert_eq!(imported(&doubling(100)).opaque, 1);
    let mut text = "DeviceNetworkEvents | extend A = RemoteUrl == \"x\"".to_owned();
    for _ in 0..100 {
        text.push_str(" | extend A = (A or not(A)) and (A or RemotePort > 5)");
    }
    text.push_str(" | where not(A)");
    assert_eq!(imported(&text).opaque, 1);
    let circle = "let A = B | take 1; let B = A | take 1; B | where X == 1";
    assert!(imported(circle).diagnostics[0].message.contains("circle"));
}

#[test]
fn long_queries_are_read() {
    let wide = " or RemoteUrl == \"x\"".repeat(50_000);
    let imported = common::imported(&format!("DeviceNetworkEvents | where not(RemotePort == 5{wide})"));
    assert_eq!(imported.policy.unwrap().1.exclusions.len(), 50_001);
    let list = "\"x\", ".repeat(200_000);
    let many = format!("DeviceNetworkEvents | where RemoteUrl !in ({list}\"y\")");
    assert_eq!(common::imported(&many).policy.unwrap().1.exclusions.len(), 1);
    let deep = format!(
        "DeviceNetworkEvents | where {}RemotePort == 5{}",
        "not(RemoteUrl == \"x\" or not(RemotePort == 1 and ".repeat(25),
        "))".repeat(25)
    );
    assert!(common::imported(&deep).diagnostics.iter().all(|diagnostic| diagnostic.code == "kql-unsayable"));
}

#[test]
fn steps_that_make_columns_of_each_other_are_read() {
    let (mut chain, mut again) = ("| extend X0 = trim('a', RemoteUrl)\n".to_owned(), String::new());
    for place in 1..3_000 {
        let _infallible = writeln!(chain, "| extend X{place} = strcat(X{}, 'a')", place - 1);
        again.push_str("| extend X0 = strcat(X0, 'b')\n");
    }
    let asked = |name: usize| format!("| where X{name} != 'q'\n");
    let each: String = (0..3_000).map(asked).collect();
    let last = asked(0).repeat(3_000);
    let first = "| extend X0 = trim('a', RemoteUrl)\n";
    for (steps, conditions) in [(chain.as_str(), &each), (&format!("{first}{again}"), &last)] {
        let (_, policy) = imported(&format!("DeviceNetworkEvents\n{steps}{conditions}")).policy.unwrap();
        assert_eq!(policy.exclusions.len(), 3_000);
    }
}
