//! One side of a comparison: policies from files, or from files at a git revision.

use std::path::{Path, PathBuf};

use lownoise_engine::parse::{FileKind, Parsed, file_kind, policy_id};
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_report::repository_path;

use crate::failure::Failure;
use crate::git::{Here, Kind, Revision, at_revision};
use crate::load::{self, Unread};

/// Where texts come from.
#[derive(Debug)]
pub(crate) enum Side {
    /// The file system, paths as they are given.
    Files,
    /// A revision, paths from the root of the repository.
    Revision(Revision),
}

/// A policy's file on one side.
#[derive(Debug)]
pub(crate) struct PolicyFile {
    /// What tells it from the others of its side, the same on both sides of a file that did not move.
    pub(crate) key: String,
    /// The id that it gives itself, even if something else in it is wrong.
    pub(crate) id: String,
    /// As it was named.
    pub(crate) name: String,
    /// What came of reading it.
    pub(crate) parsed: Parsed<Policy>,
}

/// What an argument of `diff` names.
#[derive(Debug)]
pub(crate) struct Operand {
    /// Whether it is one file, to be compared whatever its id.
    pub(crate) is_file: bool,
    pub(crate) policies: Vec<PolicyFile>,
}

impl Side {
    /// A text.
    ///
    /// # Errors
    /// Why it cannot be had.
    pub(crate) fn source(&self, path: &Path) -> Result<Source, Unread> {
        match self {
            Self::Files => load::read(path),
            Self::Revision(revision) => {
                let name = format!("{}:{}", revision.name, path.display());
                revision.text(path).map(|text| Source { name, text })
            }
        }
    }

    /// Every policy among these paths and in the folders among them. A path that is not there has none.
    pub(crate) fn policies(&self, paths: &[PathBuf], schemas: &Schemas) -> Result<Vec<PolicyFile>, Failure> {
        let mut files: Vec<PathBuf> = Vec::new();
        for path in paths {
            files.extend(self.toml_files(path)?);
        }
        files.sort();
        files.dedup();
        let mut policies = Vec::new();
        for path in files {
            let source = self
                .source(&path)
                .map_err(|error| Failure::input(format!("`{}`: {error}", path.display())))?;
            if file_kind(&source.text) == FileKind::Policy {
                policies.push(self.policy(&path, source, schemas));
            }
        }
        Ok(policies)
    }

    fn policy(&self, path: &Path, source: Source, schemas: &Schemas) -> PolicyFile {
        let (key, name) = (repository_path(&path.display().to_string(), ""), source.name.clone());
        let id = policy_id(&source.text).unwrap_or_else(|| key.clone());
        PolicyFile {
            key,
            id,
            name,
            parsed: load::parse_with(&|path| self.source(path), path, source, schemas),
        }
    }

    fn toml_files(&self, path: &Path) -> Result<Vec<PathBuf>, Failure> {
        match self {
            Self::Files if path.is_dir() => load::toml_files(path),
            Self::Files => Ok(path.exists().then(|| path.to_owned()).into_iter().collect()),
            Self::Revision(revision) => {
                let entries = revision.entries(&path.display().to_string()).map_err(Failure::input)?;
                let mut files = Vec::new();
                for entry in entries {
                    let file = PathBuf::from(&entry.path);
                    let below = file.strip_prefix(path).unwrap_or(&file);
                    let hidden = below.iter().any(|part| part.to_string_lossy().starts_with('.'));
                    let toml = below.extension().is_some_and(|end| end == "toml");
                    let is_file = match entry.kind {
                        _ if hidden || !toml => file == path,
                        Kind::File => true,
                        Kind::Link => revision.is_file(&entry.path).map_err(Failure::input)?,
                        Kind::Submodule => false,
                    };
                    if is_file {
                        files.push(file);
                    }
                }
                Ok(files)
            }
        }
    }

