//! A throw-away clone of a bare remote, with policies, a set and a feature.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

pub(crate) const POLICY: &str = r#"[policy]
id    = "egress"
title = "Egress"
table = "DeviceNetworkEvents"
owner = "o"
use   = ["apt"]

[scope]
where = { RemoteIPType = "Public" }

[[exclusion]]
id     = "snapd"
reason = "r"
where  = { InitiatingProcessFileName = "snapd" }

[[never_hide]]
id    = "tmp"
where = { InitiatingProcessFolderPath = { starts_with = "/tmp/" }, InitiatingProcessFileName = "curl" }
"#;

pub(crate) const OTHER: &str = r#"[policy]
id    = "other"
title = "Another one"
table = "DeviceNetworkEvents"
owner = "o"
use   = ["debian"]
"#;

const APT: &str = r#"[set]
id    = "apt"
title = "APT"
table = "DeviceNetworkEvents"
owner = "o"

[[exclusion]]
id     = "apt-methods"
reason = "r"

[exclusion.where]
InitiatingProcessAccountName = "_apt"
InitiatingProcessFolderPath  = { starts_with = [
  "/usr/lib/apt/",
  "/usr/libexec/apt/",
] }
"#;

const DEBIAN: &str = r#"[set]
id    = "debian"
title = "Debian"
table = "DeviceNetworkEvents"
owner = "o"
use   = ["apt"]
"#;

pub(crate) const FEATURE: &str = r#"Feature: egress
  Scenario: snapd
    Given the policy "egress"
    When the process name is "snapd"
    Then it is hidden by "snapd"
"#;

/// A clone of a bare remote, on a branch of its own after a first commit; gone when it is dropped.
pub(crate) struct Clone(pub(crate) tempfile::TempDir);

pub(crate) struct Told {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) all: String,
}

impl Clone {
    pub(crate) fn empty() -> Self {
        let clone = Self(tempfile::tempdir().unwrap());
        git(clone.0.path(), &["init", "-q", "--bare", "remote.git"]);
        git(clone.0.path(), &["clone", "-q", "remote.git", "work"]);
        clone
    }

    pub(crate) fn new() -> Self {
        let clone = Self::empty();
        clone.write("rules/egress.toml", POLICY);
        clone.write("rules/other.toml", OTHER);
        clone.write("rules/sets/apt.toml", APT);
        clone.write("rules/sets/debian.toml", DEBIAN);
        clone.write("features/egress.feature", FEATURE);
        clone.branch();
        clone
    }

    /// Commits what is there as the remote's main, and begins a branch.
    pub(crate) fn branch(&self) {
        self.commit();
        self.git(&["push", "-q", "origin", "HEAD:main"]);
        self.git(&["checkout", "-q", "-b", "topic"]);
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.0.path().join("work")
    }

    pub(crate) fn git(&self, arguments: &[&str]) {
        git(&self.folder(), arguments);
    }

    pub(crate) fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "a commit"]);
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Replaces a text of a file, which must be there.
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.folder().join(path)).unwrap();
        assert!(text.contains(from), "{path} has no {from}");
        self.write(path, &text.replace(from, to));
    }

    pub(crate) fn run_in(&self, folder: &str, arguments: &[&str]) -> Told {
        let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_lownoise"))
            .current_dir(self.folder().join(folder))
            .args(arguments)
            .args(["--now", "2026-02-03T00:00:00Z"])
            .env("GITHUB_STEP_SUMMARY", self.0.path().join("summary.md"))
            .output()
            .unwrap();
        let out = String::from_utf8(stdout).unwrap();
        let all = format!("{out}{}", String::from_utf8_lossy(&stderr));
        Told { code: status.code(), out, all }
    }

    pub(crate) fn gate(&self, arguments: &[&str]) -> Told {
        self.run_in("", &[&["gate", "--base", "origin/main"], arguments].concat())
    }

    pub(crate) fn diff(&self, old: &str, new: &str) -> Told {
        self.run_in("", &["diff", old, new])
    }
}

impl Told {
    /// That it ended with this code, and said all of this.
    #[track_caller]
    pub(crate) fn is(&self, code: i32, said: &[&str]) {
        assert_eq!(self.code, Some(code), "{}", self.all);
        for words in said {
            assert!(self.all.contains(words), "`{words}` is not in\n{}", self.all);
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

pub(crate) fn git(folder: &Path, arguments: &[&str]) {
    let settings = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"];
    let done = Command::new("git").current_dir(folder).args(settings).args(arguments).output().unwrap();
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}
