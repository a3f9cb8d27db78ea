//! What every engine is given: the exclusions by kind, and the events as fields and as JSON.

use std::net::IpAddr;

use lownoise_engine::event::Batch;
use lownoise_engine::op::{AddressSet, Case, Operator, TextOperator};
use lownoise_engine::policy::Policy;
use lownoise_engine::predicate::Predicate;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::Value;
use lownoise_generate::Row;
use serde_json::json;

use crate::common;

/// The names of the four columns that exclusions look at.
pub const NAME: &str = "InitiatingProcessFileName";
pub const PATH: &str = "InitiatingProcessFolderPath";
pub const LINE: &str = "InitiatingProcessCommandLine";
pub const ADDRESS: &str = "RemoteIP";

/// A policy and events, in each of the forms that an engine asks for.
pub struct Setting<'r> {
    /// Without a scope.
    pub policy: Policy,
    pub groups: Groups,
    pub batch: Batch<'r>,
    pub fields: Vec<Fields<'r>>,
    pub json: Vec<serde_json::Value>,
}

/// What exclusions look at, extracted: text that is missing is empty.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'r> {
    pub name: &'r str,
    pub path: &'r str,
    pub line: &'r str,
    /// As it is spelled.
    pub address: &'r str,
    pub ip: Option<IpAddr>,
}

/// The exclusions by what they ask, each with its place in the policy.
#[derive(Debug, Clone, Default)]
pub struct Groups {
    /// `InitiatingProcessFileName` equals, case counts.
    pub names: Vec<(usize, String)>,
    /// `InitiatingProcessFolderPath` starts with, ASCII case does not count; in lower case.
    pub paths: Vec<(usize, String)>,
    /// `InitiatingProcessCommandLine` contains, ASCII case does not count; in lower case.
    pub parts: Vec<(usize, String)>,
    /// `RemoteIP` is in.
    pub networks: Vec<(usize, AddressSet)>,
}

impl<'r> Setting<'r> {
    pub fn new(source: Source, schemas: &Schemas, rows: &'r [Row<'r>]) -> Self {
        let mut policy = common::parse(source, schemas);
        policy.scope.clear();
        let batch = common::batch(&policy.schema, rows);
        let fields: Vec<_> = (0..batch.rows).map(|row| Fields::of(&policy, &batch, row)).collect();
        let json = fields.iter().map(Fields::json).collect();
        Self { groups: Groups::of(&policy), policy, batch, fields, json }
    }
}

impl<'r> Fields<'r> {
    fn of(policy: &Policy, batch: &Batch<'r>, row: usize) -> Self {
        let value = |name| policy.schema.column(name).map_or(Value::Missing, |id| batch.value(id, row));
        let ip = match value(ADDRESS) {
            Value::Address(_, ip) => ip,
            _ => None,
        };
        let text = |name| value(name).text();
        Self { name: text(NAME), path: text(PATH), line: text(LINE), address: text(ADDRESS), ip }
    }

    fn json(&self) -> serde_json::Value {
        json!({ NAME: self.name, PATH: self.path, LINE: self.line, ADDRESS: self.address })
    }

    /// The fields of an event that is a JSON value; reads the address.
    pub fn of_json(event: &'r serde_json::Value) -> Self {
        let text = |name| event.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
        let address = text(ADDRESS);
        let ip = address.parse().ok().map(|ip: IpAddr| ip.to_canonical());
        Self { name: text(NAME), path: text(PATH), line: text(LINE), address, ip }
    }
}

impl Groups {
    /// The exclusions of a policy of which each asks one of four questions, as those of these benches do.
    fn of(policy: &Policy) -> Self {
        let mut groups = Self::default();
        for (place, exclusion) in policy.exclusions.iter().enumerate() {
            let Predicate::Test(test) = &exclusion.predicate else {
                panic!("`{}` is not one test", exclusion.id)
            };
            let column = policy.schema.name(test.column);
            match (column, &test.operator) {
                (
                    NAME,
                    Operator::Text { operator: TextOperator::Equals, literals, case: Case::Sensitive },
                ) => {
                    groups.names.extend(literals.iter().map(|literal| (place, literal.clone())));
                }
                (
                    PATH,
                    Operator::Text { operator: TextOperator::StartsWith, literals, case: Case::Insensitive },
                ) => {
                    groups.paths.extend(literals.iter().map(|literal| (place, literal.to_ascii_lowercase())));
                }
                (
                    LINE,
                    Operator::Text { operator: TextOperator::Contains, literals, case: Case::Insensitive },
                ) => {
                    groups.parts.extend(literals.iter().map(|literal| (place, literal.to_ascii_lowercase())));
                }
                (ADDRESS, Operator::In(set)) => groups.networks.push((place, set.clone())),
                _ => panic!("`{}` asks something else", exclusion.id),
            }
        }
        groups
    }

    /// The networks, each as it is written.
    pub fn cidrs(&self) -> impl Iterator<Item = (usize, String)> + '_ {
        self.networks.iter().flat_map(|(place, set)| {
            assert!(set.classes.is_empty(), "the exclusions of these benches name networks only");
            set.networks.iter().map(|network| (*place, network.to_string()))
        })
    }
}
