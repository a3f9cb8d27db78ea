//! `lownoise run`: events in, kept or hidden events out, and the account of both.

mod sink;
mod tally;

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bumpalo::Bump;
use indicatif::ProgressBar;
use lownoise_engine::event::ColumnId;
use lownoise_engine::plan::{Plan, Scratch, Verdicts};
use lownoise_engine::policy::Policy;
use lownoise_ingest::write::Destination;
use lownoise_ingest::{Chunk, Input, Malformed, Request, Source, sources};
use lownoise_report::{Summary, render_summary};

use crate::args::{self, Stats};
use crate::devices::devices;
use crate::failure::Failure;
use crate::{load, terminal};
use sink::Sink;
pub(crate) use sink::format;
use tally::Tally;

pub(crate) fn run(arguments: &args::Run) -> Result<(), Failure> {
    refuse_conflicts(arguments)?;
    let schemas = load::schemas()?;
    let policy = load::policy(&arguments.policy, &schemas)?;
    let now = load::now(arguments.reading.now);
    let (devices, device_words) = devices(&policy, &arguments.reading)?;
    let plan = Plan::compile(&policy, now, &devices);
    let inputs = sources(&arguments.events)?;
    let sink = Sink::open(&policy, arguments)?;
    let request = request(&policy, arguments, &sink);
    let mut run = Run {
        policy: &policy,
        plan,
        tally: Tally::new(&policy, now, device_words),
        malformed: arguments.malformed.as_deref().map(MalformedFile::create).transpose()?,
        sink,
        scratch: Scratch::default(),
        verdicts: Verdicts::default(),
        unread: Vec::new(),
    };
    let ended = run.inputs(&inputs, &request);
    let Run { tally, sink, malformed, unread, .. } = run;
    if let (Err(Failure::Input(_)), false) = (&ended, unread.is_empty()) {
        terminal::warning(&format!("not read after that: {}", unread.join(", ")));
    }
    let closed = match &ended {
        Ok(()) => sink.finish(),
        // A file is not left half-written; what went to standard output is completed.
        Err(Failure::Input(_)) => sink.flush_unfinished(),
        Err(_) => Ok(()),
    };
    let written = closed.and(malformed.map_or(Ok(()), MalformedFile::finish));
    // What is wrong with the input is said also when nobody takes the output any more.
    if !matches!(ended, Err(Failure::Input(_))) {
        written?;
    }
    // Nothing was read, or nobody listens: there is nothing to sum up.
    let nothing = tally.is_empty() && matches!(ended, Err(Failure::Input(_)));
    if nothing || matches!(ended, Err(Failure::ClosedPipe | Failure::Usage(_))) {
        return ended;
    }
    let unreadable = tally.malformed();
    summarise(&tally.summary(&policy, matches!(ended, Err(Failure::Interrupted))), arguments.stats)?;
    ended?;
    if arguments.strict && unreadable > 0 {
        return Err(Failure::input("some records could not be read, and --strict is given"));
    }
    Ok(())
}

/// Refuses to read standard input twice, and to write over what is read or written.
fn refuse_conflicts(arguments: &args::Run) -> Result<(), Failure> {
    let read: Vec<&PathBuf> =
        [&arguments.policy].into_iter().chain(&arguments.events).chain(&arguments.reading.devices).collect();
    if read.iter().filter(|path| path.as_os_str() == "-").count() > 1 {
        let message = "`-` is given more than once, and standard input can be read once only";
        return Err(Failure::Usage(message.to_owned()));
    }
    let Some(malformed) = &arguments.malformed else { return Ok(()) };
    let there = malformed.canonicalize().ok();
    let same = |path: &PathBuf| path == malformed || (there.is_some() && path.canonicalize().ok() == there);
    if read.into_iter().chain(&arguments.output).any(same) {
        let path = malformed.display();
        let message = format!("`--malformed {path}` would write over a file that this run reads or writes");
        return Err(Failure::Usage(message));
    }
    Ok(())
}

