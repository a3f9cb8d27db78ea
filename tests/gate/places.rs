//! Where policies are on the two sides: behind links, in submodules, in folders that begin, in files that are named oddly.

use std::fs;
use std::os::unix::fs::symlink;

use crate::repository::{Clone, OTHER, POLICY};

const SNAPD: &str = "\"snapd\" }";
const WIDER: &str = "[\"snapd\", \"snap\"] }";
const REFUSED: &str = "egress: something is newly hidden";

#[test]
fn links_are_followed_on_both_sides() {
    // The folder is a link, a policy is one, and a set is one.
    let clone = Clone::empty();
    clone.write("policies/sets/apt.toml", "");
    clone.write("shared/egress.toml", &POLICY.replace("\"apt\"", ""));
    clone.write("shared/apt.toml", "[set]\nid = \"apt\"\ntitle = \"t\"\ntable = \"DeviceNetworkEvents\"\nowner = \"o\"\n[[exclusion]]\nid = \"apt\"\nreason = \"r\"\nwhere = { RemotePort = 80 }\n");
    clone.write("policies/other.toml", &OTHER.replace("debian", "apt"));
    fs::remove_file(clone.folder().join("policies/sets/apt.toml")).unwrap();
    let link = |to: &str, at: &str| symlink(to, clone.folder().join(at)).unwrap();
    link("policies", "rules");
    link("../shared/egress.toml", "policies/egress.toml");
    link("../../shared/apt.toml", "policies/sets/apt.toml");
    link("nowhere.toml", "policies/old.txt");
    clone.branch();
    clone.gate(&[]).is(0, &["no policy changed"]);
    clone.edit("shared/egress.toml", SNAPD, WIDER);
    clone.gate(&[]).is(1, &[REFUSED]);
    clone.diff("origin/main:rules/egress.toml", "rules/egress.toml").is(1, &["newly hidden  snapd"]);
    clone.git(&["checkout", "-q", "."]);
    clone.edit("shared/apt.toml", "80", "[80, 443]");
    clone.gate(&[]).is(1, &["other: something is newly hidden", "rules/sets/apt.toml:9"]);
}

#[test]
fn what_the_base_cannot_see_is_not_taken_for_new() {
    let clone = Clone::new();
    let outside = clone.0.path().join("outside.toml");
    fs::write(&outside, OTHER.replace("\"other\"", "\"outside\"").replace("\"debian\"", "")).unwrap();
    symlink(&outside, clone.folder().join("rules/outside.toml")).unwrap();
    let module = clone.0.path().join("remote.git");
    let module = module.display().to_string();
    clone.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "add",
        "-q",
        "-b",
        "main",
        &module,
        "rules/team",
    ]);
    clone.commit();
    for (file, id) in [("egress", "team-egress"), ("other", "team-other")] {
        let path = format!("rules/team/rules/{file}.toml");
        clone.edit(&path, &format!("\"{file}\""), &format!("\"{id}\""));
    }
    let told = clone.run_in("", &["gate", "--base", "HEAD"]);
    told.is(1, &["`outside` cannot be compared", "`team-egress` cannot be compared", "in a submodule"]);
    let accepted = ["outside", "team-egress", "team-other"].map(|id| format!("--accept-removed={id}"));
    let accepted: Vec<&str> = accepted.iter().map(String::as_str).collect();
    clone.run_in("", &[&["gate", "--base", "HEAD"], accepted.as_slice()].concat()).is(0, &["it passes"]);
}

#[test]
fn a_folder_of_rules_that_begins_takes_no_policy_out_of_question() {
    let clone = Clone::empty();
    clone.write("baselines/egress.toml", &POLICY.replace("\"apt\"", ""));
    clone.branch();
    clone.edit("baselines/egress.toml", SNAPD, WIDER);
    clone.write("rules/other.toml", &OTHER.replace("\"debian\"", ""));
    clone.gate(&[]).is(1, &[REFUSED, "other: it is new"]);
}

#[test]
fn names_are_names_whatever_is_in_them() {
    let clone = Clone::new();
    let names = ["-a b.toml", "x:y.toml", "gr\u{fc}n.toml", "*.toml", "q\"'.toml", "a blob 3.toml"];
    for (place, name) in names.iter().enumerate() {
        let text = POLICY.replace("\"egress\"", &format!("\"p{place}\""));
        clone.write(&format!("rules/{name}"), &text);
    }
    clone.commit();
    let gate = ["gate", "--base", "HEAD", "--format", "json"];
    for (place, name) in names.iter().enumerate() {
        clone.edit(&format!("rules/{name}"), SNAPD, WIDER);
        let found = clone.run_in("", &gate).json();
        let hiding = found["policies"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|policy| policy["standing"] == "may-hide-more");
        assert_eq!(hiding.count(), place + 1, "{name}: {found}");
    }
    // A folder inside, a path that leads out of it, and the same policies named twice.
    let from_inside = |path: &str| clone.run_in("features", &["gate", "--base", "HEAD", path]);
    from_inside("../rules/-a b.toml").is(1, &["p0: something is newly hidden"]);
    clone.git(&["checkout", "-q", "."]);
    let whole = clone.folder().join("rules").display().to_string();
    clone.gate(&["--exact-base", "rules", "./rules", &whole]).is(0, &["it passes"]);
}

#[test]
fn a_branch_may_have_a_name_of_one_letter_or_of_a_file() {
    let clone = Clone::new();
    clone.git(&["branch", "x"]);
    clone.git(&["branch", "rules"]);
    clone.edit("rules/egress.toml", SNAPD, WIDER);
    clone.diff("x:rules", "rules").is(1, &[REFUSED]);
    clone.run_in("", &["gate", "--base", "rules"]).is(1, &[REFUSED]);
    clone.gate(&["../elsewhere"]).is(2, &["outside repository"]);
}

#[test]
fn a_scenario_that_fails_fails_the_gate_though_no_policy_changed() {
    let clone = Clone::new();
    clone.edit("features/egress.feature", "name is \"snapd\"", "name is \"snap\"");
    clone.gate(&[]).is(1, &["scenario failed", "features/egress.feature:5", "1 thing is wrong"]);
}
