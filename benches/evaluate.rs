//! Deciding events that are already in memory, as columns: by the reference, and by the plan.
#![expect(clippy::expect_used, reason = "a bench that cannot be set up has nothing to measure")]

mod common;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lownoise_engine::evaluate::{Context, evaluate};
use lownoise_engine::event::Event;
use lownoise_engine::plan::{Plan, Scratch, Verdicts};

/// Events of a batch: about what a block of a file holds.
const EVENTS: u64 = 1_000;

fn reference(criterion: &mut Criterion) {
    let schemas = common::schemas();
    let traffic = common::traffic(EVENTS);
    let rows: Vec<_> = traffic.rows().collect();
    let batch = common::batch(common::events_schema(&schemas), &rows);
    let events: Vec<Event<'_>> = (0..batch.rows).map(|row| batch.event(row)).collect();
    let mut group = criterion.benchmark_group("evaluate a batch, reference");
    group.throughput(Throughput::Elements(EVENTS));
    for (name, source) in common::policies() {
        let policy = common::parse(source, &schemas);
        let devices = common::devices(&policy, &traffic);
        let context = Context { now: common::now(), devices: &devices };
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for event in &events {
                    black_box(evaluate(&policy, event, context));
                }
            });
        });
    }
}

fn plan(criterion: &mut Criterion) {
    let schemas = common::schemas();
    let traffic = common::traffic(EVENTS);
    let rows: Vec<_> = traffic.rows().collect();
    let batch = common::batch(common::events_schema(&schemas), &rows);
    let mut group = criterion.benchmark_group("evaluate a batch, plan");
    group.throughput(Throughput::Elements(EVENTS));
    for (name, source) in common::policies() {
        let policy = common::parse(source, &schemas);
        let plan = Plan::compile(&policy, common::now(), &common::devices(&policy, &traffic));
        let (mut scratch, mut verdicts) = (Scratch::default(), Verdicts::default());
        group.bench_function(name, |bencher| {
            bencher.iter(|| plan.run(black_box(&batch), &mut scratch, &mut verdicts));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = reference, plan
}
criterion_main!(benches);
