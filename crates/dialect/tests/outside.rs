//! Values that a query does not hold: tests on them are known, and become exact once the values are there. And columns
//! that are compared with columns.

mod common;

use common::{assert_equivalent, compiled, imported, policy, schemas};
use lownoise_engine::evaluate::{Context, Devices, Verdict, evaluate};
use lownoise_engine::parse::{Wanted, parse_policy};
use lownoise_engine::policy::Policy;
use lownoise_engine::span::Source;
use lownoise_engine::value::Time;
use lownoise_prove::{Claim, Proof, Setting, prove};

/// The names of lists, with the queries that give them.
type Lists = &'static [(&'static str, &'static str)];

/// Queries, and the tests on lists of their exclusions and scopes, with the lists.
const QUERIES: [(&str, &[&str], Lists); 20] = [
    (
        "let Known = DeviceFileEvents | distinct SHA1; DeviceProcessEvents | where SHA1 !in (Known)",
        &["SHA1 equals the list Known"],
        &[("Known", "DeviceFileEvents | distinct SHA1")],
    ),
    (
        "let A = datatable(x:string)['a']; let Known = DeviceFileEvents | where FileName in (A); let Other = 5; DeviceProcessEvents | where SHA1 !in~ (Known)",
        &["SHA1 equals the list Known ignoring case"],
        &[("Known", "let A = datatable(x:string)['a'];\nDeviceFileEvents | where FileName in (A)")],
    ),
    (
        "DeviceProcessEvents | where SHA1 !in ((_GetWatchlist('VIP apps') | project SearchKey))",
        &["SHA1 equals the list SHA1_of_VIP_apps"],
        &[("SHA1_of_VIP_apps", "(_GetWatchlist('VIP apps') | project SearchKey)")],
    ),
    (
        "let W = toscalar(DeviceInfo | summarize make_set(DeviceName)); DeviceProcessEvents | where not(ProcessCommandLine has_any (W))",
        &["ProcessCommandLine has_any the list W ignoring case"],
        &[("W", "toscalar(DeviceInfo | summarize make_set(DeviceName))")],
    ),
    (
        "DeviceProcessEvents | join kind=leftanti (DeviceFileEvents | where FileName == 'x') on SHA1",
        &["SHA1 equals the list SHA1_of_DeviceFileEvents"],
        &[("SHA1_of_DeviceFileEvents", "DeviceFileEvents | where FileName == 'x'\n| project SHA1")],
    ),
    (
        "DeviceProcessEvents | join kind=leftsemi hint.strategy=broadcast DeviceFileEvents on $left.SHA256 == $right.SHA1",
        &["SHA256 equals the list SHA256_of_DeviceFileEvents"],
        &[("SHA256_of_DeviceFileEvents", "DeviceFileEvents\n| project SHA1")],
    ),
    (
        "DeviceProcessEvents | where ProcessId !in (DeviceNetworkEvents | project InitiatingProcessId)",
        &["ProcessId equals the list ProcessId_of_DeviceNetworkEvents"],
        &[("ProcessId_of_DeviceNetworkEvents", "DeviceNetworkEvents | project InitiatingProcessId")],
    ),
    // The same list twice is one; another of the same name is another.
    (
        "let K = DeviceFileEvents | distinct SHA1; DeviceProcessEvents | where SHA1 !in (K) and InitiatingProcessSHA1 !in (K)",
        &["SHA1 equals the list K", "InitiatingProcessSHA1 equals the list K"],
        &[("K", "DeviceFileEvents | distinct SHA1")],
    ),
    (
        "DeviceProcessEvents | where SHA1 !in ((DeviceFileEvents | where FileName == 'a' | project SHA1)) and SHA1 !in ((DeviceFileEvents | where FileName == 'b' | project SHA1))",
        &["SHA1 equals the list SHA1_of_DeviceFileEvents", "SHA1 equals the list SHA1_of_DeviceFileEvents_2"],
        &[
            ("SHA1_of_DeviceFileEvents", "(DeviceFileEvents | where FileName == 'a' | project SHA1)"),
            ("SHA1_of_DeviceFileEvents_2", "(DeviceFileEvents | where FileName == 'b' | project SHA1)"),
        ],
    ),
    // A name that is free: no column, no table, no word of the query.
    (
        "DeviceProcessEvents | where SHA1 !in (_GetWatchlist('SHA1') | project SearchKey) and FileName !in (SHA1_of_SHA1 | project Name)",
        &["SHA1 equals the list SHA1_of_SHA1_2", "FileName equals the list FileName_of_SHA1_of_SHA1"],
        &[
            ("SHA1_of_SHA1_2", "_GetWatchlist('SHA1') | project SearchKey"),
            ("FileName_of_SHA1_of_SHA1", "SHA1_of_SHA1 | project Name"),
        ],
    ),
    (
        "DeviceProcessEvents | where SHA1 !in (_GetWatchlist('') | project SearchKey)",
        &["SHA1 equals the list SHA1_list"],
        &[("SHA1_list", "_GetWatchlist('') | project SearchKey")],
    ),
    // A list that a device must be in comes before the devices.
    (
        "let Names = Watched | project Name; DeviceProcessEvents | where DeviceId in (DeviceInfo | where DeviceName in (Names) | distinct DeviceId)",
        &["DeviceName equals the list Names"],
        &[("Names", "Watched | project Name")],
    ),
    (
        "DeviceProcessEvents | join hint.strategy=broadcast kind=leftanti (Foo // a comment\n) on SHA1",
        &["SHA1 equals the list SHA1_of_Foo"],
        &[("SHA1_of_Foo", "Foo // a comment\n| project SHA1")],
    ),
    // What is joined comes into sight.
    (
        "let K = Foo | distinct X; DeviceFileEvents | join kind=inner (Bar | project SHA1, K) on SHA1 | where FileName !in (K)",
        &[],
        &[],
    ),
    ("DeviceProcessEvents | where ProcessId != toscalar(DeviceInfo | count) + InitiatingProcessId", &[], &[]),
    ("DeviceProcessEvents | where FileName !in (_GetWatchlistAlias(FolderPath))", &[], &[]),
    (
        "DeviceProcessEvents | join kind=leftanti _GetWatchlist('x') on $left.SHA1 == $right.SearchKey",
        &[],
        &[],
    ),
    // What asks for more than one column's values, or of what was changed, stays opaque, and so does a function.
    ("DeviceProcessEvents | join kind=leftanti DeviceFileEvents on SHA1, FileName", &[], &[]),
    ("let K = DeviceFileEvents; DeviceProcessEvents | where tolower(SHA1) !in (K)", &[], &[]),
    ("let f = (x:string) { DeviceFileEvents }; DeviceProcessEvents | where SHA1 !in (f)", &[], &[]),
];

