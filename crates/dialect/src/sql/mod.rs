//! From a policy to SQL: the rows that it keeps, the rows that it hides with the ids of the exclusions that hide them,
//! and the counts; or to what of it an engine cannot say. Every condition is two-valued, so that a missing value means
//! what it means here.

mod address;
mod condition;
mod dialect;
mod pattern;

use std::fmt::Write as _;

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::policy::{ConditionKind, Exclusion, Policy};
use lownoise_engine::value::Time;

pub use dialect::Dialect;

use condition::{Conditions, enclosed, joined};

/// Which rows are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Select {
    /// Those that the policy keeps, as its output says.
    Kept,
    /// Those that it hides, whole, with the ids of the exclusions that hide them in `hidden_by`, commas between them.
    Hidden,
    /// One row of counts: `read`, `out_of_scope`, `kept`, `hidden`, and for each exclusion how many it hides, and how
    /// many it alone.
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
    let hiding: Vec<(String, &Exclusion)> =
        active.iter().map(|exclusion| (conditions.condition(&exclusion.predicate), *exclusion)).collect();
    if !conditions.refused.is_empty() {
        let mut refused = conditions.refused;
        refused.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span));
        refused.dedup();
        return Err(refused);
    }
    let mut out = heading(policy, &expired);
    let writing = Writing { policy, dialect, scope: &scope, hiding: &hiding };
    match select {
        Select::Kept => writing.kept(&mut out),
        Select::Hidden => writing.hidden(&mut out),
        Select::Counts => writing.counts(&mut out),
    }
    Ok(out)
}

/// A line of a comment, whatever is in the text.
fn comment(text: &str) -> String {
    let clean = |line: &str| line.chars().filter(|letter| !letter.is_control()).collect::<String>();
    text.lines().fold(String::new(), |out, line| format!("{out}-- {}\n", clean(line).trim()))
}

fn heading(policy: &Policy, expired: &[&Exclusion]) -> String {
    let mut out = comment(&policy.title);
    out.push_str(&comment(&format!("policy: {}; owner: {}", policy.id, policy.owner)));
    if !expired.is_empty() {
        let ids: Vec<&str> = expired.iter().map(|exclusion| exclusion.id.as_str()).collect();
        out.push_str(&comment(&format!("Expired and left out: {}", ids.join(", "))));
    }
    out
}

/// The conditions of the scope.
fn scope(policy: &Policy, clock: Clock, dialect: Dialect, conditions: &mut Conditions<'_>) -> Vec<String> {
    let name = |name: &str| dialect.name_of(name);
    let each = policy.scope.iter().map(|condition| match &condition.kind {
        ConditionKind::Where(predicate) => conditions.condition(predicate),
        ConditionKind::Lookback(ticks) => {
            let after = match clock {
                Clock::Engine => dialect.ago(*ticks),
                Clock::Fixed(now) => dialect.time(Time(floor(now.0.saturating_sub(*ticks)))),
            };
            format!("COALESCE({} > {after}, FALSE)", name(&policy.schema.time))
        }
        ConditionKind::Devices { schema, predicate } => {
            let mut rows = Conditions { dialect, schema, refused: Vec::new() };
            let accepted = rows.condition(predicate);
            conditions.refused.append(&mut rows.refused);
            let (ours, theirs, table) =
                (name(&policy.schema.device), name(&schema.device), name(&schema.table));
            format!("COALESCE({ours}, '') IN (SELECT COALESCE({theirs}, '') FROM {table} WHERE {accepted})")
        }
    });
    each.collect()
}

/// The microsecond that a time lies in.
fn floor(ticks: i64) -> i64 {
    ticks - ticks.rem_euclid(10)
}

struct Writing<'w> {
    policy: &'w Policy,
    dialect: Dialect,
    scope: &'w [String],
    hiding: &'w [(String, &'w Exclusion)],
}

impl Writing<'_> {
    fn kept(&self, out: &mut String) {
        let name = |column| self.dialect.name_of(self.policy.schema.name(column));
        let output = &self.policy.output;
        let columns: Vec<String> = output.columns.iter().map(|column| name(*column)).collect();
        let columns = if columns.is_empty() { "*".to_owned() } else { columns.join(", ") };
        let _infallible = writeln!(out, "SELECT {columns}\nFROM {}", self.table());
        let mut word = "WHERE";
        for condition in self.scope {
            let _infallible = writeln!(out, "{word} {}", enclosed(condition));
            word = "  AND";
        }
        for (condition, exclusion) in self.hiding {
            for line in comment(&format!("{}: {}", exclusion.id, exclusion.reason)).lines() {
                let _infallible = writeln!(out, "  {line}");
            }
            let _infallible = writeln!(out, "{word} NOT {}", enclosed(condition));
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
            .map(|(condition, exclusion)| (condition.clone(), exclusion.id.clone()))
            .collect();
        let _infallible = writeln!(
            out,
            "SELECT *, {} AS hidden_by\nFROM {}\nWHERE {}\n  AND {}",
            self.dialect.ids(&each),
            self.table(),
            enclosed(&self.in_scope()),
            enclosed(&self.some()),
        );
    }

    fn counts(&self, out: &mut String) {
        let in_scope = self.in_scope();
        let mut columns = vec![
            ("read".to_owned(), "TRUE".to_owned()),
            ("out_of_scope".to_owned(), format!("NOT {}", enclosed(&in_scope))),
            ("kept".to_owned(), format!("{} AND NOT {}", enclosed(&in_scope), enclosed(&self.some()))),
            ("hidden".to_owned(), format!("{} AND {}", enclosed(&in_scope), enclosed(&self.some()))),
        ];
        for (place, (condition, exclusion)) in self.hiding.iter().enumerate() {
            let others = self.hiding.iter().enumerate().filter(|(at, _)| *at != place);
            let others = joined(others.map(|(_, (other, _))| other.clone()).collect(), " OR ", "FALSE");
            let hides = format!("{} AND {}", enclosed(&in_scope), enclosed(condition));
            columns
                .push((format!("{}, alone", exclusion.id), format!("{hides} AND NOT {}", enclosed(&others))));
            columns.push((exclusion.id.clone(), hides));
        }
        let each = columns.iter().map(|(name, condition)| {
            format!(
                "  COALESCE(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END), 0) AS {}",
                self.dialect.name_of(name)
            )
        });
        let _infallible =
            writeln!(out, "SELECT\n{}\nFROM {}", each.collect::<Vec<_>>().join(",\n"), self.table());
    }

    fn table(&self) -> String {
        self.dialect.name_of(&self.policy.schema.table)
    }

    fn in_scope(&self) -> String {
        joined(self.scope.to_vec(), " AND ", "TRUE")
    }

    fn some(&self) -> String {
        joined(self.hiding.iter().map(|(condition, _)| condition.clone()).collect(), " OR ", "FALSE")
    }
}
