//! Files at a git revision, by the `git` program of the machine. Knows revisions and paths, no policies.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A commit of the repository around the working folder.
#[derive(Debug, Clone)]
pub(crate) struct Revision {
    /// As its user named it.
    pub(crate) name: String,
    commit: String,
    /// Texts that have been read, by path.
    read: RefCell<HashMap<String, Result<String, String>>>,
}

/// Where the working folder is in its repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Here {
    /// The root of the working tree.
    pub(crate) root: PathBuf,
    /// The working folder below it, with `/` and at its end one; empty at the root.
    pub(crate) prefix: String,
}

impl Here {
    /// The repository around the working folder.
    ///
    /// # Errors
    /// When there is none, or no git.
    pub(crate) fn find() -> Result<Self, String> {
        let told = git(&["rev-parse", "--show-toplevel", "--show-prefix"])
            .map_err(|error| error.said("this folder is in no git repository"))?;
        let mut lines = told.lines();
        let mut next = || lines.next().unwrap_or("").to_owned();
        Ok(Self { root: next().into(), prefix: next() })
    }
}

impl Revision {
    /// A commit by any name that git knows it by.
    ///
    /// # Errors
    /// When there is none of that name, or no git.
    pub(crate) fn find(name: &str) -> Result<Self, String> {
        if name.is_empty() || name.starts_with('-') {
            return Err(format!("`{name}` is no revision"));
        }
        let commit = git(&["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")])
            .map_err(|error| error.said(&format!("there is no revision `{name}` here{}", shallow())))?;
        Ok(Self { name: name.to_owned(), commit: commit.trim().to_owned(), read: RefCell::default() })
    }

    /// The last commit that it and `HEAD` have in common.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn merge_base(self) -> Result<Self, String> {
        let commit = git(&["merge-base", &self.commit, "HEAD"]).map_err(|error| {
            error.said(&format!("`{}` and HEAD have no commit in common{}", self.name, shallow()))
        })?;
        let commit = commit.trim().to_owned();
        Ok(Self { name: short(&commit).to_owned(), commit, ..self })
    }

    /// The commit, as short as people write it.
    pub(crate) fn short(&self) -> &str {
        short(&self.commit)
    }

    /// Every file at a path or below it, by its path from the root of the repository, sorted. Links are left out.
    ///
    /// # Errors
    /// When git fails.
    pub(crate) fn files(&self, path: &str) -> Result<Vec<String>, String> {
        let mut arguments = vec!["ls-tree", "-r", "-z", "--full-tree", &self.commit];
        if !path.is_empty() {
            arguments.extend(["--", path]);
        }
        let listed = git(&arguments).map_err(|error| error.said("git cannot list the files"))?;
        let entries = listed.split('\0').filter_map(|entry| entry.split_once('\t'));
        let files = entries.filter(|(mode, _)| mode.starts_with("100")).map(|(_, path)| path.to_owned());
        Ok(files.collect())
    }

    /// The text of a file, by its path from the root.
    ///
    /// # Errors
    /// When it is not there, or is no text.
    pub(crate) fn text(&self, path: &Path) -> Result<String, String> {
        let path = path.to_string_lossy().replace('\\', "/");
        if let Some(known) = self.read.borrow().get(&path) {
            return known.clone();
        }
        let text = git(&["cat-file", "blob", &format!("{}:{path}", self.commit)])
            .map_err(|error| error.said(&format!("it is not in `{}`", self.name)));
        self.read.borrow_mut().insert(path, text.clone());
        text
    }
}

/// A commit, as short as people write it.
fn short(commit: &str) -> &str {
    commit.get(..7).unwrap_or(commit)
}

/// `REV:path` taken apart, unless there is a file of that name.
pub(crate) fn at_revision(argument: &Path) -> Option<(String, String)> {
    if argument.exists() {
        return None;
    }
    let (revision, path) = argument.to_str()?.split_once(':')?;
    // A drive letter of Windows is no revision.
    (revision.len() > 1 && !path.is_empty()).then(|| (revision.to_owned(), path.to_owned()))
}

/// Why git did not do what it should.
enum GitError {
    /// It cannot be run.
    NoGit(String),
    /// It ended with an error.
    Failed,
    /// What it said is no UTF-8.
    NotText,
}

impl GitError {
    /// In words; `failed`: what its failure means.
    fn said(self, failed: &str) -> String {
        match self {
            Self::NoGit(error) => format!("git cannot be run ({error}): install it, or compare files"),
            Self::Failed => failed.to_owned(),
            Self::NotText => "it is not UTF-8".to_owned(),
        }
    }
}

/// What git prints.
fn git(arguments: &[&str]) -> Result<String, GitError> {
    let run = Command::new("git").args(arguments).env("GIT_OPTIONAL_LOCKS", "0").output();
    let run = run.map_err(|error| GitError::NoGit(error.to_string()))?;
    if !run.status.success() {
        return Err(GitError::Failed);
    }
    String::from_utf8(run.stdout).map_err(|_| GitError::NotText)
}

/// What to do when the clone lacks the history.
fn shallow() -> &'static str {
    match git(&["rev-parse", "--is-shallow-repository"]) {
        Ok(answer) if answer.trim() == "true" => {
            "; this clone is shallow: get its history with `git fetch --unshallow` (`fetch-depth: 0` of actions/checkout)"
        }
        _ => "",
    }
}
