//! Files of events that scenarios name: read whole, with the mapping that `run` would choose. Knows no step.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bumpalo::Bump;
use lownoise_engine::event::OwnedEvent;
use lownoise_engine::schema::Schema;
use lownoise_engine::value::OwnedValue;
use lownoise_ingest::{Dates, Input, MappingChoice, Request, sources};

/// Events, each with its place in its file.
type Placed = Vec<(String, OwnedEvent)>;

/// What came of reading a file for a table, with the columns that a policy adds to it.
type Known = (Arc<Schema>, Result<Placed, String>);

/// What has been read, so that a background does not read a file again and again.
#[derive(Debug, Default)]
pub(crate) struct EventFiles {
    read: RefCell<HashMap<PathBuf, Vec<Known>>>,
}

impl EventFiles {
    /// The events of a file that a feature names: a path that is relative to the feature's folder, else to this one.
    pub(crate) fn read(&self, feature: &Path, name: &str, schema: &Arc<Schema>) -> Result<Placed, String> {
        let beside = feature.parent().unwrap_or(Path::new("")).join(name);
        let path = [beside.clone(), PathBuf::from(name)].into_iter().find(|path| path.exists());
        let Some(path) = path else {
            return Err(format!("there is no file `{}`, nor `{name}` in this folder", beside.display()));
        };
        let mut files = self.read.borrow_mut();
        let known = files.entry(path.clone()).or_default();
        if let Some((_, placed)) = known.iter().find(|(other, _)| other.is_laid_out_as(schema)) {
            return placed.clone();
        }
        let placed = read(&path, schema);
        known.push((Arc::clone(schema), placed.clone()));
        placed
    }
}

fn read(path: &Path, schema: &Arc<Schema>) -> Result<Placed, String> {
    let request = Request {
        schema: Arc::clone(schema),
        columns: schema.ids().collect(),
        whole: false,
        after: None,
        shared: false,
        mapping: MappingChoice::Recognise,
        format: None,
        dates: Dates::default(),
    };
    let mut events = Vec::new();
    for source in sources(&[path.to_owned()]).map_err(|error| error.to_string())? {
        let mut input = Input::open(&source, &request).map_err(|error| error.to_string())?;
        while let Some(block) = input.next_block().map_err(|error| error.to_string())? {
            let arena = Bump::new();
            let chunk = input.decoder().decode(&block, &arena).map_err(|error| error.to_string())?;
            // A run counts what it cannot read; a scenario that says less than it seems to is a failure.
            if let Some(record) = chunk.malformed.first() {
                let (place, reason) = (record.place, &record.reason);
                return Err(format!("{}:{place}: cannot be read: {reason}", source.name()));
            }
            for (row, place) in chunk.places.iter().enumerate().take(chunk.batch.rows) {
                let event = chunk.batch.event(row);
                let values = event.values.iter().map(|value| OwnedValue::from(*value)).collect();
                events.push((format!("{}:{place}", source.name()), OwnedEvent { values }));
            }
        }
    }
    Ok(events)
}
