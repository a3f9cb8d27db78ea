//! `lownoise run`: events in, kept or hidden events out, and the account of both.

mod counts;
mod late;
mod sink;
mod tally;
mod threads;

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use bumpalo::Bump;
use indicatif::ProgressBar;
use lownoise_engine::event::ColumnId;
use lownoise_engine::plan::{Plan, Scratch, Verdicts};
use lownoise_engine::policy::Policy;
use lownoise_ingest::write::{Destination, Row};
use lownoise_ingest::{Block, Chunk, Decoder, Input, Malformed, ReadError, Request, Source, sources};
use lownoise_report::{Summary, render_summary};

use crate::args::{self, Stats};
use crate::devices::devices;
use crate::failure::Failure;
use crate::{load, terminal};
use counts::{Counts, Watched};
use late::Late;
pub(crate) use sink::format;
use sink::{Shown, Sink};
use tally::Tally;
use threads::Step;

pub(crate) fn run(arguments: &args::Run) -> Result<(), Failure> {
    refuse_conflicts(arguments)?;
    let schemas = load::schemas()?;
    let policy = load::policy(&arguments.policy, &schemas)?;
    let now = load::now(arguments.reading.now);
    let (devices, device_words) = devices(&policy, &arguments.reading)?;
    let plan = Plan::compile(&policy, now, &devices);
    let inputs = sources(&arguments.events)?;
    let (sink, shown) = Sink::open(&policy, arguments)?;
    let threads =
        arguments.threads.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from);
    let request = Request { after: plan.after(), shared: threads > 1, ..request(&policy, arguments, &shown) };
    let (watched, late) = (Watched::new(&policy), Late::default());
    let mut run = Run {
        decide: Decide { policy: &policy, plan: &plan, watched: &watched, shown: &shown, late: &late },
        tally: Tally::new(&policy, &watched, now, device_words),
        malformed: arguments.malformed.as_deref().map(MalformedFile::create).transpose()?,
        sink,
        unread: Vec::new(),
    };
    let ended = run.inputs(&inputs, &request, threads);
    let Run { mut tally, sink, malformed, unread, .. } = run;
    tally.spilled(sink.spilled());
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

fn request(policy: &Policy, arguments: &args::Run, shown: &Shown) -> Request {
    let mut columns: Vec<ColumnId> = policy.tested_columns();
    columns.extend(shown.columns());
    columns.sort_unstable();
    columns.dedup();
    Request {
        schema: Arc::clone(&policy.schema),
        columns,
        whole: shown.wants_whole(),
        after: None,
        shared: false,
        mapping: arguments.reading.mapping(),
        format: arguments.reading.format(),
        dates: arguments.reading.dates(),
    }
}

/// What decides events. Threads share it.
#[derive(Clone, Copy)]
struct Decide<'p> {
    policy: &'p Policy,
    plan: &'p Plan,
    watched: &'p Watched,
    shown: &'p Shown,
    late: &'p Late,
}

/// What a thread decides a block in, and the next one again.
#[derive(Default)]
struct Memory {
    arena: Bump,
    scratch: Scratch,
    verdicts: Verdicts,
}

impl Decide<'_> {
    /// Decides the rows of a block, hands those that are shown to `take`, and counts what became of all.
    fn block<E: From<ReadError>>(
        self,
        decoder: &Decoder,
        block: &Block,
        memory: &mut Memory,
        take: impl FnMut(&Row<'_>) -> Result<(), E>,
    ) -> Result<Counts, E> {
        let Memory { arena, scratch, verdicts } = memory;
        arena.reset();
        let (chunk, counts) = self.rows(decoder, block, arena, scratch, verdicts)?;
        let objects = self.shown.objects(decoder, block, &chunk, verdicts, arena)?;
        self.shown.each(self.policy, &chunk, &objects, verdicts, take)?;
        Ok(counts)
    }

    /// The rows of a block with their verdicts, and what became of all its records.
    fn rows<'a>(
        self,
        decoder: &Decoder,
        block: &'a Block,
        arena: &'a Bump,
        scratch: &mut Scratch,
        verdicts: &mut Verdicts,
    ) -> Result<(Chunk<'a>, Counts), ReadError> {
        let mut chunk = decoder.decode(block, arena)?;
        self.plan.run(&chunk.batch, scratch, verdicts);
        let counts = self.watched.count(self.policy, &mut chunk, verdicts);
        Ok((chunk, counts))
    }
}

