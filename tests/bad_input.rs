//! Bad input, each kind of it: what is said, the exit code, and that nothing else is lost.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const POLICY: &str = r#"
[policy]
id = "p"
title = "t"
table = "DeviceNetworkEvents"
owner = "o"

[scope]
where = { RemotePort = { gt = 0 } }

[[exclusion]]
id = "snapd"
reason = "r"
where = { InitiatingProcessFileName = "snapd" }
"#;

const KEPT: &str = r#"{"InitiatingProcessFileName":"curl","RemotePort":443}"#;
const HIDDEN: &str = r#"{"InitiatingProcessFileName":"snapd","RemotePort":443}"#;

/// A folder with a policy in it, gone when it is dropped.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("p.toml", POLICY);
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.0.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

fn lownoise(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lownoise"));
    command.args(arguments).env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// What a run did.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The summary, whose counts must add up.
    fn summary(&self) -> Value {
        let line = self
            .err
            .lines()
            .find(|line| line.starts_with("{\"policy\""))
            .unwrap_or_else(|| panic!("{}", self.err));
        let summary: Value = serde_json::from_str(line).unwrap();
        let count = |name: &str| summary[name].as_u64().unwrap();
        assert_eq!(
            count("read"),
            count("malformed") + count("out_of_scope") + count("hidden") + count("kept"),
            "{line}"
        );
        summary
    }

    fn counts(&self) -> [u64; 4] {
        let summary = self.summary();
        ["read", "malformed", "hidden", "kept"].map(|name| summary[name].as_u64().unwrap())
    }
}

fn run_on(folder: &Folder, name: &str, bytes: impl AsRef<[u8]>, more: &[&str]) -> Ran {
    let events = folder.write(name, bytes);
    let policy = folder.path("p.toml");
    let arguments: Vec<&str> = ["run", text(&policy), text(&events), "--stats=json", "--format", "ndjson"]
        .iter()
        .chain(more)
        .copied()
        .collect();
    Ran::of(&lownoise(&arguments).output().unwrap())
}

