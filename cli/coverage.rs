//! `lownoise test --coverage` and `--mutate`: what of the policies the scenarios would notice.

use std::io::{Write, stdout};
use std::sync::Arc;

use lownoise_engine::policy::Policy;
use lownoise_harness::{Summary, coverage, mutation};
use lownoise_report::{
    Style, coverage_html, coverage_json, coverage_lcov, mutation_json, render_coverage, render_mutation,
};

use crate::args::{self, CoverageFormat, MutationFormat};
use crate::failure::Failure;
use crate::{load, output, terminal};

/// Writes what is covered, if that is asked for; false when it is less than is asked for.
pub(crate) fn tell(suite: &Summary, arguments: &args::Test) -> Result<bool, Failure> {
    let Some(format) = arguments.coverage else { return Ok(true) };
    let covered = coverage(&tested(suite), &suite.checks);
    let style = if arguments.coverage_output.is_some() { Style::Plain } else { terminal::output_style() };
    let text = match format {
        CoverageFormat::Text => render_coverage(&covered, style),
        CoverageFormat::Html => coverage_html(&covered),
        CoverageFormat::Lcov => coverage_lcov(&covered),
        CoverageFormat::Json => format!("{:#}\n", coverage_json(&covered)),
    };
    match &arguments.coverage_output {
        Some(path) => output::write(path, &text)?,
        None => write!(stdout().lock(), "{text}")?,
    }
    let enough = arguments.fail_under.is_none_or(|least| covered.percent() >= least);
    if let (false, Some(least)) = (enough, arguments.fail_under) {
        terminal::error(&format!(
            "{:.1} % of the outcomes are covered, less than {least} %",
            covered.percent()
        ));
    }
    Ok(enough)
}

/// Tries small edits, if that is asked for; false when one is not noticed. A policy that its scenarios do not describe
/// cannot be tried by them.
pub(crate) fn mutate(suite: &Summary, arguments: &args::Test) -> Result<bool, Failure> {
    let Some(format) = arguments.mutate else { return Ok(true) };
    if !suite.is_success() {
        terminal::error("scenarios fail, so edits cannot be tried\nhelp: mend them first");
        return Ok(false);
    }
    let tried = mutation(&tested(suite), &suite.checks, load::now(arguments.now));
    let text = match format {
        MutationFormat::Text => render_mutation(&tried, arguments.verbose, terminal::output_style()),
        MutationFormat::Json => format!("{:#}\n", mutation_json(&tried)),
    };
    write!(stdout().lock(), "{text}")?;
    Ok(tried.policies.iter().all(|policy| {
        let [_, survived, _, unknown] = policy.counts(None);
        survived + unknown == 0
    }))
}

/// The policies that passed scenarios speak of, in their order.
pub(crate) fn tested(suite: &Summary) -> Vec<Arc<Policy>> {
    let mut policies: Vec<Arc<Policy>> = Vec::new();
    for check in &suite.checks {
        if !policies.iter().any(|known| known.id == check.policy.id) {
            policies.push(Arc::clone(&check.policy));
        }
    }
    policies
}
