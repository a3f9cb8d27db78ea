//! `lownoise check`: what is wrong with policies, sets, and queries and rules of others, before anyone runs them.

mod config;
mod files;
mod fix;
mod foreign;
mod look;
mod usage;

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;

use lownoise_engine::diagnostic::{Diagnostic, Level};
use lownoise_engine::policy::Policy;
use lownoise_engine::span::{Source, Sources, Span};
use lownoise_engine::value::Time;
use lownoise_ingest::write::Destination;
use lownoise_lint::{Context, Finding, Known, LANGUAGE, Settling, Usage, check, check_exclusions, strengths};
use lownoise_report::{
    Checked, Graded, check_json, check_junit, check_sarif, render_check, render_check_annotations,
};

use crate::args::{self, CheckFormat};
use crate::failure::Failure;
use crate::git::Here;
use crate::{load, terminal};
pub(crate) use config::Repository;
use files::files;
use look::{Looked, Subject, in_parallel, look};

pub(crate) fn run(arguments: &args::Check) -> Result<(), Failure> {
    if arguments.strength && !matches!(arguments.format, CheckFormat::Text | CheckFormat::Json) {
        return Err(Failure::Usage("--strength is said in text and JSON only: `--format json`".to_owned()));
    }
    let schemas = load::schemas()?;
    let now = load::now(arguments.reading.now);
    let files = files(&arguments.paths, arguments.from)?;
    let repository =
        Repository::find(arguments.config.as_deref(), files.first().map(|file| file.path.as_path()))?;
    let texts = load::Texts::default();
    let looked: Vec<Looked> = in_parallel(&files, arguments.threads, |file| look(file, &schemas, &texts))
        .into_iter()
        .collect::<Result<_, _>>()?;
    let of_kind = |wanted: fn(&Subject) -> bool| looked.iter().filter(|one| wanted(&one.subject)).count();
    let mut checked = Checked {
        files: looked.iter().map(|one| one.file.clone()).collect(),
        policies: of_kind(|subject| matches!(subject, Subject::Policy(_))),
        sets: of_kind(|subject| matches!(subject, Subject::Set(_))),
        foreign: of_kind(|subject| matches!(subject, Subject::Foreign(_))),
        told: Vec::new(),
        graded: Vec::new(),
    };
    if checked.policies + checked.sets + checked.foreign == 0 {
        return Err(Failure::input("there is no policy here; `lownoise init` writes one to start from"));
    }
    let usages = usage::count(&looked, arguments, now)?;
    let with_usage: Vec<(&Looked, Option<&Usage>)> =
        looked.iter().zip(&usages).map(|(one, usage)| (one, usage.as_ref())).collect();
    let known = Known::default();
    let found = in_parallel(&with_usage, arguments.threads, |(one, usage)| {
        findings(one, &Context { now, config: &repository.config, usage: *usage, known: &known })
    });
    if arguments.strength {
        let graded = in_parallel(&looked, arguments.threads, |one| graded(one, now, &known));
        checked.graded = graded.into_iter().flatten().collect();
    }
    let path = |name: &str| repository.relative(name);
    let mut settling = Settling::new(&repository.config, &path);
    for (one, found) in looked.iter().zip(found) {
        settling.add(one.parsed.clone(), found, &one.sources);
    }
    for (diagnostic, sources) in same_ids(&looked) {
        settling.add(vec![diagnostic], Vec::new(), &Arc::new(sources));
    }
    let counting = !arguments.events.is_empty();
    checked.told = settling.finish(&|code| counting || !lownoise_lint::needs_events(code));
    if arguments.fix {
        fix::fix(&mut checked, &looked, &schemas, now, arguments.diff)?;
    }
    print(&checked, arguments)?;
    outcome(&checked, arguments.deny_warnings)
}

