//! Random policies as queries, random events, and which events our engine keeps: for engines that are not ours, which
//! `.ci/kql.py` runs.
//!
//!     cargo run -p lownoise-dialect --example conformance -- POLICIES EVENTS SEED FOLDER
//!
//! In the folder: `schema.json`, `events.ndjson`, `devices.ndjson`, and `policies.ndjson` with, for each policy, its
//! query, the columns of its result, what it makes beside the table's, the query without them, the rows that are kept, and what an engine must be able to
//! do to run it; `addresses.ndjson`, policies that look at addresses only; `queries.ndjson`, random queries and the rows that their imports keep; and `sql.ndjson`,
//! the SQL of the policies, and what must come out of it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "it writes files for a test, or stops"
)]

mod addresses;
mod expressions;
mod made;
mod statements;

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;

use lownoise_dialect::kql::{Options, emit, import};
use lownoise_engine::evaluate::{Context, Devices, Verdict, evaluate};
use lownoise_engine::event::{ColumnId, OwnedEvent};
use lownoise_engine::op::{Case, Comparison, Operator};
use lownoise_engine::parse::parse_policy;
use lownoise_engine::policy::{ConditionKind, Order, Output, Policy};
use lownoise_engine::predicate::Predicate;
use lownoise_engine::schema::{Schema, Schemas};
use lownoise_engine::span::Source;
use lownoise_engine::value::{Kind, OwnedValue, Time, Value};
use lownoise_testkit::{any_event, any_policy, runner, schema};
use proptest::strategy::{Strategy, ValueTree};
use serde_json::{Map, json};

/// The finest time that other engines keep, in ticks: a microsecond.
const MICROSECOND: i64 = 10;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = || arguments.next().and_then(|text| text.parse::<u64>().ok());
    let (policies, events, seed) = (number(), number(), number());
    let folder = arguments.next().map(PathBuf::from);
    let (Some(policies), Some(events), Some(seed), Some(folder)) = (policies, events, seed, folder) else {
        say_usage();
        return;
    };
    let table = schema();
    let device_table = Arc::new(renamed(&table));
    let mut random = runner(u32::MAX, seed);
    let mut event = || whole(coarse(any_event().new_tree(&mut random).unwrap().current()), &table);
    let rows: Vec<OwnedEvent> = (0..events).map(|_| event()).collect();
    let with_made: Vec<OwnedEvent> = rows.iter().map(|row| made::with_made(row, &table)).collect();
    let devices: Vec<OwnedEvent> = (0..40).map(|_| event()).collect();
    let file = |name: &str| BufWriter::new(File::create(folder.join(name)).expect("the folder is there"));
    write_schema(&mut file("schema.json"), &table);
    write_rows(&mut file("events.ndjson"), &rows, &table);
    write_rows(&mut file("devices.ndjson"), &devices, &table);
    let (mut out, mut sql) = (file("policies.ndjson"), file("sql.ndjson"));
    let (mut written, mut sql_written, mut refused) = (0, 0, 0);
    let mut clock = Time(0);
    while written < policies {
        let (mut policy, now) = any_policy().new_tree(&mut random).unwrap().current();
        clock = now;
        for part in &mut policy.scope {
            if let ConditionKind::Devices { schema, .. } = &mut part.kind {
                *schema = Arc::clone(&device_table);
            }
        }
        if sql_written < policies {
            let mut policy = policy.clone();
            if sql_written.is_multiple_of(4) {
                let others = (0..40).map(|_| any_policy().new_tree(&mut random).unwrap().current().0);
                statements::crowd(&mut policy, others);
            }
            let verdicts = verdicts(&policy, &rows, &devices, now);
            writeln!(sql, "{}", statements::of(sql_written, &policy, &verdicts, now)).unwrap();
            sql_written += 1;
        }
        // Every third asks of what a step makes.
        if written % 3 == 0 {
            policy = made::asked_of_made(policy);
        }
        let Ok(bare) = emit(&policy, now) else {
            refused += 1;
            continue;
        };
        policy.output = shown(written, &table);
        let whole = emit(&policy, now).expect("what is shown is always sayable");
        let line = json!({
            "id": written,
            "query": whole.text,
            "columns": policy.output.columns.iter().map(|id| table.name(*id)).collect::<Vec<_>>(),
            "made": whole.text.contains(made::STEP).then_some(made::NAME),
            "bare": bare.text,
            "kept": kept(&policy, &with_made, &devices, now),
            "needs": needs(&policy),
        });
        writeln!(out, "{line}").unwrap();
        written += 1;
    }
    writeln!(out, "{}", json!({"refused": refused, "now": clock.to_string()})).unwrap();
    let mut out = file("addresses.ndjson");
    for id in 0..policies {
        let (policy, now) = any_policy().new_tree(&mut random).unwrap().current();
        let others = (0..10).map(|_| any_policy().new_tree(&mut random).unwrap().current().0);
        let policy = addresses::only(policy, others);
        let query = emit(&policy, now).expect("addresses can always be said").text;
        let kept = kept(&policy, &rows, &devices, now);
        writeln!(out, "{}", json!({"id": id, "query": query, "kept": kept})).unwrap();
    }
    let mut out = file("queries.ndjson");
    let mut schemas = Schemas::default();
    schemas.add((*table).clone());
    for id in 0..policies {
        let query = expressions::any_query().new_tree(&mut random).unwrap().current();
        let policy = imported(&query, &schemas, &devices);
        writeln!(
            out,
            "{}",
            json!({"id": id, "query": query, "kept": kept(&policy, &with_made, &devices, clock)})
        )
        .unwrap();
    }
}

