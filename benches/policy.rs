//! From the text of a policy to a plan: parsing it, and compiling it.
#![expect(clippy::expect_used, reason = "a bench that cannot be set up has nothing to measure")]

mod common;

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use lownoise_engine::plan::Plan;

fn parse(criterion: &mut Criterion) {
    let schemas = common::schemas();
    let mut group = criterion.benchmark_group("parse a policy");
    for (name, source) in common::policies() {
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || source.clone(),
                |source| common::parse(source, &schemas),
                BatchSize::LargeInput,
            );
        });
    }
}

fn compile(criterion: &mut Criterion) {
    let schemas = common::schemas();
    let traffic = common::traffic(0);
    let mut group = criterion.benchmark_group("compile a policy");
    for (name, source) in common::policies() {
        let policy = common::parse(source, &schemas);
        let devices = common::devices(&policy, &traffic);
        group.bench_function(name, |bencher| {
            bencher.iter_with_large_drop(|| Plan::compile(black_box(&policy), common::now(), &devices));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = parse, compile
}
criterion_main!(benches);
