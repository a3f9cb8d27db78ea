//! From a policy to SQL: the rows that it keeps, the rows that it hides with the ids of the exclusions that hide them,
//! and the counts; or to what of it an engine cannot say. Every condition is two-valued, so that a missing value means
//! what it means here.

mod address;
mod boolean;
mod condition;
mod merge;
mod pattern;

use std::fmt::Write as _;

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::policy::{ConditionKind, Exclusion, Policy};
use lownoise_engine::value::Time;

pub use crate::dialect::Dialect;

use boolean::{all, enclosed, not};
use condition::Conditions;
use merge::merged;

use crate::words::{comment, heading, remark};

/// Which rows are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Select {
    /// Those that the policy keeps, as its output says.
    Kept,
    /// Those that it hides, whole, with the ids of the exclusions that hide them in `hidden_by`, commas between them.
    Hidden,
    /// One row of counts: `read`, `out_of_scope`, `kept`, `hidden`, and for each exclusion `hidden by: ID` and
    /// `hidden by it alone: ID`.
    Counts,
}

/// Whose clock `lookback` goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The engine's, when the query is run.
    Engine,
    /// This one.
    Fixed(Time),
}

/// Compiles a policy. What has expired by `now` is left out, and said in a comment.
///
/// # Errors
/// One diagnostic for each test that the engine cannot say.
pub fn emit(
    policy: &Policy,
    now: Time,
    clock: Clock,
    dialect: Dialect,
    select: Select,
) -> Result<String, Vec<Diagnostic>> {
    let mut conditions = Conditions { dialect, schema: &policy.schema, refused: Vec::new() };
    let (expired, active): (Vec<&Exclusion>, Vec<&Exclusion>) =
        policy.exclusions.iter().partition(|exclusion| exclusion.is_expired(now));
    let scope = scope(policy, clock, dialect, &mut conditions);
    let hiding: Vec<(String, Vec<&Exclusion>)> = match select {
        Select::Kept => merged(&active)
            .into_iter()
            .map(|(predicate, exclusions)| (conditions.condition(&predicate), exclusions))
            .collect(),
        Select::Hidden | Select::Counts => {
            active.iter().map(|one| (conditions.condition(&one.predicate), vec![*one])).collect()
        }
    };
    if !conditions.refused.is_empty() {
        let mut refused = conditions.refused;
        refused.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span));
        refused.dedup();
        return Err(refused);
    }
    let mut out = heading(MARK, policy, &expired);
    let writing = Writing { policy, dialect, scope: &scope, hiding: &hiding };
    match select {
        Select::Kept => writing.kept(&mut out),
        Select::Hidden => writing.hidden(&mut out),
        Select::Counts => writing.counts(&mut out),
    }
    Ok(out)
}

/// What begins a comment.
const MARK: &str = "--";

/// A condition of the scope.
enum Scope {
    /// As it stands.
    Condition(String),
    /// The device is among those that a query has: the device, as a text; the query.
    Devices(String, String),
}

fn scope(policy: &Policy, clock: Clock, dialect: Dialect, conditions: &mut Conditions<'_>) -> Vec<Scope> {
    let name = |name: &str| dialect.name_of(name);
    let each = policy.scope.iter().map(|condition| match &condition.kind {
        ConditionKind::Where(predicate) => Scope::Condition(conditions.condition(predicate)),
        ConditionKind::Lookback(lookback) => {
            let after = match clock {
                Clock::Engine if lookback.inclusive => format!(">= {}", dialect.ago(lookback.length)),
                Clock::Engine => format!("> {}", dialect.ago(lookback.length)),
                Clock::Fixed(now) => format!("> {}", dialect.time(Time(floor(lookback.after(now).0)))),
            };
            Scope::Condition(format!("COALESCE({} {after}, FALSE)", name(&policy.schema.time)))
        }
        ConditionKind::Devices { schema, predicate } => {
            let mut rows = Conditions { dialect, schema, refused: Vec::new() };
            let accepted = rows.condition(predicate);
            conditions.refused.append(&mut rows.refused);
            let device = |name: String| format!("COALESCE({name}, '')");
            let (theirs, table) = (device(name(&schema.device)), name(&schema.table));
            let query = format!("SELECT DISTINCT {theirs} AS known_device FROM {table} WHERE {accepted}");
            Scope::Devices(device(name(&policy.schema.device)), query)
        }
    });
    each.collect()
}

/// The microsecond that a time lies in.
fn floor(ticks: i64) -> i64 {
    ticks - ticks.rem_euclid(10)
}

fn ids<'e>(exclusions: &[&'e Exclusion]) -> Vec<&'e str> {
    exclusions.iter().map(|exclusion| exclusion.id.as_str()).collect()
}

struct Writing<'w> {
    policy: &'w Policy,
    dialect: Dialect,
    scope: &'w [Scope],
    /// Conditions, and the exclusions that hide a row where one holds.
    hiding: &'w [(String, Vec<&'w Exclusion>)],
}

