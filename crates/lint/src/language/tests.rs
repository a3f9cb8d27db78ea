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
    let listed: Vec<&str> = LANGUAGE.iter().map(|(code, _, _)| *code).collect();
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), listed);
}
