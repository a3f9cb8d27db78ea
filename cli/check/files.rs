//! Which files are checked, and what they are by their names.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::args::Language;
use crate::failure::Failure;
use crate::load;

/// A file to check.
#[derive(Debug, Clone)]
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) kind: Kind,
    /// The user named it; it was not found in a folder.
    pub(super) named: bool,
}

/// What a file is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A policy or a set, or neither: its text says which.
    Toml,
    /// In the language of others.
    Foreign(Language),
}

/// The files to check: those named, and of folders all TOML files and what is a query or a rule by its ending.
pub(super) fn files(paths: &[PathBuf], from: Option<Language>) -> Result<Vec<File>, Failure> {
    let default = if Path::new("rules").is_dir() { "rules" } else { "." };
    let paths = if paths.is_empty() { vec![PathBuf::from(default)] } else { paths.to_vec() };
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let below = load::files_below(&path, &["toml", "kql", "csl", "yml", "yaml"])?;
            files.extend(below.into_iter().map(|path| (path, false)));
        } else {
            files.push((path, true));
        }
    }
    // A file that is named twice, or by itself and by its folder, is one file.
    let mut seen = HashSet::new();
    files.retain(|(path, _)| seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())));
    let file = |(path, named): (PathBuf, bool)| File { kind: kind(&path, from), path, named };
    Ok(files.into_iter().map(file).collect())
}

fn kind(path: &Path, from: Option<Language>) -> Kind {
    let ending = path.extension().map(|end| end.to_string_lossy().to_ascii_lowercase());
    match (from, ending.as_deref()) {
        (Some(language), _) => Kind::Foreign(language),
        (None, Some("kql" | "csl")) => Kind::Foreign(Language::Kql),
        (None, Some("yml" | "yaml")) => Kind::Foreign(Language::Sigma),
        (None, Some("ndjson")) => Kind::Foreign(Language::Elastic),
        _ => Kind::Toml,
    }
}
