//! Every message of the parser, as its reader meets it: code, place and text.

use super::*;
use crate::diagnostic::Diagnostic;
use crate::policy::ConditionKind;
use crate::predicate::{Pair, Predicate};
use crate::value::Time;

pub(super) const HEAD: &str =
    "[policy]\nid = \"p\"\ntitle = \"t\"\ntable = \"DeviceNetworkEvents\"\nowner = \"o\"\n";

/// With these sets and lists beside it.
pub(super) fn parse_with(text: &str, files: &[(&str, &str)]) -> Parsed<Policy> {
    let schemas = Schemas::shipped().unwrap();
    let mut load = |wanted: Wanted<'_>| {
        let (Wanted::Set(name) | Wanted::List(name)) = wanted;
        let found = files.iter().find(|(known, _)| *known == name);
        Ok(found.map(|(_, text)| Source { name: wanted.path(), text: (*text).to_owned() }))
    };
    parse_policy(Source { name: "p.toml".to_owned(), text: text.to_owned() }, &mut load, &schemas)
}

/// `code @ text at each label`.
pub(super) fn told(parsed: &Parsed<Policy>) -> Vec<String> {
    let one = |diagnostic: &Diagnostic| {
        let places: Vec<_> = diagnostic.labels.iter().map(|label| parsed.sources.text(label.span)).collect();
        format!("{} @ {}", diagnostic.code, places.join(" & "))
    };
    parsed.diagnostics.iter().map(one).collect()
}

pub(super) fn exclusion(condition: &str) -> String {
    format!("{HEAD}[[exclusion]]\nid = \"x\"\nreason = \"r\"\nwhere = {condition}\n")
}

#[test]
fn mistakes_in_conditions_are_told_at_their_place() {
    let cases = [
        ("{ RemotIP = \"1.1.1.1\" }", "unknown-column @ RemotIP"),
        ("{ RemotePort = \"443\" }", "wrong-operand @ \"443\""),
        ("{ RemotePort = [443, \"x\"] }", "wrong-operand @ \"x\""),
        ("{ RemotePort = { starts_with = \"4\" } }", "unknown-operator @ starts_with"),
        ("{ RemotePort = { between = [1024, 1] } }", "empty-range @ [1024, 1]"),
        ("{ RemotePort = { between = [1] } }", "wrong-operand @ [1]"),
        ("{ DeviceName = { start_with = \"a\" } }", "unknown-operator @ start_with"),
        ("{ DeviceName = 3 }", "wrong-operand @ 3"),
        ("{ DeviceName = [] }", "empty-list @ []"),
        ("{ DeviceName = {} }", "no-operator @ {}"),
        ("{ DeviceName = { ignore_case = true } }", "idle-ignore-case @ ignore_case"),
        ("{ DeviceName = { matches = \"a(\" } }", "bad-regex @ \"a(\""),
        ("{ RemoteIP = { in = [\"10.0.0.0/33\"] } }", "bad-network @ \"10.0.0.0/33\""),
        ("{ RemoteIP = { in = \"publik\" } }", "bad-network @ \"publik\""),
        ("{ any = [] }", "wrong-operand @ []"),
        ("{ not = 3 }", "wrong-operand @ 3"),
        ("{}", "no-condition @ {}"),
        ("{ Timestamp = \"2026-02-03\" }", "wrong-operand @ \"2026-02-03\""),
        ("{ DeviceName = { exists = \"yes\" } }", "wrong-operand @ \"yes\""),
        ("{ IsInitiatingProcessRemoteSession = { equals = 1 } }", "wrong-operand @ 1"),
    ];
    for (condition, expected) in cases {
        let parsed = parse_with(&exclusion(condition), &[]);
        assert_eq!(told(&parsed), [expected], "{condition}");
        assert!(parsed.result.is_none(), "{condition}");
    }
}

