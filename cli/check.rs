//! `lownoise check`: every mistake in policies and sets, what is suspicious, and what has expired.

use std::collections::{HashMap, HashSet};
use std::io::{Write, stdout};
use std::path::{Path, PathBuf};

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::expiry::expiry;
use lownoise_engine::parse::{FileKind, file_kind};
use lownoise_engine::policy::Exclusion;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::{Source, Sources, Span};
use lownoise_engine::value::Time;
use lownoise_report::{Finding, findings, render};

use crate::args::{self, ReportFormat};
use crate::failure::Failure;
use crate::{load, terminal};

/// Findings with the texts they point into.
type Found = (Vec<Diagnostic>, Sources);

pub(crate) fn run(arguments: &args::Check) -> Result<(), Failure> {
    let schemas = load::schemas()?;
    let now = load::now(arguments.now);
    let mut all: Vec<Found> = Vec::new();
    let mut ids: Vec<(String, Source, Span)> = Vec::new();
    let files = files(&arguments.paths)?;
    let (mut policies, mut sets) = (0, 0);
    for path in &files {
        match kind(path)? {
            FileKind::Policy => {
                policies += 1;
                all.push(policy(path, &schemas, now, &mut ids)?);
            }
            FileKind::Set => {
                sets += 1;
                all.push(set(path, &schemas, now)?);
            }
            FileKind::Other if arguments.paths.contains(path) => {
                let path = path.display();
                return Err(Failure::input(format!(
                    "`{path}` is neither a policy nor a set: it has no [policy] and no [set]"
                )));
            }
            FileKind::Other => all.extend(nearly(path)?),
        }
    }
    if policies + sets == 0 {
        return Err(Failure::input("there is no policy here; `lownoise init` writes one to start from"));
    }
    all.extend(same_ids(&ids));
    report(
        &all,
        arguments,
        &format!("{}, {}", counted(policies, "policy", "policies"), counted(sets, "set", "sets")),
    )
}

/// Prints the findings and decides the exit code.
fn report(all: &[Found], arguments: &args::Check, checked: &str) -> Result<(), Failure> {
    let mut shown: Vec<Finding> = Vec::new();
    let mut out = stdout().lock();
    for (diagnostics, sources) in all {
        for (diagnostic, finding) in diagnostics.iter().zip(findings(diagnostics, sources)) {
            // A set's mistakes are also found through every policy that uses it.
            if shown.contains(&finding) {
                continue;
            }
            if arguments.format == ReportFormat::Text {
                writeln!(out, "{}\n", render(diagnostic, sources, terminal::output_style()))?;
            }
            shown.push(finding);
        }
    }
    let count = |level: &str| shown.iter().filter(|finding| finding.level == level).count();
    let (errors, warnings) = (count("error"), count("warning"));
    match arguments.format {
        ReportFormat::Json => writeln!(out, "{}", serde_json::json!({ "findings": shown }))?,
        ReportFormat::Text => {
            let (errors, warnings) =
                (counted(errors, "error", "errors"), counted(warnings, "warning", "warnings"));
            writeln!(out, "{checked}: {errors}, {warnings}")?;
        }
    }
    let invalid = shown
        .iter()
        .any(|finding| finding.level == "error" && finding.code != lownoise_engine::expiry::EXPIRED);
    match (invalid, errors > 0 || (arguments.deny_warnings && warnings > 0)) {
        (true, _) => Err(Failure::Input(None)),
        (false, true) => Err(Failure::Findings),
        (false, false) => Ok(()),
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// The files to check: those named, and all TOML files of folders.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let default = if Path::new("rules").is_dir() { "rules" } else { "." };
    let paths = if paths.is_empty() { vec![PathBuf::from(default)] } else { paths.to_vec() };
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            files.extend(load::toml_files(&path)?);
        } else {
            files.push(path);
        }
    }
    // A file that is named twice, or by itself and by its folder, is one file.
    let mut seen = HashSet::new();
    files.retain(|path| seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())));
    Ok(files)
}

/// A file that is neither, but was perhaps meant to be one: it is no TOML, or looks like a policy otherwise.
fn nearly(path: &Path) -> Result<Option<Found>, Failure> {
    let source = load::source(path)?;
    let mistakes = lownoise_engine::parse::nearly_policy(&source);
    Ok((!mistakes.0.is_empty()).then_some(mistakes))
}

fn kind(path: &Path) -> Result<FileKind, Failure> {
    Ok(file_kind(&load::source(path)?.text))
}

fn policy(
    path: &Path,
    schemas: &Schemas,
    now: Time,
    ids: &mut Vec<(String, Source, Span)>,
) -> Result<Found, Failure> {
    let parsed = load::parse(path, schemas)?;
    let mut diagnostics = parsed.diagnostics;
    if let Some(policy) = parsed.result {
        diagnostics.extend(expired(&policy.exclusions, now));
        if let Some(source) = policy.sources.get(0) {
            ids.push((policy.id, source.clone(), policy.span));
        }
    }
    Ok((diagnostics, parsed.sources))
}

fn set(path: &Path, schemas: &Schemas, now: Time) -> Result<Found, Failure> {
    let parsed = load::parse_set_file(path, schemas)?;
    let mut diagnostics = parsed.diagnostics;
    diagnostics.extend(parsed.result.iter().flat_map(|set| expired(&set.exclusions, now)));
    Ok((diagnostics, parsed.sources))
}

fn expired(exclusions: &[Exclusion], now: Time) -> Vec<Diagnostic> {
    exclusions.iter().filter_map(|exclusion| expiry(exclusion, now)).collect()
}

/// Two policies with the same id, with both places.
fn same_ids(ids: &[(String, Source, Span)]) -> Vec<Found> {
    let mut seen: HashMap<&str, (&Source, Span)> = HashMap::new();
    let mut found = Vec::new();
    for (id, source, span) in ids {
        let (first, first_span) = *seen.entry(id).or_insert((source, *span));
        if first != source {
            let mut sources = Sources::default();
            let here = sources.add(source.clone());
            let there = sources.add(first.clone());
            let message = format!("two policies are called `{id}`");
            let diagnostic =
                Diagnostic::error("duplicate-policy", message, Span { source: here, ..*span }, "again here")
                    .and(Span { source: there, ..first_span }, "first here")
                    .help("give one of them another id");
            found.push((vec![diagnostic], sources));
        }
    }
    found
}