fn listed(policy: &Policy) -> Vec<String> {
    let opaque = policy.predicates().flat_map(|predicate| predicate.opaque());
    opaque.filter(|opaque| opaque.listed.is_some()).map(|opaque| opaque.text.clone()).collect()
}

#[test]
fn values_that_are_elsewhere_are_lists() {
    for (query, tests, lists) in QUERIES {
        let found = imported(query);
        assert_eq!(found.opaque > 0, tests.is_empty(), "{query}\n{:#?}", found.diagnostics);
        let policy = policy(query);
        assert_eq!(listed(&policy), tests, "{query}");
        let known = policy.lists.iter().map(|list| (list.name.as_str(), list.kql.as_deref().unwrap()));
        assert_eq!(known.collect::<Vec<_>>(), lists, "{query}");
        let told = found.diagnostics.iter().filter(|told| told.code == "kql-outside-list").count();
        assert_eq!(told, lists.len(), "{query}");
        if !tests.is_empty() {
            // And back: the same tests on the same lists.
            let text = compiled(&policy);
            let again = common::policy(&text);
            assert_equivalent(&policy, &again, &text);
            assert_eq!(listed(&again), tests, "{text}");
        }
    }
}

#[test]
fn a_list_is_exact_once_its_values_are_beside_the_policy() {
    let text = "let K = DeviceFileEvents | distinct SHA1; DeviceProcessEvents | where SHA1 !in (K)";
    let toml = imported(text).policy.unwrap().0;
    let read = |values: Option<&str>| {
        let mut load = |wanted: Wanted<'_>| {
            assert_eq!(wanted.path(), "lists/K.txt");
            Ok(values.map(|values| Source { name: wanted.path(), text: values.to_owned() }))
        };
        let source = Source { name: "q.toml".to_owned(), text: toml.clone() };
        parse_policy(source, &mut load, schemas()).result.unwrap()
    };
    let verdict = |policy: &Policy, hash: &str| {
        let mut event = policy.schema.empty_event();
        let column = policy.schema.column("SHA1").unwrap();
        event.set(column, lownoise_engine::value::OwnedValue::Text(hash.to_owned()));
        let context = Context { now: Time(0), devices: &Devices::Every };
        evaluate(policy, &event.borrow(), context)
    };
    let (without, with) = (read(None), read(Some("aa\nbb\n")));
    assert_eq!(verdict(&without, "aa"), Verdict::Kept);
    assert_eq!(verdict(&with, "aa"), Verdict::Hidden(vec![0]));
    assert_eq!(verdict(&with, "cc"), Verdict::Kept);
}

