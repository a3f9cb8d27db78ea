//! What a query computes, or brings from elsewhere, and no event of the table has: columns of the policy.

mod common;

use common::{assert_equivalent, compiled, imported, now, policy, schemas};
use lownoise_engine::evaluate::{Context, Devices, Verdict, evaluate};
use lownoise_engine::event::OwnedEvent;
use lownoise_engine::parse::parse_policy;
use lownoise_engine::policy::Policy;
use lownoise_engine::span::Source;
use lownoise_engine::value::OwnedValue;

/// The columns that a policy adds: name, kind, query.
fn columns(policy: &Policy) -> Vec<(&str, &str, Option<&str>)> {
    let added = policy.schema.added();
    added.map(|(_, column, added)| (&*column.name, column.kind.word(), added.kql.as_deref())).collect()
}

/// What stands behind `DeviceNetworkEvents |`, the condition that its exclusion has, and the columns that it adds.
type Case = (&'static str, &'static str, &'static [(&'static str, &'static str, Option<&'static str>)]);

const QUERIES: [Case; 16] = [
    (
        "extend Tld = extract(@'\\.(\\w+)$', 1, RemoteUrl) | where Tld !in~ ('com', 'org')",
        "where  = { Tld = { equals = [\"com\", \"org\"], ignore_case = true } }",
        &[("Tld", "text", Some("DeviceNetworkEvents\n| extend Tld = extract(@'\\.(\\w+)$', 1, RemoteUrl)"))],
    ),
    (
        "where strlen(RemoteUrl) != 7",
        "where  = { strlen_RemoteUrl = 7 }",
        &[(
            "strlen_RemoteUrl",
            "number",
            Some("DeviceNetworkEvents\n| extend strlen_RemoteUrl = strlen(RemoteUrl)"),
        )],
    ),
    (
        "where not(tolower(trim('x', RemoteUrl)) has 'abc')",
        "where  = { trim_RemoteUrl = { has = \"abc\", ignore_case = true } }",
        &[(
            "trim_RemoteUrl",
            "text",
            Some("DeviceNetworkEvents\n| extend trim_RemoteUrl = trim('x', RemoteUrl)"),
        )],
    ),
    // Only the steps that it needs.
    (
        "extend A = strcat(DeviceName, 'x'), Other = strlen(RemoteUrl) | extend B = strcat(A, 'y') | where B !startswith 'z'",
        "where  = { B = { starts_with = \"z\", ignore_case = true } }",
        &[(
            "B",
            "text",
            Some("DeviceNetworkEvents\n| extend A = strcat(DeviceName, 'x')\n| extend B = strcat(A, 'y')"),
        )],
    ),
    // What is made of itself.
    (
        "extend A = trim('x', RemoteUrl) | extend A = strcat(A, 'y') | where A != 'z'",
        "where  = { A = \"z\" }",
        &[(
            "A",
            "text",
            Some("DeviceNetworkEvents\n| extend A = trim('x', RemoteUrl)\n| extend A = strcat(A, 'y')"),
        )],
    ),
    // What the table calls so is another thing.
    (
        "extend RemoteUrl = trim('x', RemoteUrl) | where RemoteUrl != 'a'",
        "where  = { RemoteUrl_computed = \"a\" }",
        &[(
            "RemoteUrl_computed",
            "text",
            Some("DeviceNetworkEvents\n| extend RemoteUrl_computed = trim('x', RemoteUrl)"),
        )],
    ),
    (
        "invoke FileProfile(InitiatingProcessSHA1, 1000) | where not(Signer startswith 'Micro')",
        "where  = { Signer = { starts_with = \"Micro\", ignore_case = true } }",
        &[("Signer", "text", Some("DeviceNetworkEvents\n| invoke FileProfile(InitiatingProcessSHA1, 1000)"))],
    ),
    (
        "join kind=leftouter (DeviceFileEvents | project SHA1, FolderPath, FileSize) on $left.InitiatingProcessSHA1 == $right.SHA1 | where FolderPath !has 'opt'",
        "where  = { FolderPath = { has = \"opt\", ignore_case = true } }",
        &[(
            "FolderPath",
            "text",
            Some(
                "DeviceNetworkEvents\n| join kind=leftouter (DeviceFileEvents | project SHA1, FolderPath, FileSize) on $left.InitiatingProcessSHA1 == $right.SHA1",
            ),
        )],
    ),
    // A name of a table brings its columns, too.
    (
        "join kind=leftouter Known on DeviceId | where Standing != 'Onboarded'",
        "where  = { Standing = \"Onboarded\" }",
        &[(
            "Standing",
            "text",
            Some(
                "let Known = DeviceInfo | project DeviceId, Standing = OnboardingStatus;\nDeviceNetworkEvents\n| join kind=leftouter Known on DeviceId",
            ),
        )],
    ),
    (
        "extend IsNew = prev_day(RemoteUrl) | where not(coalesce(IsNew, false))",
        "where  = { IsNew = true }",
        &[("IsNew", "bool", Some("DeviceNetworkEvents\n| extend IsNew = prev_day(RemoteUrl)"))],
    ),
    // A key of JSON that the table does not list needs no query.
    (
        "where tostring(parse_json(AdditionalFields).Nobody) != 'x'",
        "where  = { \"AdditionalFields.Nobody\" = \"x\" }",
        &[("AdditionalFields.Nobody", "text", None)],
    ),
    (
        "extend F = parse_json(AdditionalFields) | extend N = tostring(F.Nobody) | where N !has 'y'",
        "where  = { \"AdditionalFields.Nobody\" = { has = \"y\", ignore_case = true } }",
        &[("AdditionalFields.Nobody", "text", None)],
    ),
    // The assignments of one step look at what was there before.
    (
        "extend A = trim('x', RemoteUrl) | extend A = trim('y', RemoteUrl), B = strcat(A, 'z') | where B != 'q'",
        "where  = { B = \"q\" }",
        &[(
            "B",
            "text",
            Some("DeviceNetworkEvents\n| extend A = trim('x', RemoteUrl)\n| extend B = strcat(A, 'z')"),
        )],
    ),
    // An event without it is not said to be something else.
    (
        "extend D = trim('x', RemoteUrl) | where not(RemotePort == 443 and D != 'a')",
        "where  = { RemotePort = 443, D = { not = { any = [{ present = false }, { equals = \"a\" }] } } }",
        &[("D", "text", Some("DeviceNetworkEvents\n| extend D = trim('x', RemoteUrl)"))],
    ),
    (
        "extend D = trim('x', RemoteUrl) | where isnotempty(D) | where RemotePort != 443",
        "D = { any = [{ present = false }, { exists = true }] }",
        &[("D", "text", Some("DeviceNetworkEvents\n| extend D = trim('x', RemoteUrl)"))],
    ),
    (
        "where RemoteUrl has 'x' | summarize Hosts = make_set(DeviceName) by RemoteUrl | where not(tostring(Hosts) has 'a')",
        "where  = { Hosts = { has = \"a\", ignore_case = true } }",
        &[(
            "Hosts",
            "text",
            Some(
                "DeviceNetworkEvents\n| where RemoteUrl has 'x'\n| summarize Hosts = make_set(DeviceName) by RemoteUrl",
            ),
        )],
    ),
];