/// Prints the summary, as asked.
fn summarise(summary: &Summary, stats: Stats) -> Result<(), Failure> {
    match stats {
        Stats::Off => {}
        Stats::Text => terminal::say(render_summary(summary, terminal::error_style()).trim_end()),
        Stats::Json => {
            terminal::say(
                &serde_json::to_string(summary).map_err(|error| Failure::Usage(error.to_string()))?,
            );
        }
    }
    Ok(())
}

fn request(policy: &Policy, arguments: &args::Run, sink: &Sink) -> Request {
    let mut columns: Vec<ColumnId> = policy.tested_columns();
    columns.extend(sink.columns());
    columns.sort_unstable();
    columns.dedup();
    Request {
        schema: Arc::clone(&policy.schema),
        columns,
        whole: sink.wants_whole(),
        mapping: arguments.reading.mapping(),
        format: arguments.reading.format(),
        dates: arguments.reading.dates(),
    }
}

/// A run under way.
struct Run<'p> {
    policy: &'p Policy,
    plan: Plan,
    tally: Tally,
    malformed: Option<MalformedFile>,
    sink: Sink,
    scratch: Scratch,
    verdicts: Verdicts,
    /// The inputs after the one that is being read.
    unread: Vec<String>,
}

impl Run<'_> {
    /// Reads every input to its end.
    fn inputs(&mut self, inputs: &[Source], request: &Request) -> Result<(), Failure> {
        let interrupted = terminal::interrupted();
        let total = inputs.iter().map(Source::bytes).sum();
        let bar = terminal::progress(total);
        let mut done = 0;
        let mut arena = Bump::new();
        for (place, source) in inputs.iter().enumerate() {
            self.unread = inputs.get(place + 1..).unwrap_or_default().iter().map(Source::name).collect();
            let mut input = Input::open(source, request)?;
            self.tally.begin(&source.name(), input.recognised(), input.decoder().converter());
            while let Some(block) = input.next_block()? {
                arena.reset();
                let chunk = input.decoder().decode(&block, &arena)?;
                self.chunk(&source.name(), &chunk)?;
                drop(chunk);
                input.recycle(block);
                self.show_progress(&bar, done + input.bytes_read());
                if interrupted.load(Ordering::Relaxed) {
                    bar.finish_and_clear();
                    return Err(Failure::Interrupted);
                }
            }
            done += input.bytes_read();
        }
        bar.finish_and_clear();
        Ok(())
    }

    fn show_progress(&self, bar: &ProgressBar, bytes: u64) {
        if !bar.is_hidden() {
            bar.set_position(bytes);
            bar.set_message(self.tally.progress());
        }
    }

    fn chunk(&mut self, input: &str, chunk: &Chunk<'_>) -> Result<(), Failure> {
        self.plan.run(&chunk.batch, &mut self.scratch, &mut self.verdicts);
        self.tally.add(self.policy, chunk, &self.verdicts);
        if let Some(file) = &mut self.malformed {
            file.write(input, &chunk.malformed)?;
        }
        self.sink.rows(self.policy, chunk, &self.verdicts)?;
        Ok(())
    }
}

/// Where records that could not be read are written down.
struct MalformedFile(BufWriter<Destination>);

impl MalformedFile {
    fn create(path: &Path) -> Result<Self, Failure> {
        Ok(Self(BufWriter::new(Destination::open(path)?)))
    }

    fn write(&mut self, input: &str, malformed: &[Malformed]) -> Result<(), Failure> {
        for record in malformed {
            let line = serde_json::json!({ "input": input, "place": record.place, "reason": record.reason });
            writeln!(self.0, "{line}")?;
        }
        Ok(())
    }

    fn finish(self) -> Result<(), Failure> {
        let destination = self.0.into_inner().map_err(|error| Failure::from(error.into_error()))?;
        Ok(destination.finish()?)
    }
}
