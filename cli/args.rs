//! What may be written on the command line. Words that mean the same are the same in every verb.

mod check;
mod dialect;
mod noticing;
mod proving;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use lownoise_engine::value::Time;
use lownoise_harness::{Shard, Tags};
use lownoise_ingest::{DateOrder, Dates, Format, MappingChoice};

pub(crate) use check::{Check, CheckFormat, LintInfo};
pub(crate) use dialect::{Compile, Engine, Import, Language, Rows, Target};
pub(crate) use noticing::{CoverageFormat, MutationFormat, Noticing};
pub(crate) use proving::{Diff, Fact, Gate, Prove, Proving, ReviewFormat};

/// Rules-as-code for detection exclusions: run, explain and test what a hunt may ignore.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

const AFTER_HELP: &str = "\
Results go to standard output; diagnostics, progress and summaries to standard error. `-` is standard input.

Exit codes:
  0  fine
  1  findings: a failed scenario, an expired exclusion, an edit that hides more
  2  a policy or an event file could not be read or is invalid
  3  usage or internal error

Begin with:
  lownoise init                                 a policy and its scenarios, to start from
  lownoise run POLICY.toml EVENTS.ndjson        what is left when the noise is gone
  lownoise explain POLICY.toml EVENT.json       why an event is kept or hidden";

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Filter events, and say what was hidden and by which exclusion.
    Run(Run),
    /// Say why an event is kept or hidden: each test, true or false, and the nearest miss.
    Explain(Explain),
    /// Check policies, sets, and queries and rules of others: every mistake and every weakness at its place.
    Check(Box<Check>),
    /// Say what a finding of `check` means and what to do instead; without a code, list them.
    LintInfo(LintInfo),
    /// Prove a policy's `never_hide` invariants, or show the event that breaks one; and say what does nothing.
    Prove(Prove),
    /// Say what an edit newly hides and newly shows: proved to be nothing, or an event.
    Diff(Diff),
    /// Judge a branch: what its policies newly hide, which scenario accepts it, and everything `check` and `test` say.
    Gate(Gate),
    /// Run Gherkin scenarios against policies.
    Test(Test),
    /// Make a policy of a query, exactly; what cannot be said exactly stays as text and is listed.
    Import(Import),
    /// Write a policy as a query that keeps exactly the same events, or say what cannot be said.
    Compile(Compile),
    /// Write a page a policy, for people who do not read TOML: what is watched, what is not and why, who shows it.
    Docs(Docs),
    /// Make synthetic traffic of Linux desktops, the same for the same seed.
    Generate(Generate),
    /// Write a policy and its scenarios to start from.
    Init(Init),
    /// Print the JSON Schema of the policy language, for editors.
    Schema(Schema),
}

