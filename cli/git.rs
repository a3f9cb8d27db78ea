//! Files of a git revision, by the `git` program of the machine. Knows revisions and paths, no policies.

use std::path::Path;
use std::process::Command;

/// A file at a revision, as `git show` takes it: `HEAD~1:rules/egress.toml`, by its path from the repository's root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AtRevision {
    revision: String,
    path: String,
}

impl AtRevision {
    /// `REV:path`, unless there is a file of that name.
    pub(crate) fn read_from(argument: &Path) -> Option<Self> {
        if argument.exists() {
            return None;
        }
        let (revision, path) = argument.to_str()?.split_once(':')?;
        // A drive letter of Windows is no revision.
        (revision.len() > 1 && !path.is_empty())
            .then(|| Self { revision: revision.to_owned(), path: path.to_owned() })
    }

    /// A file in a folder beside it, at the same revision.
    pub(crate) fn beside(&self, below: &str) -> Self {
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let path = if folder.is_empty() { below.to_owned() } else { format!("{folder}/{below}") };
        Self { path, ..self.clone() }
    }

    /// As it was written.
    pub(crate) fn name(&self) -> String {
        format!("{}:{}", self.revision, self.path)
    }

    /// The text at that revision.
    ///
    /// # Errors
    /// What git says when it is not there, or that there is no git.
    pub(crate) fn text(&self) -> Result<String, String> {
        let shown = Command::new("git").args(["show", "--end-of-options", &self.name()]).output();
        let shown = shown.map_err(|error| format!("git cannot be run: {error}"))?;
        if !shown.status.success() {
            let said = String::from_utf8_lossy(&shown.stderr);
            let said = said.lines().next().unwrap_or("git failed");
            return Err(said.trim_start_matches("fatal: ").to_owned());
        }
        String::from_utf8(shown.stdout).map_err(|_| "it is not UTF-8".to_owned())
    }
}
