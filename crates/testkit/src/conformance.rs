//! The conformance cases of `fixtures/conformance/*.toml`: one condition, one event, and whether the condition holds.
//! Every evaluator and every emitted language runs them.

use std::path::Path;

use lownoise_engine::event::OwnedEvent;
use lownoise_engine::parse::parse_policy;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use serde::Deserialize;
use toml::Table;

/// One case, as a policy with a single exclusion.
#[derive(Debug)]
pub struct Case {
    /// File and name.
    pub name: String,
    /// Its only exclusion is the condition.
    pub policy: Policy,
    /// The event.
    pub event: OwnedEvent,
    /// Whether the exclusion hides the event.
    pub holds: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    table: String,
    case: Vec<Raw>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    name: String,
    #[expect(dead_code, reason = "says where the expectation comes from")]
    source: String,
    /// The same in KQL, where it has a spelling there.
    #[expect(dead_code, reason = "shows what the case says in the language it comes from")]
    kql: Option<String>,
    r#where: Table,
    event: Table,
    holds: bool,
}

/// Every case below a folder, by file name.
///
/// # Errors
/// The file and what is wrong with it.
pub fn conformance_cases(folder: &Path) -> Result<Vec<Case>, String> {
    let schemas = Schemas::shipped()?;
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .map_err(|error| format!("{}: {error}", folder.display()))?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .collect();
    files.sort();
    let mut cases = Vec::new();
    for path in files {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{stem}: {error}"))?;
        let file: File = toml::from_str(&text).map_err(|error| format!("{stem}: {error}"))?;
        for raw in file.case {
            let name = format!("{stem}/{}", raw.name);
            cases.push(case(&name, &file.table, raw, &schemas).map_err(|error| format!("{name}: {error}"))?);
        }
    }
    Ok(cases)
}

fn case(name: &str, table: &str, raw: Raw, schemas: &Schemas) -> Result<Case, String> {
    let header = [("id", "c"), ("title", "c"), ("owner", "c"), ("table", table)];
    let mut exclusion = Table::new();
    exclusion.insert("id".to_owned(), "x".into());
    exclusion.insert("reason".to_owned(), "a case".into());
    exclusion.insert("where".to_owned(), raw.r#where.into());
    let mut policy = Table::new();
    policy.insert(
        "policy".to_owned(),
        toml::Value::Table(header.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect()),
    );
    policy.insert("exclusion".to_owned(), vec![toml::Value::Table(exclusion)].into());
    let source = Source { name: name.to_owned(), text: policy.to_string() };
    let parsed = parse_policy(source, &mut |_| Err("a case uses no sets".to_owned()), schemas);
    let Some(policy) = parsed.result else { return Err(format!("{:#?}", parsed.diagnostics)) };
    let event = policy.schema.event(&raw.event)?;
    Ok(Case { name: name.to_owned(), policy, event, holds: raw.holds })
}
