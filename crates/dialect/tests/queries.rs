//! Conditions as people write them in public queries, and what is made of each: whether it has a scope, how many
//! exclusions, how many tests that stay opaque.

mod common;

use common::{assert_equivalent, imported, imported_with, policy};
use lownoise_dialect::kql::Options;

/// A query on `DeviceNetworkEvents` behind its table, or a whole one; scope, exclusions, opaque.
const QUERIES: [(&str, bool, usize, usize); 64] = [
    ("InitiatingProcessFileName !in~ (\"a.exe\", \"b.exe\")", false, 1, 0),
    ("InitiatingProcessFolderPath !startswith @\"C:\\Program Files\\\"", false, 1, 0),
    ("not(InitiatingProcessFileName =~ \"x\" and RemotePort in (80, 443))", false, 1, 0),
    ("not(InitiatingProcessFileName =~ \"x\" or RemoteUrl endswith \".y\")", false, 2, 0),
    ("not (RemoteUrl has_any (\"a\", \"b\"))", false, 1, 0),
    ("not(RemoteUrl has_any(dynamic(['a', 'b'])))", false, 1, 0),
    ("RemoteUrl !has_any (\"a\", \"b\")", false, 1, 0),
    ("RemoteUrl !has_all (\"a\", \"b\")", false, 1, 0),
    ("InitiatingProcessCommandLine !contains \"x\" and InitiatingProcessCommandLine !has \"y\"", false, 2, 0),
    ("(RemoteUrl !has \"x\" and RemoteUrl !has \"y\")", false, 2, 0),
    ("InitiatingProcessAccountName !endswith \"$\"", false, 1, 0),
    ("InitiatingProcessAccountName <> \"system\"", false, 1, 0),
    ("isnotempty(RemoteUrl)", true, 0, 0),
    ("RemoteUrl != \"\"", true, 0, 0),
    ("not(isempty(RemoteUrl))", true, 0, 0),
    ("isempty(RemoteUrl) == false", true, 0, 0),
    ("ipv4_is_private(RemoteIP) == false", true, 0, 0),
    ("not(ipv4_is_private(RemoteIP))", true, 1, 0),
    ("not(ipv4_is_in_any_range(RemoteIP, '10.0.0.0/8', '172.16.0.0/12'))", true, 1, 0),
    (
        "not(ipv4_is_in_range(RemoteIP, \"10.0.0.0/8\")) and not(ipv6_is_match(RemoteIP, \"fe80::/10\"))",
        true,
        2,
        0,
    ),
    ("not(RemoteIP matches regex @\"^(10|192\\.168)\\.\")", false, 1, 0),
    ("RemotePort !in (53, 123)", false, 1, 0),
    ("RemotePort != 443", false, 1, 0),
    ("tostring(RemotePort) !in (\"80\", \"443\")", false, 1, 0),
    ("toint(RemotePort) !between (1024 .. 65535)", true, 1, 0),
    ("RemotePort > 1023 and RemotePort < 49152.5", true, 0, 0),
    ("tolower(InitiatingProcessFileName) !in (\"a\", \"b\")", false, 1, 0),
    ("tolower(RemoteUrl) !contains \"x\"", false, 1, 0),
    (
        "InitiatingProcessFileName !hasprefix \"x\" and InitiatingProcessFileName !hassuffix_cs \"y\"",
        false,
        2,
        0,
    ),
    ("InitiatingProcessVersionInfoCompanyName !has 'Microsoft' or RemotePort != 443", false, 1, 0),
    ("\"Public\" == RemoteIPType", true, 0, 0),
    ("IsInitiatingProcessRemoteSession == 1 and not(IsInitiatingProcessRemoteSession)", true, 1, 0),
    (
        "Timestamp > datetime(2026-01-01) and Timestamp !between (datetime(2026-01-02) .. datetime(2026-01-03 12:00))",
        true,
        1,
        0,
    ),
    ("Timestamp >= ago(1d)", true, 0, 0),
    ("ago(1d) <= Timestamp", true, 0, 0),
    ("TimeGenerated > ago(1d)", true, 0, 0),
    ("TimeGenerated !between (datetime(2026-01-02) .. datetime(2026-01-03))", true, 1, 0),
    ("Timestamp between (ago(1d) .. now())", true, 0, 1),
    ("InitiatingProcessFileName != InitiatingProcessParentFileName", false, 1, 0),
    ("parse_json(AdditionalFields).x !in (\"a\")", false, 1, 0),
    ("strlen(RemoteUrl) > 50", true, 0, 1),
    ("DeviceId !in ((DeviceInfo | where OSPlatform == \"macOS\" | distinct DeviceId))", false, 1, 0),
    ("RemoteIP !in ((externaldata(IP:string)['https://x/y'] with (format='csv')))", false, 1, 0),
    ("column_ifexists(\"RemoteUrl\", \"\") !has \"x\"", false, 1, 0),
    ("* has \"x\"", true, 0, 1),
    ("coalesce(RemoteUrl, \"\") !~ \"x\"", false, 1, 0),
    ("not(RemoteUrl has \"x\") and not(not(RemotePort == 5))", true, 1, 0),
    (
        "let Bad = dynamic([\"a\", \"b\"]); DeviceNetworkEvents | where RemoteUrl !in (Bad) | where not(RemoteUrl has_any (Bad))",
        false,
        2,
        0,
    ),
    (
        "let Bad = array_concat(pack_array(\"a\", \"b\"), dynamic([\"c\"])); DeviceNetworkEvents | where RemoteUrl !in~ (Bad)",
        false,
        1,
        0,
    ),
    // What a step adds to rows hides none of the columns that were there; what it names may be another column.
    (
        "DeviceNetworkEvents | extend Word = split(RemoteUrl, \".\") | mvexpand Word | where RemoteUrl !has \"x\" and Word != \"y\"",
        false,
        2,
        0,
    ),
    (
        "DeviceNetworkEvents | mv-apply N = dynamic([1]) to typeof(long) on (where N > RemotePort) | where RemoteUrl !has \"x\" | where RemotePort != 5",
        true,
        2,
        2,
    ),
    (
        "let Nets = datatable(Net:string)['10.0.0.0/8']; DeviceNetworkEvents | evaluate ipv4_lookup(Nets, RemoteIP, Net, return_unmatched = true) | where isempty(Net) | where RemoteUrl !has \"x\"",
        true,
        1,
        0,
    ),
    (
        "let Nets = datatable(Net:string)['10.0.0.0/8']; DeviceNetworkEvents | evaluate ipv4_lookup(Nets, RemoteIP, Net) | where RemoteUrl !has \"x\"",
        true,
        1,
        2,
    ),
    (
        "let Ports = datatable(Port:long)[80, 443]; DeviceNetworkEvents | where RemotePort !in (Ports)",
        false,
        1,
        0,
    ),
    (
        "let Names = datatable(N:string, Why:string)['a', 'x', 'b', 'y']; DeviceNetworkEvents | where RemoteUrl !in~ ((Names | project N))",
        false,
        1,
        0,
    ),
    (
        "let Known = (_GetWatchlist('known') | project SearchKey); DeviceNetworkEvents | where RemoteUrl !in (Known)",
        false,
        1,
        0,
    ),
    (
        "let T = 2d; let Table = DeviceNetworkEvents | where Timestamp > ago(T); Table | where RemotePort != 5",
        true,
        1,
        0,
    ),
    (
        "declare query_parameters(name:string = \"x\"); DeviceNetworkEvents | where RemoteUrl != name",
        false,
        1,
        0,
    ),
    (
        "DeviceNetworkEvents | extend N = tolower(InitiatingProcessFileName) | where N !startswith \"a\" | project-rename M = N | where M != \"b\"",
        false,
        2,
        0,
    ),
    (
        "DeviceNetworkEvents | invoke FileProfile(InitiatingProcessSHA1, 1000) | where RemoteUrl !has \"x\" | where GlobalPrevalence > 5",
        true,
        1,
        1,
    ),
    (
        "DeviceNetworkEvents | parse RemoteUrl with * \"//\" DeviceName \"/\" * | where DeviceName != \"x\" and RemoteUrl !has \"y\"",
        false,
        2,
        1,
    ),
    // One row of each group is a row of the table; of a group, nothing else is in sight.
    (
        "DeviceNetworkEvents | summarize arg_max(bin(Timestamp, 1h), *) by Host = tolower(DeviceName) | where RemoteUrl !has \"x\" and Host != \"y\"",
        false,
        2,
        0,
    ),
    (
        "DeviceNetworkEvents | summarize arg_max(Timestamp, RemoteIP) by DeviceName | where RemoteUrl !has \"x\"",
        false,
        1,
        1,
    ),
    (
        "DeviceNetworkEvents | join kind=leftanti (DeviceInfo | where OSPlatform == \"x\") on DeviceId | where RemotePort != 5",
        false,
        2,
        0,
    ),
];

