//! `lownoise test --mutate`: edits of the policies that the scenarios would not notice, and the scenarios that would.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Write, stdout};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lownoise_engine::policy::Policy;
use lownoise_harness::{Mutation, Options, PolicyMutation, Summary, mutation, rehearse, run as run_features};
use lownoise_report::{Style, mutation_json, render_mutation};

use crate::args::{MutationFormat, Noticing};
use crate::coverage::are_enough;
use crate::failure::Failure;
use crate::{load, output, terminal};

/// The run of which the edits are tried.
#[derive(Clone, Copy)]
pub(crate) struct Run<'r> {
    /// What came of it.
    pub(crate) suite: &'r Summary,
    /// The policies that are edited.
    pub(crate) policies: &'r [Arc<Policy>],
    /// The features that were run.
    pub(crate) features: &'r [PathBuf],
    /// How they were run.
    pub(crate) options: &'r Options,
}

/// Tries small edits, if that is asked for; false when fewer are noticed than is asked for. A policy that its scenarios do
/// not describe cannot be tried by them.
pub(crate) fn mutate(run: Run<'_>, arguments: &Noticing, verbose: bool) -> Result<bool, Failure> {
    let Some(format) = arguments.mutate else { return Ok(true) };
    if !run.suite.is_success() {
        terminal::error("scenarios fail, so edits cannot be tried\nhelp: mend them first");
        return Ok(false);
    }
    let now = run.options.now;
    let mut tried = mutation(run.policies, &run.suite.checks, now)?;
    if arguments.write && tried.policies.iter().any(|policy| !policy.proposed.is_empty()) {
        if format == MutationFormat::Text && arguments.mutate_output.is_none() {
            tell(&tried, format, arguments, verbose)?;
        }
        if let Some(suite) = write(run, &tried, arguments.yes)? {
            tried = mutation(run.policies, &suite.checks, now)?;
        }
    }
    tell(&tried, format, arguments, verbose)?;
    let scores = tried.policies.iter().map(|policy| (policy.policy.id.as_str(), policy.score()));
    let least = arguments.fail_under_mutation.unwrap_or(100.0);
    Ok(are_enough(scores, least, "of the edits are noticed"))
}

fn tell(
    tried: &Mutation,
    format: MutationFormat,
    arguments: &Noticing,
    verbose: bool,
) -> Result<(), Failure> {
    let style = if arguments.mutate_output.is_some() { Style::Plain } else { terminal::output_style() };
    let text = match format {
        MutationFormat::Text => render_mutation(tried, verbose, style),
        MutationFormat::Json => format!("{:#}\n", mutation_json(tried)),
    };
    match &arguments.mutate_output {
        Some(path) => output::write(path, &text),
        None => Ok(write!(stdout().lock(), "{text}")?),
    }
}

/// Appends the scenarios that are missing, and runs all features again; `None` where the user wants neither.
fn write(run: Run<'_>, tried: &Mutation, yes: bool) -> Result<Option<Summary>, Failure> {
    let mut texts: BTreeMap<PathBuf, String> = BTreeMap::new();
    let mut counts: BTreeMap<PathBuf, usize> = BTreeMap::new();
    for policy in tried.policies.iter().filter(|policy| !policy.proposed.is_empty()) {
        let (path, text) = with_proposed(run, policy, &texts)?;
        *counts.entry(path.clone()).or_default() += policy.proposed.len();
        texts.insert(path, text);
    }
    let each = counts.iter().map(|(path, count)| format!("{count} to `{}`", path.display()));
    let question = format!("append scenarios: {}?", each.collect::<Vec<_>>().join(", "));
    let agreed = if yes { Some(true) } else { terminal::confirm(&question)? };
    match agreed {
        None => {
            let why = "there is no terminal to ask on, so nothing is written; `--yes` writes without asking";
            return Err(Failure::Usage(why.to_owned()));
        }
        Some(false) => return Ok(None),
        Some(true) => {}
    }
    for (path, text) in &texts {
        output::write(path, text)?;
        let count = counts.get(path).copied().unwrap_or_default();
        terminal::say(&format!("appended {count} scenarios to {}", path.display()));
    }
    let new = texts.keys().filter(|path| !run.features.iter().any(|known| path.starts_with(known)));
    let features: Vec<PathBuf> = run.features.iter().chain(new).cloned().collect();
    Ok(Some(run_features(&features, run.options)?))
}

/// The file that the scenarios of a policy go to, with them at its end: the one that has most scenarios of the policy, if
/// all of its scenarios pass then, else a new one. What stands before a scenario in its file may decide about it, and the
/// file may be in another language.
fn with_proposed(
    run: Run<'_>,
    policy: &PolicyMutation,
    texts: &BTreeMap<PathBuf, String>,
) -> Result<(PathBuf, String), Failure> {
    let scenarios: Vec<&str> = policy.proposed.iter().map(|proposed| proposed.text.as_str()).collect();
    let scenarios = scenarios.join("\n");
    if let Some(home) = home(run.suite, &policy.policy.id) {
        let before = match texts.get(home) {
            Some(text) => text.clone(),
            None => load::source(home)?.text,
        };
        let text = format!("{}\n\n{scenarios}", before.trim_end());
        let all = |text: &str| {
            let suite = rehearse(text, home, run.options).ok()?;
            suite.is_success().then(|| suite.passed())
        };
        if all(&text).zip(all(&before)).is_some_and(|(now, was)| now == was + policy.proposed.len()) {
            return Ok((home.to_owned(), text));
        }
    }
    let id: String = policy.policy.id.split_whitespace().collect::<Vec<_>>().join(" ");
    let path = new_file(run.features, &id, texts);
    Ok((path, format!("Feature: edits of {id} that have to be noticed\n\n{scenarios}")))
}

/// The feature that has most scenarios of a policy; of several, the first.
fn home<'s>(suite: &'s Summary, policy: &str) -> Option<&'s Path> {
    let about = |file: &Path| {
        let of_file = suite.scenarios().filter(|scenario| scenario.place.file == file);
        of_file.filter(|scenario| scenario.seen.policies.iter().any(|id| id == policy)).count()
    };
    let files = suite.features.iter().map(|feature| feature.file.as_path());
    files.rev().max_by_key(|file| about(file)).filter(|file| about(file) > 0)
}

/// A path that no file has, beside the features.
fn new_file(features: &[PathBuf], id: &str, taken: &BTreeMap<PathBuf, String>) -> PathBuf {
    let first = features.first().map_or(Path::new(""), PathBuf::as_path);
    let folder = if first.is_dir() { first } else { first.parent().unwrap_or(Path::new("")) };
    let safe = |letter: char| if letter.is_alphanumeric() || "-_.".contains(letter) { letter } else { '-' };
    let name: String = id.chars().map(safe).collect();
    let mut path = folder.join(format!("{name}.feature"));
    let mut count = 1;
    while fs::exists(&path).unwrap_or(true) || taken.contains_key(&path) {
        count += 1;
        path = folder.join(format!("{name}-{count}.feature"));
    }
    path
}

/// All policies that are known, and those that scenarios name by a path elsewhere.
pub(crate) fn policies(known: Vec<Arc<Policy>>, suite: &Summary) -> Vec<Arc<Policy>> {
    let mut policies = known;
    for check in &suite.checks {
        if !policies.iter().any(|known| check.is_of(known)) {
            policies.push(Arc::clone(&check.policy));
        }
    }
    policies
}
