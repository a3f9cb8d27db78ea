//! `lownoise test --coverage`: which tests of the policies the scenarios would notice.

use std::io::{Write, stdout};
use std::sync::Arc;

use lownoise_engine::policy::Policy;
use lownoise_harness::{Summary, coverage};
use lownoise_report::{Style, coverage_html, coverage_json, coverage_lcov, render_coverage};

use crate::args::{self, CoverageFormat};
use crate::failure::Failure;
use crate::{output, terminal};

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