#[test]
fn queries_are_imported() {
    for (query, scope, exclusions, opaque) in QUERIES {
        let whole = query.contains("DeviceNetworkEvents");
        let text = if whole { query.to_owned() } else { format!("DeviceNetworkEvents | where {query}") };
        let imported = imported(&text);
        let counted = imported
            .policy
            .as_ref()
            .map(|(_, policy)| (policy.scope.len(), policy.exclusions.len(), imported.opaque));
        let (found_scope, found, left) = counted.unwrap_or_default();
        assert_eq!(
            (found, left),
            (exclusions, opaque),
            "{text}\n{:#?}",
            imported.policy.map(|(toml, _)| toml)
        );
        assert_eq!(found_scope > 0, scope, "{text}");
        if opaque == 0 {
            let first = policy(&text);
            match lownoise_dialect::kql::emit(&first, common::now()) {
                Ok(emitted) => assert_equivalent(&first, &policy(&emitted.text), &text),
                Err(refused) => assert!(refused[0].message.contains("leaves other rows"), "{refused:#?}"),
            }
        }
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_query() {
    let imported = imported("\u{feff}DeviceNetworkEvents | where RemotePort != 5");
    assert!(imported.diagnostics.is_empty(), "{:#?}", imported.diagnostics);
    assert_eq!(imported.policy.unwrap().1.exclusions.len(), 1);
}

#[test]
fn what_is_no_policy_says_why() {
    for (text, message) in [
        ("DeviceNetworkEvent | take 1", "unknown table `DeviceNetworkEvent`"),
        (
            "union DeviceNetworkEvents, DeviceFileEvents | where RemotePort == 5",
            "this query is over several tables",
        ),
        ("union Device* | where RemotePort == 5", "this query does not begin with a table"),
        (
            "let A = union B, B; let B = union A, A; A | take 1",
            "the names of this query lead in a circle, or to more than 64 tables",
        ),
        ("print 1", "this query does not begin with a table"),
        ("let x = 5;", "there is no query"),
    ] {
        let imported = imported(text);
        assert!(imported.policy.is_none());
        assert_eq!(imported.diagnostics.first().unwrap().message, message, "{text}");
    }
}

#[test]
fn the_user_says_what_is_scope() {
    let text = "DeviceNetworkEvents\n| where RemoteUrl !has \"a\"\n| where RemotePort == 5";
    let sides = |scope: &[usize], exclusions: &[usize]| {
        let options = Options {
            id: "q".to_owned(),
            scope: scope.to_vec(),
            exclusions: exclusions.to_vec(),
            ..Options::default()
        };
        imported_with(text, &options).policy.unwrap().1
    };
    let plain = sides(&[], &[]);
    for (scope, exclusions, counts) in
        [(&[][..], &[][..], (1, 1)), (&[2], &[], (2, 0)), (&[], &[3], (0, 2)), (&[2], &[3], (1, 1))]
    {
        let policy = sides(scope, exclusions);
        assert_eq!((policy.scope.len(), policy.exclusions.len()), counts, "{scope:?} {exclusions:?}");
        assert_equivalent(&plain, &policy, "whatever is said, the same events are kept");
    }
}

/// Kusto refuses it, and many write it.
#[test]
fn a_negation_that_kusto_lacks_is_taken_as_meant_and_told() {
    for word in ["has_any", "has_all"] {
        let found = imported(&format!("DeviceNetworkEvents | where RemoteUrl !{word} (\"a\", \"b\")"));
        let told: Vec<&str> = found.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
        assert_eq!(told, ["kql-no-such-operator"]);
        let meant = policy(&format!("DeviceNetworkEvents | where not(RemoteUrl {word} (\"a\", \"b\"))"));
        assert_equivalent(&meant, &found.policy.unwrap().1, word);
    }
}

#[test]
fn former_names_are_those_of_today_and_told() {
    let found = imported(
        "NetworkCommunicationEvents\n| where EventTime > ago(7d) and ComputerName startswith \"srv\"\n| where RemoteIP !startswith \"10.\"",
    );
    let told: Vec<&str> = found.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert!(told.contains(&"kql-former-name") && found.opaque == 0, "{told:?}");
    let meant = policy(
        "DeviceNetworkEvents\n| where Timestamp > ago(7d) and DeviceName startswith \"srv\"\n| where RemoteIP !startswith \"10.\"",
    );
    assert_equivalent(&meant, &found.policy.unwrap().1, "former names");
    // Under its name of today a table has the columns of today.
    assert_eq!(imported("DeviceNetworkEvents | where ComputerName != \"a\"").opaque, 1);
}

/// Microsoft's parser takes them.
#[test]
fn spellings_of_contains_that_are_not_documented() {
    for (word, meant) in
        [("notcontains", "!contains"), ("notcontainscs", "!contains_cs"), ("containscs", "contains_cs")]
    {
        let query = |operator| format!("DeviceProcessEvents | where FileName {operator} \"Edge\"");
        assert_equivalent(&policy(&query(word)), &policy(&query(meant)), word);
    }
}

#[test]
fn a_brace_that_begins_no_repetition_is_a_brace() {
    let query = |pattern: &str| {
        format!("DeviceProcessEvents | where not(ProcessCommandLine matches regex @'{pattern}')")
    };
    for (written, meant) in [
        (r"{[\w]{8}-[\d]{2,}}", r"\{[\w]{8}-[\d]{2,}\}"),
        ("a{,3}", r"a\{,3\}"),
        ("{x", r"\{x"),
        (r"\{{b{2}", r"\{\{b{2}"),
    ] {
        assert_equivalent(&policy(&query(written)), &policy(&query(meant)), written);
    }
    assert_eq!(imported(&query("{8}a")).opaque, 1, "a repetition of nothing");
}
