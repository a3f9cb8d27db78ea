//! Planted edits: pairs of conditions that mean the same, which must be proved, and pairs that do not, which must be
//! shown. None of them may be unknown.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use lownoise_engine::parse::parse_policy;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_prove::{Claim, Proof, Setting, prove};

fn policy(condition: &str) -> Policy {
    let text = format!(
        "[policy]\nid = \"p\"\ntitle = \"p\"\nowner = \"tests\"\ntable = \"DeviceNetworkEvents\"\n\
         [[exclusion]]\nid = \"x\"\nreason = \"planted\"\nwhere = {{ {condition} }}\n"
    );
    let source = Source { name: condition.to_owned(), text };
    let parsed = parse_policy(source, &mut |_| Err("no sets".to_owned()), &Schemas::shipped().unwrap());
    parsed.result.unwrap_or_else(|| panic!("{:#?}", parsed.diagnostics))
}

fn compared(one: &str, other: &str) -> Proof {
    let (one, other) = (policy(one), policy(other));
    prove(&Claim::Equivalent(&one, &other), &Setting::default())
}

/// Of a command line, unless a column is written.
const SAME: &[(&str, &str)] = &[
    ("starts_with = ['/usr/lib/', '/usr/lib/apt/']", "starts_with = '/usr/lib/'"),
    ("contains = ['apt', 'apt-get']", "contains = 'apt'"),
    ("ends_with = ['x', 'ax']", "ends_with = 'x'"),
    ("equals = ['a', 'b']", "matches = '^[ab]$'"),
    ("starts_with = 'Ab', ignore_case = true", "matches = '^[aA][bB]'"),
    ("starts_with = 'ab', ignore_case = true", "starts_with = ['ab', 'aB', 'Ab', 'AB']"),
    ("contains = 'k', ignore_case = true", "matches = '[kK]'"),
    ("has = ' a '", "contains = ' a '"),
    ("has = ''", "starts_with = ''"),
    ("exists = true", "not = { equals = '' }"),
    ("matches = '^(ab)*$'", "matches = '^(?:abab)*(?:ab)?$'"),
    ("matches = ['^a', '^b']", "matches = '^[ab]'"),
    ("matches = 'a{2,}'", "contains = 'aa'"),
];

const DIFFERENT: &[(&str, &str)] = &[
    ("starts_with = '/usr/lib/apt/'", "starts_with = '/usr/lib/apt'"),
    ("starts_with = 'apt'", "contains = 'apt'"),
    ("contains = 'apt'", "has = 'apt'"),
    ("has = 'apt'", "has_prefix = 'apt'"),
    ("has = 'apt'", "has_suffix = 'apt'"),
    ("equals = 'snapd'", "equals = 'snapd', ignore_case = true"),
    ("equals = ['a', 'b']", "equals = 'a'"),
    ("contains = 'k', ignore_case = true", "matches = '(?i)k'"),
    ("matches = '^a.b$'", "matches = '(?s)^a.b$'"),
    ("matches = 'a\\b'", "has_suffix = 'a'"),
    ("exists = true", "not = { matches = '^\\s*$' }"),
    ("matches = '^(ab)*$'", "matches = '^(ab)+$'"),
    ("matches = '^a{1,3}$'", "matches = '^a{1,4}$'"),
];

#[test]
fn what_means_the_same_is_proved() {
    let line = |test: &str| format!("InitiatingProcessCommandLine = {{ {test} }}");
    for (one, other) in SAME {
        assert_eq!(compared(&line(one), &line(other)), Proof::Holds, "{one} and {other}");
    }
    let whole = [
        ("RemoteIP = { in = ['10.0.0.0/9', '10.128.0.0/9'] }", "RemoteIP = { in = '10.0.0.0/8' }"),
        (
            "RemoteIP = { starts_with = '10.', in = '0.0.0.0/0' }",
            "RemoteIP = { in = '10.0.0.0/8', not = { starts_with = '::' } }",
        ),
        ("RemoteIP = { in = '::ffff:10.0.0.0/104' }", "RemoteIP = { in = '10.0.0.0/8' }"),
        (
            "RemoteIP = { in = 'public', starts_with = ['fe80:', '2606:4700:'] }",
            "RemoteIP = { in = 'public', starts_with = '2606:4700:' }",
        ),
        (
            "RemoteIP = { in = 'public', starts_with = '2001:db8:' }",
            "RemoteIP = { in = 'public', equals = '127.0.0.1' }",
        ),
        ("RemotePort = { gte = 80, lt = 82 }", "RemotePort = [80, 81]"),
        ("RemotePort = { between = [80, 81] }", "not = { not = { RemotePort = [80, 81] } }"),
        (
            "RemotePort = { not = { gt = 80 } }",
            "any = [{ RemotePort = { lte = 80 } }, { RemotePort = { exists = false } }]",
        ),
        (
            "InitiatingProcessFileName = 'a', any = [{ RemotePort = 1 }, { Protocol = 'Tcp' }]",
            "any = [{ InitiatingProcessFileName = 'a', RemotePort = 1 }, { InitiatingProcessFileName = 'a', Protocol = 'Tcp' }]",
        ),
    ];
    for (one, other) in whole {
        assert_eq!(compared(one, other), Proof::Holds, "{one} and {other}");
    }
}

#[test]
fn what_means_something_else_is_shown() {
    let line = |test: &str| format!("InitiatingProcessCommandLine = {{ {test} }}");
    for (one, other) in DIFFERENT {
        assert!(matches!(compared(&line(one), &line(other)), Proof::Fails(_)), "{one} and {other}");
    }
    let whole = [
        ("RemoteIP = { in = '10.0.0.0/8' }", "RemoteIP = { starts_with = '10.' }"),
        ("RemoteIP = { in = '::/0' }", "RemoteIP = { in = ['::/0', '0.0.0.0/0'] }"),
        (
            "RemoteIP = { in = 'public', starts_with = '2606:4700:' }",
            "RemoteIP = { in = 'public', starts_with = '2606:4700::' }",
        ),
        ("RemoteIP = { in = '2001:db8::/32' }", "RemoteIP = { in = '2001:db8::/33' }"),
        ("RemotePort = { gte = 80, lt = 82 }", "RemotePort = { gte = 80, lte = 82 }"),
        ("RemotePort = { not = { gt = 80 } }", "RemotePort = { lte = 80 }"),
        (
            "InitiatingProcessFileName = 'a', RemotePort = 1",
            "any = [{ InitiatingProcessFileName = 'a' }, { RemotePort = 1 }]",
        ),
    ];
    for (one, other) in whole {
        assert!(matches!(compared(one, other), Proof::Fails(_)), "{one} and {other}");
    }
}