impl Writing<'_> {
    fn kept(&self, out: &mut String) {
        let name = |column| self.dialect.name_of(self.policy.schema.name(column));
        let output = &self.policy.output;
        let columns: Vec<String> = output.columns.iter().map(|column| name(*column)).collect();
        let columns = if columns.is_empty() { "*".to_owned() } else { columns.join(", ") };
        let _infallible = writeln!(out, "SELECT {columns}\nFROM {}", self.table());
        let mut word = "WHERE";
        for condition in self.scope_conditions() {
            let _infallible = writeln!(out, "{word} {}", enclosed(&condition));
            word = "  AND";
        }
        for (condition, exclusions) in self.hiding {
            let remark = match exclusions.as_slice() {
                [only] => remark(MARK, self.policy, only),
                several => {
                    comment(MARK, &format!("{} exclusions: {}", several.len(), ids(several).join(", ")))
                }
            };
            for line in remark.lines() {
                let _infallible = writeln!(out, "  {line}");
            }
            let _infallible = writeln!(out, "{word} {}", not(condition));
            word = "  AND";
        }
        let order = output.order_by.iter().map(|order| {
            // Missing values last when descending and first when ascending, as they are sorted here.
            let ending = if order.descending { "DESC NULLS LAST" } else { "ASC NULLS FIRST" };
            format!("{} {ending}", name(order.column))
        });
        let order: Vec<String> = order.collect();
        if !order.is_empty() {
            let _infallible = writeln!(out, "ORDER BY {}", order.join(", "));
        }
    }

    fn hidden(&self, out: &mut String) {
        if self.hiding.is_empty() {
            let _infallible = writeln!(out, "SELECT *, '' AS hidden_by\nFROM {}\nWHERE FALSE", self.table());
            return;
        }
        let each: Vec<(String, String)> = self
            .hiding
            .iter()
            .map(|(condition, exclusions)| (condition.clone(), ids(exclusions).concat()))
            .collect();
        let _infallible = writeln!(
            out,
            "SELECT *\nFROM (\n  SELECT *, {} AS hidden_by\n  FROM {}\n  WHERE {}\n) AS judged\nWHERE hidden_by <> ''",
            self.dialect.ids(&each),
            self.table(),
            all(self.scope_conditions()),
        );
    }

    /// Every condition once, as a flag; then the sums of the flags. Devices are joined: not every engine has a subquery
    /// where a flag is made.
    fn counts(&self, out: &mut String) {
        let name = |name: &str| self.dialect.name_of(name);
        let flags: Vec<String> = (1..=self.hiding.len()).map(|place| format!("by_{place}")).collect();
        let number = |condition: &str| format!("CASE WHEN {condition} THEN 1 ELSE 0 END");
        let sum =
            |condition: &str, of: &str| format!("  COALESCE(SUM({}), 0) AS {}", number(condition), name(of));
        let mut columns = vec![
            format!("  COUNT(*) AS {}", name("read")),
            sum("NOT in_scope", "out_of_scope"),
            sum("in_scope AND hiding = 0", "kept"),
            sum("in_scope AND hiding > 0", "hidden"),
        ];
        for (flag, (_, exclusions)) in flags.iter().zip(self.hiding) {
            let id = ids(exclusions).concat();
            columns.push(sum(&format!("in_scope AND {flag}"), &format!("hidden by: {id}")));
            columns.push(sum(
                &format!("in_scope AND {flag} AND hiding = 1"),
                &format!("hidden by it alone: {id}"),
            ));
        }
        let hiding: Vec<String> = flags.iter().map(|flag| number(flag)).collect();
        let hiding = if hiding.is_empty() { "0".to_owned() } else { hiding.join(" + ") };
        let (mut in_scope, mut joins) = (Vec::new(), String::new());
        for (place, part) in (1..).zip(self.scope) {
            match part {
                Scope::Condition(condition) => in_scope.push(condition.clone()),
                Scope::Devices(device, query) => {
                    // Where nothing is joined, one engine has the default of a column instead of null.
                    in_scope.push(format!("COALESCE(devices_{place}.is_known, FALSE)"));
                    let _infallible = write!(
                        joins,
                        "\n  LEFT JOIN (\n    SELECT known_device, TRUE AS is_known FROM ({query}) AS known\n  ) AS devices_{place} ON {device} = devices_{place}.known_device"
                    );
                }
            }
        }
        let conditions = flags.iter().zip(self.hiding).map(|(flag, (condition, exclusions))| {
            let lines = comment(MARK, &ids(exclusions).concat());
            let lines: Vec<String> = lines.lines().map(|line| format!("    {line}\n")).collect();
            format!(",\n{}    {condition} AS {flag}", lines.concat())
        });
        let _infallible = writeln!(
            out,
            "SELECT\n{}\nFROM (\n  SELECT *, {hiding} AS hiding\n  FROM (\n  SELECT\n    {} AS in_scope{}\n  FROM {}{joins}\n  ) AS judged\n) AS counted",
            columns.join(",\n"),
            all(in_scope),
            conditions.collect::<String>(),
            self.table()
        );
    }

    fn table(&self) -> String {
        self.dialect.name_of(&self.policy.schema.table)
    }

    /// The conditions of the scope, by themselves.
    fn scope_conditions(&self) -> Vec<String> {
        let each = self.scope.iter().map(|part| match part {
            Scope::Condition(condition) => condition.clone(),
            Scope::Devices(device, query) => format!("{device} IN ({query})"),
        });
        each.collect()
    }
}