/// A run under way.
struct Run<'p> {
    decide: Decide<'p>,
    tally: Tally,
    malformed: Option<MalformedFile>,
    sink: Sink,
    /// The inputs after the one that is being read.
    unread: Vec<String>,
}

impl Run<'_> {
    /// Reads every input to its end.
    fn inputs(&mut self, inputs: &[Source], request: &Request, threads: usize) -> Result<(), Failure> {
        let interrupted = terminal::interrupted();
        let bar = terminal::progress(inputs.iter().map(Source::bytes).sum());
        let ended = if threads == 1 {
            self.on_one_thread(inputs, request, &bar, &interrupted)
        } else {
            self.on_many_threads(inputs, request, threads, &bar, &interrupted)
        };
        bar.finish_and_clear();
        ended
    }

    fn on_one_thread(
        &mut self,
        inputs: &[Source],
        request: &Request,
        bar: &ProgressBar,
        interrupted: &AtomicBool,
    ) -> Result<(), Failure> {
        let mut done = 0;
        let mut memory = Memory::default();
        for (place, source) in inputs.iter().enumerate() {
            self.begins(inputs, place);
            let (name, mut input) = (source.name(), Input::open(source, request)?);
            self.tally.begin(&name, input.recognised(), input.decoder().converter());
            // The lines of the parts before.
            let mut lines = 0;
            while let Some(mut part) = input.next_part()? {
                if let Some((counts, rows)) = self.decide.late(input.decoder(), &part, &mut memory) {
                    counts.into_iter().try_for_each(|counts| self.count(&name, counts))?;
                    self.sink.append(rows, self.decide.shown)?;
                    self.goes_on(bar, done + input.bytes_read(), interrupted)?;
                    continue;
                }
                while let Some(mut block) = part.next().transpose()? {
                    block.number_after(lines);
                    let sink = &mut self.sink;
                    let counts =
                        self.decide.block(input.decoder(), &block, &mut memory, |row| sink.row(row))?;
                    part.counted(counts.lines);
                    self.count(&name, counts)?;
                    if let Some(block) = part.recycle(block) {
                        input.recycle(block);
                    }
                    self.goes_on(bar, done + input.bytes_read(), interrupted)?;
                }
                lines += part.lines();
            }
            done += input.bytes_read();
        }
        Ok(())
    }

    fn on_many_threads(
        &mut self,
        inputs: &[Source],
        request: &Request,
        threads: usize,
        bar: &ProgressBar,
        interrupted: &AtomicBool,
    ) -> Result<(), Failure> {
        let mut name = String::new();
        threads::run(inputs, request, threads, self.decide, |step| match step {
            Step::Opens(place) => {
                self.begins(inputs, place);
                Ok(())
            }
            Step::Begins { source, recognised, decoder } => {
                name = source.name();
                self.tally.begin(&name, &recognised, decoder.converter());
                Ok(())
            }
            Step::Decided { counts, rows, bytes } => {
                for counts in counts {
                    self.count(&name, counts)?;
                }
                self.sink.append(rows, self.decide.shown)?;
                self.goes_on(bar, bytes, interrupted)
            }
        })
    }

    /// This input is being read now.
    fn begins(&mut self, inputs: &[Source], place: usize) {
        self.unread = inputs.get(place + 1..).unwrap_or_default().iter().map(Source::name).collect();
    }

    fn count(&mut self, input: &str, counts: Counts) -> Result<(), Failure> {
        if let Some(file) = &mut self.malformed {
            file.write(input, &counts.malformed)?;
        }
        let Decide { shown, late, .. } = self.decide;
        let (read, rows) = (counts.read - counts.passed_over, shown.of(&counts));
        self.tally.add(counts);
        late.learn(read, rows, shown.columns().filter(|id| !self.tally.needs(*id)));
        Ok(())
    }

    fn goes_on(&self, bar: &ProgressBar, bytes: u64, interrupted: &AtomicBool) -> Result<(), Failure> {
        self.show_progress(bar, bytes);
        if interrupted.load(Ordering::Relaxed) { Err(Failure::Interrupted) } else { Ok(()) }
    }

    fn show_progress(&self, bar: &ProgressBar, bytes: u64) {
        if !bar.is_hidden() {
            bar.set_position(bytes);
            bar.set_message(self.tally.progress());
        }
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
