//! Files at a git revision, by the `git` program of the machine. Knows revisions and paths, no policies.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::load::Unread;

/// A commit of the repository around the working folder.
#[derive(Debug, Clone)]
pub(crate) struct Revision {
    /// As its user named it.
    pub(crate) name: String,
    commit: String,
    /// Texts that have been read, by path.
    read: RefCell<HashMap<String, Result<String, Unread>>>,
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

    /// Every entry at a path or below it, by its path from the root of the repository, sorted. Where the path itself is
    /// or leads through a link, the link is followed.
    ///
    /// # Errors
    /// When git fails.
    pub(crate) fn entries(&self, path: &str) -> Result<Vec<Entry>, String> {
        let (tree, below) = match self.found(path)? {
            Found::Tree(tree) if path.is_empty() => (tree, String::new()),
            Found::Tree(tree) => (tree, format!("{path}/")),
            Found::File => return Ok(vec![Entry { kind: Kind::File, path: path.to_owned() }]),
            Found::Nothing => return Ok(Vec::new()),
        };
        let listed = git_bytes(&["ls-tree", "-r", "-z", "--full-tree", &tree], "")
            .map_err(|error| error.said("git cannot list the files"))?;
        let entry = |entry: &str| {
            let (mode, path) = entry.split_once('\t')?;
            let kind = match mode.get(..3)? {
                "120" => Kind::Link,
                "160" => Kind::Submodule,
                _ => Kind::File,
            };
            Some(Entry { kind, path: format!("{below}{path}") })
        };
        // A name that is no UTF-8 is no policy's.
        Ok(String::from_utf8_lossy(&listed).split('\0').filter_map(entry).collect())
    }

    /// Whether a path is a file, or leads to one by links in the repository.
    ///
    /// # Errors
    /// When git fails.
    pub(crate) fn is_file(&self, path: &str) -> Result<bool, String> {
        Ok(matches!(self.found(path)?, Found::File))
    }

    /// Whether there is a file or a folder at a path, or where its links in the repository lead.
    ///
    /// # Errors
    /// When git fails.
    pub(crate) fn is_anything(&self, path: &str) -> Result<bool, String> {
        Ok(!matches!(self.found(path)?, Found::Nothing))
    }

    /// The text of a file, by its path from the root; links in the repository are followed.
    ///
    /// # Errors
    /// When it is not there, or is no text.
    pub(crate) fn text(&self, path: &Path) -> Result<String, Unread> {
        let path = path.to_string_lossy().replace('\\', "/");
        if let Some(known) = self.read.borrow().get(&path) {
            return known.clone();
        }
        let text = self.looked_up(&path, "--batch").map_err(Unread::Broken).and_then(|told| {
            let (first, rest) = told.split_at(told.iter().position(|byte| *byte == b'\n').unwrap_or(0));
            if !matches!(found(first), Found::File) {
                return Err(Unread::NotThere(format!("it is not in `{}`", self.name)));
            }
            // A line break stands before the text and after it.
            let text = rest.get(1..rest.len().saturating_sub(1)).unwrap_or_default();
            String::from_utf8(text.to_vec()).map_err(|_| Unread::Broken(GitError::NotText.said("")))
        });
        self.read.borrow_mut().insert(path, text.clone());
        text
    }

    /// What is at a path, or where its links lead.
    fn found(&self, path: &str) -> Result<Found, String> {
        self.looked_up(path, "--batch-check").map(|told| found(&told))
    }

    /// What git says of a path, its links followed.
    fn looked_up(&self, path: &str, how: &str) -> Result<Vec<u8>, String> {
        if path.contains('\n') {
            return Err("a name with a line break cannot be looked up in git".to_owned());
        }
        let asked = format!("{}:{path}\n", self.commit);
        git_bytes(&["cat-file", how, "--follow-symlinks"], &asked)
            .map_err(|error| error.said("git cannot look up files"))
    }
}

/// What `git cat-file --batch-check` says of an object: its name, its type, its size. Of what is not there it repeats
/// what it was asked, where there is a colon.
fn found(told: &[u8]) -> Found {
    let told = String::from_utf8_lossy(told);
    let mut words = told.split_whitespace();
    match (words.next().filter(|name| !name.contains(':')), words.next()) {
        (Some(_), Some("blob")) => Found::File,
        (Some(id), Some("tree")) => Found::Tree(id.to_owned()),
        _ => Found::Nothing,
    }
}

/// Something that a revision has at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    pub(crate) path: String,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Link,
    Submodule,
}

/// What a path leads to.
enum Found {
    File,
    /// A folder, by its object's name.
    Tree(String),
    Nothing,
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
    let is_drive = cfg!(windows) && revision.len() == 1;
    (!is_drive && !revision.is_empty() && !path.is_empty()).then(|| (revision.to_owned(), path.to_owned()))
}

/// Why git did not do what it should.
enum GitError {
    /// It cannot be run.
    NoGit(String),
    /// It ended with an error, and gave this reason, or none.
    Failed(String),
    /// What it said is no UTF-8.
    NotText,
}

impl GitError {
    /// In words; `failed`: what its failure means.
    fn said(self, failed: &str) -> String {
        match self {
            Self::NoGit(error) => format!("git cannot be run ({error}): install it, or compare files"),
            Self::Failed(why) if why.is_empty() => failed.to_owned(),
            Self::Failed(why) => format!("{failed} (git: {why})"),
            Self::NotText => "it is not UTF-8".to_owned(),
        }
    }
}

/// What git prints.
fn git(arguments: &[&str]) -> Result<String, GitError> {
    String::from_utf8(git_bytes(arguments, "")?).map_err(|_| GitError::NotText)
}

/// What git prints when it is told a line.
fn git_bytes(arguments: &[&str], line: &str) -> Result<Vec<u8>, GitError> {
    let not_run = |error: std::io::Error| GitError::NoGit(error.to_string());
    let mut command = Command::new("git");
    command.args(arguments).env("GIT_OPTIONAL_LOCKS", "0");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(not_run)?;
    if let Some(mut input) = child.stdin.take() {
        // One that does not listen says why by itself.
        let _unheard = input.write_all(line.as_bytes());
    }
    let run = child.wait_with_output().map_err(not_run)?;
    if !run.status.success() {
        let said = String::from_utf8_lossy(&run.stderr);
        let why = said.lines().next().unwrap_or("").trim_start_matches("fatal: ");
        return Err(GitError::Failed(why.to_owned()));
    }
    Ok(run.stdout)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_not_found_whatever_it_is_called() {
        assert!(matches!(found(b"0a1b blob 3\n"), Found::File));
        assert!(matches!(found(b"0a1b tree 30\n"), Found::Tree(tree) if tree == "0a1b"));
        for nothing in ["0a1b:a blob 3 missing\n", "dangling 6\n0a1b:a\n", "symlink 4\n/tmp\n", ""] {
            assert!(matches!(found(nothing.as_bytes()), Found::Nothing), "{nothing}");
        }
    }
}
