//! Policies at revisions of a real git repository with a remote.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const POLICY: &str = r#"
[policy]
id = "egress"
title = "t"
table = "DeviceNetworkEvents"
owner = "o"
use = ["apt"]
"#;

const SET: &str = r#"
[set]
id = "apt"
title = "t"
table = "DeviceNetworkEvents"
owner = "o"

[[exclusion]]
id = "apt-methods"
reason = "r"
where = { InitiatingProcessFolderPath = { starts_with = "/usr/lib/apt/" } }
"#;

fn git(folder: &Path, arguments: &[&str]) {
    let settings = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"];
    let done = Command::new("git").current_dir(folder).args(settings).args(arguments).output().unwrap();
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}

fn diff(folder: &Path, old: &str, new: &str) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_lownoise"))
        .current_dir(folder)
        .args(["diff", old, new, "--now", "2026-02-03T00:00:00Z"])
        .output()
        .unwrap();
    (status.code(), String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr))
}

#[test]
fn an_edit_of_a_set_is_seen_through_the_policy_that_uses_it() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("work");
    git(home.path(), &["init", "--bare", "remote.git"]);
    git(home.path(), &["clone", "remote.git", "work"]);
    fs::create_dir_all(folder.join("rules/sets")).unwrap();
    fs::write(folder.join("rules/egress.toml"), POLICY).unwrap();
    fs::write(folder.join("rules/sets/apt.toml"), SET).unwrap();
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "-m", "first"]);
    git(&folder, &["push", "origin", "HEAD:main"]);
    git(&folder, &["checkout", "-b", "widened"]);
    fs::write(folder.join("rules/sets/apt.toml"), SET.replace("/usr/lib/apt/", "/usr/lib/")).unwrap();

    let (code, told) = diff(&folder, "origin/main:rules/egress.toml", "rules/egress.toml");
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("newly hidden  apt-methods") && told.contains("rules/sets/apt.toml:9"), "{told}");
    git(&folder, &["commit", "-a", "-m", "widened"]);
    let (code, told) = diff(&folder, "HEAD:rules/egress.toml", "HEAD~1:rules/egress.toml");
    assert_eq!(code, Some(0), "narrowing hides nothing new: {told}");

    fs::write(folder.join("rules/sets/apt.toml"), SET.replace("apt-methods", "renamed")).unwrap();
    let (code, told) = diff(&folder, "origin/main:rules/egress.toml", "rules/egress.toml");
    assert!(code == Some(0) && told.contains("both keep the same events (proved)"), "{told}");

    let (code, told) = diff(&folder, "nowhere:rules/egress.toml", "rules/egress.toml");
    assert!(code == Some(2) && told.contains("nowhere"), "{told}");
    let (code, told) = diff(&folder, "origin/main:rules/none.toml", "rules/egress.toml");
    assert!(code == Some(2) && told.contains("rules/none.toml"), "{told}");
}
