//! A run on many threads: one reads, some decide, and this one takes their results in the order of the input, so that
//! the output is that of one thread. Knows no formats.

use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use lownoise_ingest::{Block, Decoder, Input, Part, ReadError, Request, Source};

use super::counts::Counts;
use super::sink::Made;
use super::{Decide, Memory, Shown};
use crate::failure::Failure;

/// Parts that wait for each thread.
const WAITING: usize = 3;

/// Bytes of rows that are handed on before a part has ended, so that memory does not grow with what is shown of it.
const PIECE: usize = 1 << 20;

/// Pieces of a part that wait to be taken. The usual output of a row group fits.
const PIECES: usize = 8;

/// What happens in a run, in the order of the input.
pub(super) enum Step<'s> {
    /// The input at this place is opened.
    Opens(usize),
    /// It was opened.
    Begins { source: &'s Source, recognised: String, decoder: Arc<Decoder> },
    /// A part, or a piece of one, was decided: the counts of each of its blocks, and the rows of all.
    Decided { counts: Vec<Counts>, rows: Made, bytes: u64 },
}

/// What the reader says, in the order of the input.
enum Read<'s> {
    Opens(usize),
    Begins {
        source: &'s Source,
        recognised: String,
        decoder: Arc<Decoder>,
    },
    /// A part went to the threads, one of which says here what becomes of it; so many bytes of all inputs are read.
    Part {
        result: Receiver<Done>,
        bytes: u64,
    },
    Failed(Failure),
}

/// A part, and where the thread that takes it says what becomes of it.
struct Job {
    decoder: Arc<Decoder>,
    part: Part,
    done: SyncSender<Done>,
}

/// What became of a part, or of a piece of one.
struct Done {
    counts: Vec<Counts>,
    rows: Made,
    /// Whether the part ends after these, and with what: its [lines](Part::lines), or why it could not be read.
    end: Option<Result<u64, ReadError>>,
    /// A block that is done with, to be used again in another part.
    block: Option<Block>,
}

impl Done {
    fn new(shown: &Shown) -> Self {
        Self { counts: Vec::new(), rows: shown.nothing(), end: None, block: None }
    }
}