fn query(steps: &str) -> String {
    let known = "let Known = DeviceInfo | project DeviceId, Standing = OnboardingStatus;\n";
    format!("{}DeviceNetworkEvents | {steps}", if steps.contains("Known") { known } else { "" })
}

#[test]
fn what_a_query_makes_is_a_column_of_the_policy() {
    for (steps, condition, added) in QUERIES {
        let imported = imported(&query(steps));
        let (toml, policy) = imported.policy.unwrap();
        assert_eq!(columns(&policy), added, "{toml}");
        assert!(toml.contains(condition), "{steps}: {toml}");
        assert_eq!(imported.opaque, 0, "{toml}");
        let told = imported.diagnostics.iter().filter(|told| told.code == "kql-made-column");
        assert_eq!(told.count() > 0, added[0].2.is_some(), "{steps}: what no event has is told");
        if steps.contains("summarize") {
            let refused = lownoise_dialect::kql::emit(&policy, now()).unwrap_err();
            assert!(refused[0].message.contains("leaves other rows"), "{refused:#?}");
            continue;
        }
        let text = compiled(&policy);
        let again = common::policy(&text);
        assert_equivalent(&policy, &again, &text);
        assert_eq!(columns(&again), added, "{text}");
    }
}

/// Queries of which something stays opaque: what it is, and why.
#[test]
fn what_a_query_makes_is_looked_for_in_a_list_that_is_elsewhere() {
    let text = "let f = (name: string) { trim('x', name) };
        let W = toscalar(DeviceInfo | summarize make_set(DeviceName));
        DeviceNetworkEvents | where not(f(RemoteUrl) has_any (W))";
    let (toml, policy) = imported(text).policy.unwrap();
    assert!(toml.contains("f_RemoteUrl = { has_any = { list = \"W\" }, ignore_case = true }"), "{toml}");
    let again = compiled(&policy);
    assert_equivalent(&policy, &common::policy(&again), &again);
    // No list holds what is missing: such an event stays visible where the list has values, too.
    let asked = "let K = DeviceInfo | project DeviceName; DeviceNetworkEvents
        | extend D = trim('x', RemoteUrl) | where D in (K) | where not(RemotePort == 443 and D !in (K))";
    let toml = imported(asked).policy.unwrap().0;
    let mut load = |wanted: lownoise_engine::parse::Wanted<'_>| {
        Ok(Some(Source { name: wanted.path(), text: "good.example\n".to_owned() }))
    };
    let source = Source { name: "q.toml".to_owned(), text: toml.clone() };
    let policy = parse_policy(source, &mut load, schemas()).result.unwrap();
    let mut event = policy.schema.empty_event();
    event.set(policy.schema.column("RemotePort").unwrap(), OwnedValue::Number(443));
    let context = Context { now: now(), devices: &Devices::Every };
    assert_eq!(evaluate(&policy, &event.borrow(), context), Verdict::Kept, "{toml}");
    // Nothing is among nothing, whatever it is.
    let found = imported("let L = dynamic([]); DeviceNetworkEvents | where not(prev(RemoteUrl) in (L))");
    assert_eq!((found.opaque, found.policy.unwrap().1.exclusions.len()), (0, 0));
}

