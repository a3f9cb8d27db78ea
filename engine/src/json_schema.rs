//! The JSON Schema of the policy language, for editors: from the same types that are read, the same operators and the
//! same tables.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::op::{AddressClass, Case, Relation, TextOperator};
use crate::parse::{
    BETWEEN, COLUMN, COMPARISONS, EQUALS, EXISTS, HAS_ALL, HAS_ANY, IGNORE_CASE, IN, LIST, MATCHES, OPAQUE,
    PRESENT, PolicyFile, SetFile, operator_names,
};
use crate::schema::{ColumnDefinition, Schema, Schemas};
use crate::value::Kind;

/// JSON Schema (draft 2020-12) of policy files and set files over the given tables. A file's table decides which
/// columns its conditions may name.
#[must_use]
pub fn json_schema(schemas: &Schemas) -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let policy = generator.subschema_for::<PolicyFile>();
    let set = generator.subschema_for::<SetFile>();
    let mut definitions: Map<String, Value> = generator.take_definitions(true).into_iter().collect();
    for kind in KINDS {
        definitions.insert(operators_name(kind), operators(kind));
        definitions.insert(column_name(kind), tested(kind, &[]));
    }
    for schema in schemas.iter() {
        let columns = schema.columns.iter().map(|column| (column.name.clone(), column_test(column)));
        let name = condition_name(&schema.table);
        let condition = condition(columns.collect(), &name, &json!(false));
        definitions.insert(name, condition);
    }
    let any_column = json!({ "anyOf": KINDS.map(|kind| reference(&column_name(kind))) });
    definitions.insert(OF_ANY.to_owned(), condition(Map::new(), OF_ANY, &any_column));
    if schemas.get("DeviceInfo").is_some() {
        definitions.insert("DeviceWhere".to_owned(), reference(&condition_name("DeviceInfo")));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "lownoise policy or set of exclusions",
        "anyOf": [policy, set],
        "allOf": schemas.iter().map(for_table).chain([for_own_columns()]).collect::<Vec<_>>(),
        "$defs": definitions,
    })
}

const KINDS: [Kind; 5] = [Kind::Text, Kind::Address, Kind::Number, Kind::Time, Kind::Bool];

fn reference(definition: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{definition}") })
}

fn condition_name(table: &str) -> String {
    format!("{table}Where")
}

/// The conditions of a file that adds columns to its table: over columns of any name.
const OF_ANY: &str = "AnyWhere";

fn column_name(kind: Kind) -> String {
    format!("{kind:?}Column")
}

fn operators_name(kind: Kind) -> String {
    format!("{kind:?}Operators")
}

/// In a file over this table that adds no columns to it, every condition is over its columns.
fn for_table(schema: &Schema) -> Value {
    let over = json!({ "properties": { "table": { "const": schema.table } }, "required": ["table"] });
    let columns: Vec<&str> = schema.columns.iter().map(|column| column.name.as_str()).collect();
    let mut properties = holders(&condition_name(&schema.table));
    properties.insert(
        "output".to_owned(),
        json!({ "properties": { "columns": { "items": { "enum": columns } } } }),
    );
    json!({
        "if": {
            "not": { "required": ["column"] },
            "anyOf": [
                { "properties": { "policy": over }, "required": ["policy"] },
                { "properties": { "set": over }, "required": ["set"] },
            ]
        },
        "then": { "properties": properties }
    })
}

/// In a file that adds columns, whatever its table.
fn for_own_columns() -> Value {
    json!({ "if": { "required": ["column"] }, "then": { "properties": holders(OF_ANY) } })
}

