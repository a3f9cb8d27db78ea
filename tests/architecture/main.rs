//! The rules of ARCHITECTURE.md that a compiler does not hold: what a crate may depend on, no cycle between modules, no
//! long file, no I/O in the engine, no printing but by the command line. Each rule is also held against a small text
//! that breaks it.

#![cfg(test)]

mod levels;
mod source;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use source::{Module, Source};

/// What each crate may depend on, beside crates of others. The command line may depend on all but the last.
const ARROWS: &[(&str, &[&str])] = &[
    ("engine", &[]),
    ("prove", &["engine"]),
    ("ingest", &["engine"]),
    ("dialect", &["engine"]),
    ("generate", &["engine"]),
    ("lint", &["engine", "prove"]),
    ("harness", &["engine", "prove"]),
    ("gate", &["engine", "harness", "prove"]),
    ("report", &["engine", "gate", "harness"]),
    (TESTKIT, &["engine"]),
];

/// For tests only: nothing that users run depends on it.
const TESTKIT: &str = "testkit";

/// The longest file, in lines.
const LONGEST: usize = 500;

/// What the engine does not know of: files, the environment, threads, processes, the network.
const OUTSIDE: &[&str] = &["env", "fs", "process", "thread"];
const CLOCKS: &[&str] = &["Instant", "SystemTime"];
const PRINTING: &[&str] = &["dbg", "eprint", "eprintln", "print", "println"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folders of all crates but the command line's, by name.
fn crates() -> Vec<(String, PathBuf)> {
    let folders = fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path());
    let mut crates: Vec<_> =
        folders.chain([root().join("engine")]).filter(|folder| folder.join("Cargo.toml").exists()).collect();
    crates.sort();
    crates
        .into_iter()
        .map(|folder| (folder.file_name().unwrap().to_str().unwrap().to_owned(), folder))
        .collect()
}

/// Every Rust file below a folder, but for what is built or hidden.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for path in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = path.file_name().unwrap().to_string_lossy();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                waiting.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The modules of a crate: its files below `folder`, as Rust finds them.
fn modules(folder: &Path) -> BTreeMap<Module, Source> {
    let mut modules = BTreeMap::new();
    for file in rust_files(folder) {
        let path = file.strip_prefix(folder).unwrap().with_extension("");
        let mut module: Module = path.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
        if ["lib", "main", "mod"].contains(&module.last().unwrap().as_str()) {
            module.pop();
        }
        source::read(&module, &fs::read_to_string(&file).unwrap(), &mut modules)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
    modules
}

/// The dependencies of a manifest that lie in this workspace, by the name of their folder; only those of this table.
fn dependencies(manifest: &str, table: &str) -> Vec<String> {
    let manifest: toml::Table = manifest.parse().unwrap();
    let names = manifest.get(table).and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys);
    names.filter_map(|name| name.strip_prefix("lownoise-")).map(str::to_owned).collect()
}

/// What is wrong with the arrows of a crate.
fn wrong_arrows(name: &str, manifest: &str) -> Vec<String> {
    let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| *from == name) else {
        return vec![format!("say in this test what `{name}` may depend on")];
    };
    let used = dependencies(manifest, "dependencies");
    used.iter().filter(|to| !allowed.contains(&to.as_str())).map(|to| format!("{name} → {to}")).collect()
}

#[test]
fn arrows_between_crates_go_down() {
    let mut wrong = Vec::new();
    for (name, folder) in crates() {
        wrong.extend(wrong_arrows(&name, &fs::read_to_string(folder.join("Cargo.toml")).unwrap()));
    }
    let cli = dependencies(&fs::read_to_string(root().join("Cargo.toml")).unwrap(), "dependencies");
    wrong.extend(cli.iter().filter(|to| *to == TESTKIT).map(|to| format!("cli → {to}")));
    assert_eq!(wrong, [""; 0]);

    let upward = "[dependencies]\nlownoise-ingest.workspace = true\nserde = \"1\"\n[dev-dependencies]\nlownoise-testkit = \"1\"";
    assert_eq!(wrong_arrows("engine", upward), ["engine → ingest"]);
    assert_eq!(
        wrong_arrows("prove", "[dependencies]\nlownoise-testkit.workspace = true"),
        ["prove → testkit"]
    );
    assert_eq!(wrong_arrows("new", ""), ["say in this test what `new` may depend on"]);
}

