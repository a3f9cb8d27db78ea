//! `lownoise test`: Gherkin scenarios against policies.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{Write, stdout};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lownoise_engine::parse::{FileKind, file_kind};
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_harness::{Moment, Options, StepHelp, run as run_features, steps};
use lownoise_report::render;

use crate::args;
use crate::failure::Failure;
use crate::{load, terminal};

pub(crate) fn run(arguments: &args::Test) -> Result<(), Failure> {
    let mut out = stdout().lock();
    if arguments.steps {
        return list(&mut out);
    }
    let schemas = load::schemas()?;
    let known = policies_by_id(&arguments.rules)?;
    let read: RefCell<HashMap<PathBuf, Result<Arc<Policy>, String>>> = RefCell::default();
    let find = |name: &str| {
        let path = place(name, &known, &arguments.rules)?;
        let mut read = read.borrow_mut();
        read.entry(path.clone()).or_insert_with(|| policy(&path, &schemas)).clone()
    };
    let features = if arguments.features.is_empty() {
        vec![PathBuf::from("features")]
    } else {
        arguments.features.clone()
    };
    let options = Options { policies: &find, now: load::now(arguments.now), verbose: arguments.verbose };
    let summary = run_features(&features, &options, &mut out)?;
    if summary.is_success() { Ok(()) } else { Err(Failure::Findings) }
}

/// The path of a policy that a scenario names by its id or by its path.
fn place(name: &str, known: &HashMap<String, PathBuf>, rules: &Path) -> Result<PathBuf, String> {
    if let Some(path) = known.get(name) {
        return Ok(path.clone());
    }
    let below = rules.join(name);
    let path = [PathBuf::from(name), rules.join(format!("{name}.toml")), below]
        .into_iter()
        .find(|path| path.is_file());
    path.ok_or_else(|| {
        let mut ids: Vec<&str> = known.keys().map(String::as_str).collect();
        ids.sort_unstable();
        format!("there is no policy `{name}` in `{}`; there are: {}", rules.display(), ids.join(", "))
    })
}

fn policy(path: &Path, schemas: &Schemas) -> Result<Arc<Policy>, String> {
    let parsed = load::parse(path, schemas).map_err(|failure| match failure {
        Failure::Input(Some(text)) => text,
        _ => format!("`{}` cannot be read", path.display()),
    })?;
    let told = || {
        let each =
            parsed.diagnostics.iter().map(|found| render(found, &parsed.sources, terminal::output_style()));
        each.collect::<Vec<_>>().join("\n\n")
    };
    parsed
        .result
        .clone()
        .map(Arc::new)
        .ok_or_else(|| format!("`{}` is not valid:\n{}", path.display(), told()))
}

/// The policies of a folder by their ids, whatever their files are called.
fn policies_by_id(rules: &Path) -> Result<HashMap<String, PathBuf>, Failure> {
    let mut known = HashMap::new();
    if !rules.is_dir() {
        return Ok(known);
    }
    for path in load::toml_files(rules)? {
        let text = load::source(&path)?.text;
        if file_kind(&text) == FileKind::Policy
            && let Some(id) = lownoise_engine::parse::policy_id(&text)
        {
            known.entry(id).or_insert(path);
        }
    }
    Ok(known)
}

/// Every step that a scenario may use.
fn list(out: &mut dyn Write) -> Result<(), Failure> {
    let steps = steps();
    let headings = [
        (Moment::Setting, "Given: the policy and the clock"),
        (Moment::Event, "Given or When: the event and its device"),
        (Moment::Outcome, "Then: the verdict"),
    ];
    let width = steps.iter().map(|step| step.words.chars().count()).max().unwrap_or(0);
    for (moment, heading) in headings {
        writeln!(out, "{heading}")?;
        for StepHelp { words, help, .. } in steps.iter().filter(|step| step.moment == moment) {
            writeln!(out, "  {words:<width$}  {help}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}
