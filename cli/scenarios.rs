//! What scenarios name: policies, by id or by path, and files of events.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use lownoise_engine::parse::{FileKind, file_kind};
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::value::Time;
use lownoise_harness::Options;
use lownoise_report::render;

use crate::event_files::EventFiles;
use crate::failure::Failure;
use crate::{load, terminal};

/// The policies of some folders and files; each is read when it is first asked for.
pub(crate) struct Policies {
    schemas: Schemas,
    /// The folder that names without a folder are looked for in.
    rules: PathBuf,
    /// By id, whatever their files are called.
    known: HashMap<String, PathBuf>,
    read: RefCell<HashMap<PathBuf, Result<Arc<Policy>, String>>>,
}

impl Policies {
    /// Those of these paths; the first is where paths are looked for.
    pub(crate) fn among(paths: &[PathBuf], schemas: &Schemas) -> Result<Self, Failure> {
        let mut known = HashMap::new();
        for path in paths {
            let files = if path.is_dir() { load::toml_files(path)? } else { vec![path.clone()] };
            for path in files.into_iter().filter(|path| path.is_file()) {
                let text = load::source(&path)?.text;
                if file_kind(&text) == FileKind::Policy
                    && let Some(id) = lownoise_engine::parse::policy_id(&text)
                {
                    known.entry(id).or_insert(path);
                }
            }
        }
        let rules = paths.first().cloned().unwrap_or_default();
        Ok(Self { schemas: schemas.clone(), rules, known, read: RefCell::default() })
    }

    /// How scenarios about them are run: by this clock, with the event files that they name.
    pub(crate) fn options(self, now: Time) -> Options {
        let files = EventFiles::default();
        Options {
            events: Rc::new(move |feature, name, schema| files.read(feature, name, schema)),
            ..Options::new(Rc::new(move |name| self.find(name)), now)
        }
    }

    /// All of them that have an id, by their files' paths.
    pub(crate) fn all(&self) -> Result<Vec<Arc<Policy>>, Failure> {
        let mut paths: Vec<&PathBuf> = self.known.values().collect();
        paths.sort();
        paths.into_iter().map(|path| self.read(path).map_err(Failure::input)).collect()
    }

    /// The policy of a name.
    fn find(&self, name: &str) -> Result<Arc<Policy>, String> {
        self.read(&self.place(name)?)
    }

    /// The policy of a file, which is read once.
    fn read(&self, path: &Path) -> Result<Arc<Policy>, String> {
        let mut read = self.read.borrow_mut();
        read.entry(path.to_owned()).or_insert_with(|| policy(path, &self.schemas)).clone()
    }

    /// The path of a policy that a scenario names by its id or by its path.
    fn place(&self, name: &str) -> Result<PathBuf, String> {
        if let Some(path) = self.known.get(name) {
            return Ok(path.clone());
        }
        let rules = &self.rules;
        let below = rules.join(name);
        let path = [PathBuf::from(name), rules.join(format!("{name}.toml")), below]
            .into_iter()
            .find(|path| path.is_file());
        path.ok_or_else(|| {
            let mut ids: Vec<&str> = self.known.keys().map(String::as_str).collect();
            ids.sort_unstable();
            format!("there is no policy `{name}` in `{}`; there are: {}", rules.display(), ids.join(", "))
        })
    }
}

fn policy(path: &Path, schemas: &Schemas) -> Result<Arc<Policy>, String> {
    let parsed = load::parse(path, schemas).map_err(|failure| match failure {
        Failure::Input(Some(text)) => text,
        _ => format!("`{}` cannot be read", path.display()),
    })?;
    let told = || {
        let each =
            parsed.diagnostics.iter().map(|found| render(found, &parsed.sources, terminal::output_style()));
        each.collect::<Vec<_>>().join("\n\n")
    };
    parsed
        .result
        .clone()
        .map(Arc::new)
        .ok_or_else(|| format!("`{}` is not valid:\n{}", path.display(), told()))
}
