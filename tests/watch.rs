//! `lownoise test --watch`: what a save touches runs again, and Ctrl-C ends it. Waits for what is printed, not for a time.

#![cfg(unix)]
#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Longer than anything here takes, on any machine.
const NEVER: Duration = Duration::from_secs(30);

/// A program that does not outlive the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
    }
}

/// The lines of both outputs, as they come.
fn lines(child: &mut Child) -> Receiver<String> {
    let (sender, receiver) = channel();
    let outputs: [Box<dyn Read + Send>; 2] = [
        Box::new(child.stdout.take().expect("it is piped")),
        Box::new(child.stderr.take().expect("it is piped")),
    ];
    for output in outputs {
        let sender = sender.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                // Nobody listens when the test is over.
                let _over = sender.send(line);
            }
        });
    }
    receiver
}

/// Waits for lines that contain these texts, in whichever order.
fn await_all(lines: &Receiver<String>, texts: &[&str]) {
    let mut missing = texts.to_vec();
    let mut seen = Vec::new();
    while !missing.is_empty() {
        let Ok(line) = lines.recv_timeout(NEVER) else { panic!("{missing:?} never came, but {seen:#?}") };
        missing.retain(|text| !line.contains(text));
        seen.push(line);
    }
}

fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).expect("it is there");
    assert!(text.contains(from), "{from}");
    fs::write(path, text.replace(from, to)).expect("it can be written");
}

#[test]
fn what_a_save_touches_runs_again_and_ctrl_c_ends_it() {
    let folder = tempfile::tempdir().expect("there is a place for files");
    let folder = folder.path();
    let lownoise = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lownoise"));
        command.current_dir(folder);
        command
    };
    assert!(lownoise().arg("init").output().is_ok_and(|done| done.status.success()));
    fs::write(
        folder.join("features/other.feature"),
        "Feature: other\n  Scenario: nobody knows it\n    Given the policy \"absent\"\n    Then it is kept\n",
    )
    .expect("it can be written");
    let mut child = Ended(
        lownoise()
            .args(["test", "--watch"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts"),
    );
    let printed = lines(&mut child.0);
    await_all(&printed, &["2 features, 7 scenarios", "6 passed, 1 failed", "watching features and rules"]);

    // A feature: itself.
    edit(&folder.join("features/quiet-desktop.feature"), "the port is 123", "the port is 124");
    await_all(
        &printed,
        &["quiet-desktop.feature changed: 1 feature", "1 feature, 6 scenarios", "5 passed, 1 failed"],
    );
    edit(&folder.join("features/quiet-desktop.feature"), "the port is 124", "the port is 123");
    await_all(&printed, &["1 feature, 6 scenarios", "6 passed, 0 failed"]);

    // A policy: the features that name it.
    edit(
        &folder.join("rules/quiet-desktop.toml"),
        "starts_with = \"/usr/lib/apt",
        "contains = \"/usr/lib/apt",
    );
    await_all(&printed, &["quiet-desktop.toml changed: 1 feature", "apt-methods", "5 passed, 1 failed"]);
    edit(
        &folder.join("rules/quiet-desktop.toml"),
        "contains = \"/usr/lib/apt",
        "starts_with = \"/usr/lib/apt",
    );
    await_all(&printed, &["6 passed, 0 failed"]);

    // A policy that is broken does not end it.
    edit(&folder.join("rules/quiet-desktop.toml"), "[scope]", "[scope");
    await_all(&printed, &["0 passed, 6 failed", "watching features and rules"]);
    edit(&folder.join("rules/quiet-desktop.toml"), "[scope", "[scope]");
    await_all(&printed, &["6 passed, 0 failed", "watching features and rules"]);

    // A set: the features of the policies that use it.
    edit(&folder.join("rules/sets/system-services.toml"), "RemotePort = 123", "RemotePort = 125");
    await_all(&printed, &["system-services.toml changed: 1 feature", "5 passed, 1 failed", "watching"]);

    let sent = Command::new("kill").args(["-INT", &child.0.id().to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()));
    let ended = child.0.wait().expect("it ends");
    assert_eq!(ended.code(), Some(0));
}