/// The sections with a `where`.
fn holders(condition: &str) -> Map<String, Value> {
    let holder = json!({ "properties": { "where": reference(condition) } });
    let each = json!({ "items": holder });
    let sections = [("scope", holder), ("exclusion", each.clone()), ("never_hide", each)];
    sections.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

/// A condition over columns, which is called so, and over others.
fn condition(mut properties: Map<String, Value>, name: &str, others: &Value) -> Value {
    combine(&mut properties, &reference(name));
    let opaque = json!({ "type": "string", "description": "a test in other words that could not be imported: it hides nothing" });
    properties.insert(OPAQUE.to_owned(), opaque);
    json!({ "type": "object", "properties": properties, "additionalProperties": others })
}

/// `all`, `any` and `not` of something.
fn combine(properties: &mut Map<String, Value>, of: &Value) {
    for name in ["all", "any"] {
        properties.insert(name.to_owned(), json!({ "type": "array", "items": of, "minItems": 1 }));
    }
    properties.insert("not".to_owned(), of.clone());
}

/// What may stand at a column. Those of which no values are known share one definition for each kind.
fn column_test(column: &ColumnDefinition) -> Value {
    match column.values.as_slice() {
        [] => reference(&column_name(column.kind)),
        values => tested(column.kind, values),
    }
}

/// A value, a list of values, or a table of operators.
fn tested(kind: Kind, values: &[String]) -> Value {
    let mut literal = literal(kind);
    if let (false, Value::Object(schema)) = (values.is_empty(), &mut literal) {
        // Known values are examples, not a limit: an editor offers them and accepts others.
        schema.insert("examples".to_owned(), json!(values));
    }
    json!({ "anyOf": [one_or_many(&literal), reference(&operators_name(kind))] })
}

fn literal(kind: Kind) -> Value {
    match kind {
        Kind::Text | Kind::Address => json!({ "type": "string" }),
        Kind::Number => json!({ "type": "integer" }),
        Kind::Time => json!({ "type": "string", "format": "date-time" }),
        Kind::Bool => json!({ "type": "boolean" }),
    }
}

fn one_or_many(literal: &Value) -> Value {
    json!({ "anyOf": [literal, { "type": "array", "items": literal, "minItems": 1 }] })
}

/// A table of operators for a kind of column.
fn operators(kind: Kind) -> Value {
    let mut properties: Map<String, Value> =
        operator_names(kind).into_iter().map(|name| (name.to_owned(), operand(kind, name))).collect();
    combine(&mut properties, &reference(&operators_name(kind)));
    json!({ "type": "object", "properties": properties, "additionalProperties": false, "minProperties": 1 })
}

fn operand(kind: Kind, name: &str) -> Value {
    let literal = literal(kind);
    let (schema, description) = match name {
        EXISTS => (json!({ "type": "boolean" }), "the value is there; empty text is not"),
        PRESENT => (
            json!({ "type": "boolean" }),
            "the event has it, be it empty; for tables that tell missing text from empty text",
        ),
        IGNORE_CASE => (json!({ "type": "boolean" }), "the text operators of this table fold ASCII letters"),
        MATCHES => (one_or_many(&literal), "a regular expression is found in the text"),
        HAS_ANY => (one_or_many(&literal), "some literal is in the text as whole terms"),
        HAS_ALL => (one_or_many(&literal), "every literal is in the text as whole terms"),
        BETWEEN => {
            let bounds = json!({ "type": "array", "items": literal, "minItems": 2, "maxItems": 2 });
            (bounds, "from the first to the second, both included")
        }
        IN => return addresses(),
        name if COMPARISONS.contains(&name) => (literal, "compared with one value"),
        EQUALS if kind == Kind::Bool => (literal, "the value is this one"),
        name => {
            let operators = TextOperator::ALL.into_iter().map(TextOperator::definition);
            let summary = operators.filter(|found| found.name == name).map(|found| found.summary).next();
            (one_or_many(&literal), summary.unwrap_or("the value is one of these"))
        }
    };
    let mut ways = vec![schema];
    let single = [EXISTS, PRESENT, IGNORE_CASE, BETWEEN].contains(&name) || COMPARISONS.contains(&name);
    if !single && kind != Kind::Bool {
        ways.push(referring(LIST, "the values of a list of this file"));
    }
    if Relation::called(name, kind, kind, Case::Sensitive).is_some() {
        ways.push(referring(COLUMN, "the value of another column of the event"));
    }
    match (ways.pop(), ways.is_empty()) {
        (Some(only), true) => described(only, description),
        (last, _) => {
            ways.extend(last);
            described(json!({ "anyOf": ways }), description)
        }
    }
}

/// An operand that stands elsewhere.
fn referring(key: &str, description: &str) -> Value {
    json!({
        "type": "object",
        "description": description,
        "properties": { key: { "type": "string" } },
        "required": [key],
        "additionalProperties": false,
    })
}

fn described(mut schema: Value, description: &str) -> Value {
    if let Value::Object(fields) = &mut schema {
        fields.insert("description".to_owned(), description.into());
    }
    schema
}

fn addresses() -> Value {
    let classes = AddressClass::ALL.map(|(_, name)| name);
    let one = json!({ "anyOf": [{ "enum": classes }, { "type": "string", "pattern": "[.:]" }] });
    let ways = [one_or_many(&one), referring(LIST, "the values of a list of this file")];
    described(json!({ "anyOf": ways }), "the address is in a network, as in 10.0.0.0/8, or in a class")
}
