//! One decision in memory, every engine on its own kind of event. Each figure is of a batch; divided by its events it is
//! the time of one decision. What counts is the processor's time of the thread, so that neighbours on the machine cost
//! little. Before anything is timed, every engine has to give the same answers.

#[path = "../../common/mod.rs"]
mod common;

use std::time::Duration;

use cpu_time::ThreadTime;
use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use lownoise_engines::{Setting, engines};

/// Events of a batch: about what a block of a file holds.
const EVENTS: u64 = 1_000;

/// The time that the thread had a processor.
struct ProcessorTime;

impl Measurement for ProcessorTime {
    type Intermediate = ThreadTime;
    type Value = Duration;

    fn start(&self) -> ThreadTime {
        ThreadTime::now()
    }

    fn end(&self, start: ThreadTime) -> Duration {
        start.elapsed()
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, time: &Duration) -> f64 {
        WallTime.to_f64(time)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

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
            assert!(expected.hidden().contains(&true), "{name} hides nothing: there is nothing to compare");
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