#[test]
fn arrows_that_are_allowed_make_no_cycle() {
    let place = |wanted: &str| ARROWS.iter().position(|(name, _)| *name == wanted);
    for (from, allowed) in ARROWS {
        for to in *allowed {
            assert!(place(to) < place(from), "{from} → {to} goes up in the list");
        }
    }
}

#[test]
fn no_cycle_between_modules() {
    let mut found = Vec::new();
    let sources = crates().into_iter().map(|(name, folder)| (name, folder.join("src")));
    for (name, folder) in sources.chain([("cli".to_owned(), root().join("cli"))]) {
        let modules = modules(&folder);
        assert!(!modules.is_empty(), "no modules were found in {}", folder.display());
        found.extend(levels::cycles(&modules).into_iter().map(|cycle| format!("{name}: {cycle}")));
    }
    assert_eq!(found, [""; 0]);
}

#[test]
fn no_file_is_longer_than_a_file_may_be() {
    let lines = |text: &str| text.lines().count();
    let files = rust_files(root());
    assert!(files.iter().any(|file| file.ends_with("engine/src/lib.rs")));
    let long = files.iter().filter(|file| lines(&fs::read_to_string(file).unwrap()) > LONGEST);
    assert_eq!(long.collect::<Vec<_>>(), Vec::<&PathBuf>::new());
    assert!(lines(&"\n".repeat(LONGEST + 1)) > LONGEST);
}

/// What a module says that only the outside may know of.
fn outside(source: &Source) -> Vec<String> {
    let is_outside = |path: &&Vec<String>| match path.as_slice() {
        [first, second, ..] if first == "std" => OUTSIDE.contains(&second.as_str()),
        [.., last] => last == "now",
        [] => false,
    };
    let paths = source.paths.iter().filter(is_outside).map(|path| path.join("::"));
    let clocks = source.words.iter().filter(|word| CLOCKS.contains(&word.as_str())).cloned();
    paths.chain(clocks).collect()
}

#[test]
fn the_engine_knows_nothing_of_the_outside() {
    for (module, source) in modules(&root().join("engine/src")) {
        assert_eq!(outside(&source), [""; 0], "in {}", module.join("::"));
    }
    let mut small = BTreeMap::new();
    let text =
        "use std::{fmt, fs}; fn f() { std::env::var(\"X\"); jiff::Timestamp::now(); Instant::elapsed() }";
    source::read(&Module::new(), text, &mut small).unwrap();
    let found = small.values().flat_map(outside).collect::<Vec<_>>();
    assert_eq!(found, ["std::fs", "std::env::var", "jiff::Timestamp::now", "Instant"]);
}

fn prints(source: &Source) -> Vec<&String> {
    source.macros.iter().filter(|name| PRINTING.contains(&name.as_str())).collect()
}

#[test]
fn only_the_command_line_prints() {
    for (name, folder) in crates() {
        for (module, source) in modules(&folder.join("src")) {
            assert_eq!(prints(&source), [""; 0], "in {name}, {}", module.join("::"));
        }
    }
    let mut small = BTreeMap::new();
    let text = "// println!()\nfn f() { if a != (b) { eprintln!(\"println!()\") } }\n#[cfg(test)]\nmod tests { fn f() { print!() } }";
    source::read(&Module::new(), text, &mut small).unwrap();
    assert_eq!(small.values().flat_map(prints).collect::<Vec<_>>(), ["eprintln"]);
}

#[test]
fn the_reference_evaluator_stays_short() {
    let lines = fs::read_to_string(root().join("engine/src/evaluate.rs")).unwrap().lines().count();
    assert!((50..150).contains(&lines), "{lines} lines");
}

/// Whether a file begins with a line about itself.
fn says_what_it_knows(text: &str) -> bool {
    let first = text.lines().next().unwrap_or("");
    first.starts_with("//! ") || first.starts_with("#![")
}

#[test]
fn every_module_says_what_it_knows() {
    let silent =
        rust_files(root()).into_iter().filter(|file| !says_what_it_knows(&fs::read_to_string(file).unwrap()));
    assert_eq!(silent.collect::<Vec<_>>(), Vec::<PathBuf>::new());
    assert!(!says_what_it_knows("use std::fmt;\n//! Late."));
}
