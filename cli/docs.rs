//! `lownoise docs`: a page a policy, made from the policy and its scenarios.

use std::fs;
use std::io::{Write, stdout};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lownoise_dialect::kql;
use lownoise_engine::parse::{FileKind, file_kind};
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::value::Time;
use lownoise_gate::never_hide;
use lownoise_harness::{Summary, policy_coverage, run as run_features};
use lownoise_prove::Setting;
use lownoise_report::{Baseline, baseline_html, baseline_markdown, render_suite};

use crate::args::{self, PageFormat};
use crate::failure::Failure;
use crate::scenarios::Policies;
use crate::{load, output, terminal};

/// In the first lines of every page, so that a page of a policy that is gone is known as one.
const MADE: &str = "<!-- Made by";

pub(crate) fn run(arguments: &args::Docs) -> Result<(), Failure> {
    let schemas = load::schemas()?;
    let now = load::now(arguments.now);
    let paths = match arguments.policies.as_slice() {
        [] => vec![arguments.rules.clone()],
        given => given.to_vec(),
    };
    let files = policy_files(&paths)?;
    let suite = scenarios(arguments, &paths, &schemas, now)?;
    let mut pages = Vec::new();
    for file in &files {
        let policy = Arc::new(load::policy(file, &schemas)?);
        let path = arguments.output.join(page_name(&policy.id, arguments.format));
        if pages.iter().any(|(known, _)| *known == path) {
            let told = format!("two policies are called `{}`, and have one page", policy.id);
            return Err(Failure::input(told));
        }
        pages.push((path, page(&policy, file, &suite, arguments.format, now)));
    }
    if arguments.check { check(&pages, arguments) } else { write(&pages, arguments) }
}

/// The policies among these paths and in the folders among them.
fn policy_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        let found = if path.is_dir() { load::toml_files(path)? } else { vec![path.clone()] };
        for file in found {
            if path == &file || file_kind(&load::source(&file)?.text) == FileKind::Policy {
                files.push(file);
            }
        }
    }
    if files.is_empty() {
        return Err(Failure::input("there is no policy here; `lownoise init` writes one to start from"));
    }
    Ok(files)
}

/// What came of the scenarios. One that fails is a finding: a page would show what is not so.
fn scenarios(
    arguments: &args::Docs,
    paths: &[PathBuf],
    schemas: &Schemas,
    now: Time,
) -> Result<Summary, Failure> {
    let homes: Vec<PathBuf> = [arguments.rules.clone()].into_iter().chain(paths.iter().cloned()).collect();
    let homes: Vec<PathBuf> = homes.into_iter().filter(|home| home.exists()).collect();
    let suite = run_features(&arguments.features, &Policies::among(&homes, schemas)?.options(now))?;
    if suite.is_success() {
        return Ok(suite);
    }
    terminal::say(render_suite(&suite, false, terminal::error_style()).trim_end());
    terminal::error("no page is written from scenarios that fail");
    Err(Failure::Findings)
}

fn page(policy: &Arc<Policy>, file: &Path, suite: &Summary, format: PageFormat, now: Time) -> String {
    let (proved, _) = never_hide(policy, None, &Setting::of(policy, now));
    let query = kql::emit(policy, now)
        .map(|emitted| emitted.text)
        .map_err(|refused| refused.first().map_or_else(String::new, |diagnostic| diagnostic.message.clone()));
    let covered = policy_coverage(policy, &suite.checks);
    let baseline = Baseline {
        policy,
        file: &file.display().to_string(),
        suite,
        coverage: &covered,
        proved: &proved,
        query: query.as_deref().map_err(String::as_str),
        now,
    };
    match format {
        PageFormat::Markdown => baseline_markdown(&baseline),
        PageFormat::Html => baseline_html(&baseline),
    }
}

/// The file of a policy's page. An id is no path.
fn page_name(id: &str, format: PageFormat) -> String {
    let safe = |letter: char| if letter.is_alphanumeric() || "-_.".contains(letter) { letter } else { '-' };
    format!("{}.{}", id.chars().map(safe).collect::<String>(), ending(format))
}

fn ending(format: PageFormat) -> &'static str {
    match format {
        PageFormat::Markdown => "md",
        PageFormat::Html => "html",
    }
}

fn write(pages: &[(PathBuf, String)], arguments: &args::Docs) -> Result<(), Failure> {
    let folder = &arguments.output;
    fs::create_dir_all(folder)
        .map_err(|error| Failure::Usage(format!("`{}`: cannot be made: {error}", folder.display())))?;
    let mut out = stdout().lock();
    for (path, text) in pages {
        output::write(path, text)?;
        writeln!(out, "wrote {}", path.display())?;
    }
    Ok(())
}

/// Says which pages are not what would be written, and which are of no policy.
fn check(pages: &[(PathBuf, String)], arguments: &args::Docs) -> Result<(), Failure> {
    let mut out = stdout().lock();
    let mut wrong = 0;
    for (path, text) in pages {
        let there = fs::read_to_string(path);
        if there.as_ref().is_ok_and(|there| there == text) {
            continue;
        }
        wrong += 1;
        let state = if there.is_ok() { "is stale" } else { "is not there" };
        writeln!(out, "{} {state}", path.display())?;
    }
    for path in left_over(pages, arguments) {
        wrong += 1;
        writeln!(out, "{} is of no policy; remove it", path.display())?;
    }
    if wrong == 0 {
        return Ok(());
    }
    writeln!(
        out,
        "help: run `lownoise docs` with the same arguments, without `--check`, and commit the pages"
    )?;
    Err(Failure::Findings)
}

/// Pages that were made of policies which are not among all of them any more.
fn left_over(pages: &[(PathBuf, String)], arguments: &args::Docs) -> Vec<PathBuf> {
    if !arguments.policies.is_empty() {
        return Vec::new();
    }
    let entries = fs::read_dir(&arguments.output).into_iter().flatten().flatten().map(|entry| entry.path());
    let of_format = |path: &PathBuf| path.extension().is_some_and(|end| end == ending(arguments.format));
    let is_page = |path: &PathBuf| fs::read_to_string(path).is_ok_and(|text| text.contains(MADE));
    let mut found: Vec<PathBuf> = entries
        .filter(of_format)
        .filter(|path| !pages.iter().any(|(known, _)| known == path))
        .filter(is_page)
        .collect();
    found.sort();
    found
}
