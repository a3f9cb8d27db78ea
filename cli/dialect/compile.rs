//! `lownoise compile`: a query or a filter from a policy.

use lownoise_dialect::sql::{self, Clock, Dialect, Select};
use lownoise_dialect::{Emitted, kql, sigma};
use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::policy::Policy;

use super::{tell, verify_filter, verify_query, write};
use crate::args::{self, Engine, Rows, Target};
use crate::failure::Failure;
use crate::load;

pub(crate) fn run(arguments: &args::Compile) -> Result<(), Failure> {
    if arguments.to == Target::Sql && arguments.verify {
        return Err(Failure::Usage("SQL is not imported, so `--verify` cannot prove it".to_owned()));
    }
    let schemas = load::schemas()?;
    let policy = load::policy(&arguments.policy, &schemas)?;
    let now = load::now(arguments.now);
    let noted = |emitted: Emitted| {
        tell(&emitted.notes, &policy.sources);
        emitted.text
    };
    let emitted = match arguments.to {
        Target::Kql => kql::emit(&policy, now).map(noted),
        Target::Sigma => {
            let aim = sigma::Aim { source: arguments.logsource.clone(), rules: arguments.rule.clone() };
            sigma::emit(&policy, now, &aim).map(noted)
        }
        Target::Sql => in_sql(arguments, &policy),
    };
    let text = match emitted {
        Ok(text) => text,
        Err(refused) => {
            tell(&refused, &policy.sources);
            return Err(Failure::Findings);
        }
    };
    write(&text, arguments.output.as_deref())?;
    match arguments.to {
        Target::Kql if arguments.verify => verify_query(&policy, &text, &schemas, now),
        Target::Sigma if arguments.verify => verify_filter(&policy, &text, &schemas, now),
        _ => Ok(()),
    }
}

fn in_sql(arguments: &args::Compile, policy: &Policy) -> Result<String, Vec<Diagnostic>> {
    let dialect = match arguments.dialect {
        Some(Engine::DuckDb) | None => Dialect::DuckDb,
        Some(Engine::DataFusion) => Dialect::DataFusion,
        Some(Engine::ClickHouse) => Dialect::ClickHouse,
        Some(Engine::Spark) => Dialect::Spark,
    };
    let select = match arguments.select {
        Rows::Kept => Select::Kept,
        Rows::Hidden => Select::Hidden,
        Rows::Counts => Select::Counts,
    };
    let clock = arguments.now.map_or(Clock::Engine, Clock::Fixed);
    sql::emit(policy, load::now(arguments.now), clock, dialect, select)
}
