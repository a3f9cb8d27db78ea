//! Files of events through reading, the plan and writing what is kept, on one thread: as `lownoise run --order input`.
#![expect(clippy::expect_used, reason = "a bench that cannot be set up has nothing to measure")]

mod common;

use std::io;
use std::path::Path;
use std::sync::Arc;

use bumpalo::Bump;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lownoise_engine::event::ColumnId;
use lownoise_engine::plan::{Plan, RowVerdict, Scratch, Verdicts};
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schema;
use lownoise_generate::{EventLayout, Traffic};
use lownoise_ingest::write::{Layout, OutputColumn, OutputFormat, Row, Writer};
use lownoise_ingest::{Dates, Input, MappingChoice, Request, Source};

const EVENTS: u64 = 20_000;

const FORMATS: [(&str, OutputFormat); 3] =
    [("ndjson", OutputFormat::Ndjson), ("csv", OutputFormat::Csv), ("parquet", OutputFormat::Parquet)];

fn files(criterion: &mut Criterion) {
    let schemas = common::schemas();
    let traffic = common::traffic(EVENTS);
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let written = FORMATS.map(|(ending, format)| {
        let path = folder.path().join("events").with_extension(ending);
        let bytes = write_events(common::events_schema(&schemas), &traffic, format, &path);
        (ending, path, bytes)
    });
    for (name, source) in common::policies() {
        let policy = common::parse(source, &schemas);
        let plan = Plan::compile(&policy, common::now(), &common::devices(&policy, &traffic));
        let request = request(&policy);
        let mut group = criterion.benchmark_group(format!("run a file, {name}"));
        for (ending, path, bytes) in &written {
            group.throughput(Throughput::Bytes(*bytes));
            group.bench_function(*ending, |bencher| bencher.iter(|| run(&policy, &plan, &request, path)));
        }
    }
}

/// The columns that the policy tests, and those that it shows.
fn request(policy: &Policy) -> Request {
    let mut columns = policy.tested_columns();
    columns.extend(&policy.output.columns);
    columns.sort_unstable();
    columns.dedup();
    Request {
        schema: Arc::clone(&policy.schema),
        columns,
        whole: false,
        after: None,
        shared: false,
        mapping: MappingChoice::None,
        format: None,
        dates: Dates::default(),
    }
}

/// Filters a file; gives the number of kept events.
fn run(policy: &Policy, plan: &Plan, request: &Request, path: &Path) -> u64 {
    let mut input = Input::open(&Source::File(path.to_owned()), request).expect("the file can be opened");
    let layout = output(&policy.schema, policy.output.columns.iter().copied());
    let mut writer = Writer::create(OutputFormat::Ndjson, layout, io::sink()).expect("nothing is in the way");
    let (mut arena, mut scratch, mut verdicts) = (Bump::new(), Scratch::default(), Verdicts::default());
    let mut kept = 0;
    while let Some(block) = input.next_block().expect("the file can be read") {
        arena.reset();
        let chunk = input.decoder().decode(&block, &arena).expect("the events can be read");
        let mut values = Vec::with_capacity(policy.output.columns.len());
        plan.run(&chunk.batch, &mut scratch, &mut verdicts);
        for (row, verdict) in verdicts.rows().iter().enumerate() {
            if *verdict == RowVerdict::Kept {
                values.clear();
                values.extend(policy.output.columns.iter().map(|column| chunk.batch.value(*column, row)));
                writer.row(&Row { values: &values, ..Row::default() }).expect("nothing is in the way");
                kept += 1;
            }
        }
    }
    writer.finish().expect("nothing is in the way");
    kept
}

/// Columns of a table as an output has them.
fn output(schema: &Schema, columns: impl Iterator<Item = ColumnId>) -> Layout {
    let column = |id| OutputColumn { name: schema.name(id).to_owned(), kind: schema.kind(id) };
    Layout { columns: columns.map(column).collect(), hidden_by: false, whole: false }
}

/// Writes events to a file, and gives its size in bytes.
fn write_events(schema: &Schema, traffic: &Traffic, format: OutputFormat, path: &Path) -> u64 {
    let layout = EventLayout::of(schema).expect("the shipped table has these columns");
    let columns: Vec<ColumnId> = layout.columns().collect();
    let file = std::fs::File::create(path).expect("a temporary file can be written");
    let file = std::io::BufWriter::new(file);
    let mut writer =
        Writer::create(format, output(schema, columns.iter().copied()), file).expect("a header is written");
    for row in traffic.rows() {
        let values = row.values(&layout);
        let shown: Vec<_> = columns.iter().filter_map(|id| values.get(id.index()).copied()).collect();
        writer.row(&Row { values: &shown, ..Default::default() }).expect("a row is written");
    }
    writer.finish().expect("the rest is written");
    std::fs::metadata(path).expect("the file is there").len()
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = files
}
criterion_main!(benches);
