//! Random pairs of policies as SMT-LIB, with the answers of this prover. Knows no solver.

use std::fs;
use std::path::Path;

use lownoise_prove::{Change, Claim, Setting, prove, smtlib};
use lownoise_testkit::{any_policy, any_small_policy, runner};
use proptest::strategy::{Strategy, ValueTree};
use serde_json::json;

/// Writes `N.smt2` for each pair that SMT-LIB can say, and `answers.json`.
pub(crate) fn write(folder: &Path, pairs: u32, seed: u64) {
    fs::create_dir_all(folder).expect("the folder can be made");
    let mut runner = runner(1, seed);
    let mut answers = Vec::new();
    for number in 0..pairs {
        // Every third pair is over a table that tells missing text from empty text.
        let mut drawn = || {
            let any = any_policy().new_tree(&mut runner).expect("every draw is a policy").current();
            let small = any_small_policy().new_tree(&mut runner).expect("every draw is a policy").current();
            if number % 3 == 2 { (small, any.1) } else { any }
        };
        let ((old, now), (new, _)) = (drawn(), drawn());
        let claim = Claim::HidesNothingNew { old: &old, new: &new, by: Change::Any };
        let setting = Setting { now: Some(now), ..Setting::default() };
        let proof = prove(&claim, &setting);
        let refused = match smtlib(&claim, &setting) {
            Ok(text) => {
                fs::write(folder.join(format!("{number}.smt2")), text).expect("a file can be written");
                None
            }
            Err(reason) => Some(reason.to_string()),
        };
        answers.push(json!({ "pair": number, "answer": crate::words(&proof), "unsaid": refused }));
    }
    fs::write(folder.join("answers.json"), json!(answers).to_string()).expect("a file can be written");
}
