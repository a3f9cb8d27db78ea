//! The output and the summary do not depend on how many threads there are.
#![expect(clippy::expect_used, reason = "what a test cannot set up, it cannot test")]

use std::path::Path;
use std::process::{Command, Output};

const POLICY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/linux-desktop-public-egress.toml");
const NOW: &str = "2026-02-03T00:00:00Z";

fn lownoise(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lownoise"));
    command.current_dir(folder).args(words).output().expect("the program runs")
}

#[test]
fn many_threads_say_what_one_says() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let folder = folder.path();
    let mut generate = vec!["generate", "--events", "8000", "--devices", "20", "--seed", "7", "--now", NOW];
    generate.extend(["--output", "a.ndjson", "--devices-output", "devices.ndjson"]);
    assert!(lownoise(folder, &generate).status.success());
    // Not every block is whole, and not every input good: what is wrong is told at the same place.
    let mut text = std::fs::read_to_string(folder.join("a.ndjson")).expect("it was written");
    text.insert_str(0, "{\"Timestamp\":\n\n");
    text.push_str("{\"Timestamp\": \"2026-02-02T20:00:00Z\", \"RemotePort\": \"https\"}\n{");
    std::fs::write(folder.join("b.ndjson"), &text).expect("it can be written");
    // The number of its record is said, after a mark that is no part of the first line, and after many sections.
    text.insert(0, '\u{feff}');
    text.push_str("\n{\"Timestamp\": \"05/12/2024 18:41:25\"}\n{}\n");
    std::fs::write(folder.join("d.ndjson"), text).expect("it can be written");
    std::fs::write(folder.join("c.json"), "[{\"Timestamp\": \"2026-02-02T20:00:00Z\"}, ").expect("as above");
    let options: [&[&str]; 4] = [
        &["--order", "input"],
        &["--order", "policy"],
        &["--hidden"],
        &["--format", "csv", "--order", "input"],
    ];
    for inputs in [&["a.ndjson", "b.ndjson"][..], &["b.ndjson", "c.json", "a.ndjson"]] {
        for options in options {
            let run = |threads: &str| {
                let mut words =
                    vec!["run", POLICY, "--devices", "devices.ndjson", "--now", NOW, "--threads", threads];
                words.extend(inputs);
                words.extend(options);
                lownoise(folder, &words)
            };
            let one = run("1");
            assert!(one.stdout.len() > 10_000, "{inputs:?} {options:?}");
            assert_eq!(one.status.success(), !inputs.contains(&"c.json"));
            for threads in ["2", "5"] {
                assert_eq!(run(threads), one, "{inputs:?} {options:?} on {threads} threads");
            }
        }
    }
    for threads in ["1", "2", "5"] {
        let said = lownoise(folder, &["run", POLICY, "--every-device", "--threads", threads, "d.ndjson"]);
        let said = String::from_utf8_lossy(&said.stderr).into_owned();
        assert!(said.contains("`d.ndjson`: record 8005: column `Timestamp`"), "{threads} threads: {said}");
    }
}

/// Of the second time that a Parquet file is read, the columns that are only shown are read for the rows that are shown
/// alone, since these are few. The first time nothing is known yet, and all is read.
#[test]
fn what_is_shown_late_is_what_is_shown_at_once() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let folder = folder.path();
    let mut generate = vec!["generate", "--events", "20000", "--devices", "20", "--seed", "7", "--now", NOW];
    generate.extend(["--output", "a.parquet", "--devices-output", "devices.ndjson"]);
    assert!(lownoise(folder, &generate).status.success());
    let policy = |name: &str, scope: &str, hides: &str, output: &str| {
        let about = "id = \"p\"\ntitle = \"p\"\ntable = \"DeviceNetworkEvents\"\nowner = \"o\"";
        let exclusion = format!("id = \"e\"\nreason = \"r\"\nowner = \"o\"\nwhere = {{ {hides} }}");
        let text = format!(
            "[policy]\n{about}\n[scope]\nwhere = {{ {scope} }}\n[[exclusion]]\n{exclusion}\n[output]\n{output}\n"
        );
        std::fs::write(folder.join(name), text).expect("it can be written");
    };
    let seldom = "InitiatingProcessId = { lte = 7000 }";
    policy("none.toml", "RemotePort = 443", "RemotePort = 443", "order_by = \"Timestamp desc\"");
    policy("few.toml", seldom, "RemotePort = 443", "");
    policy(
        "columns.toml",
        seldom,
        "RemotePort = 443",
        "columns = [\"DeviceName\", \"RemoteIP\", \"InitiatingProcessCommandLine\", \"LocalIP\", \"InitiatingProcessUniqueId\"]",
    );
    policy("all.toml", "RemotePort = { gte = 0 }", "RemotePort = 443", "");
    let options: [&[&str]; 4] = [&[], &["--hidden"], &["--format", "csv"], &["--hidden", "--format", "csv"]];
    for policy in ["none.toml", "few.toml", "columns.toml", "all.toml"] {
        for options in options {
            let run = |inputs: &[&str], threads: &str| {
                let mut words = vec!["run", policy, "--order", "input", "--stats=json", "--threads", threads];
                words.extend(inputs.iter().chain(options));
                let Output { status, stdout, stderr } = lownoise(folder, &words);
                assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
                let stats: serde_json::Value = serde_json::from_slice(&stderr).expect("stats are JSON");
                (String::from_utf8(stdout).expect("rows are text"), stats)
            };
            let (once, said) = run(&["a.parquet"], "1");
            let header = if options.contains(&"csv") { once.find('\n').map_or(0, |end| end + 1) } else { 0 };
            let rows = once.get(header..).expect("a header ends with its line");
            for threads in ["1", "4"] {
                let (twice, all_said) = run(&["a.parquet"; 2], threads);
                assert!(twice == format!("{once}{rows}"), "{policy} {options:?} on {threads} threads");
                for count in ["read", "malformed", "out_of_scope", "hidden", "kept"] {
                    let count = |said: &serde_json::Value| said[count].as_u64();
                    assert_eq!(count(&all_said), count(&said).map(|count| 2 * count), "{policy} {options:?}");
                }
                assert_eq!(all_said["never_supplied"], said["never_supplied"]);
            }
        }
    }
}
