//! Each lint of governance and of allows finds what it is for, and leaves alone what lies just beside it:
//! `fixtures/lint/CODE/{bad,good}.toml`, at 2026-02-03.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a fixture that cannot be read fails the test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lownoise_engine::parse::parse_policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::Time;
use lownoise_lint::config::{Config, read_config};
use lownoise_lint::{Context, Known, Settling, check, codes, lints};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/lint")
}

fn source(path: &Path) -> Source {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Source { name: path.display().to_string(), text }
}

fn told(path: &Path, config: &Config) -> Vec<&'static str> {
    let parsed = parse_policy(source(path), &mut |_| Err("no sets".to_owned()), &Schemas::shipped().unwrap());
    assert!(parsed.diagnostics.is_empty(), "{}: {:?}", path.display(), parsed.diagnostics);
    let now = Time::parse("2026-02-03T12:00:00Z").unwrap();
    let policy = parsed.result.unwrap();
    let found = check(&policy, &Context { now, config, usage: None, known: &Known::default() });
    let mut settling = Settling::new(config, &str::to_owned);
    settling.add(Vec::new(), found, &Arc::new(policy.sources.clone()));
    let told = settling.finish(&|_| true);
    told.iter().filter(|told| told.allowed.is_none()).map(|told| told.diagnostic.code).collect()
}

#[test]
fn each_finds_what_is_bad_and_nothing_in_what_is_good() {
    let config = read_config(source(&folder().join("lownoise.toml")), &codes()).result.unwrap();
    // What the others find is kept beside their fixtures, and tested where findings are rendered.
    let mine: Vec<&str> = lints()
        .iter()
        .map(|lint| lint.code)
        .filter(|code| !folder().join(code).join("bad.txt").exists())
        .collect();
    let told =
        |path: &Path| told(path, &config).into_iter().filter(|code| mine.contains(code)).collect::<Vec<_>>();
    let mut count = 0;
    for lint in lints().into_iter().filter(|lint| mine.contains(&lint.code)) {
        let folder = folder().join(lint.code);
        assert_eq!(told(&folder.join("bad.toml")), [lint.code]);
        let good = told(&folder.join("good.toml"));
        assert!(good.is_empty(), "{}: {good:?}", lint.code);
        count += 1;
    }
    assert!(count >= 14, "only {count} lints were looked at");
}
