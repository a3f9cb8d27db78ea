//! Arbitrary text as a policy that uses itself as a set. Every finding can be drawn, and of what is valid both
//! evaluators say the same.
#![no_main]

use std::net::IpAddr;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use lownoise_engine::evaluate::{Context, Devices, evaluate};
use lownoise_engine::event::{Batch, Column};
use lownoise_engine::explain::explain;
use lownoise_engine::parse::{Wanted, parse_policy, parse_set};
use lownoise_engine::plan::{Plan, Scratch, Verdicts};
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::{Kind, Time, Value};
use lownoise_report::{Style, findings, render, render_explanation};

static SCHEMAS: LazyLock<Schemas> = LazyLock::new(|| Schemas::shipped().expect("shipped schemas are read"));

fuzz_target!(|text: &str| {
    let source = |name: &str| Source { name: name.to_owned(), text: text.to_owned() };
    let mut load = |wanted: Wanted<'_>| match wanted {
        Wanted::Set(name) | Wanted::List(name) if name.len() < 4 => Ok(Some(source(name))),
        Wanted::Set(_) => Err("no such set".to_owned()),
        Wanted::List(_) => Ok(None),
    };
    let set = parse_set(source("a.toml"), &mut load, &SCHEMAS);
    let parsed = parse_policy(source("p.toml"), &mut load, &SCHEMAS);
    for (diagnostics, sources) in [(&set.diagnostics, &set.sources), (&parsed.diagnostics, &parsed.sources)] {
        findings(diagnostics, sources);
        for found in diagnostics {
            render(found, sources, Style::Plain);
        }
    }
    let Some(policy) = parsed.result else { return };
    let now = Time(0);
    let devices = Devices::Every;
    let literals: Vec<&str> = text.split(['"', '\'']).collect();
    let rows = literals.len().min(20);
    let ip: IpAddr = IpAddr::from([10, 1, 2, 3]);
    let columns = policy.schema.columns.iter().map(|column| {
        let mut values = Column::with_capacity(column.kind, rows);
        for literal in literals.iter().take(rows) {
            values.push(match column.kind {
                Kind::Text => Value::Text(literal),
                Kind::Address => Value::Address("10.1.2.3", Some(ip)),
                Kind::Number => literal.parse().map_or(Value::Missing, Value::Number),
                Kind::Time => Value::Time(Time(1)),
                Kind::Bool => Value::Bool(true),
            });
        }
        values
    });
    let batch = Batch { rows, columns: columns.collect() };
    let mut verdicts = Verdicts::default();
    Plan::compile(&policy, now, &devices).run(&batch, &mut Scratch::default(), &mut verdicts);
    for row in 0..rows {
        let event = batch.event(row);
        let context = Context { now, devices: &devices };
        assert_eq!(verdicts.verdict(row), Some(evaluate(&policy, &event, context)));
        render_explanation(&policy, &explain(&policy, &event, context), Style::Plain);
    }
});