#[test]
fn what_is_suspicious_is_told_and_does_not_stand_in_the_way() {
    let cases = [
        ("{ DeviceName = { contains = \"\" } }", "always-true @ \"\""),
        ("{ DeviceName = \"a \" }", "edge-space @ \"a \""),
        ("{ DeviceName = { starts_with = \"web*\" } }", "no-wildcards @ \"web*\""),
        ("{ DeviceName = { equals = \"É\", ignore_case = true } }", "non-ascii-case @ \"É\""),
        ("{ RemoteIPType = \"public\" }", "other-case @ \"public\""),
        ("{ RemoteIP = \"2001:DB8::1\" }", "not-canonical @ \"2001:DB8::1\""),
        ("{ RemoteIP = \"10.0.0.0/8\" }", "not-an-address @ \"10.0.0.0/8\""),
        ("{ RemoteIP = { in = \"10.1.0.0/8\" } }", "host-bits @ \"10.1.0.0/8\""),
        ("{ DeviceName = [\"a\", \"a\"] }", "duplicate-entry @ \"a\" & \"a\""),
        ("{ DeviceName = { matches = \"(?i)a\" } }", "inline-fold @ \"(?i)a\""),
    ];
    for (condition, expected) in cases {
        let parsed = parse_with(&exclusion(condition), &[]);
        assert_eq!(told(&parsed), [expected], "{condition}");
        assert!(parsed.result.is_some(), "{condition}");
    }
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once() {
    let text = "[policy]\nid = 3\ntitel = \"t\"\ntable = \"DeviceNetworkEvent\"\nlookback = \"24\"\n\
                [outputs]\n[[exclusion]]\nid = \"x\"\nexpires = \"soon\"\n";
    let parsed = parse_with(text, &[]);
    let expected = [
        "unknown-key @ outputs",
        "missing-key @ [policy]",
        "wrong-type @ 3",
        "unknown-key @ titel",
        "unknown-table @ \"DeviceNetworkEvent\"",
    ];
    let found = told(&parsed);
    for code in expected {
        assert!(found.iter().any(|told| told == code), "{code} is not in {found:#?}");
    }
    assert_eq!(
        parsed.diagnostics.iter().find(|found| found.code == "unknown-key").unwrap().help.as_deref(),
        Some("did you mean `title`?")
    );
}

#[test]
fn two_causes_are_both_shown() {
    let twice = format!(
        "{}{}",
        exclusion("{ DeviceName = \"a\" }"),
        "[[exclusion]]\nid = \"x\"\nreason = \"r\"\nwhere = { DeviceName = \"b\" }\n"
    );
    assert_eq!(told(&parse_with(&twice, &[])), ["duplicate-id @ \"x\" & \"x\""]);
    let dates = exclusion("{ DeviceName = \"a\" }") + "created = 2026-02-03\nexpires = 2026-02-02\n";
    assert_eq!(told(&parse_with(&dates, &[])), ["expires-early @ 2026-02-02 & 2026-02-03"]);
}

#[test]
fn sets_bring_their_exclusions_once() {
    let set = |id: &str, uses: &str| {
        format!(
            "[set]\nid = \"{id}\"\ntitle = \"t\"\ntable = \"DeviceNetworkEvents\"\nowner = \"s\"\nuse = [{uses}]\n\
             [[exclusion]]\nid = \"{id}-x\"\nreason = \"r\"\nwhere = {{ DeviceName = \"a\" }}\n"
        )
    };
    let policy = |uses: &str| HEAD.to_owned() + "use = [" + uses + "]\n";
    let (a, b, c) = (set("a", "\"c\""), set("b", "\"c\""), set("c", ""));
    let parsed = parse_with(&policy("\"a\", \"b\""), &[("a", &a), ("b", &b), ("c", &c)]);
    assert_eq!(told(&parsed), [""; 0]);
    let policy_read = parsed.result.unwrap();
    let ids: Vec<_> = policy_read
        .exclusions
        .iter()
        .map(|found| (found.id.as_str(), found.set.as_deref().unwrap(), found.owner.as_str()))
        .collect();
    assert_eq!(ids, [("c-x", "c", "s"), ("a-x", "a", "s"), ("b-x", "b", "s")]);

    let (a, b) = (set("a", "\"b\""), set("b", "\"a\""));
    assert_eq!(told(&parse_with(&policy("\"a\""), &[("a", &a), ("b", &b)])), ["use-cycle @ \"a\" & \"a\""]);
    assert_eq!(told(&parse_with(&policy("\"d\""), &[])), ["unreadable-set @ \"d\""]);
    let other = a.replace("DeviceNetworkEvents", "DeviceFileEvents").replace("\"b\"", "");
    assert!(
        told(&parse_with(&policy("\"a\""), &[("a", &other)]))
            .contains(&"set-table @ \"a\" & \"DeviceFileEvents\"".to_owned())
    );
}

#[test]
fn a_long_chain_of_sets_is_an_error_and_no_deep_recursion() {
    let mut load = |wanted: Wanted<'_>| {
        let Wanted::Set(name) = wanted else { return Ok(None) };
        let next: usize = name.trim_start_matches('s').parse::<usize>().unwrap() + 1;
        let text = format!(
            "[set]\nid = \"{name}\"\ntitle = \"t\"\ntable = \"DeviceNetworkEvents\"\nowner = \"s\"\nuse = [\"s{next}\"]\n"
        );
        Ok(Some(Source { name: wanted.path(), text }))
    };
    let text = HEAD.to_owned() + "use = [\"s0\"]\n";
    let parsed =
        parse_policy(Source { name: "p.toml".to_owned(), text }, &mut load, &Schemas::shipped().unwrap());
    assert_eq!(told(&parsed), ["use-depth @ \"s32\""]);
}

