//! What our engine says of Sigma, for engines that are not ours, which `.ci/sigma.py` runs.
//!
//!     cargo run -p lownoise-dialect --example sigma -- import < CASES
//!     cargo run -p lownoise-dialect --example sigma -- compile POLICIES EVENTS SEED
//!
//! `import`: one case a line, `{"yaml": …, "events": […]}`; for each, whether the imported policy keeps each event, how many
//! tests are opaque, or what is wrong. `compile`: random policies as cases of that form, each a rule that matches
//! everything and the policy as a filter of it, with what our engine says of the events.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "it writes lines for a test, or stops")]

use std::io::BufRead;

use lownoise_dialect::sigma::{Aim, Options, emit, filtering, import};
use lownoise_engine::evaluate::{Context, Devices, Verdict, evaluate};
use lownoise_engine::event::OwnedEvent;
use lownoise_engine::policy::{ConditionKind, Policy};
use lownoise_engine::schema::{Schema, Schemas};
use lownoise_engine::span::Source;
use lownoise_engine::value::{Kind, OwnedValue, Time};
use lownoise_testkit::{any_event, any_policy, runner, schema};
use proptest::strategy::{Strategy, ValueTree};
use serde_json::{Map, Value, json};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize| arguments.get(place).and_then(|text| text.parse::<usize>().ok());
    match (arguments.first().map(String::as_str), number(1), number(2), number(3)) {
        (Some("import"), ..) => imported(),
        (Some("compile"), Some(policies), Some(events), Some(seed)) => {
            compiled(policies, events, seed as u64);
        }
        _ => println!("import < CASES, or compile POLICIES EVENTS SEED"),
    }
}

fn keeps(policy: &Policy, event: &OwnedEvent, now: Time) -> bool {
    evaluate(policy, &event.borrow(), Context { now, devices: &Devices::Every }) == Verdict::Kept
}

fn imported() {
    let schemas = Schemas::shipped().unwrap();
    for line in std::io::stdin().lock().lines() {
        let case: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let text = case.get("yaml").and_then(Value::as_str).unwrap().to_owned();
        let options = Options { id: "r".to_owned(), ..Options::default() };
        let found = import(&Source { name: "r.yml".to_owned(), text }, &schemas, &options);
        let Some((_, policy)) = found.policy else {
            let why =
                found.diagnostics.iter().map(|told| told.message.as_str()).collect::<Vec<_>>().join("; ");
            println!("{}", json!({ "error": why }));
            continue;
        };
        let events = case.get("events").and_then(Value::as_array).unwrap();
        let verdicts: Vec<bool> =
            events.iter().map(|event| keeps(&policy, &read(event, &policy.schema), Time(0))).collect();
        println!("{}", json!({ "verdicts": verdicts, "opaque": found.opaque }));
    }
}

/// An event as it is read: a value of another kind than its column's is none.
fn read(event: &Value, schema: &Schema) -> OwnedEvent {
    let mut read = schema.empty_event();
    for (name, value) in event.as_object().unwrap() {
        let Some(column) = schema.column(name) else { continue };
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let found = match schema.kind(column) {
            _ if value.is_null() => continue,
            Kind::Text => OwnedValue::Text(text),
            Kind::Address => OwnedValue::address(&text),
            Kind::Number => text.parse().map_or(OwnedValue::Missing, OwnedValue::Number),
            Kind::Bool => text.parse().map_or(OwnedValue::Missing, OwnedValue::Bool),
            Kind::Time => Time::parse(&text).map_or(OwnedValue::Missing, OwnedValue::Time),
        };
        read.set(column, found);
    }
    read
}

const RULE: &str = "title: Everything\nlogsource:\n    product: events\ndetection:\n    s:\n        Device: x\n    condition: s or not s\n---\n";

fn compiled(policies: usize, events: usize, seed: u64) {
    let mut random = runner(u32::MAX, seed);
    let aim = Aim { source: vec![("product".to_owned(), "events".to_owned())], rules: Vec::new() };
    let table = schema();
    let mut said = 0;
    while said < policies {
        let (mut policy, now) = any_policy().new_tree(&mut random).unwrap().current();
        policy.scope.retain(|condition| matches!(condition.kind, ConditionKind::Where(_)));
        let Ok(emitted) = emit(&policy, now, &aim) else { continue };
        if policy.exclusions.is_empty() {
            continue;
        }
        said += 1;
        let hiding = filtering(&policy);
        let rows: Vec<OwnedEvent> =
            (0..events).map(|_| any_event().new_tree(&mut random).unwrap().current()).collect();
        let verdicts: Vec<bool> = rows.iter().map(|row| keeps(&hiding, row, now)).collect();
        let rows: Vec<Value> =
            rows.iter().enumerate().map(|(place, row)| written(row, &table, place % 2 == 0)).collect();
        println!(
            "{}",
            json!({ "yaml": format!("{RULE}{}", emitted.text), "events": rows, "verdicts": verdicts })
        );
    }
}

/// An event as JSON; what is missing is null, or empty where it is text and so wished.
fn written(row: &OwnedEvent, table: &Schema, empty: bool) -> Value {
    let value = |value: &OwnedValue| match value {
        OwnedValue::Missing => Value::Null,
        OwnedValue::Text(text) | OwnedValue::Address(text, _) if text.is_empty() && !empty => Value::Null,
        OwnedValue::Text(text) | OwnedValue::Address(text, _) => json!(text),
        OwnedValue::Number(number) => json!(number),
        OwnedValue::Bool(value) => json!(value),
        OwnedValue::Time(time) => json!(time.to_string()),
    };
    let pairs = table.ids().zip(&row.values).map(|(id, found)| (table.name(id).to_owned(), value(found)));
    Value::Object(pairs.collect::<Map<String, Value>>())
}