/// What the lints find in a file.
fn findings(one: &Looked, context: &Context<'_>) -> Vec<Finding> {
    match &one.subject {
        Subject::Policy(Some(policy)) => check(policy, context),
        Subject::Set(Some(set)) => check_exclusions(&set.exclusions, context),
        Subject::Foreign(Some(foreign)) => foreign::findings(foreign, context),
        Subject::Policy(None) | Subject::Set(None) | Subject::Foreign(None) | Subject::Other => Vec::new(),
    }
}

/// How strong the exclusions of a file are.
fn graded(one: &Looked, now: Time, known: &Known) -> Option<Graded> {
    let policy = match &one.subject {
        Subject::Policy(Some(policy)) => policy,
        Subject::Foreign(Some(foreign)) => &foreign.policy,
        _ => return None,
    };
    Some(Graded { policy: Policy::clone(policy), strengths: strengths(policy, now, known) })
}

/// What `check` finds in one policy that is at hand: for the gate.
pub(crate) fn of_policy(
    policy: &Policy,
    parsed: &[Diagnostic],
    repository: &Repository,
    now: Time,
) -> Vec<Diagnostic> {
    let found =
        check(policy, &Context { now, config: &repository.config, usage: None, known: &Known::default() });
    let path = |name: &str| repository.relative(name);
    let mut settling = Settling::new(&repository.config, &path);
    settling.add(parsed.to_vec(), found, &Arc::new(policy.sources.clone()));
    settling.into_counted()
}

/// Whether a code is that of a mistake that leaves no policy.
pub(crate) fn is_mistake(code: &str) -> bool {
    LANGUAGE.iter().any(|(known, level, _)| *known == code && *level == Level::Error)
}

fn print(checked: &Checked, arguments: &args::Check) -> Result<(), Failure> {
    // Outside of a repository, paths are relative to this folder.
    let prefix = || Here::find().map_or_else(|_| String::new(), |here| here.prefix);
    let style =
        if arguments.output.is_some() { lownoise_report::Style::Plain } else { terminal::output_style() };
    let text = match arguments.format {
        CheckFormat::Text => render_check(checked, style),
        CheckFormat::Json => format!("{}\n", check_json(checked)),
        CheckFormat::Sarif => format!("{:#}\n", check_sarif(checked, &prefix(), env!("CARGO_PKG_VERSION"))),
        CheckFormat::Github => render_check_annotations(checked, &prefix()),
        CheckFormat::Junit => check_junit(checked, arguments.deny_warnings).map_err(Failure::Usage)?,
    };
    let mut out =
        arguments.output.as_deref().map_or_else(|| Ok(Destination::standard()), Destination::open)?;
    out.write_all(text.as_bytes())?;
    Ok(out.finish()?)
}

fn outcome(checked: &Checked, deny_warnings: bool) -> Result<(), Failure> {
    let invalid = checked.told.iter().any(|told| told.mistake);
    let fails = checked.count(Level::Error) > 0 || (deny_warnings && checked.count(Level::Warning) > 0);
    match (invalid, fails) {
        (true, _) => Err(Failure::Input(None)),
        (false, true) => Err(Failure::Findings),
        (false, false) => Ok(()),
    }
}

/// Two policies with the same id, with both places.
fn same_ids(looked: &[Looked]) -> Vec<(Diagnostic, Sources)> {
    let mut seen: HashMap<&str, (&Source, Span)> = HashMap::new();
    let mut found = Vec::new();
    for one in looked {
        let Subject::Policy(Some(policy)) = &one.subject else { continue };
        let Some(source) = policy.sources.get(0) else { continue };
        let (first, first_span) = *seen.entry(&policy.id).or_insert((source, policy.span));
        if first != source {
            let mut sources = Sources::default();
            let here = sources.add(source.clone());
            let there = sources.add(first.clone());
            let message = format!("two policies are called `{}`", policy.id);
            let span = Span { source: here, ..policy.span };
            let diagnostic = Diagnostic::error("duplicate-policy", message, span, "again here")
                .and(Span { source: there, ..first_span }, "first here")
                .help("give one of them another id");
            found.push((diagnostic, sources));
        }
    }
    found
}
