//! `fixtures/lint/CODE`: a policy in which the lint finds something, and one, as near as can be, in which it does not. What
//! it says is kept beside them, as a reader sees it: `LOWNOISE_DOCS=overwrite` renews it.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lownoise_engine::diagnostic::Level;
use lownoise_engine::parse::{Wanted, parse_policy};
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::Time;
use lownoise_lint::config::Config;
use lownoise_lint::{Context, Hidden, Known, Settling, Told, Usage, check, lints};
use lownoise_report::{Style, render_told};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn policy(path: &str) -> Policy {
    let text = std::fs::read_to_string(root().join(path)).unwrap();
    let folder = root().join(path).parent().unwrap().to_owned();
    let mut load = |wanted: Wanted<'_>| {
        let text = std::fs::read_to_string(folder.join(wanted.path())).map_err(|error| error.to_string())?;
        Ok(Some(Source { name: format!("rules/{}", wanted.path()), text }))
    };
    let source = Source { name: path.to_owned(), text };
    let parsed = parse_policy(source, &mut load, &Schemas::shipped().unwrap());
    parsed.result.unwrap_or_else(|| panic!("{path}: {:?}", parsed.diagnostics))
}

fn told(path: &str) -> Vec<Told> {
    let policy = policy(path);
    let config = Config::default();
    // Of the given events, the exclusion `curl` hides one, and no other does.
    let hides = |id: &str| Hidden { all: u64::from(id == "curl"), alone: 0 };
    let exclusions: HashMap<String, Hidden> =
        policy.exclusions.iter().map(|exclusion| (exclusion.id.clone(), hides(&exclusion.id))).collect();
    // None has a command line.
    let empty = policy.schema.column("InitiatingProcessCommandLine").into_iter().collect();
    let usage = Usage { events: 1000, exclusions, empty };
    let now = Time::parse("2026-08-01T00:00:00Z").unwrap();
    let usage = ["/unused/", "/empty-column/"].iter().any(|with| path.contains(with)).then_some(&usage);
    let found = check(&policy, &Context { now, config: &config, usage, known: &Known::default() });
    let name = |name: &str| name.to_owned();
    let mut settling = Settling::new(&config, &name);
    settling.add(Vec::new(), found, &Arc::new(policy.sources.clone()));
    settling.finish(&|_| false)
}

fn of(code: &str, path: &str) -> Vec<Told> {
    told(path).into_iter().filter(|told| told.diagnostic.code == code).collect()
}

fn rendered(told: &[Told]) -> String {
    let each = told.iter().map(|told| render_told(told, Style::Plain).trim_end().to_owned());
    each.collect::<Vec<_>>().join("\n\n") + "\n"
}

fn snapshot(path: &str, found: &str) {
    let file = root().join(path);
    if std::env::var_os("LOWNOISE_DOCS").is_some_and(|value| value == "overwrite") {
        std::fs::write(&file, found).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(found, kept, "{path} is not what is found now");
}

#[test]
fn each_fixture_is_found_where_it_is_bad_and_nowhere_else() {
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(root().join("fixtures/lint")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    assert!(!folders.is_empty());
    for folder in folders {
        let code = folder.file_name().unwrap().to_str().unwrap();
        let lint =
            lints().into_iter().find(|lint| lint.code == code).unwrap_or_else(|| panic!("no lint `{code}`"));
        for part in ["\n## Why\n", "\n## Example\n", "\n## Instead\n"] {
            assert!(lint.page().contains(part), "{code}: no {part:?}");
        }
        if ELSEWHERE.contains(&code) {
            continue;
        }
        let bad = of(code, &format!("fixtures/lint/{code}/bad.toml"));
        assert!(!bad.is_empty(), "{code}: nothing is found in bad.toml");
        snapshot(&format!("fixtures/lint/{code}/bad.txt"), &rendered(&bad));
        let good = of(code, &format!("fixtures/lint/{code}/good.toml"));
        assert!(good.is_empty(), "{code}: found in good.toml\n{}", rendered(&good));
    }
}

/// Lints that need a `lownoise.toml`, a clock or a comment: they are tested where they live.
const ELSEWHERE: [&str; 14] = [
    "bad-allow",
    "bad-ticket",
    "expired",
    "expires-late",
    "expires-soon",
    "no-expiry",
    "no-reason",
    "no-review",
    "no-ticket",
    "review-due",
    "unexplained-allow",
    "unknown-allow",
    "unowned",
    "unused-allow",
];

#[test]
fn each_lint_has_fixtures() {
    for lint in lints().into_iter().filter(|lint| !ELSEWHERE.contains(&lint.code)) {
        let folder = root().join("fixtures/lint").join(lint.code);
        assert!(folder.is_dir(), "`{}` has no fixtures/lint/{}", lint.code, lint.code);
    }
}

#[test]
fn the_published_hunt_is_told_what_is_weak_in_it() {
    let told = told("rules/linux-desktop-public-egress.toml");
    let all = rendered(&told);
    let ridden: Vec<&Told> = told.iter().filter(|told| told.diagnostic.code == "easily-ridden").collect();
    for id in ["sensecm", "snapd", "networkmanager", "fwupdmgr", "apt-methods", "release-upgrader"] {
        let found = ridden.iter().find(|told| told.diagnostic.message.contains(&format!("`{id}`")));
        let evidence = &found.unwrap_or_else(|| panic!("`{id}` is not ridden\n{all}")).evidence;
        for part in ["event: ", "made by: "] {
            assert!(evidence.iter().any(|line| line.starts_with(part)), "`{id}`: no {part:?}\n{all}");
        }
    }
    let told_of = |code: &str, text: &str| {
        let mut all = told.iter().filter(|told| told.diagnostic.code == code);
        all.any(|told| {
            let span = told.diagnostic.labels.first().unwrap().span;
            told.diagnostic.message.contains(text) || told.sources.text(span).contains(text)
        })
    };
    let expected = [
        ("name-case", "never hides `NetworkManager`"),
        ("idle-condition", "127."),
        ("untyped-lost", "v4-mapped"),
        ("untyped-lost", "is empty"),
        ("inbound-in-egress", "inbound"),
    ];
    for (code, text) in expected {
        assert!(told_of(code, text), "{code}: nothing says {text:?}\n{all}");
    }
}

#[test]
fn the_hardened_policy_has_no_error() {
    let told = told("rules/linux-desktop-public-egress-hardened.toml");
    let errors = told.iter().filter(|told| told.diagnostic.level == Level::Error).cloned();
    assert_eq!(rendered(&errors.collect::<Vec<_>>()).trim(), "");
}
