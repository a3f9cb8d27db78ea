//! `lownoise test --coverage`: which parts of the policies the scenarios would notice.

use std::io::{Write, stdout};
use std::sync::Arc;

use lownoise_engine::policy::Policy;
use lownoise_harness::{Summary, coverage, percent};
use lownoise_report::{Style, coverage_html, coverage_json, coverage_lcov, render_coverage};

use crate::args::{CoverageFormat, Noticing};
use crate::failure::Failure;
use crate::{output, terminal};

/// Writes what is covered of these policies, if that is asked for; false when it is less than is asked for.
pub(crate) fn tell(suite: &Summary, policies: &[Arc<Policy>], arguments: &Noticing) -> Result<bool, Failure> {
    let Some(format) = arguments.coverage else { return Ok(true) };
    let covered = coverage(policies, &suite.checks);
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
    let counted = covered.policies.iter().map(|policy| (policy.policy.id.as_str(), policy.counted()));
    Ok(arguments.fail_under.is_none_or(|least| are_enough(counted, least, "of the outcomes are covered")))
}

/// Whether each policy's share, in percent, is at least this; those of which it is less are told.
pub(crate) fn are_enough<'p>(
    counted: impl Iterator<Item = (&'p str, (usize, usize))>,
    least: f64,
    what: &str,
) -> bool {
    let mut enough = true;
    for (policy, counted) in counted {
        let percent = percent(counted);
        if percent < least {
            enough = false;
            // Rounded down, so that it never reads as if it were enough.
            let share = (percent * 10.0).floor() / 10.0;
            terminal::error(&format!("`{policy}`: {share:.1} % {what}, less than {least} %"));
        }
    }
    enough
}