/// How events are read.
#[derive(Debug, Args)]
pub(crate) struct Reading {
    /// The rows of the device table that the scope's device condition looks at (any event format).
    #[arg(long, value_name = "FILE", conflicts_with = "every_device")]
    pub(crate) devices: Vec<PathBuf>,
    /// Take every device as one that the scope's device condition accepts.
    #[arg(long)]
    pub(crate) every_device: bool,
    /// The clock, for lookback and expiry [default: now].
    #[arg(long, value_name = "RFC 3339", value_parser = time)]
    pub(crate) now: Option<Time>,
    /// The shape of the input, when looking does not find it.
    #[arg(long, value_name = "FORMAT")]
    pub(crate) input_format: Option<InputFormat>,
    /// Which names the source's fields have: `none`, a shipped mapping (ecs, sysmon, osquery), or a mapping file
    /// [default: found by looking].
    #[arg(long, value_name = "ID|FILE")]
    pub(crate) mapping: Option<String>,
    /// The order of day and month in dates such as 05/12/2024.
    #[arg(long, value_name = "ORDER")]
    pub(crate) date_order: Option<Order>,
    /// The zone of dates that name none, as in Europe/Berlin or UTC.
    #[arg(long, value_name = "ZONE", value_parser = timezone)]
    pub(crate) timezone: Option<jiff::tz::TimeZone>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lownoise run rules/linux-desktop-public-egress.toml export.csv --devices devices.csv
  zcat lake/*.gz | lownoise run POLICY.toml - --every-device --order input > kept.ndjson
  lownoise run POLICY.toml events/ --every-device --hidden -o hidden.parquet
  lownoise run POLICY.toml sysmon.ndjson --mapping sysmon --every-device --stats=json 2> summary.json")]
pub(crate) struct Run {
    /// The policy.
    pub(crate) policy: PathBuf,
    /// Files of events, folders of them, or `-`.
    #[arg(required = true)]
    pub(crate) events: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Write to a file, which appears when it is complete [default: standard output].
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// The format of the output [default: by the file's ending; else a table on a terminal, NDJSON elsewhere].
    #[arg(long)]
    pub(crate) format: Option<OutputFormat>,
    /// Show what was hidden instead, each event with the exclusions that hid it.
    #[arg(long)]
    pub(crate) hidden: bool,
    /// The summary on standard error; without a value: json.
    #[arg(long, value_name = "FORMAT", num_args = 0..=1, require_equals = true, default_value = "text", default_missing_value = "json")]
    pub(crate) stats: Stats,
    /// The order of the rows: the policy's, or that of the input, which needs no memory.
    #[arg(long, default_value = "policy")]
    pub(crate) order: RowOrder,
    /// How many threads decide events; the output does not depend on it [default: as many as there are cores].
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Write down every record that could not be read, one JSON object a line.
    #[arg(long, value_name = "FILE")]
    pub(crate) malformed: Option<PathBuf>,
    /// Exit with 2 when a record could not be read.
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lownoise explain POLICY.toml events.ndjson --row 3 --devices devices.ndjson
  lownoise explain POLICY.toml '{\"InitiatingProcessFileName\": \"snapd\", \"RemoteIP\": \"203.0.113.10\"}'")]
pub(crate) struct Explain {
    /// The policy.
    pub(crate) policy: PathBuf,
    /// A file of events, `-`, or one event as a JSON object.
    pub(crate) event: String,
    /// Which row of the file (line, element or row, from 1) [default: the first].
    #[arg(long, value_name = "N")]
    pub(crate) row: Option<u64>,
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// The format of the answer.
    #[arg(long, default_value = "text")]
    pub(crate) format: ReportFormat,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lownoise test
  lownoise test features/what-goes.feature --verbose
  lownoise test --tags 'not @slow'                      cucumber's tag expressions
  lownoise test --watch                                 again whenever a feature, policy or set is saved
  lownoise test --format junit -o report.xml            what CI reads; the words go to standard error
  lownoise test --format github --shard 2/5             annotations; the second of five machines
  lownoise test --coverage --fail-under 100             which tests of the policies no scenario would notice
  lownoise test --coverage=lcov --coverage-output coverage.info
  lownoise test --mutate                                small edits that no scenario notices, and the scenarios that would
  lownoise test --mutate --write                        appends those scenarios to the features, after asking
  lownoise test --mutate --fail-under-mutation 90       in CI: exit with 1 below this share of noticed edits
  lownoise test --steps                                 every step that a scenario may use")]
pub(crate) struct Test {
    /// Feature files and folders of them [default: features].
    pub(crate) features: Vec<PathBuf>,
    /// Where policies are found by their id.
    #[arg(long, value_name = "FOLDER", default_value = "rules")]
    pub(crate) rules: PathBuf,
    /// The clock of scenarios that do not set it [default: now].
    #[arg(long, value_name = "RFC 3339", value_parser = time)]
    pub(crate) now: Option<Time>,
    /// Show every step, not only what failed.
    #[arg(short, long)]
    pub(crate) verbose: bool,
    /// Go on, and when a file is saved, run the scenarios that it is about; Ctrl-C ends it.
    #[arg(long, conflicts_with_all = ["output", "summary", "format"])]
    pub(crate) watch: bool,
    /// Run the scenarios with these tags, as in `@smoke and not (@slow or @wip)`.
    #[arg(long, value_name = "EXPRESSION")]
    pub(crate) tags: Option<Tags>,
    /// Run one of N equal parts of the scenarios; the parts together are all of them.
    #[arg(long, value_name = "I/N")]
    pub(crate) shard: Option<Shard>,
    /// The format of the report.
    #[arg(long, default_value = "text")]
    pub(crate) format: TestFormat,
    /// Write the report to a file; the words for people then go to standard error [default: standard output].
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Add a summary in Markdown to the end of a file; `--format github` adds it to the job's by itself.
    #[arg(long, value_name = "FILE")]
    pub(crate) summary: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) noticing: Noticing,
    /// List the steps that a scenario may use, and stop.
    #[arg(long)]
    pub(crate) steps: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lownoise generate --events 20000 --seed 7 -o events.ndjson --devices-output devices.ndjson
  lownoise generate --events 1000000 -o events.parquet --labels labels.ndjson
  lownoise generate --events 10 | jq .")]
pub(crate) struct Generate {
    /// How many events.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub(crate) events: u64,
    /// How many devices they come from.
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) devices: u64,
    /// Everything is drawn from it: the same seed, numbers and clock give the same bytes.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Events lie in the 30 hours before it [default: now].
    #[arg(long, value_name = "RFC 3339", value_parser = time)]
    pub(crate) now: Option<Time>,
    /// Write the events to a file [default: standard output].
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// The format of events and devices [default: by the file's ending, else NDJSON].
    #[arg(long)]
    pub(crate) format: Option<OutputFormat>,
    /// Write the rows of the device table to a file.
    #[arg(long, value_name = "FILE")]
    pub(crate) devices_output: Option<PathBuf>,
    /// Write down what each event is: one JSON object a line.
    #[arg(long, value_name = "FILE")]
    pub(crate) labels: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lownoise docs                                         a page for each policy in docs/policies
  lownoise docs --check                                 in CI: exit with 1 when a page is stale
  lownoise docs rules/quiet-desktop.toml --format html -o site/

A page is made from the policy and its scenarios, which must pass. It changes when they do, and when an exclusion
expires.")]
pub(crate) struct Docs {
    /// Policies and folders of them [default: the folder of the rules].
    pub(crate) policies: Vec<PathBuf>,
    /// Feature files and folders of them.
    #[arg(long, value_name = "PATH", default_value = "features")]
    pub(crate) features: Vec<PathBuf>,
    /// Where policies are found by their id.
    #[arg(long, value_name = "FOLDER", default_value = "rules")]
    pub(crate) rules: PathBuf,
    /// The folder that the pages are in.
    #[arg(short, long, value_name = "FOLDER", default_value = "docs/policies")]
    pub(crate) output: PathBuf,
    /// The format of the pages.
    #[arg(long, default_value = "markdown")]
    pub(crate) format: PageFormat,
    /// Write nothing; exit with 1 when a page is not what would be written.
    #[arg(long)]
    pub(crate) check: bool,
    /// The clock, for expiry, and for scenarios that do not set it [default: now].
    #[arg(long, value_name = "RFC 3339", value_parser = time)]
    pub(crate) now: Option<Time>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lownoise init
  lownoise init detections/egress && cd detections/egress && lownoise test")]
pub(crate) struct Init {
    /// Where to; it is made if it is not there, and nothing in it is overwritten.
    #[arg(default_value = ".")]
    pub(crate) folder: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lownoise schema > lownoise.schema.json
  lownoise schema --config > lownoise-config.schema.json")]
pub(crate) struct Schema {
    /// That of `lownoise.toml` instead.
    #[arg(long)]
    pub(crate) config: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// One JSON object a line.
    Ndjson,
    /// RFC 4180, with a header.
    Csv,
    /// Parquet, zstd.
    Parquet,
    /// For people.
    Table,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum InputFormat {
    /// One JSON value a line.
    Ndjson,
    /// One JSON document.
    Json,
    /// RFC 4180, with a header.
    Csv,
    /// Parquet.
    Parquet,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stats {
    /// For people.
    Text,
    /// One JSON object.
    Json,
    /// None.
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RowOrder {
    /// As the policy's `order_by` says.
    Policy,
    /// As the events come.
    Input,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TestFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// The XML of `JUnit`.
    Junit,
    /// Annotations of GitHub Actions; a summary is added to the job's.
    Github,
    /// Test Anything Protocol, version 14.
    Tap,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PageFormat {
    /// As GitHub and others show it.
    Markdown,
    /// One file that needs no other.
    Html,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Order {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
    /// Year, month, day.
    Ymd,
}

impl Reading {
    /// How local dates are read.
    pub(crate) fn dates(&self) -> Dates {
        let order = self.date_order.map(|order| match order {
            Order::Dmy => DateOrder::Dmy,
            Order::Mdy => DateOrder::Mdy,
            Order::Ymd => DateOrder::Ymd,
        });
        Dates { order, timezone: self.timezone.clone() }
    }

    pub(crate) fn format(&self) -> Option<Format> {
        self.input_format.map(|format| match format {
            InputFormat::Ndjson => Format::Ndjson,
            InputFormat::Json => Format::Json,
            InputFormat::Csv => Format::Csv,
            InputFormat::Parquet => Format::Parquet,
        })
    }

    pub(crate) fn mapping(&self) -> MappingChoice {
        match self.mapping.as_deref() {
            None => MappingChoice::Recognise,
            Some("none") => MappingChoice::None,
            Some(file) if file.contains(['/', '.']) => MappingChoice::File(file.into()),
            Some(id) => MappingChoice::Shipped(id.to_owned()),
        }
    }
}

fn time(text: &str) -> Result<Time, String> {
    Time::parse(text).ok_or_else(|| "write it with a zone, as in 2026-02-03T00:00:00Z".to_owned())
}

fn timezone(text: &str) -> Result<jiff::tz::TimeZone, String> {
    jiff::tz::TimeZone::get(text).map_err(|error| error.to_string())
}
