//! The shape of the house, held by tests: which room may know which, no module cycles, no long files, and what the
//! engine must not touch. Reads the sources as text.

mod modules;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use modules::{Module, cycle};

/// What each package may depend on among the others; the tests of a package may also use `testkit`.
const ARROWS: [(&str, &[&str]); 8] = [
    ("lownoise-engine", &[]),
    ("lownoise-prove", &["lownoise-engine"]),
    ("lownoise-ingest", &["lownoise-engine"]),
    ("lownoise-generate", &["lownoise-engine"]),
    ("lownoise-harness", &["lownoise-engine", "lownoise-prove"]),
    ("lownoise-report", &["lownoise-engine", "lownoise-prove"]),
    ("lownoise-testkit", &["lownoise-engine"]),
    (
        "lownoise",
        &[
            "lownoise-engine",
            "lownoise-prove",
            "lownoise-ingest",
            "lownoise-generate",
            "lownoise-harness",
            "lownoise-report",
        ],
    ),
];

/// A file above this is two files.
const LONGEST: usize = 500;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below some folders of the repository.
fn rust_files(folders: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = waiting.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
            if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
                waiting.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn manifests() -> Vec<PathBuf> {
    let crates = fs::read_dir(root().join("crates")).into_iter().flatten().filter_map(Result::ok);
    let inner = crates.map(|entry| entry.path().join("Cargo.toml")).filter(|path| path.is_file());
    [root().join("Cargo.toml"), root().join("engine/Cargo.toml")].into_iter().chain(inner).collect()
}

/// The arrows that a manifest draws and the table does not allow.
fn forbidden_arrows(manifest: &str, allowed: &[(&str, &[&str])]) -> Vec<String> {
    let manifest: toml::Table = manifest.parse().unwrap_or_default();
    let name = manifest.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str);
    let name = name.unwrap_or("a package without a name");
    let Some((_, known)) = allowed.iter().find(|(package, _)| *package == name) else {
        return vec![format!("{name} is not in the table of arrows")];
    };
    let dependencies = manifest.get("dependencies").and_then(toml::Value::as_table);
    let ours =
        dependencies.into_iter().flat_map(|table| table.keys()).filter(|key| key.starts_with("lownoise"));
    ours.filter(|key| !known.contains(&key.as_str())).map(|key| format!("{name} → {key}")).collect()
}

fn words_in<'w>(source: &str, words: &[&'w str]) -> Vec<&'w str> {
    words.iter().copied().filter(|word| source.contains(word)).collect()
}

#[test]
fn no_package_knows_one_above_it() {
    let wrong: Vec<String> =
        manifests().iter().flat_map(|manifest| forbidden_arrows(&text(manifest), &ARROWS)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let upward = "[package]\nname = \"lownoise-engine\"\n[dependencies]\nlownoise-ingest.workspace = true\n";
    assert_eq!(forbidden_arrows(upward, &ARROWS), ["lownoise-engine → lownoise-ingest"]);
}

#[test]
fn no_module_cycle_anywhere() {
    for package in ["engine/src", "cli", "crates/*"] {
        let folders = match package.strip_suffix("/*") {
            Some(parent) => fs::read_dir(root().join(parent))
                .into_iter()
                .flatten()
                .filter_map(Result::ok)
                .map(|entry| entry.path().join("src"))
                .collect(),
            None => vec![root().join(package)],
        };
        for folder in folders {
            let files = rust_files(&[folder.to_str().unwrap_or("")]);
            let sources: BTreeMap<PathBuf, String> = files
                .iter()
                .filter_map(|file| Some((file.strip_prefix(&folder).ok()?.to_owned(), text(file))))
                .collect();
            let found = cycle(&Module::tree(&sources));
            assert!(found.is_none(), "{}: {}", folder.display(), found.unwrap_or_default());
        }
    }
}

#[test]
fn no_file_is_too_long() {
    let files = rust_files(&["engine", "cli", "crates", "tests", "benches", "fuzz"]);
    assert!(files.len() > 50, "only {} files were found", files.len());
    let long: Vec<String> = files
        .iter()
        .map(|file| (file, text(file).lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(file, lines)| format!("{}: {lines} lines", file.display()))
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn the_engine_touches_nothing_outside() {
    let forbidden = [
        "std::fs",
        "std::env",
        "std::thread",
        "std::net::Tcp",
        "SystemTime",
        "Instant::now",
        "Timestamp::now",
        "print!",
        "println!",
        "unsafe ",
    ];
    for file in rust_files(&["engine/src"]) {
        let found = words_in(&text(&file), &forbidden);
        assert!(found.is_empty(), "{} has {found:?}", file.display());
    }
    assert_eq!(words_in("let now = Instant::now();", &forbidden), ["Instant::now"]);
}

#[test]
fn the_reference_evaluator_stays_short() {
    let lines = text(&root().join("engine/src/evaluate.rs")).lines().count();
    assert!((50..150).contains(&lines), "{lines} lines");
}

#[test]
fn every_module_says_what_it_knows() {
    for file in rust_files(&["engine/src", "cli", "crates"]) {
        let first = text(&file).lines().next().unwrap_or("").to_owned();
        assert!(
            first.starts_with("//! ") || first.starts_with("#!["),
            "{} begins with {first:?}",
            file.display()
        );
    }
}