/// What a query is imported as, with the values of the list that it asks for; nothing of these may be opaque.
fn imported(query: &str, schemas: &Schemas, devices: &[OwnedEvent]) -> Policy {
    let source = Source { name: "random.kql".to_owned(), text: query.to_owned() };
    let imported = import(&source, schemas, &Options { id: "random".to_owned(), ..Options::default() });
    let Some((text, policy)) = imported.policy.filter(|_| imported.opaque == 0) else {
        panic!("{query}\n{:#?}", imported.diagnostics);
    };
    if policy.lists.is_empty() {
        return policy;
    }
    let column = |name| policy.schema.column(name).expect("the random table has it");
    let (port, name) = (column("Port"), column("Name"));
    let is_listed =
        |row: &&OwnedEvent| matches!(row.value(port), Value::Number(port) if expressions::is_listed(port));
    let listed = devices.iter().filter(is_listed);
    let names: Vec<&str> = listed.map(|row| row.value(name).text()).collect();
    let mut document: toml::Table = text.parse().expect("an import is TOML");
    let values = toml::Table::from_iter([("values".to_owned(), names.into())]);
    let lists = document.get_mut("list").and_then(toml::Value::as_table_mut).expect("it has a list");
    lists.insert(expressions::LIST.to_owned(), values.into());
    let source = Source { name: "random.toml".to_owned(), text: document.to_string() };
    parse_policy(source, &mut |_| Ok(None), schemas).result.expect("with its values it is a policy")
}

fn say_usage() {
    let _nowhere_left_to_say_so =
        writeln!(std::io::stderr(), "usage: conformance POLICIES EVENTS SEED FOLDER");
}

/// The table of devices has the columns of the table of events.
fn renamed(table: &Schema) -> Schema {
    let mut renamed = table.clone();
    "DeviceInfo".clone_into(&mut renamed.table);
    renamed
}

fn coarse(mut event: OwnedEvent) -> OwnedEvent {
    for value in &mut event.values {
        if let OwnedValue::Time(time) = value {
            time.0 -= time.0.rem_euclid(MICROSECOND);
        }
    }
    event
}

/// The column that holds JSON holds what stands under its keys.
fn whole(mut event: OwnedEvent, table: &Schema) -> OwnedEvent {
    let mut objects: BTreeMap<ColumnId, Map<String, serde_json::Value>> = BTreeMap::new();
    for (id, column) in table.ids().zip(&table.columns) {
        let Some((json, key)) = column.key() else { continue };
        let Some(value) = written(event.value(id)) else { continue };
        let object = objects.entry(table.column(json).expect("a key is one of a column")).or_default();
        match key.split_once('.') {
            Some((first, rest)) => object.insert(first.to_owned(), json!({rest: value})),
            None => object.insert(key.to_owned(), value),
        };
    }
    for (id, object) in objects {
        event.set(id, OwnedValue::Text(serde_json::Value::Object(object).to_string()));
    }
    event
}

/// A value as JSON; `None` when it is missing.
fn written(value: Value<'_>) -> Option<serde_json::Value> {
    Some(match value {
        Value::Missing => return None,
        Value::Text(text) | Value::Address(text, _) => json!(text),
        Value::Number(number) => json!(number),
        Value::Time(time) => json!(time.to_string()),
        Value::Bool(value) => json!(value),
    })
}

