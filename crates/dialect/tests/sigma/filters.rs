//! Filters as people write them in public rules, and each form of the specification: which events they hide, which they
//! do not, and how many tests stay opaque.

use super::{comes_back, imported, messages, policy, verdict};

/// The body of a filter, how many of its tests are opaque, events that it hides, events that it does not.
struct Case(&'static str, usize, &'static [&'static str], &'static [&'static str]);

const CASES: [Case; 68] = [
    // Text.
    Case("Image: C:\\a.exe", 0, &["Image=C:\\a.exe", "Image=c:\\A.EXE"], &["Image=C:\\a.exe2", ""]),
    Case("Image: 'C:\\\\a.exe'", 0, &["Image=C:\\a.exe"], &["Image=C:\\\\a.exe"]),
    Case("Image|endswith: '\\a.exe'", 0, &["Image=x\\A.exe"], &["Image=a.exe", "Image=\\a.exe "]),
    Case("Image|startswith: ['C:\\a\\', 'D:\\']", 0, &["Image=c:\\A\\x", "Image=d:\\x"], &["Image=E:\\a\\"]),
    Case(
        "CommandLine|contains: ' -x '",
        0,
        &["CommandLine=a -X b"],
        &["CommandLine=a -x", "CommandLine=-x "],
    ),
    Case("CommandLine|contains|all: [a, b]", 0, &["CommandLine=b A"], &["CommandLine=a"]),
    Case("CommandLine|all|contains: [a, b]", 0, &["CommandLine=ab"], &["CommandLine=b"]),
    Case("CommandLine|contains|cased: Foo", 0, &["CommandLine=xFoo"], &["CommandLine=xfoo"]),
    Case("Image|cased: Foo", 0, &["Image=Foo"], &["Image=foo"]),
    Case("Image|endswith|cased: ['A', 'b']", 0, &["Image=xA", "Image=xb"], &["Image=xa"]),
    // Wildcards and escapes.
    Case("Image: '*\\svc?.exe'", 0, &["Image=C:\\SVC1.exe"], &["Image=svc1.exe", "Image=\\svc.exe"]),
    Case("Image: 'C:\\\\*\\a\\\\*.exe'", 0, &["Image=c:\\x\\y\\a\\b.EXE"], &["Image=C:\\a\\b.exe"]),
    Case("Image: '*x*'", 0, &["Image=axb"], &["Image=ab"]),
    Case("Image: 'a\\*b'", 0, &["Image=a*b"], &["Image=axb"]),
    Case("Image: 'a\\\\*'", 0, &["Image=a\\x", "Image=a\\"], &["Image=ax"]),
    Case("Image: 'a\\?'", 0, &["Image=a?"], &["Image=ab"]),
    Case("Image: '\\\\\\\\host\\share'", 0, &["Image=\\\\host\\share"], &["Image=\\host\\share"]),
    Case("Image|contains: 'a*b'", 0, &["Image=xa..by"], &["Image=ba"]),
    Case("Image: '*'", 0, &["Image=x"], &[""]),
    Case("Image|startswith: 'a?c'", 0, &["Image=abcd"], &["Image=ac"]),
    // Nothing, numbers, booleans.
    Case("CommandLine: null", 0, &[""], &["CommandLine=x", "CommandLine="]),
    Case("CommandLine:", 0, &[""], &["CommandLine=x"]),
    Case("CommandLine: ''", 0, &["CommandLine="], &["CommandLine=x", ""]),
    Case("CommandLine: [null, '', 'x']", 0, &["", "CommandLine=", "CommandLine=X"], &["CommandLine=y"]),
    Case("CommandLine|exists: true", 0, &["CommandLine=x", "CommandLine="], &[""]),
    Case("CommandLine|exists: false", 0, &[""], &["CommandLine=x", "CommandLine="]),
    Case("DestinationPort: 443", 0, &["DestinationPort=443"], &["DestinationPort=444", ""]),
    Case(
        "DestinationPort: ['80', 443]",
        0,
        &["DestinationPort=80", "DestinationPort=443"],
        &["DestinationPort=1"],
    ),
    Case("DestinationPort|gte: 1024", 0, &["DestinationPort=1024"], &["DestinationPort=1023", ""]),
    Case("DestinationPort|lt: '10'", 0, &["DestinationPort=9"], &["DestinationPort=10"]),
    Case("LogonType: 3", 0, &["LogonType=3"], &["LogonType=30"]),
    Case("Signed: true", 0, &["Signed=true", "Signed=True"], &["Signed=false"]),
    Case("Signed: 'true'", 0, &["Signed=TRUE"], &[""]),
    Case("LogonId: 0x3e7", 0, &["LogonId=999"], &["LogonId=0x3e7"]),
    Case("LogonId: '0x3e7'", 0, &["LogonId=0x3E7"], &["LogonId=999"]),
    Case("Image|neq: x", 0, &["Image=y", ""], &["Image=X"]),
    Case("Image|neq: [x, y]", 0, &["Image=z"], &["Image=y"]),
    // Addresses.
    Case("DestinationIp|cidr: 10.0.0.0/8", 0, &["DestinationIp=10.1.2.3"], &["DestinationIp=11.1.2.3", ""]),
    Case(
        "DestinationIp|cidr: ['::1/128', 'fe80::/10']",
        0,
        &["DestinationIp=fe80::1"],
        &["DestinationIp=10.0.0.1"],
    ),
    Case("DestinationIp|startswith: '127.'", 0, &["DestinationIp=127.0.0.1"], &["DestinationIp=12.7.0.1"]),
    Case(
        "DestinationIp: '0:0:0:0:0:0:0:1'",
        0,
        &["DestinationIp=::1", "DestinationIp=0:0:0:0:0:0:0:1"],
        &["DestinationIp=::2"],
    ),
    // Regular expressions.
    Case(
        "Image|re: '\\\\a[0-9]{2}\\.exe$'",
        0,
        &["Image=C:\\a12.exe"],
        &["Image=C:\\A12.exe", "Image=C:\\a1.exe"],
    ),
    Case("Image|re|i: 'a.exe'", 0, &["Image=xA.EXEx"], &["Image=a"]),
    Case("Image|re|s: '^a.b$'", 0, &["Image=a\nb"], &["Image=ab"]),
    Case("Image|re|m: '^b$'", 0, &["Image=a\nb"], &["Image=ab"]),
    Case("Image|re: ['^a', 'b$']", 0, &["Image=ax", "Image=xb"], &["Image=x"]),
    Case("Image|re: '.*'", 0, &["Image=x"], &[""]),
    Case("Image|re: '{GUID-[a-f]+}'", 0, &["Image={GUID-abc}"], &["Image=GUID-abc"]),
    Case("Image|re: '(?!x)a'", 1, &[], &["Image=a"]),
    // Encodings.
    Case(
        "CommandLine|base64offset|contains: 'foobar'",
        0,
        &["CommandLine=xZm9vYmFyx", "CommandLine=mb29iYX"],
        &["CommandLine=foobar"],
    ),
    Case("CommandLine|wide|base64|contains: 'ping'", 0, &["CommandLine=cABpAG4AZwA="], &["CommandLine=ping"]),
    Case(
        "CommandLine|windash|contains: ' -f'",
        0,
        &["CommandLine=a -f", "CommandLine=a /f", "CommandLine=a \u{2013}f"],
        &["CommandLine=a f"],
    ),
    // Maps, lists, keywords.
    Case(
        "\n        Image: a\n        CommandLine: b",
        0,
        &["Image=a;CommandLine=b"],
        &["Image=a", "CommandLine=b"],
    ),
    Case("\n        - Image: a\n        - CommandLine: b", 0, &["Image=a", "CommandLine=b"], &["Image=b"]),
    Case(
        "\n        - Image: a\n          User: u\n        - CommandLine: [b, c]",
        0,
        &["Image=a;User=u", "CommandLine=c"],
        &["Image=a"],
    ),
    Case(
        "\n        - 'svc started'\n        - 17",
        0,
        &["Message=the SVC started", "Message=no. 17"],
        &["Message=svc"],
    ),
    Case("\n        '|all': [a, b]", 0, &["Message=ba"], &["Message=a"]),
    // Both have a value, and the values are the same.
    Case(
        "Image|fieldref: ParentImage",
        0,
        &["Image=a;ParentImage=A", "Image=;ParentImage="],
        &["Image=a;ParentImage=b", "Image=a", "ParentImage=a", "CommandLine=x", "Image="],
    ),
    Case("Image|cased|fieldref: ParentImage", 0, &["Image=a;ParentImage=a"], &["Image=a;ParentImage=A"]),
    Case(
        "Image|fieldref|endswith: OriginalFileName",
        0,
        &["Image=C:\\X.exe;OriginalFileName=x.EXE"],
        &["Image=a"],
    ),
    Case(
        "SourcePort|fieldref: DestinationPort",
        0,
        &["SourcePort=5;DestinationPort=5"],
        &["SourcePort=5", "Image=a"],
    ),
    Case("Image|fieldref: DestinationPort", 1, &[], &["Image=5;DestinationPort=5"]),
    Case("'EVIL*x'", 0, &["Message=is evil or x"], &["Message=x evil"]),
    // What stays opaque hides nothing by itself.
    Case("User|expand: '%Administrators%'", 0, &[], &["User=x"]),
    Case("\n        - User|expand: '%Admins%'\n        - Image: a", 0, &["Image=a"], &["User=x"]),
    Case("User|base64|expand: '%Admins%'", 1, &[], &["User=x"]),
    Case("Nonsense: a", 1, &[], &[""]),
    Case("\n        Image|contain: a\n        UtcTime|hour: 5", 2, &[], &["Image=a"]),
];

fn rule(filter: &str) -> String {
    let space = if filter.starts_with(['\n', '\'']) { "" } else { "\n        " };
    format!(
        "title: t\nlogsource:\n    product: windows\ndetection:\n    selection:\n        EventID: 1\n    filter: {space}{filter}\n    condition: selection and not filter\n"
    )
}

#[test]
fn filters_hide_what_they_ask_for() {
    for Case(filter, opaque, hidden, kept) in CASES {
        let text = rule(filter);
        let found = imported(&text);
        assert_eq!(found.opaque, opaque, "{text}{:#?}", messages(&found));
        let policy = policy(&text);
        assert_eq!((policy.scope.len(), policy.exclusions.len()), (1, 1), "{text}");
        // What compares columns, or asks for a list, is not said in Sigma.
        if policy.is_separable() {
            comes_back(&policy, &text);
        }
        for event in hidden {
            assert_eq!(verdict(&policy, &format!("EventID=1;{event}")), "filter", "{text}{event}");
        }
        for event in kept {
            assert_eq!(verdict(&policy, &format!("EventID=1;{event}")), "kept", "{text}{event}");
        }
    }
}

#[test]
fn what_stays_opaque_says_why_and_where() {
    for (filter, reason, at) in [
        ("Image|fieldref: Nonsense", "`Nonsense` has no column", "Image|fieldref: Nonsense"),
        ("User|expand: 'the %Admins%'", "`%Admins%` is a list", "User|expand: 'the %Admins%'"),
        ("Nonsense: a", "`Nonsense` has no column in `SigmaEvents`", "Nonsense: a"),
        ("Image|contain: a", "did you mean `contains`?", "Image|contain: a"),
        ("Image|re: ['a', '(?=b)']", "look-around", "'(?=b)'"),
        ("Image|re: '(?=b)'", "look-around", "Image|re: '(?=b)'"),
        ("Image|cidr: 10.0.0.0/8", "`Image` is text", "Image|cidr: 10.0.0.0/8"),
        ("DestinationIp|cidr: 10.0.0.0/99", "is no network", "DestinationIp|cidr: 10.0.0.0/99"),
        ("DestinationPort|startswith: 4", "`DestinationPort` is a number", "DestinationPort|startswith: 4"),
        ("Image|gt: 5", "`Image` is text", "Image|gt: 5"),
        ("DestinationPort|gt: x", "is no whole number", "DestinationPort|gt: x"),
        ("Image|exists: maybe", "true or false", "Image|exists: maybe"),
        ("Image|windash: '-a -b -c -d'", "three dashes", "Image|windash: '-a -b -c -d'"),
        ("Image|base64: 'a*'", "wildcards", "Image|base64: 'a*'"),
        ("Image|contains: null", "nothing has no part", "Image|contains: null"),
        ("Image: []", "list is empty", "Image: []"),
        ("Image: {a: b}", "no single value", "Image: {a: b}"),
    ] {
        let text = rule(filter);
        let found = imported(&text);
        let told: Vec<_> =
            found.diagnostics.iter().filter(|diagnostic| diagnostic.code == "sigma-opaque").collect();
        let [told] = told.as_slice() else { panic!("{text}{:#?}", found.diagnostics) };
        assert!(told.message.contains(reason), "{filter}: {}", told.message);
        assert_eq!(&text[told.labels[0].span.range()], at, "{filter}");
    }
}