    /// Whether a path stands behind a link that leads to nothing in the repository, or in a submodule: then what is there
    /// is not known. `paths` are those that were looked at.
    pub(crate) fn is_out_of_sight(&self, path: &str, paths: &[PathBuf]) -> Result<bool, Failure> {
        let Self::Revision(revision) = self else { return Ok(false) };
        let leads = |parent: &str| {
            path.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        for looked_at in [Path::new("")].into_iter().chain(paths.iter().map(PathBuf::as_path)) {
            let entries = revision.entries(&looked_at.display().to_string()).map_err(Failure::input)?;
            for entry in entries.iter().filter(|entry| leads(&entry.path)) {
                let seen = match entry.kind {
                    Kind::File => true,
                    Kind::Link => revision.is_anything(&entry.path).map_err(Failure::input)?,
                    Kind::Submodule => false,
                };
                if !seen {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

/// What an argument of `diff` names: a file, a folder, or either at a revision.
pub(crate) fn operand(argument: &Path, schemas: &Schemas) -> Result<Operand, Failure> {
    let (side, path) = match at_revision(argument) {
        None => (Side::Files, argument.to_owned()),
        Some((revision, path)) => {
            let words = |error| Failure::input(format!("`{}`: {error}", argument.display()));
            let revision = Revision::find(&revision).map_err(words)?;
            // As git reads it: from the root, unless it begins with a point.
            let prefix =
                if path.starts_with('.') { Here::find().map_err(words)?.prefix } else { String::new() };
            (Side::Revision(revision), PathBuf::from(repository_path(&path, &prefix)))
        }
    };
    let is_folder = match &side {
        Side::Files => path.is_dir(),
        Side::Revision(revision) => {
            let path = path.display().to_string();
            let entries = revision.entries(&path).map_err(Failure::input)?;
            !entries.is_empty() && entries.iter().all(|entry| entry.path != path)
        }
    };
    if !is_folder {
        let source = side
            .source(&path)
            .map_err(|error| Failure::input(format!("`{}`: {error}", argument.display())))?;
        return Ok(Operand { is_file: true, policies: vec![side.policy(&path, source, schemas)] });
    }
    let mut policies = side.policies(std::slice::from_ref(&path), schemas)?;
    for policy in &mut policies {
        // Files of two folders correspond by what is below the folders.
        let below = Path::new(&policy.key).strip_prefix(repository_path(&path.display().to_string(), ""));
        if let Ok(below) = below {
            policy.key = below.display().to_string();
        }
    }
    if policies.is_empty() {
        return Err(Failure::input(format!("there is no policy in `{}`", argument.display())));
    }
    Ok(Operand { is_file: false, policies })
}

/// The policies of two sides that correspond: of one id (and, if there are several of it, one file), else of one file.
pub(crate) fn pairs(
    old: Vec<PolicyFile>,
    new: Vec<PolicyFile>,
) -> Vec<(Option<PolicyFile>, Option<PolicyFile>)> {
    let mut old: Vec<Option<PolicyFile>> = old.into_iter().map(Some).collect();
    let mut new: Vec<(Option<PolicyFile>, Option<PolicyFile>)> =
        new.into_iter().map(|policy| (None, Some(policy))).collect();
    let ways: [fn(&PolicyFile, &PolicyFile) -> bool; 3] = [
        |before, after| before.id == after.id && before.key == after.key,
        |before, after| before.id == after.id,
        |before, after| before.key == after.key,
    ];
    for same in ways {
        for (before, after) in &mut new {
            let Some(after) = after.as_ref().filter(|_| before.is_none()) else { continue };
            let found = old.iter_mut().find(|old| old.as_ref().is_some_and(|old| same(old, after)));
            *before = found.and_then(Option::take);
        }
    }
    let removed = old.into_iter().flatten().map(|policy| (Some(policy), None));
    let mut pairs: Vec<_> = removed.chain(new).collect();
    pairs.sort_by_key(|(old, new)| new.as_ref().or(old.as_ref()).map(|policy| policy.id.clone()));
    pairs
}
