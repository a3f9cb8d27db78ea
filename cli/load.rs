//! Policies and sets from files. Prints what is wrong with them.

use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use lownoise_engine::parse::{Parsed, Set, parse_policy, parse_set};
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
pub(crate) type Bring<'r> = &'r dyn Fn(&Path) -> Result<Source, String>;

/// A policy's text, looked at with its sets: those of `sets/` beside it.
pub(crate) fn parse_with(read: Bring<'_>, path: &Path, source: Source, schemas: &Schemas) -> Parsed<Policy> {
    let sets = path.parent().unwrap_or(Path::new("")).join("sets");
    parse_policy(source, &mut |name| set_source(read, &sets, name), schemas)
}

/// A set's text, looked at by itself with the sets that it uses: those beside it.
pub(crate) fn parse_set_with(read: Bring<'_>, path: &Path, source: Source, schemas: &Schemas) -> Parsed<Set> {
    let sets = path.parent().unwrap_or(Path::new("")).to_owned();
    parse_set(source, &mut |name| set_source(read, &sets, name), schemas)
}

fn set_source(read: Bring<'_>, folder: &Path, name: &str) -> Result<Source, String> {
    is_set_name(name)?;
    read(&folder.join(format!("{name}.toml")))
}

/// A name is no path: a policy reads nothing but its sets.
fn is_set_name(name: &str) -> Result<(), String> {
    if name.is_empty() || name.contains(['/', '\\']) || name.starts_with('.') {
        return Err("a set is named, without a path and without `.toml`".to_owned());
    }
    Ok(())
}

/// The text of a policy or set.
pub(crate) fn source(path: &Path) -> Result<Source, Failure> {
    read(path).map_err(|error| Failure::input(format!("`{}`: {error}", path.display())))
}

/// A file's text, or why it cannot be had.
pub(crate) fn read(path: &Path) -> Result<Source, String> {
    let stdin = path.as_os_str() == "-";
    let bytes = if stdin { standard_input() } else { fs::read(path) };
    let bytes = bytes.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".to_owned(),
        _ => format!("cannot be read: {error}"),
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let line = error
            .as_bytes()
            .iter()
            .take(error.utf8_error().valid_up_to())
            .filter(|byte| **byte == b'\n')
            .count()
            + 1;
        format!("line {line} is not UTF-8")
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
pub(crate) struct Texts(Mutex<HashMap<PathBuf, Result<Source, String>>>);

impl Texts {
    /// A file's text, or why it cannot be had.
    pub(crate) fn read(&self, path: &Path) -> Result<Source, String> {
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