#[test]
fn what_cannot_be_said_of_a_column_stays_opaque() {
    let cases = [
        // It is made of other rows, or of what the table calls so no longer.
        "serialize | extend A = prev(RemoteUrl) | where A != 'z'",
        "extend RemoteUrl = trim('x', RemoteUrl) | extend A = trim('y', RemoteUrl) | where A != 'z'",
        // What a step that is not looked into makes again, or makes of one of the table's columns.
        "parse RemoteUrl with * 'a=' V ' ' * | parse RemoteUrl with * 'b=' V ' ' * | where V != '2'",
        "extend V = trim('x', RemoteUrl) | parse RemoteUrl with * 'b=' V ' ' * | where V != '2'",
        "invoke FileProfile(InitiatingProcessSHA1) | invoke FileProfile(InitiatingProcessSHA256) | where Signer != 'x'",
        "parse RemoteUrl with * 'a=' V ' b=' DeviceName | where V != '1'",
        // Names that are no words, or words of a policy.
        "extend ['a b'] = trim('x', RemoteUrl), a = strlen(RemoteUrl) | extend C = strcat(['a b'], '1') | where C != 'q'",
        "extend all = trim('x', RemoteUrl) | where all != 'q'",
        // A number in JSON may have a fraction.
        "where tolong(parse_json(AdditionalFields).Nobody) > 2",
        "extend A = trim('x', RemoteUrl), B = trim('y', RemoteUrl) | where A != B",
        // Rows that came by several ways are not what one way makes.
        "where RemotePort == 1 | union (DeviceNetworkEvents | where RemotePort == 2) | summarize A = any(LocalIP) by RemoteUrl | where A != 'x'",
        // A number with a fraction, and one that is null where the event would be dropped.
        "extend A = todouble(RemotePort) | where A != 5",
        "extend A = strlen(RemoteUrl) | where not(A > 5)",
        "extend A = strlen(RemoteUrl) | where A > 5",
        // A condition of its own, and a name that nothing gives.
        "where not(set_has_element(dynamic(['x']), RemoteUrl))",
        "where Nobody != 'x'",
        // A name that is another column by then.
        "project-rename A = RemoteUrl | where column_ifexists('RemoteUrl', 'q') != 'x'",
        "project-rename A = RemoteUrl | extend B = column_ifexists('RemoteUrl', 'q') | where B != 'x'",
        "summarize by DeviceName | where RemoteUrl != 'x'",
    ];
    for steps in cases {
        let imported = imported(&format!("DeviceNetworkEvents | {steps}"));
        assert!(imported.opaque > 0, "{steps}: {}", imported.policy.unwrap().0);
    }
}

