//! What the tests of this crate share: the shipped rules, read from the repository.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use bumpalo::Bump;
use lownoise_engine::event::OwnedEvent;
use lownoise_engine::parse::parse_policy;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::{Schema, Schemas};
use lownoise_engine::span::Source;
use lownoise_engine::value::{OwnedValue, Time};
use lownoise_harness::{Failing, HarnessError, Options, Summary, run};
use lownoise_ingest::{Dates, Input, MappingChoice, Request, sources};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A shipped policy by its name.
pub(crate) fn shipped(name: &str) -> Result<Arc<Policy>, String> {
    let read = |path: &Path| {
        let text = fs::read_to_string(path)
            .map_err(|_| format!("there is no policy or set `{}`", path.display()))?;
        Ok::<_, String>(Source { name: path.display().to_string(), text })
    };
    let rules = root().join("rules");
    let schemas = Schemas::shipped()?;
    let source = read(&rules.join(format!("{}.toml", name.trim_end_matches(".toml"))))
        .map_err(|_| format!("there is no policy `{name}`"))?;
    let parsed = parse_policy(source, &mut |wanted| read(&rules.join(wanted.path())).map(Some), &schemas);
    if !parsed.diagnostics.is_empty() {
        return Err(format!("{:#?}", parsed.diagnostics));
    }
    parsed.result.map(Arc::new).ok_or_else(|| format!("the policy `{name}` cannot be read"))
}

/// Runs features with the shipped rules, on 2026-02-03.
pub(crate) fn run_shipped(paths: &[PathBuf]) -> Result<Summary, HarnessError> {
    let options = Options::new(Rc::new(shipped), Time::parse("2026-02-03T00:00:00Z").unwrap());
    run(paths, &Options { events: events_of(), ..options })
}

/// Reads the events that features name.
pub(crate) fn events_of() -> Rc<lownoise_harness::Events> {
    Rc::new(events)
}

/// The events of a file below the repository's root.
fn events(_: &Path, name: &str, schema: &Arc<Schema>) -> Result<Vec<(String, OwnedEvent)>, String> {
    let request = Request {
        schema: Arc::clone(schema),
        columns: schema.ids().collect(),
        whole: false,
        after: None,
        shared: false,
        mapping: MappingChoice::None,
        format: None,
        dates: Dates::default(),
    };
    let mut events = Vec::new();
    let path = root().join("features").join(name);
    for source in sources(&[path]).map_err(|_| format!("there is no file `{name}`"))? {
        let mut input = Input::open(&source, &request).map_err(|error| error.to_string())?;
        while let Some(block) = input.next_block().map_err(|error| error.to_string())? {
            let arena = Bump::new();
            let chunk = input.decoder().decode(&block, &arena).map_err(|error| error.to_string())?;
            for (row, place) in chunk.places.iter().enumerate() {
                let values =
                    chunk.batch.event(row).values.iter().map(|value| OwnedValue::from(*value)).collect();
                events.push((format!("{name}:{place}"), OwnedEvent { values }));
            }
        }
    }
    Ok(events)
}

/// What failed: place, step, why.
pub(crate) fn told(summary: &Summary) -> String {
    let mut text = String::new();
    for Failing { feature, scenario, line, step, why } in summary.failures() {
        let name = scenario.map_or("", |scenario| &scenario.place.scenario);
        let step = step.map_or("", |step| &step.words);
        writeln!(text, "{}:{line}: {name}\n  ✘ {step}", feature.file.display()).unwrap();
        for line in why.lines() {
            writeln!(text, "      {line}").unwrap();
        }
    }
    writeln!(text, "{} passed, {} failed", summary.passed(), summary.failed()).unwrap();
    text
}
