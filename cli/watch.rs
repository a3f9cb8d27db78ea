//! Runs scenarios again when a file is saved: those that the file is about. Knows files and names, no verdict.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use lownoise_engine::parse::{FileKind, file_kind, policy_id};
use lownoise_harness::feature_files;
use notify::{Event, RecursiveMode, Watcher as _, recommended_watcher};

use crate::failure::Failure;
use crate::{load, terminal};

/// How long a file must be left alone: an editor writes several times when it saves.
const QUIET: Duration = Duration::from_millis(150);
/// How often it is asked whether the user wants to stop.
const PATIENCE: Duration = Duration::from_millis(100);

/// What is watched.
pub(crate) struct Watched<'a> {
    /// Features and folders of them.
    pub(crate) features: &'a [PathBuf],
    /// The folder of the policies.
    pub(crate) rules: &'a Path,
}

/// Runs everything, and then, whenever something is saved, what it is about; until Ctrl-C.
pub(crate) fn watch(
    watched: &Watched<'_>,
    mut run: impl FnMut(&[PathBuf]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let interrupted = terminal::interrupted();
    let (sender, receiver) = channel();
    let cannot = |error| Failure::Usage(format!("files cannot be watched: {error}"));
    let mut listener = recommended_watcher(sender).map_err(cannot)?;
    for folder in watched.folders() {
        listener.watch(&folder, RecursiveMode::Recursive).map_err(cannot)?;
    }
    told(run(watched.features))?;
    watched.wait();
    while !interrupted.load(Ordering::Relaxed) {
        let Some(saved) = saved(&receiver).map_err(cannot)? else { break };
        let (features, why) = watched.concerned(&saved);
        if features.is_empty() {
            continue;
        }
        terminal::say(&format!("\n{why}"));
        told(run(&features))?;
        watched.wait();
    }
    Ok(())
}

/// What has been saved, when it has been left alone for a moment; nothing yet is an empty set, `None` is the end.
fn saved(events: &Receiver<notify::Result<Event>>) -> notify::Result<Option<BTreeSet<PathBuf>>> {
    let mut saved = BTreeSet::new();
    let mut until = Instant::now() + PATIENCE;
    loop {
        match events.recv_timeout(until.saturating_duration_since(Instant::now())) {
            // A run reads files itself; that is no reason for another one.
            Ok(event) => {
                let changes = Some(event?).filter(|event| !event.kind.is_access());
                let before = saved.len();
                saved.extend(changes.into_iter().flat_map(|event| event.paths));
                if saved.len() > before {
                    until = Instant::now() + QUIET;
                }
            }
            Err(RecvTimeoutError::Timeout) => return Ok(Some(saved)),
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
        }
    }
}

/// What ended one run ends the watch only when nothing can be written any more.
fn told(ended: Result<(), Failure>) -> Result<(), Failure> {
    match ended {
        Err(closed @ Failure::ClosedPipe) => Err(closed),
        Err(Failure::Input(Some(text)) | Failure::Usage(text)) => {
            terminal::error(&text);
            Ok(())
        }
        _ => Ok(()),
    }
}

impl Watched<'_> {
    /// What to listen to: folders, since editors put a new file in the place of the old one.
    fn folders(&self) -> BTreeSet<PathBuf> {
        let folder = |path: &Path| match path.parent() {
            _ if path.is_dir() => path.to_owned(),
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        self.features.iter().map(PathBuf::as_path).chain([self.rules]).map(folder).collect()
    }

    fn wait(&self) {
        let features: Vec<String> = self.features.iter().map(|path| path.display().to_string()).collect();
        let rules = self.rules.display();
        terminal::say(&format!("watching {} and {rules}; Ctrl-C ends", features.join(", ")));
    }

    /// The features that saved files are about, and the words that say so.
    fn concerned(&self, saved: &BTreeSet<PathBuf>) -> (Vec<PathBuf>, String) {
        let all = feature_files(self.features).unwrap_or_default();
        let mut concerned = BTreeSet::new();
        let mut reasons = Vec::new();
        for path in saved {
            let found = self.about(path, &all);
            if !found.is_empty() {
                reasons.push(name_of(path));
                concerned.extend(found);
            }
        }
        let count = concerned.len();
        let features = if count == 1 { "1 feature".to_owned() } else { format!("{count} features") };
        let why = format!("{} changed: {features}", reasons.join(", "));
        // In the order in which they always run.
        (all.into_iter().filter(|feature| concerned.contains(feature)).collect(), why)
    }

    /// The features that one saved file is about.
    fn about(&self, saved: &Path, all: &[PathBuf]) -> Vec<PathBuf> {
        if let Some(feature) = all.iter().find(|feature| same(feature, saved)) {
            return vec![feature.clone()];
        }
        let names = if saved.extension().is_some_and(|end| end == "toml") {
            self.policies_of(saved)
        } else if saved.is_file() && saved.extension().is_some_and(|end| end != "feature") {
            // A file of events.
            vec![name_of(saved)]
        } else {
            Vec::new()
        };
        let mentions = |feature: &&PathBuf| {
            let text = fs::read_to_string(feature).unwrap_or_default();
            names.iter().any(|name| text.contains(name))
        };
        all.iter().filter(mentions).cloned().collect()
    }

    /// The names under which scenarios know the policies that a TOML file is, or is a set of.
    fn policies_of(&self, saved: &Path) -> Vec<String> {
        let Ok(text) = fs::read_to_string(saved) else { return Vec::new() };
        let stem = stem_of(saved);
        if file_kind(&text) != FileKind::Set {
            return policy_id(&text).into_iter().chain([stem]).collect();
        }
        let set = format!("\"{stem}\"");
        let uses = |path: &PathBuf| {
            let text = fs::read_to_string(path).unwrap_or_default();
            (file_kind(&text) == FileKind::Policy && text.contains(&set)).then_some((text, stem_of(path)))
        };
        let policies = load::toml_files(self.rules).unwrap_or_default();
        let named = policies.iter().filter_map(uses);
        named.flat_map(|(text, stem)| policy_id(&text).into_iter().chain([stem])).collect()
    }
}

fn same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    real(one) == real(other)
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn stem_of(path: &Path) -> String {
    path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