#[test]
fn an_opaque_test_is_taken_as_what_keeps_more_visible() {
    let text = format!(
        "{HEAD}[scope.where]\nopaque = \"in scope\"\nnot = {{ opaque = \"not in scope\" }}\n{}\n[[never_hide]]\nid = \"n\"\nwhere = {{ opaque = \"kept\" }}\n",
        "[[exclusion]]\nid = \"x\"\nreason = \"r\"\nwhere = { opaque = \"hidden\", not = { opaque = \"not hidden\" } }"
    );
    let parsed = parse_with(&text, &[]);
    assert!(parsed.diagnostics.iter().all(|found| found.code == "opaque"), "{:?}", parsed.diagnostics);
    assert_eq!(parsed.diagnostics.len(), 5);
    let policy = parsed.result.unwrap();
    let taken = |predicate: &Predicate| -> Vec<(String, bool)> {
        predicate.opaque().iter().map(|opaque| (opaque.text.clone(), opaque.taken_as)).collect()
    };
    let scope: Vec<_> = policy
        .scope
        .iter()
        .flat_map(|condition| match &condition.kind {
            crate::policy::ConditionKind::Where(predicate) => taken(predicate),
            _ => Vec::new(),
        })
        .collect();
    assert_eq!(scope, [("in scope".to_owned(), true), ("not in scope".to_owned(), false)]);
    let hidden = taken(&policy.exclusions[0].predicate);
    assert_eq!(hidden, [("hidden".to_owned(), false), ("not hidden".to_owned(), true)]);
    assert_eq!(taken(&policy.never_hide[0].predicate), [("kept".to_owned(), true)]);
}

#[test]
fn a_text_that_is_no_toml_is_told_line_by_line() {
    let parsed = parse_with(&(exclusion("{ DeviceName = \"a\" }") + "created = \nowner = = 3\n"), &[]);
    let lines: Vec<_> = parsed
        .diagnostics
        .iter()
        .filter(|found| found.code == "syntax")
        .map(|found| parsed.sources.line_column(found.labels[0].span).0)
        .collect();
    assert!(lines.contains(&10) && lines.contains(&11), "{lines:?}");
    assert!(parsed.result.is_none());
}

