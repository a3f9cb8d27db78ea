//! What may be written for the verbs that check.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Language, Reading};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lownoise check
  lownoise check rules/ --format sarif -o check.sarif
  lownoise check rules/ --now 2027-02-03T00:00:00Z      what will have expired by then
  lownoise check rules/ --events export.csv --devices devices.csv
                                                        how much comes back when an exclusion expires
  lownoise check rules/ --fix --diff                    show the edits that --fix would make
  lownoise check --strength                             what is left to an intruder, exclusion by exclusion
  lownoise check hunt.kql rule.yml                      the blind spots of what is there today

What a repository demands (owners, expiry, tickets, levels of findings) stands in `lownoise.toml` at its root. A comment
allows a finding: `# lownoise: allow(CODE, reason = \"…\")`, on its line, above it, at the header of its exclusion for the
whole exclusion, at the head of the file for the file. `lownoise lint-info CODE` says what a finding means.

Exit code 1 for errors, 2 when a file is invalid or cannot be read.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct Check {
    /// Policies, sets, queries, rules, and folders of them [default: rules, or this folder].
    pub(crate) paths: Vec<PathBuf>,
    /// What the repository demands [default: lownoise.toml in the folder of the first path, or above it].
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The language of files that are no policies [default: by their ending].
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) from: Option<Language>,
    /// Files of events, or folders of them: count what expired and expiring exclusions hide of them.
    #[arg(long, value_name = "FILE")]
    pub(crate) events: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Also say how strong each exclusion is: the ride that is left to an intruder, or the proof that there is none.
    #[arg(long)]
    pub(crate) strength: bool,
    /// Exit with 1 for warnings too.
    #[arg(long)]
    pub(crate) deny_warnings: bool,
    /// Mend what can be mended; nothing is written that is not proved to hide no more than before.
    #[arg(long)]
    pub(crate) fix: bool,
    /// With --fix: show the edits and write nothing.
    #[arg(long, requires = "fix")]
    pub(crate) diff: bool,
    /// The format of the findings.
    #[arg(long, default_value = "text")]
    pub(crate) format: CheckFormat,
    /// Write the findings to a file, which appears when it is complete [default: standard output].
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// How many threads check files; the output does not depend on it [default: as many as there are cores].
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lownoise lint-info
  lownoise lint-info expired")]
pub(crate) struct LintInfo {
    /// The code of a finding [default: list them].
    pub(crate) code: Option<String>,
    /// The format of the answer.
    #[arg(long, default_value = "text")]
    pub(crate) format: super::ReportFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of a workflow of GitHub.
    Github,
    /// `JUnit`'s XML: a suite for each file.
    Junit,
}
