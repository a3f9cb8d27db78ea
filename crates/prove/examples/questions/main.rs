//! The questions of `benches/proof`: writes them as policies and as SMT-LIB, and answers one in this process.
//!
//! ```text
//! questions write FOLDER               NAME.old.toml, NAME.new.toml, NAME.smt2 and questions.json
//! questions answer FOLDER NAME CLAIM   answers one, and prints the answer and the milliseconds as JSON
//! questions random FOLDER PAIRS SEED   random pairs of policies as SMT-LIB, and answers.json
//! ```
#![expect(clippy::expect_used, clippy::print_stdout, reason = "a bench that cannot go on has nothing to say")]

mod asked;
mod random;

use std::fs;
use std::path::Path;
use std::time::Instant;

use lownoise_engine::parse::parse_policy;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::Time;
use lownoise_prove::{Change, Claim, Proof, Setting, prove, smtlib};
use serde_json::json;

/// The clock of every question.
const NOW: &str = "2026-02-03T00:00:00Z";

/// Repetitions of a quick answer, and what they may take together.
const REPETITIONS: usize = 5;
const MILLISECONDS: f64 = 1_000.0;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["write", folder] => write(Path::new(folder)),
        ["answer", folder, name, claim] => answer(Path::new(folder), name, claim),
        ["random", folder, pairs, seed] => {
            let pairs = pairs.parse().expect("a number");
            random::write(Path::new(folder), pairs, seed.parse().expect("a number"));
        }
        _ => {
            println!("questions write FOLDER | answer FOLDER NAME CLAIM | random FOLDER PAIRS SEED");
            std::process::exit(3);
        }
    }
}

fn write(folder: &Path) {
    fs::create_dir_all(folder).expect("the folder can be made");
    let shipped = include_str!("../../../../rules/linux-desktop-public-egress.toml");
    let mut listed = Vec::new();
    for question in asked::questions(shipped) {
        let save = |end: &str, text: &str| {
            fs::write(folder.join(format!("{}.{end}", question.name)), text).expect("a file can be written");
        };
        save("old.toml", &question.old);
        save("new.toml", &question.new);
        let (old, new) = (parse(&question.old), parse(&question.new));
        let refused = match smtlib(&claim(question.claim, &old, &new), &setting(&new)) {
            Ok(text) => {
                save("smt2", &text);
                None
            }
            Err(reason) => Some(reason.to_string()),
        };
        listed.push(json!({
            "name": question.name, "row": question.row, "claim": question.claim, "expected": question.expected,
            "milliseconds": question.milliseconds, "mebibytes": question.mebibytes, "whole": question.whole, "hard": question.is_hard(),
            "unsaid": refused,
        }));
    }
    let text = serde_json::to_string_pretty(&listed).expect("plain data");
    fs::write(folder.join("questions.json"), text).expect("a file can be written");
}

fn answer(folder: &Path, name: &str, asked: &str) {
    let read = |end: &str| {
        fs::read_to_string(folder.join(format!("{name}.{end}.toml")))
            .expect("`questions write` has written it")
    };
    let (old, new) = (parse(&read("old")), parse(&read("new")));
    let setting = setting(&new);
    let mut times = Vec::new();
    let mut proof = Proof::Holds;
    while times.len() < REPETITIONS && times.iter().sum::<f64>() < MILLISECONDS {
        let started = Instant::now();
        proof = prove(&claim(asked, &old, &new), &setting);
        times.push(started.elapsed().as_secs_f64() * 1_000.0);
    }
    times.sort_by(f64::total_cmp);
    let median = times.get(times.len() / 2).copied();
    println!("{}", json!({ "answer": words(&proof), "milliseconds": median, "reason": reason(&proof) }));
}

fn claim<'p>(name: &str, old: &'p Policy, new: &'p Policy) -> Claim<'p> {
    if name == "equivalent" {
        Claim::Equivalent(old, new)
    } else {
        Claim::HidesNothingNew { old, new, by: Change::Any }
    }
}

fn words(proof: &Proof) -> &'static str {
    match proof {
        Proof::Holds => "holds",
        Proof::Fails(_) => "fails",
        Proof::Unknown(_) => "unknown",
    }
}

fn reason(proof: &Proof) -> Option<String> {
    match proof {
        Proof::Unknown(reason) => Some(reason.to_string()),
        Proof::Holds | Proof::Fails(_) => None,
    }
}

fn parse(text: &str) -> Policy {
    let source = Source { name: "policy.toml".to_owned(), text: text.to_owned() };
    let schemas = Schemas::shipped().expect("the shipped tables are valid");
    let parsed = parse_policy(source, &mut |_| Err("no sets here".to_owned()), &schemas);
    parsed.result.expect("the policy is valid")
}

/// As `lownoise diff` has it.
fn setting(policy: &Policy) -> Setting {
    Setting::of(policy, Time::parse(NOW).expect("a valid time"))
}
