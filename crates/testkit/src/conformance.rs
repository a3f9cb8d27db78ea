//! The conformance cases of `fixtures/conformance/*.toml`: one condition, one event, and whether the condition holds.
//! Every evaluator and every emitted language runs them.

use std::path::Path;

use lownoise_engine::event::Event;
use lownoise_engine::parse::parse_policy;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::{Kind, Time, Value, read_address};
use serde::Deserialize;
use toml::Table;

use crate::random::{OwnedEvent, OwnedValue};

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
    let event = event(&raw.event, &policy)?;
    Ok(Case { name: name.to_owned(), policy, event, holds: raw.holds })
}

fn event(written: &Table, policy: &Policy) -> Result<OwnedEvent, String> {
    let schema = &policy.schema;
    let mut values = vec![OwnedValue::Missing; schema.columns.len()];
    for (name, value) in written {
        let id = schema.column(name).ok_or_else(|| format!("no column `{name}`"))?;
        let read = match (schema.kind(id), value) {
            (Kind::Text, toml::Value::String(text)) => OwnedValue::Text(text.clone()),
            (Kind::Address, toml::Value::String(text)) => {
                let (canonical, ip) = read_address(text);
                OwnedValue::Address(canonical.into_owned(), ip)
            }
            (Kind::Number, toml::Value::Integer(number)) => OwnedValue::Number(*number),
            (Kind::Bool, toml::Value::Boolean(value)) => OwnedValue::Bool(*value),
            (Kind::Time, toml::Value::Datetime(time)) => {
                let time = Time::parse(&time.to_string()).ok_or_else(|| format!("{time} is no time"))?;
                OwnedValue::Time(time.0)
            }
            (kind, value) => return Err(format!("`{name}` is {}, not {value}", kind.article())),
        };
        if let Some(place) = values.get_mut(id.index()) {
            *place = read;
        }
    }
    Ok(OwnedEvent(values))
}

impl Case {
    /// The event, borrowed.
    #[must_use]
    pub fn event(&self) -> Event<'_> {
        self.event.borrow()
    }

    /// The values, borrowed, by column.
    pub fn values(&self) -> impl Iterator<Item = Value<'_>> {
        self.event.0.iter().map(OwnedValue::borrow)
    }
}
