//! One decision on events that are already in memory, as columns, naming every exclusion that hides the event: by the
//! reference, and by the plan. Each figure is of a batch; divided by its events it is the processor's time of one decision.
#![expect(clippy::expect_used, reason = "a bench that cannot be set up has nothing to measure")]

mod common;
#[path = "common/processor_time.rs"]
mod processor_time;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lownoise_engine::evaluate::{Context, Devices, evaluate};
use lownoise_engine::event::{Batch, Event};
use lownoise_engine::plan::{Plan, RowVerdict, Scratch, Verdicts};
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_generate::{Row, Traffic};
use processor_time::ProcessorTime;

/// Events of a batch: about what a block of a file holds.
const EVENTS: u64 = 1_000;

/// What is decided on what.
#[derive(Clone, Copy)]
enum Reading {
    /// Every event, by the exclusions alone.
    ExclusionsOnly,
    /// Every event, by scope and exclusions.
    EveryEvent,
    /// The events in scope, by scope and exclusions: none is dismissed early.
    InScopeOnly,
}

/// A policy, and the events that it decides on.
struct Setting<'r> {
    policy: Policy,
    devices: Devices,
    batch: Batch<'r>,
}

impl Reading {
    const ALL: [(&str, Self); 3] = [
        ("exclusions only", Self::ExclusionsOnly),
        ("scope and exclusions", Self::EveryEvent),
        ("scope and exclusions, events in scope", Self::InScopeOnly),
    ];

    fn of<'r>(
        self,
        source: Source,
        schemas: &Schemas,
        traffic: &Traffic,
        rows: &'r [Row<'r>],
    ) -> Setting<'r> {
        let mut policy = common::parse(source, schemas);
        let devices = common::devices(&policy, traffic);
        let mut batch = common::batch(&policy.schema, rows);
        match self {
            Self::ExclusionsOnly => policy.scope.clear(),
            Self::EveryEvent => {}
            Self::InScopeOnly => batch = in_scope(&policy, &devices, rows),
        }
        Setting { policy, devices, batch }
    }
}

/// The events in scope.
fn in_scope<'r>(policy: &Policy, devices: &Devices, rows: &'r [Row<'r>]) -> Batch<'r> {
    let mut verdicts = Verdicts::default();
    let plan = Plan::compile(policy, common::now(), devices);
    plan.run(&common::batch(&policy.schema, rows), &mut Scratch::default(), &mut verdicts);
    let looked_at = |verdict: RowVerdict| !matches!(verdict, RowVerdict::OutOfScope(_));
    let rows = rows.iter().zip(verdicts.rows()).filter(|(_, verdict)| looked_at(**verdict));
    common::batch(&policy.schema, rows.map(|(row, _)| row))
}

fn plan(criterion: &mut Criterion<ProcessorTime>) {
    let schemas = common::schemas();
    let traffic = common::traffic(EVENTS);
    let rows: Vec<_> = traffic.rows().collect();
    for (name, reading) in Reading::ALL {
        let mut group = criterion.benchmark_group(format!("plan, {name}"));
        for (size, source) in common::policies() {
            let Setting { policy, devices, batch } = reading.of(source, &schemas, &traffic, &rows);
            let plan = Plan::compile(&policy, common::now(), &devices);
            let (mut scratch, mut verdicts) = (Scratch::default(), Verdicts::default());
            group.throughput(Throughput::Elements(batch.rows as u64));
            group.bench_function(size, |bencher| {
                bencher.iter(|| plan.run(black_box(&batch), &mut scratch, &mut verdicts));
            });
        }
    }
}

fn reference(criterion: &mut Criterion<ProcessorTime>) {
    let schemas = common::schemas();
    let traffic = common::traffic(EVENTS);
    let rows: Vec<_> = traffic.rows().collect();
    let mut group = criterion.benchmark_group("reference, scope and exclusions");
    for (size, source) in common::policies() {
        let Setting { policy, devices, batch } = Reading::EveryEvent.of(source, &schemas, &traffic, &rows);
        let context = Context { now: common::now(), devices: &devices };
        let events: Vec<Event<'_>> = (0..batch.rows).map(|row| batch.event(row)).collect();
        group.throughput(Throughput::Elements(batch.rows as u64));
        group.bench_function(size, |bencher| {
            bencher.iter(|| {
                for event in &events {
                    black_box(evaluate(&policy, event, context));
                }
            });
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(ProcessorTime).sample_size(20);
    targets = plan, reference
}
criterion_main!(benches);