#[test]
fn values_that_the_query_holds_are_not_elsewhere() {
    for query in [
        "let L = datatable(Name:string)['a', 'b'] | project Name; DeviceProcessEvents | where FileName !in (L)",
        "let L = datatable(Name:string)['a', 'b']; DeviceProcessEvents | where FileName !in ((L | distinct Name))",
    ] {
        let (toml, policy) = imported(query).policy.unwrap();
        assert!(toml.contains("where  = { FileName = [\"a\", \"b\"] }"), "{toml}");
        assert!(policy.lists.is_empty());
    }
}

#[test]
fn another_query_of_a_list_is_another_list() {
    let of = |kql: &str| policy(&format!("let K = {kql}; DeviceProcessEvents | where SHA1 !in (K)"));
    let (one, other) = (of("Narrow | project SHA1"), of("Everything | project SHA1"));
    let proof = prove(&Claim::Equivalent(&one, &other), &Setting::of(&one, Time(0)));
    assert!(matches!(proof, Proof::Unknown(_)), "{proof:?}");
    assert_equivalent(&one, &of("Narrow | project SHA1"), "the same query");
}

#[test]
fn a_list_that_kql_cannot_ask_is_refused_at_the_test() {
    let head = "[policy]\nid = \"p\"\ntitle = \"t\"\ntable = \"DeviceProcessEvents\"\nowner = \"o\"\n[[exclusion]]\nid = \"x\"\nreason = \"r\"\n";
    let cases = [
        ("where = { SHA1 = { equals = { list = \"l\" } } }\n[list.l]\n", "has no query"),
        ("where = { SHA1 = { starts_with = { list = \"l\" } } }\n[list.l]\nkql = \"T\"\n", "has no query"),
        ("where = { SHA1 = { equals = { list = \"l\" } } }\n[list.l]\nkql = \"T | where (\"\n", "is broken"),
        (
            "where = { SHA1 = { equals = { list = \"SHA1\" } } }\n[list.SHA1]\nkql = \"T\"\n",
            "is a column or a table",
        ),
        (
            "where = { SHA1 = { equals = { list = \"A\" } }, MD5 = { equals = { list = \"B\" } } }\n[list.A]\nkql = \"T\"\n[list.B]\nkql = \"A | project MD5\"\n",
            "would stand for two things",
        ),
        (
            "where = { SHA1 = { equals = { list = \"A\" } }, MD5 = { equals = { list = \"B\" } } }\n[list.A]\nkql = 'let N = \"a b\"; T'\n[list.B]\nkql = 'let N = \"ab\"; T'\n",
            "would stand for two things",
        ),
        (
            "where = { SHA1 = { equals = { list = \"l\" } } }\n[list.l]\nkql = \"let a = 1; let a = 2; T\"\n",
            "would stand for two things",
        ),
    ];
    for (rest, why) in cases {
        let source = Source { name: "p.toml".to_owned(), text: format!("{head}{rest}") };
        let policy = parse_policy(source, &mut |_| Ok(None), schemas()).result.unwrap();
        let told = lownoise_dialect::kql::emit(&policy, Time(0)).unwrap_err();
        assert!(told.iter().any(|told| told.message.contains(why)), "{rest}: {told:#?}");
    }
}

#[test]
fn columns_are_compared_with_columns() {
    let cases = [
        (
            "FileName == InitiatingProcessFileName",
            "{ FileName = { equals = { column = \"InitiatingProcessFileName\" } } }",
        ),
        (
            "tolower(FileName) == tolower(InitiatingProcessFileName)",
            "{ FileName = { equals = { column = \"InitiatingProcessFileName\" }, ignore_case = true } }",
        ),
        (
            "FolderPath endswith FileName",
            "{ FolderPath = { ends_with = { column = \"FileName\" }, ignore_case = true } }",
        ),
        (
            "ProcessCommandLine contains_cs FileName",
            "{ ProcessCommandLine = { contains = { column = \"FileName\" } } }",
        ),
    ];
    for (condition, expected) in cases {
        let query = format!("DeviceProcessEvents | where not({condition})");
        let (toml, policy) = imported(&query).policy.unwrap();
        assert!(toml.contains(&format!("where  = {expected}")), "{toml}");
        assert_eq!(imported(&query).opaque, 0);
        let text = compiled(&policy);
        assert_equivalent(&policy, &common::policy(&text), &text);
    }
    // Two numbers that are missing are neither equal nor not.
    let numbers = imported("DeviceProcessEvents | where ProcessId != InitiatingProcessId");
    assert!(numbers.diagnostics.iter().any(|told| told.code == "kql-null-drops"));
    assert_eq!(numbers.policy.unwrap().1.scope.len(), 1);
    for opaque in
        ["ProcessId == FileName", "FileName has InitiatingProcessFileName", "tolower(FileName) == SHA1"]
    {
        assert_eq!(imported(&format!("DeviceProcessEvents | where not({opaque})")).opaque, 1, "{opaque}");
    }
}
