//! Files are read and parsed, several at a time. What comes of it does not depend on how many.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::parse::{FileKind, Set, file_kind, nearly_policy};
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Sources;

use super::files::{File, Kind};
use super::foreign::{self, Foreign};
use crate::failure::Failure;
use crate::load::{self, Texts};

/// A file that was looked at.
pub(super) struct Looked {
    /// Its name.
    pub(super) file: String,
    pub(super) subject: Subject,
    /// What its parser says.
    pub(super) parsed: Vec<Diagnostic>,
    /// The texts that all findings point into.
    pub(super) sources: Arc<Sources>,
}

/// What is in a file; nothing in it where it is invalid.
pub(super) enum Subject {
    Policy(Option<Box<Policy>>),
    Set(Option<Box<Set>>),
    Foreign(Option<Box<Foreign>>),
    Other,
}

pub(super) fn look(file: &File, schemas: &Schemas, texts: &Texts) -> Result<Looked, Failure> {
    let path = &file.path;
    let source = texts.source(path)?;
    let name = source.name.clone();
    let looked = |subject, parsed, sources: Sources| Looked {
        file: name.clone(),
        subject,
        parsed,
        sources: Arc::new(sources),
    };
    if let Kind::Foreign(language) = file.kind {
        if !file.named && !foreign::looks_like(language, &source.text) {
            return Ok(looked(Subject::Other, Vec::new(), Sources::default()));
        }
        let (foreign, told, sources) = foreign::import(path, &source, language, schemas);
        return Ok(looked(Subject::Foreign(foreign.map(Box::new)), told, sources));
    }
    let bring = |path: &std::path::Path| texts.read(path);
    match file_kind(&source.text) {
        FileKind::Policy => {
            let parsed = load::parse_with(&bring, path, source, schemas);
            Ok(looked(Subject::Policy(parsed.result.map(Box::new)), parsed.diagnostics, parsed.sources))
        }
        FileKind::Set => {
            let parsed = load::parse_set_with(&bring, path, source, schemas);
            Ok(looked(Subject::Set(parsed.result.map(Box::new)), parsed.diagnostics, parsed.sources))
        }
        FileKind::Other if foreign::is_elastic(&source.text) => {
            let language = crate::args::Language::Elastic;
            let (foreign, told, sources) = foreign::import(path, &source, language, schemas);
            Ok(looked(Subject::Foreign(foreign.map(Box::new)), told, sources))
        }
        FileKind::Other if file.named => {
            let path = path.display();
            Err(Failure::input(format!(
                "`{path}` is neither a policy nor a set: it has no [policy] and no [set]"
            )))
        }
        FileKind::Other => {
            let (mistakes, sources) = nearly_policy(&source);
            Ok(looked(Subject::Other, mistakes, sources))
        }
    }
}

/// Does something with each, on several threads; the results are in order.
pub(super) fn in_parallel<T: Sync, R: Send>(
    all: &[T],
    threads: Option<NonZeroUsize>,
    each: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let threads = threads.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from);
    let threads = threads.min(all.len());
    if threads < 2 {
        return all.iter().map(each).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(one) = all.get(place) else { return done };
            done.push((place, each(one)));
        }
    };
    let mut results: Vec<(usize, R)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let joined = workers.into_iter().map(thread::ScopedJoinHandle::join);
        joined.flat_map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    results.sort_unstable_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, result)| result).collect()
}
