//! The list is held against the sources of the parser and of the imports.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::*;

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[test]
fn every_code_of_the_parser_is_listed_and_no_other() {
    let made = regex::Regex::new(r#"(?:Diagnostic::(?:error|warning)|warn)\(\s*"([a-z-]+)""#).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../engine/src");
    let mut found = BTreeSet::from(["duplicate-policy".to_owned()]);
    for path in sources(&folder) {
        let text = std::fs::read_to_string(path).unwrap();
        found.extend(made.captures_iter(&text).map(|code| code[1].to_owned()));
    }
    let listed = LANGUAGE.iter().map(|(code, _, _)| *code).filter(|code| !is_of_import(code));
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), listed.collect::<Vec<_>>());
}

fn is_of_import(code: &str) -> bool {
    ["elastic-", "kql-", "sigma-"].iter().any(|language| code.starts_with(language))
}

#[test]
fn every_code_of_the_imports_is_listed_and_no_other() {
    let made = regex::Regex::new(r#""((?:elastic|kql|sigma)-[a-z-]+)""#).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dialect/src");
    let mut found = BTreeSet::new();
    for path in sources(&folder) {
        let name = path.display().to_string();
        // What is told of a policy that is written in another language is not told by `check`.
        if name.contains("/emit/") || name.ends_with("tests.rs") {
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        found.extend(made.captures_iter(&text).map(|code| code[1].to_owned()));
    }
    let listed = LANGUAGE.iter().map(|(code, _, _)| *code).filter(|code| is_of_import(code));
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), listed.collect::<Vec<_>>());
}