#[test]
fn a_lookback_says_whether_its_moment_counts() {
    let lookback = |length: &str| {
        let text = format!(
            "[policy]\nid = \"a\"\ntitle = \"t\"\ntable = \"DeviceNetworkEvents\"\nowner = \"o\"\nlookback = \"{length}\"\n"
        );
        let policy = parse_with(&text, &[]).result?;
        policy.scope.iter().find_map(|condition| match condition.kind {
            crate::policy::ConditionKind::Lookback(lookback) => Some(lookback),
            _ => None,
        })
    };
    let day = |inclusive| Some(crate::policy::Lookback { length: 86_400 * Time::SECOND, inclusive });
    let cases = [("1d", day(false)), ("from 1d", day(true)), ("from 24h", day(true)), ("from  1d", None)];
    for (length, expected) in cases.into_iter().chain([("from", None), ("from 0d", None), ("0d", None)]) {
        assert_eq!(lookback(length), expected, "{length}");
    }
}

#[test]
fn shapes_name_columns() {
    let parsed = |shapes: &str| {
        let header = "[policy]\nid = \"a\"\ntitle = \"t\"\ntable = \"DeviceNetworkEvents\"\nowner = \"o\"\n";
        parse_with(&format!("{header}shapes = {shapes}\n"), &[])
    };
    let policy = parsed("[[\"RemoteIP\"], [\"RemotePort\", \"DeviceName\"]]").result.unwrap();
    let names = |shape: &Vec<_>| shape.iter().map(|id| policy.schema.name(*id)).collect::<Vec<_>>().join("+");
    assert_eq!(policy.shapes.iter().map(names).collect::<Vec<_>>(), ["RemoteIP", "RemotePort+DeviceName"]);
    for (shapes, code, at) in [
        ("[[\"RemoteIP\", \"RemotPort\"]]", "unknown-column", "\"RemotPort\""),
        ("[[]]", "empty-list", "[]"),
        ("[\"RemoteIP\"]", "wrong-type", "\"RemoteIP\""),
    ] {
        let parsed = parsed(shapes);
        let found = &parsed.diagnostics[0];
        assert_eq!((found.code, parsed.sources.text(found.labels[0].span)), (code, at));
        assert!(parsed.result.is_none());
    }
}

#[test]
fn columns_compare_with_columns_of_their_kind() {
    let pairs = |condition: &str| {
        let parsed = parse_with(&exclusion(condition), &[]);
        let policy = parsed.result.unwrap_or_else(|| panic!("{condition}: {:?}", parsed.diagnostics));
        let pairs = policy.exclusions[0].predicate.pairs();
        let said = |pair: &&Pair| {
            let [left, right] = [pair.left, pair.right].map(|column| policy.schema.name(column));
            format!("{left} {} {right} {:?}", pair.relation.name(), pair.relation.case())
        };
        pairs.iter().map(said).collect::<Vec<_>>()
    };
    assert_eq!(
        pairs("{ DeviceName = { equals = { column = \"RemoteUrl\" }, ignore_case = true } }"),
        ["DeviceName equals RemoteUrl Insensitive"]
    );
    assert_eq!(
        pairs(
            "{ LocalPort = { lt = { column = \"RemotePort\" } }, LocalIP = { equals = { column = \"RemoteIP\" } } }"
        ),
        ["LocalPort lt RemotePort Sensitive", "LocalIP equals RemoteIP Sensitive"]
    );
    let cases = [
        (
            "{ LocalPort = { equals = { column = \"RemoteIP\" } } }",
            "wrong-operand @ equals = { column = \"RemoteIP\" }",
        ),
        (
            "{ DeviceName = { has = { column = \"RemoteUrl\" } } }",
            "wrong-operand @ has = { column = \"RemoteUrl\" }",
        ),
        ("{ DeviceName = { equals = { column = \"RemoteUr\" } } }", "unknown-column @ \"RemoteUr\""),
        ("{ DeviceName = { equals = { column = 3 } } }", "wrong-operand @ 3"),
        (
            "{ DeviceName = { equals = { colum = \"RemoteUrl\" } } }",
            "wrong-operand @ { colum = \"RemoteUrl\" }",
        ),
    ];
    for (condition, expected) in cases {
        assert_eq!(told(&parse_with(&exclusion(condition), &[])), [expected], "{condition}");
    }
}

