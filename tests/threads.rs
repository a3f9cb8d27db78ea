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
