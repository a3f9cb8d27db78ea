//! What `lownoise init` writes: it passes, and its scenarios notice the edits that people make by accident.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const POLICY: &str = "rules/quiet-desktop.toml";
const SET: &str = "rules/sets/system-services.toml";

/// An edit: the file, what is written, what is written instead.
const EDITS: &[(&str, &str, &str)] = &[
    // A condition dropped, of an exclusion and of the scope.
    (POLICY, r#"{ InitiatingProcessFolderPath = { starts_with = "/usr/lib/apt/methods/" }, "#, "{ "),
    (POLICY, r#", InitiatingProcessAccountName = "_apt" }"#, " }"),
    (POLICY, r#"{ RemoteIP = { in = "public" } }"#, "{ RemoteIP = { exists = true } }"),
    (SET, r#"InitiatingProcessFileName = "snapd", "#, ""),
    (SET, r"InitiatingProcessFolderPath = { matches = '^(/snap/snapd/[0-9]+)?/usr/lib/snapd/snapd$' }, ", ""),
    (SET, r#", InitiatingProcessAccountName = "root" }"#, " }"),
    (SET, r#"InitiatingProcessFolderPath = "/usr/lib/systemd/systemd-timesyncd", "#, ""),
    (SET, ", RemotePort = 123", ""),
    // An exclusion dropped.
    (POLICY, r#"use         = ["system-services"]"#, "use         = []"),
    // A wider operator.
    (POLICY, "starts_with = \"/usr/lib/apt", "contains = \"/usr/lib/apt"),
    (POLICY, r#"= "_apt""#, r#"= { starts_with = "_apt" }"#),
    (POLICY, r#"= "_apt""#, r#"= { ends_with = "_apt" }"#),
    (SET, r#"FileName = "snapd""#, r#"FileName = { starts_with = "snapd" }"#),
    (SET, r#"FileName = "snapd""#, r#"FileName = { contains = "snapd" }"#),
    (SET, r#"= "root""#, r#"= { starts_with = "root" }"#),
    (SET, r#"= "root""#, r#"= { ends_with = "root" }"#),
    (
        SET,
        r#"= "/usr/lib/systemd/systemd-timesyncd""#,
        r#"= { starts_with = "/usr/lib/systemd/systemd-timesyncd" }"#,
    ),
    (
        SET,
        r#"= "/usr/lib/systemd/systemd-timesyncd""#,
        r#"= { ends_with = "/usr/lib/systemd/systemd-timesyncd" }"#,
    ),
    // A narrower one.
    (POLICY, r#"= { starts_with = "/usr/lib/apt/methods/" }"#, r#"= "/usr/lib/apt/methods/""#),
    // A letter, a trailing slash, a prefix cut short.
    (POLICY, "/usr/lib/apt/methods/\"", "/usr/lib/apt/methods\""),
    (POLICY, "/usr/lib/apt/methods/", "/usr/lib/apt/"),
    (POLICY, "/usr/lib/apt/methods/", "/usr/lib/apt/method/"),
    (POLICY, r#""_apt""#, r#""_atp""#),
    (SET, r#"FileName = "snapd""#, r#"FileName = "snap""#),
    (SET, "[0-9]+", "[^/]+"),
    (SET, "[0-9]+", "[0-9]*"),
    (SET, "[0-9]+", "[0-9]"),
    (SET, "+)?/usr", "+)/usr"),
    (SET, "'^(", "'("),
    (SET, "snapd$'", "snapd'"),
    // Case.
    (POLICY, r#"methods/" }"#, r#"methods/", ignore_case = true }"#),
    (POLICY, r#"= "_apt""#, r#"= { equals = "_apt", ignore_case = true }"#),
    (SET, r#"FileName = "snapd""#, r#"FileName = { equals = "snapd", ignore_case = true }"#),
    (SET, r#"= "root""#, r#"= { equals = "root", ignore_case = true }"#),
    (SET, "snapd$' }", "snapd$', ignore_case = true }"),
    (
        SET,
        r#"= "/usr/lib/systemd/systemd-timesyncd""#,
        r#"= { equals = "/usr/lib/systemd/systemd-timesyncd", ignore_case = true }"#,
    ),
    // A list with one entry more.
    (POLICY, r#"= "_apt""#, r#"= ["_apt", "root"]"#),
    (SET, r#"= "root""#, r#"= ["root", "anna"]"#),
    // A port, off by one and widened.
    (SET, "RemotePort = 123", "RemotePort = 124"),
    (SET, "RemotePort = 123", "RemotePort = { lte = 123 }"),
    (SET, "RemotePort = 123", "RemotePort = { gte = 123 }"),
    (SET, "RemotePort = 123", "RemotePort = [123, 443]"),
    // Another class of addresses, and the opposite.
    (POLICY, r#"in = "public""#, r#"in = "private""#),
    (POLICY, r#"in = "public""#, r#"in = ["public", "loopback"]"#),
    (POLICY, r#"{ RemoteIP = { in = "public" } }"#, r#"{ not = { RemoteIP = { in = "public" } } }"#),
    // All becomes any.
    (
        POLICY,
        r#"where  = { InitiatingProcessFolderPath = { starts_with = "/usr/lib/apt/methods/" }, InitiatingProcessAccountName = "_apt" }"#,
        r#"where  = { any = [{ InitiatingProcessFolderPath = { starts_with = "/usr/lib/apt/methods/" } }, { InitiatingProcessAccountName = "_apt" }] }"#,
    ),
    // An expiry that has passed.
    (
        POLICY,
        "id     = \"apt-methods\"",
        "id     = \"apt-methods\"\ncreated = 2020-01-01\nexpires = 2020-12-31",
    ),
];

fn lownoise(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lownoise"));
    command.current_dir(folder).args(arguments).output().expect("the program runs")
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

#[test]
fn what_init_writes_passes_and_notices_edits() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert!(lownoise(folder, &["init"]).status.success());
    for verb in ["test", "check"] {
        let done = lownoise(folder, &[verb]);
        assert!(done.status.success(), "{verb}: {}", told(&done));
    }
    let mut unnoticed = Vec::new();
    for (file, from, to) in EDITS {
        let path = folder.join(file);
        let before = fs::read_to_string(&path).unwrap();
        assert_eq!(before.matches(from).count(), 1, "{from}");
        fs::write(&path, before.replace(from, to)).unwrap();
        let done = lownoise(folder, &["test"]);
        fs::write(&path, before).unwrap();
        let told = told(&done);
        // The scenario, the step, what was expected, and the exclusion or condition that decided.
        let differs = told.contains("expected that it is") && told.contains(", but it is ");
        let says_why = told.contains("✘ ") && (differs || told.contains("has no exclusion `"));
        if done.status.code() != Some(1) || !says_why {
            unnoticed.push(format!("{from} → {to}: {told}"));
        }
    }
    assert!(unnoticed.is_empty(), "{}", unnoticed.join("\n"));
}
