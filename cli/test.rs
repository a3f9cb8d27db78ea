//! `lownoise test`: Gherkin scenarios against policies.

use std::io::{Write, stdout};
use std::path::PathBuf;
use std::rc::Rc;

use lownoise_harness::{Moment, Options, StepHelp, run as run_features, steps};
use lownoise_report::render_suite;

use crate::args;
use crate::failure::Failure;
use crate::load;
use crate::scenarios::Policies;
use crate::terminal;

pub(crate) fn run(arguments: &args::Test) -> Result<(), Failure> {
    let mut out = stdout().lock();
    if arguments.steps {
        return list(&mut out);
    }
    let schemas = load::schemas()?;
    let policies = Policies::among(std::slice::from_ref(&arguments.rules), &schemas)?;
    let find = move |name: &str| policies.find(name);
    let features = if arguments.features.is_empty() {
        vec![PathBuf::from("features")]
    } else {
        arguments.features.clone()
    };
    let options = Options::new(Rc::new(find), load::now(arguments.now));
    let summary = run_features(&features, &options)?;
    out.write_all(render_suite(&summary, arguments.verbose, terminal::output_style()).as_bytes())?;
    if summary.is_success() { Ok(()) } else { Err(Failure::Findings) }
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