#[test]
fn an_event_without_the_column_stays_visible_and_one_with_it_is_judged() {
    let context = Context { now: now(), devices: &Devices::Every };
    let verdict = |policy: &Policy, event: &OwnedEvent| evaluate(policy, &event.borrow(), context);
    for (steps, ..) in QUERIES.into_iter().filter(|(steps, ..)| !steps.contains("AdditionalFields")) {
        let policy = policy(&query(steps));
        let mut event = policy.schema.empty_event();
        let port = policy.schema.column("RemotePort").unwrap();
        event.set(port, OwnedValue::Number(if steps.contains("!= 443") { 80 } else { 443 }));
        let url = policy.schema.column("RemoteUrl").unwrap();
        event.set(url, OwnedValue::Text("x".to_owned()));
        assert_eq!(verdict(&policy, &event), Verdict::Kept, "{steps}");
    }
    let policy = policy(
        "DeviceNetworkEvents | extend D = trim('x', RemoteUrl) | where not(RemotePort == 443 and D != 'a')",
    );
    let [port, made] = ["RemotePort", "D"].map(|name| policy.schema.column(name).unwrap());
    let mut event = policy.schema.empty_event();
    event.set(port, OwnedValue::Number(443));
    for (value, expected) in
        [("a", Verdict::Kept), ("b", Verdict::Hidden(vec![0])), ("", Verdict::Hidden(vec![0]))]
    {
        event.set(made, OwnedValue::Text(value.to_owned()));
        assert_eq!(verdict(&policy, &event), expected, "{value}");
    }
}

#[test]
fn steps_that_kql_cannot_take_are_refused_at_the_column() {
    let head = "[policy]\nid = \"p\"\ntitle = \"t\"\ntable = \"DeviceProcessEvents\"\nowner = \"o\"\n[[exclusion]]\nid = \"x\"\nreason = \"r\"\nwhere = { A = \"x\", B = \"y\" }\n[column.B]\nkind = \"text\"\nkql = \"DeviceProcessEvents | extend B = 1\"\n[column.A]\nkind = \"text\"\n";
    let cases = [
        ("kql = \"DeviceProcessEvents | extend A = (\"", "is broken"),
        ("kql = \"DeviceFileEvents | extend A = 1\"", "does not begin with `DeviceProcessEvents`"),
        ("kql = \"DeviceProcessEvents | extend C = 1\"", "no step of its query makes `A`"),
        ("kql = \"DeviceProcessEvents | where FileName == 'a' | extend A = 1\"", "`where` leaves other rows"),
        ("kql = \"DeviceProcessEvents | join (T) on SHA1\"", "`join` leaves other rows"),
        ("kql = \"DeviceProcessEvents | extend A = 1, B = 2\"", "`B` would stand for two things"),
        (
            "kql = \"DeviceProcessEvents | extend A = 1, FileName = 'x'\"",
            "`FileName` would stand for two things",
        ),
        ("kql = \"DeviceProcessEvents | extend A = B | extend B = 1\"", "`B` would stand for two things"),
        (
            "kql = \"DeviceProcessEvents | extend B = 1 | extend B = 2 | extend A = B\"",
            "`B` would stand for two things",
        ),
        (
            "kql = \"DeviceProcessEvents | extend B = 1 | extend B = strcat(B, 'y') | extend A = 1\"",
            "`B` would stand for two things",
        ),
        (
            "kql = \"DeviceProcessEvents | parse ProcessCommandLine with A ' ' FileName\"",
            "`FileName` would stand for two things",
        ),
        (
            "kql = \"DeviceProcessEvents | parse ProcessCommandLine\\n with\\n A ' ' FileName\"",
            "`FileName` would stand for two things",
        ),
        (
            "kql = \"DeviceProcessEvents | parse ProcessCommandLine with A ' ' B\"",
            "`B` would stand for two things",
        ),
        (
            "kql = \"DeviceProcessEvents | evaluate ipv4_lookup(T, SHA1, A, return_unmatched = false)\"",
            "`evaluate` leaves other rows",
        ),
        (
            "kql = \"let a = 1; let a = 2; DeviceProcessEvents | extend A = a\"",
            "`a` would stand for two things",
        ),
    ];
    for (kql, why) in cases {
        let source = Source { name: "p.toml".to_owned(), text: format!("{head}{kql}\n") };
        let policy = parse_policy(source, &mut |_| Ok(None), schemas()).result.unwrap();
        let told = lownoise_dialect::kql::emit(&policy, now()).unwrap_err();
        assert!(told.iter().any(|told| told.message.contains(why)), "{kql}: {told:#?}");
    }
}
