//! Policies and sets from files. Prints what is wrong with them.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use lownoise_engine::parse::{Parsed, Set, Wanted, parse_policy, parse_set};
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::Time;
use lownoise_report::render;

use crate::failure::Failure;
use crate::terminal;

/// The tables a policy may name.
pub(crate) fn schemas() -> Result<Schemas, Failure> {
    Schemas::shipped().map_err(Failure::Usage)
}

/// The clock, unless it is set.
pub(crate) fn now(fixed: Option<Time>) -> Time {
    fixed.unwrap_or_else(|| Time::from_timestamp(jiff::Timestamp::now()))
}

/// A valid policy. What is wrong or suspicious is printed.
pub(crate) fn policy(path: &Path, schemas: &Schemas) -> Result<Policy, Failure> {
    valid(parse(path, schemas)?)
}

fn valid(parsed: Parsed<Policy>) -> Result<Policy, Failure> {
    for diagnostic in &parsed.diagnostics {
        terminal::say(&render(diagnostic, &parsed.sources, terminal::error_style()));
        terminal::say("");
    }
    parsed.result.ok_or(Failure::Input(None))
}

/// A policy file, read and looked at.
pub(crate) fn parse(path: &Path, schemas: &Schemas) -> Result<Parsed<Policy>, Failure> {
    Ok(parse_with(&read, path, source(path)?, schemas))
}

/// Brings the text of a path.
pub(crate) type Bring<'r> = &'r dyn Fn(&Path) -> Result<Source, Unread>;

/// Why a text cannot be had.
#[derive(Debug, Clone)]
pub(crate) enum Unread {
    /// There is no such file.
    NotThere(String),
    /// There is one.
    Broken(String),
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::NotThere(why) | Self::Broken(why)) = self;
        f.write_str(why)
    }
}

/// A policy's text, looked at with its sets and lists: those of `sets/` and `lists/` beside it.
pub(crate) fn parse_with(read: Bring<'_>, path: &Path, source: Source, schemas: &Schemas) -> Parsed<Policy> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let (sets, lists) = (folder.join("sets"), folder.join("lists"));
    parse_policy(source, &mut |wanted| beside(read, &sets, &lists, wanted), schemas)
}

/// A set's text, looked at by itself with the sets that it uses, those beside it, and with its lists: those of `lists/`
/// beside the folder of the sets, where a policy has them too.
pub(crate) fn parse_set_with(read: Bring<'_>, path: &Path, source: Source, schemas: &Schemas) -> Parsed<Set> {
    let sets = path.parent().unwrap_or(Path::new(""));
    let lists =
        if sets.file_name().is_none() { sets.join("..").join("lists") } else { sets.with_file_name("lists") };
    parse_set(source, &mut |wanted| beside(read, sets, &lists, wanted), schemas)
}

fn beside(read: Bring<'_>, sets: &Path, lists: &Path, wanted: Wanted<'_>) -> Result<Option<Source>, String> {
    let (kind, ending, name, folder) = match wanted {
        Wanted::Set(name) => ("set", "toml", name, sets),
        Wanted::List(name) => ("list", "txt", name, lists),
    };
    // A name is no path: a policy reads nothing but its sets and its lists.
    if name.is_empty() || name.contains(['/', '\\']) || name.starts_with('.') {
        return Err(format!("a {kind} is named, without a path and without `.{ending}`"));
    }
    match (read(&folder.join(format!("{name}.{ending}"))), wanted) {
        (Err(Unread::NotThere(_)), Wanted::List(_)) => Ok(None),
        (read, _) => read.map(Some).map_err(|why| why.to_string()),
    }
}

/// The text of a policy or set.
pub(crate) fn source(path: &Path) -> Result<Source, Failure> {
    read(path).map_err(|error| Failure::input(format!("`{}`: {error}", path.display())))
}

/// A file's text, or why it cannot be had.
pub(crate) fn read(path: &Path) -> Result<Source, Unread> {
    let stdin = path.as_os_str() == "-";
    let bytes = if stdin { standard_input() } else { fs::read(path) };
    let bytes = bytes.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Unread::NotThere("no such file".to_owned()),
        _ => Unread::Broken(format!("cannot be read: {error}")),
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let line = error
            .as_bytes()
            .iter()
            .take(error.utf8_error().valid_up_to())
            .filter(|byte| **byte == b'\n')
            .count()
            + 1;
        Unread::Broken(format!("line {line} is not UTF-8"))
    })?;
    let name = if stdin { "standard input".to_owned() } else { path.display().to_string() };
    Ok(Source { name, text })
}

fn standard_input() -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Texts that have been read, each once, by any thread.
#[derive(Debug, Default)]
pub(crate) struct Texts(Mutex<HashMap<PathBuf, Result<Source, Unread>>>);

impl Texts {
    /// A file's text, or why it cannot be had.
    pub(crate) fn read(&self, path: &Path) -> Result<Source, Unread> {
        let known = |texts: &Self| {
            let texts = texts.0.lock().unwrap_or_else(PoisonError::into_inner);
            texts.get(path).cloned()
        };
        if let Some(known) = known(self) {
            return known;
        }
        let read = read(path);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), read.clone());
        read
    }

    /// The text of a policy, a set, a query or a rule.
    pub(crate) fn source(&self, path: &Path) -> Result<Source, Failure> {
        self.read(path).map_err(|error| Failure::input(format!("`{}`: {error}", path.display())))
    }
}

/// Every TOML file below a folder, by path; hidden ones are left out.
pub(crate) fn toml_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    files_below(folder, &["toml"])
}

/// Every file below a folder that has one of the endings, by path; hidden ones are left out.
pub(crate) fn files_below(folder: &Path, endings: &[&str]) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        let unreadable = |error| Failure::input(format!("`{}`: cannot be read: {error}", folder.display()));
        for entry in fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let path = entry.path();
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
                continue;
            }
            // A link to a folder may lead in a circle.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                waiting.push(path);
            } else if path.extension().is_some_and(|end| endings.iter().any(|wanted| end == *wanted)) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