/// Reads every input to its end with so many threads, and hands every step to `take`. Holds a few parts for each thread.
/// The one that reads is not among them where it has little to do; what is compressed takes it as long to read as it takes
/// the others to decide.
///
/// # Errors
/// The first failure in the order of the input, or that of `take`.
pub(super) fn run(
    inputs: &[Source],
    request: &Request,
    threads: usize,
    decide: Decide<'_>,
    mut take: impl FnMut(Step<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    thread::scope(|scope| {
        let (spare, spares) = channel();
        let (jobs, waiting) = sync_channel(WAITING * threads);
        let waiting = Arc::new(Mutex::new(waiting));
        let hire = move |waiting: Arc<Mutex<Receiver<Job>>>| {
            scope.spawn(move || work(decide, &waiting));
        };
        for _ in 0..threads.max(2) - 1 {
            hire(Arc::clone(&waiting));
        }
        // Only those who take from it hold it: where they end, the reader does.
        let held = Arc::downgrade(&waiting);
        drop(waiting);
        let another = Box::new(move || held.upgrade().into_iter().for_each(hire));
        let (said, heard) = sync_channel(WAITING * threads);
        scope.spawn(move || {
            let mut reader = Reader { jobs, said, spares, another: Some(another), before: 0 };
            if let Err(Some(failure)) = reader.read(inputs, request) {
                // Nobody is there to hear it when the run has ended.
                let _heard_or_not = reader.said.send(Read::Failed(failure));
            }
        });
        // The lines of the parts before, where they number them by themselves.
        let mut lines = 0;
        // Whatever ends this loop drops the ends of the channels, and so ends the other threads.
        for read in heard {
            match read {
                Read::Opens(place) => take(Step::Opens(place))?,
                Read::Begins { source, recognised, decoder } => {
                    lines = 0;
                    take(Step::Begins { source, recognised, decoder })?;
                }
                Read::Part { result, bytes } => loop {
                    let Ok(Done { mut counts, rows, end, block }) = result.recv() else { return Ok(()) };
                    for counts in &mut counts {
                        counts.number_after(lines);
                    }
                    take(Step::Decided { counts, rows, bytes })?;
                    // The reader may have come to its end.
                    let _used_again_or_not = block.map(|block| spare.send(block));
                    match end {
                        Some(Ok(more)) => {
                            lines += more;
                            break;
                        }
                        Some(Err(error)) => {
                            let place = error.place.map(|place| place + lines);
                            return Err(ReadError { place, ..error }.into());
                        }
                        None => {}
                    }
                },
                Read::Failed(failure) => return Err(failure),
            }
        }
        Ok(())
    })
}

/// Decides parts until there are no more, or nobody takes the results. Of many threads each takes the next part when it
/// is done with one.
fn work(decide: Decide<'_>, jobs: &Mutex<Receiver<Job>>) {
    let mut memory = Memory::default();
    loop {
        let next = jobs.lock().ok().and_then(|jobs| jobs.recv().ok());
        let Some(Job { decoder, mut part, done }) = next else { return };
        if let Some((counts, rows)) = decide.late(&decoder, &part, &mut memory) {
            if done.send(Done { counts, rows, end: Some(Ok(part.lines())), block: None }).is_err() {
                return;
            }
            continue;
        }
        let mut result = Done::new(decide.shown);
        while let Some(block) = part.next() {
            let decided = block.and_then(|block| {
                let rows = &mut result.rows;
                let counts = decide.block(&decoder, &block, &mut memory, |row| {
                    rows.push(row);
                    Ok::<(), ReadError>(())
                })?;
                part.counted(counts.lines);
                result.counts.push(counts);
                result.block = part.recycle(block);
                Ok(())
            });
            if let Err(error) = decided {
                result.end = Some(Err(error));
                break;
            }
            if result.rows.bytes() > PIECE {
                let piece = std::mem::replace(&mut result, Done::new(decide.shown));
                if done.send(piece).is_err() {
                    return;
                }
            }
        }
        result.end.get_or_insert(Ok(part.lines()));
        if done.send(result).is_err() {
            return;
        }
    }
}

/// The thread that reads.
struct Reader<'s> {
    jobs: SyncSender<Job>,
    said: SyncSender<Read<'s>>,
    /// Blocks that are done with.
    spares: Receiver<Block>,
    /// Begins another thread that decides.
    another: Option<Box<dyn FnOnce() + Send + 's>>,
    /// The bytes of the inputs before this one.
    before: u64,
}

impl<'s> Reader<'s> {
    /// Reads all inputs. An error without a failure: nobody listens any more.
    fn read(&mut self, inputs: &'s [Source], request: &Request) -> Result<(), Option<Failure>> {
        for (place, source) in inputs.iter().enumerate() {
            self.say(Read::Opens(place))?;
            let mut input = match Input::open(source, request) {
                Ok(input) => input,
                Err(error) => return Err(Some(error.into())),
            };
            if let Some(another) = self.another.take_if(|_| !input.is_compressed()) {
                another();
            }
            let decoder = Arc::new(input.decoder().clone());
            let recognised = input.recognised().to_owned();
            self.say(Read::Begins { source, recognised, decoder: Arc::clone(&decoder) })?;
            self.parts(&mut input, &decoder)?;
            self.before += input.bytes_read();
        }
        Ok(())
    }

    fn parts(&mut self, input: &mut Input, decoder: &Arc<Decoder>) -> Result<(), Option<Failure>> {
        loop {
            self.spares.try_iter().for_each(|block| input.recycle(block));
            let Some(part) = input.next_part().map_err(|error| Some(error.into()))? else { return Ok(()) };
            let (done, result) = sync_channel(PIECES);
            self.jobs.send(Job { decoder: Arc::clone(decoder), part, done }).map_err(|_| None)?;
            self.say(Read::Part { result, bytes: self.before + input.bytes_read() })?;
        }
    }

    fn say(&self, read: Read<'s>) -> Result<(), Option<Failure>> {
        self.said.send(read).map_err(|_| None)
    }
}
