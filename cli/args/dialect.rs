//! What may be written for the verbs that translate.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use lownoise_engine::value::Time;

use super::time;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lownoise import hunt.kql --from kql -o hunt.toml
  lownoise import hunt.kql --from kql --owner soc --verify > hunt.toml
  lownoise import hunt.kql --from kql --scope 9 --exclusion 12     line 9 says what is looked at, line 12 what is not
  pbpaste | lownoise import - --from kql --id hunt
  lownoise import rule.yml --from sigma --verify -o rule.toml

A condition that is negated as a whole (`!in`, `!startswith`, `!=`, `not(…)`) becomes an exclusion, every other one part
of the scope; comments become reasons. Of a rule, what stands behind `not` in its condition. What is not understood stays as an opaque test and is listed with its line.

Exit code 1 when --verify does not prove that the policy, compiled and imported again, keeps the same events; 2 when the
file cannot be read.")]
pub(crate) struct Import {
    /// The file to import, or `-`.
    pub(crate) file: PathBuf,
    /// The language it is written in.
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) from: Language,
    /// Write to a file, which appears when it is complete [default: standard output].
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// The policy's id [default: the name of the file].
    #[arg(long, value_name = "ID")]
    pub(crate) id: Option<String>,
    /// The policy's title [default: the first comment].
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    /// Who answers for the policy [default: unassigned].
    #[arg(long, value_name = "NAME")]
    pub(crate) owner: Option<String>,
    /// The condition on this line is part of the scope.
    #[arg(long, value_name = "LINE")]
    pub(crate) scope: Vec<usize>,
    /// The condition on this line is an exclusion.
    #[arg(long, value_name = "LINE")]
    pub(crate) exclusion: Vec<usize>,
    /// Which rule of a file that holds several: its id, its name or its title.
    #[arg(long, value_name = "RULE")]
    pub(crate) rule: Option<String>,
    /// The table of the policy: of Sigma and Elastic [default: that of their own names], or, of a query over several, one.
    #[arg(long, value_name = "TABLE")]
    pub(crate) table: Option<String>,
    /// Compile the policy (to KQL what comes from Elastic), import that again, and prove that both keep the same events.
    #[arg(long)]
    pub(crate) verify: bool,
    /// The clock of that proof [default: now].
    #[arg(long, value_name = "RFC 3339", value_parser = time)]
    pub(crate) now: Option<Time>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lownoise compile rules/linux-desktop-public-egress.toml --to kql
  lownoise compile POLICY.toml --to kql --verify -o hunt.kql
  lownoise compile POLICY.toml --to kql --now 2027-02-03T00:00:00Z   without what has expired by then
  lownoise compile POLICY.toml --to sql --dialect spark
  lownoise compile POLICY.toml --to sql --dialect duckdb --select counts
  lownoise compile POLICY.toml --to sigma --verify --rule 0e95725d-7320-415d-80f7-004da920fc11

One condition for each exclusion, with its id and reason above it; in SQL, many exclusions that test alike are one. What the language cannot say is refused, with the
line, and never approximated: docs/dialects.md.

Exit code 1 when something is refused, or when --verify does not prove that what was written keeps the same events.")]
pub(crate) struct Compile {
    /// The policy, or `-`.
    pub(crate) policy: PathBuf,
    /// The language to write.
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) to: Target,
    /// The engine whose SQL is written.
    #[arg(long, value_name = "ENGINE", required_if_eq("to", "sql"))]
    pub(crate) dialect: Option<Engine>,
    /// The log source of a Sigma filter, such as `category=registry_set`; may be repeated [default: that of the table].
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) logsource: Vec<(String, String)>,
    /// A rule that a Sigma filter is for, by its id; may be repeated [default: any].
    #[arg(long, value_name = "ID")]
    pub(crate) rule: Vec<String>,
    /// Which rows SQL asks for.
    #[arg(long, value_name = "ROWS", default_value = "kept")]
    pub(crate) select: Rows,
    /// Write to a file, which appears when it is complete [default: standard output].
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Import what was written, and prove that it keeps the same events. KQL and Sigma only: SQL is not imported.
    #[arg(long)]
    pub(crate) verify: bool,
    /// The clock, for expiry, and for the lookback of SQL [default: now; for the lookback, the engine's own].
    #[arg(long, value_name = "RFC 3339", value_parser = time)]
    pub(crate) now: Option<Time>,
}

/// `key=value`
fn pair(text: &str) -> Result<(String, String), String> {
    let known = ["category", "product", "service"];
    match text.split_once('=') {
        Some((key, value)) if known.contains(&key) && !value.is_empty() => {
            Ok((key.to_owned(), value.to_owned()))
        }
        _ => Err(format!("it is one of {} with a value, such as `product=windows`", known.join(", "))),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// The query language of Defender, Sentinel and Azure Data Explorer.
    Kql,
    /// Rules and filters of Sigma.
    Sigma,
    /// Exceptions of Elastic Security, as NDJSON or TOML.
    Elastic,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    /// The query language of Defender, Sentinel and Azure Data Explorer.
    Kql,
    /// The SQL of an engine.
    Sql,
    /// A filter of Sigma.
    Sigma,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// `DuckDB`
    #[value(name = "duckdb")]
    DuckDb,
    /// Apache `DataFusion`
    #[value(name = "datafusion")]
    DataFusion,
    /// `ClickHouse`
    #[value(name = "clickhouse")]
    ClickHouse,
    /// Apache Spark
    Spark,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rows {
    /// What the policy keeps.
    Kept,
    /// What it hides, with the ids of the exclusions that hide it.
    Hidden,
    /// How many events are read, out of scope, kept, hidden, and by which exclusion.
    Counts,
}
