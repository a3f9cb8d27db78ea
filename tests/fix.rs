//! `lownoise check --fix`: what is written keeps its meaning, and what cannot be proved is not written.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::Command;

const HEAD: &str = r#"[policy]
id    = "mended"
title = "Mended"
table = "DeviceNetworkEvents"
owner = "detection-engineering"
"#;

const REST: &str = r#"
[scope.where]
RemoteIPType = "Public"

# Packages, from wherever they come.
[[exclusion]]
id     = "apt"
reason = "Packages"
where  = { InitiatingProcessFolderPath = { starts_with = ["/usr/lib/apt/methods/"] }, RemoteIP = { in = ["91.189.91.0/24", "91.189.88.0/21"] }, InitiatingProcessAccountName = "_apt" }
"#;

/// A second of the same, and one that the scope contradicts.
const MORE: &str = r#"
# Once more.
[[exclusion]]
id     = "apt-again"
reason = "Packages, still"
where  = { InitiatingProcessFolderPath = { starts_with = ["/usr/lib/apt/methods/"] }, RemoteIP = { in = ["91.189.91.0/24", "91.189.88.0/21"] }, InitiatingProcessAccountName = "_apt" }

[[exclusion]]
id     = "intranet"
reason = "Our own services"
where  = { RemoteIPType = "Private" }
"#;

fn check(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lownoise"));
    command.args(["check", "--now", "2026-02-03T00:00:00Z"]).args(arguments).current_dir(folder);
    let output = command.output().expect("the program runs");
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (output.status.code(), said.concat())
}

#[test]
fn what_is_written_is_what_is_left_of_the_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mended.toml");
    fs::write(&file, [HEAD, REST, MORE].concat()).expect("a policy is written");
    let (_, shown) = check(folder.path(), &["mended.toml", "--fix", "--diff"]);
    assert!(shown.contains("-id     = \"intranet\"") && shown.contains("would be applied"), "{shown}");
    let untouched = fs::read_to_string(&file).expect("the policy is there");
    assert_eq!(untouched, [HEAD, REST, MORE].concat());
    // What one fix touches, another leaves to the next run.
    let mut runs = 0;
    while check(folder.path(), &["mended.toml", "--fix"]).1.lines().all(|line| !line.starts_with("0 fixes")) {
        runs += 1;
        assert!(runs < 5, "it does not come to an end");
    }
    let mended = fs::read_to_string(&file).expect("the policy is there");
    assert_eq!(mended, [HEAD, &REST.replace("\"91.189.91.0/24\", ", "")].concat());
}

#[test]
fn a_set_by_itself_is_not_edited() {
    let folder = tempfile::tempdir().expect("a folder");
    let set =
        HEAD.replace("[policy]", "[set]") + &REST.replace("[scope.where]\nRemoteIPType = \"Public\"\n", "");
    let set = set + "\n# lownoise: allow(no-owner, reason = \"ours\")\n";
    let set = set.replace("no-owner", "expires-soon");
    let file = folder.path().join("set.toml");
    fs::write(&file, &set).expect("a set is written");
    let (_, said) = check(folder.path(), &["set.toml", "--fix"]);
    assert!(said.contains("no policy that is checked uses it"), "{said}");
    assert_eq!(fs::read_to_string(&file).expect("the set is there"), set);
}
