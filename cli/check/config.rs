//! The `lownoise.toml` of what is checked.

use std::path::{Path, PathBuf};

use lownoise_lint::config::{CONFIG_FILE, Config, read_config};
use lownoise_report::render;

use crate::failure::Failure;
use crate::{load, terminal};

/// What the repository demands, and where it begins.
#[derive(Debug, Default)]
pub(crate) struct Repository {
    pub(crate) config: Config,
    /// The folder of `lownoise.toml`, without links.
    root: Option<PathBuf>,
}

impl Repository {
    /// The given file, or the one in the folder of a path or above it.
    pub(crate) fn find(given: Option<&Path>, checked: Option<&Path>) -> Result<Self, Failure> {
        let found = match given {
            Some(given) => Some(given.to_owned()),
            None => above(checked.filter(|path| path.as_os_str() != "-").unwrap_or(Path::new("."))),
        };
        let Some(file) = found else { return Ok(Self::default()) };
        let parsed = read_config(load::source(&file)?, &lownoise_lint::codes());
        for diagnostic in &parsed.diagnostics {
            terminal::say(&render(diagnostic, &parsed.sources, terminal::error_style()));
            terminal::say("");
        }
        let root = file.canonicalize().ok().and_then(|file| file.parent().map(Path::to_owned));
        parsed.result.map(|config| Self { config, root }).ok_or(Failure::Input(None))
    }

    /// A file's path below the folder of `lownoise.toml`, with `/`; else as it is named.
    pub(crate) fn relative(&self, name: &str) -> String {
        let path = Path::new(name).canonicalize().ok();
        let below =
            path.as_deref().zip(self.root.as_deref()).and_then(|(path, root)| path.strip_prefix(root).ok());
        below.map_or_else(|| name.to_owned(), |below| below.display().to_string().replace('\\', "/"))
    }
}

/// The nearest `lownoise.toml` at or above a path. A repository is not left.
fn above(path: &Path) -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let path = path.canonicalize().ok()?;
    let mut folder = if path.is_dir() { Some(path.as_path()) } else { path.parent() };
    while let Some(at) = folder {
        let file = at.join(CONFIG_FILE);
        if file.is_file() {
            // Named as the user would.
            return Some(file.strip_prefix(&here).map(Path::to_owned).unwrap_or(file));
        }
        if at.join(".git").exists() {
            return None;
        }
        folder = at.parent();
    }
    None
}
