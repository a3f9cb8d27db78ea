//! The engines whose SQL is spoken, and how each spells what all of them can say. Knows no policies.

use std::fmt::Write as _;

use lownoise_engine::value::Time;

/// An engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `DuckDB`.
    DuckDb,
    /// Apache `DataFusion`.
    DataFusion,
    /// `ClickHouse`.
    ClickHouse,
    /// Apache Spark.
    Spark,
}

/// How an engine's regular expressions are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavour {
    /// `DuckDB`, `ClickHouse`.
    Re2,
    /// `DataFusion`.
    Rust,
    /// Spark.
    Java,
}

impl Dialect {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 4] = [Self::DuckDb, Self::DataFusion, Self::ClickHouse, Self::Spark];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DuckDb => "DuckDB",
            Self::DataFusion => "DataFusion",
            Self::ClickHouse => "ClickHouse",
            Self::Spark => "Spark",
        }
    }

    pub(crate) fn flavour(self) -> Flavour {
        match self {
            Self::DuckDb | Self::ClickHouse => Flavour::Re2,
            Self::DataFusion => Flavour::Rust,
            Self::Spark => Flavour::Java,
        }
    }

    /// The name of a column or a table.
    pub(crate) fn name_of(self, name: &str) -> String {
        match self {
            Self::Spark => format!("`{}`", name.replace('`', "``")),
            Self::ClickHouse => format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")),
            Self::DuckDb | Self::DataFusion => format!("\"{}\"", name.replace('"', "\"\"")),
        }
    }

    /// A text.
    pub(crate) fn text(self, text: &str) -> String {
        match self {
            Self::DuckDb | Self::DataFusion => format!("'{}'", text.replace('\'', "''")),
            Self::ClickHouse | Self::Spark => {
                format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
            }
        }
    }

    /// A point in time, to the microsecond.
    pub(crate) fn time(self, time: Time) -> String {
        let text = time.to_string();
        let plain = text.trim_end_matches('Z').replace('T', " ");
        match self {
            Self::DuckDb | Self::DataFusion => format!("TIMESTAMP '{plain}'"),
            Self::ClickHouse => format!("toDateTime64('{plain}', 6, 'UTC')"),
            Self::Spark => format!("TIMESTAMP '{plain} UTC'"),
        }
    }

    /// The engine's clock, minus so many ticks, which are microseconds at least.
    pub(crate) fn ago(self, ticks: i64) -> String {
        let micros = ticks / 10;
        let (count, unit) = [(3_600_000_000, "HOUR"), (1_000_000, "SECOND"), (1, "MICROSECOND")]
            .into_iter()
            .find(|(length, _)| micros % length == 0)
            .map_or((micros, "MICROSECOND"), |(length, unit)| (micros / length, unit));
        match self {
            Self::DuckDb => format!("(now() AT TIME ZONE 'UTC') - INTERVAL {count} {unit}"),
            Self::DataFusion => {
                format!("arrow_cast(now(), 'Timestamp(Microsecond, None)') - INTERVAL '{count} {unit}'")
            }
            Self::ClickHouse => format!("now64(6, 'UTC') - INTERVAL {count} {unit}"),
            Self::Spark => format!("current_timestamp() - INTERVAL {count} {unit}"),
        }
    }

    /// Upper-case ASCII letters of an expression in lower case, no others.
    pub(crate) fn folded(self, text: &str) -> String {
        match self {
            Self::ClickHouse => format!("lower({text})"),
            _ => {
                format!("translate({text}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')")
            }
        }
    }

    /// Whether a text begins with another, ends with it, or holds it.
    pub(crate) fn begins(self, text: &str, literal: &str) -> String {
        match self {
            Self::DuckDb | Self::DataFusion => format!("starts_with({text}, {literal})"),
            Self::ClickHouse => format!("startsWith({text}, {literal})"),
            Self::Spark => format!("startswith({text}, {literal})"),
        }
    }

    pub(crate) fn ends(self, text: &str, literal: &str) -> String {
        match self {
            Self::DuckDb | Self::DataFusion => format!("ends_with({text}, {literal})"),
            Self::ClickHouse => format!("endsWith({text}, {literal})"),
            Self::Spark => format!("endswith({text}, {literal})"),
        }
    }

    pub(crate) fn holds(self, text: &str, literal: &str) -> String {
        match self {
            Self::ClickHouse => format!("position({text}, {literal}) > 0"),
            _ => format!("contains({text}, {literal})"),
        }
    }

    /// Whether a pattern is found in a text.
    pub(crate) fn finds(self, text: &str, pattern: &str) -> String {
        let pattern = self.text(pattern);
        match self {
            Self::DuckDb => format!("regexp_matches({text}, {pattern})"),
            Self::DataFusion => format!("regexp_like({text}, {pattern})"),
            Self::ClickHouse => format!("match({text}, {pattern})"),
            Self::Spark => format!("{text} RLIKE {pattern}"),
        }
    }

    /// The ids of the conditions that hold, with commas between them.
    pub(crate) fn ids(self, each: &[(String, String)]) -> String {
        let mut parts = String::new();
        for (place, (condition, id)) in each.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            let id = self.text(id);
            // Writing to a string cannot fail.
            let _infallible = match self {
                Self::ClickHouse => write!(parts, "{comma}if({condition}, {id}, '')"),
                _ => write!(parts, "{comma}CASE WHEN {condition} THEN {id} END"),
            };
        }
        match self {
            Self::ClickHouse => format!("arrayStringConcat(arrayFilter(id -> id != '', [{parts}]), ',')"),
            // Its `concat_ws` fails where every part is found to be null beforehand.
            Self::DataFusion => format!("array_to_string(make_array({parts}), ',')"),
            Self::DuckDb | Self::Spark => format!("concat_ws(',', {parts})"),
        }
    }
}
