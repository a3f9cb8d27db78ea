//! `lownoise test`: Gherkin scenarios against policies.

use std::io::{Write, stdout};
use std::path::PathBuf;

use lownoise_harness::{Moment, Options, StepHelp, Summary, run as run_features, steps};
use lownoise_report::{
    Style, render_suite, suite_annotations, suite_json, suite_junit, suite_markdown, suite_tap,
};

use crate::args::{self, TestFormat};
use crate::failure::Failure;
use crate::git::Here;
use crate::scenarios::Policies;
use crate::watch::{Watched, watch};
use crate::{coverage, load, mutation, output, terminal};

pub(crate) fn run(arguments: &args::Test) -> Result<(), Failure> {
    if arguments.steps {
        return list(&mut stdout().lock());
    }
    let features = if arguments.features.is_empty() {
        vec![PathBuf::from("features")]
    } else {
        arguments.features.clone()
    };
    if arguments.watch {
        let watched = Watched { features: &features, rules: &arguments.rules };
        return watch(&watched, |features| once(features, arguments));
    }
    once(&features, arguments)
}

/// Runs features and reports them. Policies are read anew.
fn once(features: &[PathBuf], arguments: &args::Test) -> Result<(), Failure> {
    let schemas = load::schemas()?;
    let policies = Policies::among(std::slice::from_ref(&arguments.rules), &schemas)?;
    let noticing = &arguments.noticing;
    let looks_closer = noticing.coverage.is_some() || noticing.mutate.is_some();
    let known = if looks_closer { policies.all()? } else { Vec::new() };
    let options = Options {
        tags: arguments.tags.clone(),
        shard: arguments.shard,
        ..policies.options(load::now(arguments.now))
    };
    let suite = run_features(features, &options)?;
    tell(&suite, arguments)?;
    let policies = mutation::policies(known, &suite);
    let covered = coverage::tell(&suite, &policies, noticing)?;
    let run = mutation::Run { suite: &suite, policies: &policies, features, options: &options };
    let noticed = mutation::mutate(run, noticing, arguments.verbose)?;
    if suite.is_success() && covered && noticed { Ok(()) } else { Err(Failure::Findings) }
}

/// Writes the report, and what goes beside it.
fn tell(suite: &Summary, arguments: &args::Test) -> Result<(), Failure> {
    match &arguments.output {
        Some(path) => {
            output::write(path, &report(suite, arguments, Style::Plain)?)?;
            terminal::say(render_suite(suite, arguments.verbose, terminal::error_style()).trim_end());
        }
        None => write!(stdout().lock(), "{}", report(suite, arguments, terminal::output_style())?)?,
    }
    if let Some(path) = &arguments.summary {
        output::add_to(path, &suite_markdown(suite))?;
    } else if arguments.format == TestFormat::Github {
        output::add_to_job_summary(&suite_markdown(suite))?;
    }
    Ok(())
}

/// The report in the format that is asked for.
fn report(suite: &Summary, arguments: &args::Test, style: Style) -> Result<String, Failure> {
    Ok(match arguments.format {
        TestFormat::Text => render_suite(suite, arguments.verbose, style),
        TestFormat::Json => format!("{:#}\n", suite_json(suite)),
        TestFormat::Junit => suite_junit(suite).map_err(Failure::Usage)?,
        // Outside of a repository, paths are relative to this folder.
        TestFormat::Github => {
            suite_annotations(suite, &Here::find().map_or_else(|_| String::new(), |here| here.prefix))
        }
        TestFormat::Tap => suite_tap(suite),
    })
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
