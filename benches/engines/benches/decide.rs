//! One decision in memory, every engine on its own kind of event. Each figure is of a batch; divided by its events it is
//! the time of one decision. What counts is the processor's time of the thread, so that neighbours on the machine cost
//! little. Before anything is timed, every engine has to give the same answers.

#[path = "../../common/mod.rs"]
mod common;
#[path = "../../common/processor_time.rs"]
mod processor_time;

use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use lownoise_engines::{Setting, engines};
use processor_time::ProcessorTime;

/// Events of a batch: about what a block of a file holds.
const EVENTS: u64 = 1_000;

fn decide(criterion: &mut Criterion<ProcessorTime>) {
    let schemas = common::schemas();
    let traffic = common::traffic(EVENTS);
    let rows: Vec<_> = traffic.rows().collect();
    for (size, source) in common::policies() {
        let setting = Setting::new(source, &schemas, &rows);
        let mut group = criterion.benchmark_group(size);
        group.throughput(Throughput::Elements(EVENTS)).sampling_mode(SamplingMode::Flat);
        let mut expected = None;
        for (name, mut engine) in engines(&setting) {
            engine.decide();
            let answers = engine.answers();
            let expected = expected.get_or_insert_with(|| answers.clone());
            assert!(expected.hidden().contains(&true), "the reference hides nothing: there is nothing to compare");
            assert!(expected.agree(&answers), "{name} does not hide what the reference hides, {size}");
            group.bench_function(name, |bencher| bencher.iter(|| engine.decide()));
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(ProcessorTime).sample_size(10);
    targets = decide
}
criterion_main!(benches);
