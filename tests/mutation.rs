//! `lownoise test --mutate --write`: nothing is written unasked, what is written passes, and then nothing survives. And
//! thresholds: of each policy, also of one that no scenario is about.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const NOW: [&str; 2] = ["--now", "2026-02-03T00:00:00Z"];

/// Runs `test` without a terminal.
fn test(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lownoise"));
    let command = command.current_dir(folder).arg("test").args(NOW).args(arguments);
    command.stdin(Stdio::null()).output().expect("the program runs")
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

/// What became of the edits, as JSON.
fn mutants(folder: &Path) -> Value {
    let done = test(folder, &["--mutate=json", "--mutate-output", "mutants.json"]);
    assert!(matches!(done.status.code(), Some(0 | 1)), "{}", told(&done));
    let text = fs::read_to_string(folder.join("mutants.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A folder as `init` makes it.
fn start() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_lownoise"));
    let done = command.current_dir(folder.path()).arg("init").output().expect("the program runs");
    assert!(done.status.success(), "{}", told(&done));
    folder
}

/// The same, but for the near misses: its scenarios say what is hidden, and little of what is not.
fn start_weakly() -> tempfile::TempDir {
    let folder = start();
    let feature = folder.path().join("features/quiet-desktop.feature");
    let text = fs::read_to_string(&feature).unwrap();
    let weak = text.lines().filter(|line| !line.contains("And stays visible when"));
    fs::write(&feature, weak.collect::<Vec<_>>().join("\n")).unwrap();
    folder
}

#[test]
fn what_init_writes_notices_every_edit() {
    let folder = start();
    let done = test(folder.path(), &["--mutate", "--coverage", "--fail-under", "100"]);
    assert_eq!(done.status.code(), Some(0), "{}", told(&done));
}

#[test]
fn missing_scenarios_are_written_when_that_is_asked_for_and_nothing_survives_them() {
    let folder = start_weakly();
    let folder = folder.path();
    let feature = folder.join("features/quiet-desktop.feature");
    let before = fs::read_to_string(&feature).unwrap();
    let all = mutants(folder);
    let survivors: Vec<&Value> = all["policies"][0]["mutants"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|mutant| mutant["fate"] == "survived")
        .collect();
    assert!(!survivors.is_empty());
    for survivor in &survivors {
        for key in ["line", "kind", "scenario"] {
            assert!(!survivor[key].is_null(), "{key}: {survivor}");
        }
        assert!(survivor["edit"]["before"].is_string() && survivor["edit"]["after"].is_string());
        assert!(survivor["witness"]["event"]["DeviceName"].is_string(), "{survivor}");
    }

    let asked = test(folder, &["--mutate", "--write"]);
    assert_eq!(asked.status.code(), Some(3), "{}", told(&asked));
    assert!(told(&asked).contains("no terminal to ask on"), "{}", told(&asked));
    assert_eq!(fs::read_to_string(&feature).unwrap(), before);

    let written = test(folder, &["--mutate", "--write", "--yes"]);
    assert_eq!(written.status.code(), Some(0), "{}", told(&written));
    let after = fs::read_to_string(&feature).unwrap();
    assert!(after.starts_with(before.trim_end()) && after.len() > before.len());
    let again = mutants(folder);
    assert_eq!(again["policies"][0]["survived"], 0, "{again:#}");
    assert_eq!(again["percent"], 100.0);
    // There is nothing left to write.
    assert_eq!(test(folder, &["--mutate", "--write"]).status.code(), Some(0));
    assert_eq!(fs::read_to_string(&feature).unwrap(), after);
}

#[test]
fn scenarios_that_would_not_pass_where_the_others_stand_get_a_file_of_their_own() {
    let folder = start();
    let folder = folder.path();
    let feature = folder.join("features/quiet-desktop.feature");
    let german = "# language: de\nFunktionalität: ruhig\n\n  Szenario: nichts\n    \
        Gegeben sei the policy \"quiet-desktop\"\n    Dann it is kept\n";
    fs::write(&feature, german).unwrap();
    let written = test(folder, &["--mutate", "--write", "--yes"]);
    assert_eq!(written.status.code(), Some(0), "{}", told(&written));
    assert_eq!(fs::read_to_string(&feature).unwrap(), german);
    assert!(folder.join("features/quiet-desktop-2.feature").exists());
}

#[test]
fn a_policy_that_no_scenario_is_about_is_not_covered_and_fails_thresholds() {
    let folder = start();
    let folder = folder.path();
    let policy = fs::read_to_string(folder.join("rules/quiet-desktop.toml")).unwrap();
    let other = policy.replace("\"quiet-desktop\"", "\"forgotten\"");
    assert_ne!(other, policy);
    fs::write(folder.join("rules/forgotten.toml"), other).unwrap();
    let covered = test(folder, &["--coverage", "--fail-under", "1"]);
    assert_eq!(covered.status.code(), Some(1), "{}", told(&covered));
    assert!(told(&covered).contains("`forgotten`: 0.0 % of the outcomes are covered"), "{}", told(&covered));
    assert!(!told(&covered).contains("`quiet-desktop`: "), "{}", told(&covered));
    let tried = test(folder, &["--mutate", "--fail-under-mutation", "1"]);
    assert_eq!(tried.status.code(), Some(1));
    assert!(told(&tried).contains("`forgotten`: 0.0 % of the edits are noticed"), "{}", told(&tried));

    let written = test(folder, &["--mutate", "--write", "--yes"]);
    assert_eq!(written.status.code(), Some(0), "{}", told(&written));
    assert!(folder.join("features/forgotten.feature").exists());

    // A policy that cannot be read is no pass.
    fs::write(folder.join("rules/broken.toml"), "[policy]\nid = \"broken\"\n").unwrap();
    let broken = test(folder, &["--coverage"]);
    assert_eq!(broken.status.code(), Some(2), "{}", told(&broken));
}

#[test]
fn the_threshold_of_edits_is_a_share_and_all_of_them_unless_said() {
    let folder = start_weakly();
    let folder = folder.path();
    assert_eq!(test(folder, &["--mutate"]).status.code(), Some(1));
    assert_eq!(test(folder, &["--mutate", "--fail-under-mutation", "10"]).status.code(), Some(0));
    assert_eq!(test(folder, &["--mutate", "--fail-under-mutation", "99.9"]).status.code(), Some(1));
}
