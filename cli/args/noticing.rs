//! What `test` is told of coverage and of edits.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// What of the policies the scenarios would notice.
#[derive(Debug, Args)]
pub(crate) struct Noticing {
    /// Show which tests of the policies no scenario would notice; in LCOV or HTML for other programs.
    #[arg(long, value_name = "FORMAT", num_args = 0..=1, require_equals = true, default_missing_value = "text")]
    pub(crate) coverage: Option<CoverageFormat>,
    /// Write the coverage to a file [default: standard output].
    #[arg(long, value_name = "FILE", requires = "coverage")]
    pub(crate) coverage_output: Option<PathBuf>,
    /// Fail when of some policy less than so many percent of the outcomes are covered.
    #[arg(long, value_name = "PERCENT", requires = "coverage")]
    pub(crate) fail_under: Option<f64>,
    /// Edit the policies in small ways, and show the edits that no scenario notices.
    #[arg(long, value_name = "FORMAT", num_args = 0..=1, require_equals = true, default_missing_value = "text")]
    pub(crate) mutate: Option<MutationFormat>,
    /// Write what became of the edits to a file [default: standard output].
    #[arg(long, value_name = "FILE", requires = "mutate")]
    pub(crate) mutate_output: Option<PathBuf>,
    /// Fail when of some policy less than so many percent of the edits are noticed [default: 100].
    #[arg(long, value_name = "PERCENT", requires = "mutate")]
    pub(crate) fail_under_mutation: Option<f64>,
    /// Append the scenarios that are missing to the features, after asking.
    #[arg(long, requires = "mutate", conflicts_with_all = ["watch", "tags", "shard"])]
    pub(crate) write: bool,
    /// Do not ask.
    #[arg(long, requires = "write")]
    pub(crate) yes: bool,
}

/// How mutants are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MutationFormat {
    Text,
    Json,
}

/// How coverage is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CoverageFormat {
    Text,
    Html,
    Lcov,
    Json,
}