#[test]
fn broken_lines_are_counted_and_the_others_are_kept() {
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let cases: [(&str, Vec<u8>, &str); 7] = [
        ("truncated", br#"{"InitiatingProcessFileName":"cu"#.to_vec(), "EOF"),
        ("not JSON", b"hello".to_vec(), "expected"),
        ("trailing", br#"{"RemotePort":443} x"#.to_vec(), "trailing"),
        ("not an object", b"[1]".to_vec(), "object"),
        ("not UTF-8", b"{\"InitiatingProcessFileName\":\"\xff\",\"RemotePort\":443}".to_vec(), "UTF-8"),
        (
            "control character",
            b"{\"InitiatingProcessFileName\":\"a\x01\",\"RemotePort\":443}".to_vec(),
            "control",
        ),
        ("deep nesting", deep.into_bytes(), "nest"),
    ];
    let folder = Folder::new();
    for (name, bad, why) in cases {
        let lines = [KEPT.as_bytes(), &bad, HIDDEN.as_bytes(), KEPT.as_bytes()].join(&b'\n');
        let ran = run_on(&folder, "e.ndjson", lines, &[]);
        assert_eq!((ran.code, ran.counts()), (0, [4, 1, 1, 2]), "{name}: {}", ran.err);
        let failure = &ran.summary()["failures"][0];
        assert_eq!(failure["place"], 2, "{name}");
        assert!(failure["reason"].as_str().unwrap().contains(why), "{name}: {failure}");
        assert_eq!(ran.out.lines().count(), 2, "{name}");
        let strict = run_on(&folder, "e.ndjson", &bad, &["--strict"]);
        assert_eq!(strict.code, 2, "{name}: {}", strict.err);
    }
}

#[test]
fn every_broken_line_can_be_written_down() {
    let folder = Folder::new();
    let lines = vec!["nonsense"; 25].join("\n");
    let list = folder.path("bad.ndjson");
    let ran = run_on(&folder, "e.ndjson", lines, &["--malformed", text(&list)]);
    assert_eq!(ran.counts(), [25, 25, 0, 0]);
    assert_eq!(fs::read_to_string(list).unwrap().lines().count(), 25);
    assert_eq!(ran.summary()["failures"].as_array().unwrap().len(), 10);
}

#[test]
fn a_line_of_100_megabytes_is_skipped_without_holding_it() {
    let folder = Folder::new();
    let mut child =
        lownoise(&["run", text(&folder.path("p.toml")), "-", "--stats=json", "--format", "ndjson"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        writeln!(stdin, "{KEPT}").unwrap();
        let piece = vec![b'x'; 1 << 20];
        write!(stdin, "{{\"a\":\"").unwrap();
        for _ in 0..100 {
            stdin.write_all(&piece).unwrap();
        }
        writeln!(stdin, "\"}}\n{KEPT}").unwrap();
    });
    let ran = Ran::of(&child.wait_with_output().unwrap());
    writer.join().unwrap();
    assert_eq!((ran.code, ran.counts()), (0, [3, 1, 0, 2]), "{}", ran.err);
    assert!(ran.summary()["failures"][0]["reason"].as_str().unwrap().contains("MiB"), "{}", ran.err);
}

#[test]
fn the_last_of_duplicate_keys_counts() {
    let folder = Folder::new();
    let ran = run_on(
        &folder,
        "e.ndjson",
        r#"{"InitiatingProcessFileName":"curl","RemotePort":1,"InitiatingProcessFileName":"snapd"}"#,
        &[],
    );
    assert_eq!(ran.counts(), [1, 0, 1, 0]);
}

#[test]
fn values_of_another_kind_are_read_where_they_can_be_and_told_where_not() {
    let folder = Folder::new();
    let lines = [
        r#"{"InitiatingProcessFileName":5,"RemotePort":"443"}"#,
        r#"{"InitiatingProcessFileName":"a","RemotePort":443.0}"#,
        r#"{"InitiatingProcessFileName":"b","RemotePort":"https"}"#,
    ];
    let ran = run_on(&folder, "e.ndjson", lines.join("\n"), &[]);
    // Missing ports are out of scope, and the summary says why they are missing.
    assert_eq!(ran.counts(), [3, 0, 0, 2], "{}", ran.err);
    let note = &ran.summary()["mistyped"][0];
    assert_eq!((note["column"].as_str(), note["count"].as_u64()), (Some("RemotePort"), Some(1)));
    assert!(note["note"].as_str().unwrap().contains("https"), "{note}");
}

#[test]
fn ragged_csv_and_unknown_headers() {
    let folder = Folder::new();
    let ragged = "InitiatingProcessFileName,RemotePort\ncurl,443\ncurl\nsnapd,443,1\ncurl,80\n";
    let ran = run_on(&folder, "e.csv", ragged, &[]);
    assert_eq!((ran.code, ran.counts()), (0, [4, 2, 0, 2]), "{}", ran.err);
    assert_eq!(ran.summary()["failures"][0]["place"], 3);
    let unknown = run_on(&folder, "e.csv", "process,port\ncurl,443\n", &[]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("`process`") && unknown.err.contains("--mapping"), "{}", unknown.err);
}

#[test]
fn truncated_files_say_so_and_give_what_they_have() {
    let folder = Folder::new();
    let events = folder.path("whole.parquet");
    let made = lownoise(&["generate", "--events", "2000", "-o", text(&events)]).status().unwrap();
    assert!(made.success());
    let whole = fs::read(&events).unwrap();
    let ran = run_on(&folder, "e.parquet", &whole[..whole.len() / 2], &["--every-device"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("e.parquet"), "{}", ran.err);

    let plain = folder.path("plain.ndjson");
    assert!(lownoise(&["generate", "--events", "3000", "-o", text(&plain)]).status().unwrap().success());
    let gzip = Command::new("gzip").args(["-c", text(&plain)]).output().unwrap().stdout;
    let ran = run_on(&folder, "e.ndjson.gz", &gzip[..gzip.len() / 2], &[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("truncated") || ran.err.contains("ends"), "{}", ran.err);
    let [read, ..] = ran.counts();
    assert!((100..3000).contains(&read), "{read}");
    assert!(!ran.out.is_empty());
    // A file that looks complete is worse than none.
    let output = folder.path("out.ndjson");
    let ran = run_on(&folder, "e.ndjson.gz", &gzip[..gzip.len() / 2], &["-o", text(&output)]);
    assert_eq!((ran.code, output.exists()), (2, false), "{}", ran.err);
}

#[test]
fn nothing_to_read() {
    let folder = Folder::new();
    let ran = run_on(&folder, "e.ndjson", "", &[]);
    assert_eq!((ran.code, ran.counts()), (0, [0; 4]), "{}", ran.err);
    fs::create_dir(folder.path("empty")).unwrap();
    let policy = folder.path("p.toml");
    for (events, said) in [("empty", "no events in this folder"), ("missing.ndjson", "No such file")] {
        let ran = Ran::of(&lownoise(&["run", text(&policy), text(&folder.path(events))]).output().unwrap());
        assert_eq!(ran.code, 2, "{}", ran.err);
        assert!(ran.err.contains(said) && ran.err.contains(events), "{}", ran.err);
    }
    // A folder in place of a policy cannot be read, whoever asks.
    let ran = Ran::of(&lownoise(&["run", text(&folder.path("empty")), "-"]).output().unwrap());
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("cannot be read"), "{}", ran.err);
}

#[test]
fn outputs_that_do_not_take_it() {
    let folder = Folder::new();
    let lines = vec![KEPT; 20_000].join("\n");
    let ran = run_on(&folder, "e.ndjson", &lines, &["-o", "/dev/full"]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(ran.err.contains("/dev/full") && ran.err.contains("No space left"), "{}", ran.err);

    let before = folder.names();
    let ran = run_on(&folder, "e.ndjson", &lines, &["-o", text(&folder.path("missing/out.ndjson"))]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert_eq!(folder.names(), before);

    // Whoever reads the output may stop reading it.
    let policy = folder.path("p.toml");
    let events = folder.path("e.ndjson");
    let mut child = lownoise(&["run", text(&policy), text(&events), "--format", "ndjson"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ran = Ran::of(&child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[test]
fn an_old_output_survives_until_the_new_one_is_complete() {
    let folder = Folder::new();
    let output = folder.write("out.ndjson", "old\n");
    let ran = run_on(&folder, "e.csv", "process\ncurl\n", &["-o", text(&output)]);
    assert_eq!((ran.code, fs::read_to_string(&output).unwrap().as_str()), (2, "old\n"));
    let ran = run_on(&folder, "e.ndjson", KEPT, &["-o", text(&output)]);
    assert_eq!((ran.code, fs::read_to_string(&output).unwrap()), (0, format!("{KEPT}\n")));
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_a_run_in_order() {
    let folder = Folder::new();
    let policy = folder.path("p.toml");
    let output = folder.path("out.ndjson");
    let mut child = lownoise(&["run", text(&policy), "-", "-o", text(&output), "--stats=json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let lines = format!("{KEPT}\n").repeat(40_000);
    stdin.write_all(lines.as_bytes()).unwrap();
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    // What is still in the pipe is read; the next block notices.
    let _the_run_may_have_ended = stdin.write_all(lines.as_bytes());
    drop(stdin);
    let ran = Ran::of(&child.wait_with_output().unwrap());
    assert_eq!(ran.code, 130, "{}", ran.err);
    assert_eq!(ran.summary()["interrupted"], true);
    assert_eq!(folder.names(), ["p.toml"], "nothing is left behind");
}

#[test]
fn policies_that_are_none() {
    let cases = [
        ("where = { RemotIP = \"1.1.1.1\" }", "did you mean `RemoteIP`?"),
        ("where = { RemotePort = \"443\" }", "write 443 without quotes"),
        ("where = { RemoteIP = { in = \"10.0.0.0/33\" } }", "neither a network nor a class"),
        ("where = { DeviceName = { matches = \"a(\" } }", "unclosed group"),
    ];
    let folder = Folder::new();
    let events = folder.write("e.ndjson", KEPT);
    for (condition, said) in cases {
        let policy = folder.write(
            "bad.toml",
            POLICY.replace("where = { InitiatingProcessFileName = \"snapd\" }", condition),
        );
        let ran = Ran::of(&lownoise(&["run", text(&policy), text(&events)]).output().unwrap());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
        assert!(ran.err.contains(said) && ran.err.contains("bad.toml:14:"), "{}", ran.err);
    }
}

#[test]
fn ten_thousand_exclusions() {
    let folder = Folder::new();
    let mut policy = POLICY.to_owned();
    for number in 0..10_000 {
        writeln!(policy, "[[exclusion]]\nid = \"x{number}\"\nreason = \"r\"\nwhere = {{ InitiatingProcessFolderPath = {{ starts_with = \"/opt/tool-{number}/\" }} }}\n").unwrap();
    }
    folder.write("p.toml", policy);
    let event = r#"{"InitiatingProcessFolderPath":"/opt/tool-77/bin","RemotePort":443}"#;
    let ran = run_on(&folder, "e.ndjson", event, &["--hidden"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains(r#""hidden_by":["x77"]"#), "{}", ran.out);
}

#[test]
fn a_folder_of_policies() {
    let folder = Folder::new();
    folder.write("rules/a.toml", POLICY);
    folder.write("rules/b.toml", POLICY);
    let rules = folder.path("rules");
    let ran = Ran::of(&lownoise(&["check", text(&rules)]).output().unwrap());
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(
        ran.out.contains("two policies are called `p`")
            && ran.out.contains("a.toml")
            && ran.out.contains("b.toml"),
        "{}",
        ran.out
    );

    folder.write(
        "rules/b.toml",
        POLICY.replace("\"p\"", "\"q\"").replace("owner = \"o\"", "owner = \"o\"\nuse = [\"x\"]"),
    );
    let set = |id: &str, uses: &str| {
        format!(
            "[set]\nid = \"{id}\"\ntitle = \"t\"\ntable = \"DeviceNetworkEvents\"\nowner = \"o\"\nuse = [\"{uses}\"]\n"
        )
    };
    folder.write("rules/sets/x.toml", set("x", "y"));
    folder.write("rules/sets/y.toml", set("y", "x"));
    let ran = Ran::of(&lownoise(&["check", text(&rules)]).output().unwrap());
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.out.contains("in a cycle: `x` → `y` → `x`"), "{}", ran.out);
}

#[test]
fn what_has_expired_hides_nothing_and_fails_the_check() {
    let folder = Folder::new();
    let policy =
        folder.write("p.toml", POLICY.replace("reason = \"r\"", "reason = \"r\"\nexpires = 2026-02-02"));
    let events = folder.write("e.ndjson", HIDDEN);
    for (now, code, kept) in [("2026-02-02T23:59:59Z", 0, 0), ("2026-02-03T00:00:00Z", 1, 1)] {
        let ran = Ran::of(&lownoise(&["check", text(&policy), "--now", now]).output().unwrap());
        assert_eq!(ran.code, code, "{}", ran.out);
        let arguments = ["run", text(&policy), text(&events), "--now", now, "--stats=json"];
        let ran = Ran::of(&lownoise(&arguments).output().unwrap());
        assert_eq!(ran.counts(), [1, 0, 1 - kept, kept], "{}", ran.err);
    }
}

#[test]
fn wrong_usage_has_its_own_code() {
    let folder = Folder::new();
    let policy = folder.path("p.toml");
    for arguments in [vec!["run"], vec!["frobnicate"], vec!["run", text(&policy), "-", "--now", "yesterday"]]
    {
        assert_eq!(lownoise(&arguments).output().unwrap().status.code(), Some(3), "{arguments:?}");
    }
    assert_eq!(lownoise(&["--help"]).output().unwrap().status.code(), Some(0));
}

#[test]
fn damaged_parquet_is_an_error_and_never_a_panic() {
    let folder = Folder::new();
    let events = folder.path("whole.parquet");
    assert!(lownoise(&["generate", "--events", "50", "-o", text(&events)]).status().unwrap().success());
    let whole = fs::read(&events).unwrap();
    // Every hundredth byte, so that headers, dictionaries, levels and the footer are all hit.
    for place in (4..whole.len()).step_by(whole.len() / 100) {
        let mut damaged = whole.clone();
        damaged[place] ^= 0xff;
        let ran = run_on(&folder, "e.parquet", &damaged, &[]);
        assert!([0, 2].contains(&ran.code), "byte {place}: {} {}", ran.code, ran.err);
        assert!(!ran.err.contains("mistake in lownoise"), "byte {place}: {}", ran.err);
    }
}