/// Every other policy shows some columns, in some order.
fn shown(place: u64, table: &Schema) -> Output {
    let ids: Vec<_> = table.ids().collect();
    let from = usize::try_from(place).unwrap_or(0) % ids.len();
    let columns: Vec<_> = ids.iter().cycle().skip(from).take(1 + from % 4).copied().collect();
    let order = |column| Order { column, descending: place.is_multiple_of(3) };
    match place % 2 {
        0 => Output { columns: columns.clone(), order_by: columns.into_iter().take(1).map(order).collect() },
        _ => Output { columns: Vec::new(), order_by: ids.into_iter().take(from % 2).map(order).collect() },
    }
}

fn kept(policy: &Policy, rows: &[OwnedEvent], devices: &[OwnedEvent], now: Time) -> Vec<usize> {
    let verdicts = verdicts(policy, rows, devices, now);
    verdicts
        .iter()
        .enumerate()
        .filter(|(_, verdict)| **verdict == Verdict::Kept)
        .map(|(place, _)| place)
        .collect()
}

fn verdicts(policy: &Policy, rows: &[OwnedEvent], devices: &[OwnedEvent], now: Time) -> Vec<Verdict> {
    let device = policy.schema.column(&policy.schema.device).expect("a table has its device");
    let among = match policy.devices() {
        None => Devices::Every,
        Some((_, predicate)) => {
            let chosen = devices.iter().filter(|row| predicate.holds(&row.borrow()));
            Devices::Among(chosen.map(|row| row.value(device).text().to_owned()).collect::<HashSet<_>>())
        }
    };
    let context = Context { now, devices: &among };
    rows.iter().map(|row| evaluate(policy, &row.borrow(), context)).collect()
}

/// What an engine must be able to do: `addresses`, `folding`, `ticks`, `patterns`.
fn needs(policy: &Policy) -> Vec<&'static str> {
    let scope = policy.scope.iter().filter_map(|part| match &part.kind {
        ConditionKind::Lookback(_) => None,
        ConditionKind::Devices { predicate, .. } | ConditionKind::Where(predicate) => Some(predicate),
    });
    let exclusions = policy.exclusions.iter().map(|exclusion| &exclusion.predicate);
    let all: Vec<&Predicate> = scope.chain(exclusions).collect();
    let tests: Vec<&Operator> =
        all.iter().flat_map(|predicate| predicate.tests()).map(|test| &test.operator).collect();
    let folds_pair = |predicate: &&Predicate| {
        predicate.pairs().iter().any(|pair| pair.relation.case() == Case::Insensitive)
    };
    let fine = |time: &Time| time.0 % MICROSECOND != 0;
    let is_fine = |operator: &&Operator| match operator {
        Operator::Time(Comparison::OneOf(times)) => times.iter().any(fine),
        Operator::Time(Comparison::Between(low, high)) => fine(low) || fine(high),
        Operator::Time(
            Comparison::Lt(bound) | Comparison::Lte(bound) | Comparison::Gt(bound) | Comparison::Gte(bound),
        ) => fine(bound),
        _ => false,
    };
    let found = [
        ("addresses", tests.iter().any(|operator| matches!(operator, Operator::In(_)))),
        ("folding", tests.iter().any(|operator| operator.ignores_case()) || all.iter().any(folds_pair)),
        ("ticks", tests.iter().any(is_fine)),
        ("patterns", tests.iter().any(|operator| matches!(operator, Operator::Matches(_)))),
    ];
    found.into_iter().filter(|(_, needed)| *needed).map(|(name, _)| name).collect()
}

/// As `kql-check.js` reads it, with a column that says which row it is.
fn write_schema(out: &mut impl Write, table: &Schema) {
    let kind = |kind| match kind {
        Kind::Text | Kind::Address => "string",
        Kind::Number => "long",
        Kind::Time => "datetime",
        Kind::Bool => "bool",
    };
    let columns = table.columns.iter().map(|column| json!({"name": column.name, "type": kind(column.kind)}));
    let columns: Vec<_> = columns.chain([json!({"name": "Row", "type": "long"})]).collect();
    let tables = json!({"tables": {&table.table: columns, "DeviceInfo": columns}});
    writeln!(out, "{tables}").unwrap();
}

fn write_rows(out: &mut impl Write, rows: &[OwnedEvent], table: &Schema) {
    for (place, row) in rows.iter().enumerate() {
        let mut line = Map::new();
        for id in table.ids() {
            let Some(value) = written(row.value(id)) else { continue };
            line.insert(table.name(id).to_owned(), value);
        }
        line.insert("Row".to_owned(), json!(place));
        writeln!(out, "{}", serde_json::Value::Object(line)).unwrap();
    }
}
