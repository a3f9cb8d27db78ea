//! What may be written for the verbs that prove.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use lownoise_engine::value::Time;

use super::{Reading, time};

/// How proofs are made and printed.
#[derive(Debug, Args)]
pub(crate) struct Proving {
    /// What to assume about events; it is printed with the proof.
    #[arg(long, value_name = "FACT")]
    pub(crate) assume: Vec<Fact>,
    /// The format of the answer.
    #[arg(long, default_value = "text")]
    pub(crate) format: ReviewFormat,
    /// Write the answer as Markdown to a file as well, for a comment on a pull request.
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lownoise prove rules/linux-desktop-public-egress-hardened.toml
  lownoise prove POLICY.toml --assume address-types                what does nothing when types follow

Exit code 1 when an invariant breaks, or when that is not known. What does nothing (a dead exclusion, a redundant
condition) is told, and fails nothing.")]
pub(crate) struct Prove {
    /// The policy.
    pub(crate) policy: PathBuf,
    /// The clock, for lookback and expiry [default: now].
    #[arg(long, value_name = "RFC 3339", value_parser = time)]
    pub(crate) now: Option<Time>,
    #[command(flatten)]
    pub(crate) proving: Proving,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lownoise diff old.toml new.toml
  lownoise diff main:rules rules                                   every policy, against a revision in git
  lownoise diff old.toml new.toml export.csv --devices devices.csv how many events, and a real one
  lownoise diff old.toml new.toml --now 2027-02-03T00:00:00Z       when exclusions have expired
  lownoise diff old.toml new.toml --assume address-types --format json

Policies of two folders correspond by their ids. A path at a revision is read from the repository's root, or from this
folder if it begins with `./`; sets are read from `sets/` beside the policy, at the same revision.

Exit code 1 when something is newly hidden, or when it is not known, or when a policy is gone; newly shown alone is 0.")]
pub(crate) struct Diff {
    /// The policy before the edit: a file, a folder, or `REV:path` in git.
    pub(crate) old: PathBuf,
    /// The policy after it, likewise.
    pub(crate) new: PathBuf,
    /// Files of events, folders of them, or `-`: both policies judge them, and what differs is counted.
    pub(crate) events: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) proving: Proving,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lownoise gate --base origin/main
  lownoise gate --base origin/main --format github                 annotations and a job summary
  lownoise gate --base main --events lake/ --devices devices.csv   how many events, and a real one
  lownoise gate --base main --accept-removed old-baseline

The policies in question are those whose text, or a set they use, differs from the base: the last commit that REV and
HEAD have in common. The other side is the working tree. It fails when something is newly hidden and no passing scenario
says so, when a never_hide breaks or protects less, when an answer is not known, when a policy is gone, and when `check`
or a scenario fails. docs/gate.md says more.

Exit code 1 when it fails, 2 when a policy, an event file or the revision cannot be read.")]
pub(crate) struct Gate {
    /// What to compare with: a branch, a tag, a commit.
    #[arg(long, value_name = "REV")]
    pub(crate) base: String,
    /// Policies and folders of them [default: rules if there were policies, or this folder].
    pub(crate) paths: Vec<PathBuf>,
    /// Compare with the revision itself, not with the last commit in common.
    #[arg(long)]
    pub(crate) exact_base: bool,
    /// Feature files and folders of them [default: features, if it is there].
    #[arg(long, value_name = "PATH")]
    pub(crate) features: Vec<PathBuf>,
    /// A policy that may be gone, or that cannot be compared with what it was.
    #[arg(long, value_name = "ID")]
    pub(crate) accept_removed: Vec<String>,
    /// A `never_hide` that may be gone or protect less.
    #[arg(long, value_name = "ID")]
    pub(crate) accept_invariant: Vec<String>,
    /// Files of events, or folders of them: both sides judge them, and what differs is counted.
    #[arg(long, value_name = "FILE")]
    pub(crate) events: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) proving: Proving,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReviewFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// A comment on a pull request.
    Markdown,
    /// Annotations of GitHub Actions; the Markdown is added to the job's summary.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Fact {
    /// Columns that say an address's type say what follows from the address.
    AddressTypes,
    /// Columns that name a file say the last segment of its path.
    FileNames,
}