#[test]
fn lists_are_read_from_the_policy_and_from_files_beside_it() {
    let of = |condition: &str, lists: &str, files: &[(&str, &str)]| {
        parse_with(&format!("{}{lists}", exclusion(condition)), files)
    };
    let named = "{ DeviceName = { starts_with = { list = \"l\" }, ignore_case = true } }";
    let written = of("{ DeviceName = { starts_with = [\"a\", \"b c\"], ignore_case = true } }", "", &[]);
    let written = written.result.unwrap().exclusions[0].predicate.clone();
    for (lists, file) in [
        ("[list.l]\nvalues = [\"a\", \"b c\"]\n", None),
        ("[list.l]\n", Some(("l", "\u{feff}# names\r\na\r\n\r\n  b c\r\n"))),
    ] {
        let parsed = of(named, lists, file.as_slice());
        assert_eq!(told(&parsed), [""; 0]);
        let policy = parsed.result.unwrap();
        assert_eq!((&policy.exclusions[0].predicate, policy.lists.len()), (&written, 0));
    }
    let ports = of("{ RemotePort = { list = \"p\" } }", "", &[]);
    assert_eq!(told(&ports), ["unknown-operator @ list"]);
    let ports = of("{ RemotePort = { equals = { list = \"p\" } } }", "[list.p]\n", &[("p", "443\nhttps\n")]);
    assert_eq!(told(&ports), ["wrong-operand @ https"]);
    let nets =
        of("{ RemoteIP = { in = { list = \"n\" } } }", "[list.n]\n", &[("n", "10.0.0.0/8\nprivate\n")]);
    assert_eq!(told(&nets), [""; 0]);
    let cases = [
        (named, "", "unknown-list @ \"l\""),
        (named, "[list]\nl = 3\n", "wrong-type @ 3"),
        (named, "[list.l]\nvalues = []\n", "empty-list @ []"),
        (named, "[list.l]\nvalue = []\n", "unknown-key @ value"),
    ];
    for (condition, lists, expected) in cases {
        assert!(
            told(&of(condition, lists, &[])).contains(&expected.to_owned()),
            "{lists}: {:?}",
            told(&of(condition, lists, &[]))
        );
    }
    assert_eq!(told(&of(named, "[list.l]\n", &[("l", "# nothing\n")])), ["empty-list @ l"]);
}

#[test]
fn a_list_whose_values_are_not_here_hides_nothing() {
    let lists =
        "[list.l]\nkql = \"T | distinct N\"\n[scope.where]\nDeviceName = { equals = { list = \"l\" } }\n";
    let condition = "{ DeviceName = { equals = { list = \"l\" } } }";
    let parsed = parse_with(&format!("{}{lists}", exclusion(condition)), &[]);
    assert_eq!(told(&parsed), ["outside-list @ l"]);
    let policy = parsed.result.unwrap();
    assert_eq!(policy.lists[0].kql.as_deref(), Some("T | distinct N"));
    let opaque = policy.exclusions[0].predicate.opaque()[0];
    assert_eq!((opaque.text.as_str(), opaque.taken_as), ("DeviceName equals the list l", false));
    let ConditionKind::Where(scope) = &policy.scope[0].kind else { panic!("a condition on events") };
    assert!(scope.opaque()[0].taken_as);
    let needs =
        parse_with(&format!("{}{lists}", exclusion("{ DeviceName = { matches = { list = \"l\" } } }")), &[]);
    assert!(told(&needs).contains(&"wrong-operand @ matches = { list = \"l\" }".to_owned()));
}
