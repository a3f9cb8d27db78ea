//! What the targets share: reading arbitrary bytes as events, to the end, whatever they are.

#[path = "../crates/ingest/tests/oracle/mod.rs"]
mod oracle;

use std::io::Cursor;
use std::sync::{Arc, LazyLock};

use bumpalo::Bump;
use lownoise_engine::schema::{Schema, Schemas};
use lownoise_ingest::{Dates, Format, Input, MappingChoice, Request};

/// The table that events are read as.
pub static SCHEMA: LazyLock<Arc<Schema>> = LazyLock::new(|| {
    let schemas = Schemas::shipped().expect("shipped schemas are read");
    Arc::new(schemas.get("DeviceNetworkEvents").expect("it is shipped").clone())
});

/// Reads bytes as events of a format, with every mapping. Nothing may panic; every chunk must be consistent.
pub fn read(bytes: &[u8], format: Format) {
    let mappings = [MappingChoice::None, MappingChoice::Recognise, MappingChoice::Shipped("ecs".to_owned())];
    for (place, mapping) in mappings.into_iter().enumerate() {
        let request = Request {
            schema: Arc::clone(&SCHEMA),
            columns: SCHEMA.ids().step_by(place + 1).collect(),
            whole: place == 0,
            after: None,
            shared: false,
            mapping,
            format: Some(format),
            dates: Dates::default(),
        };
        let Ok(mut input) = Input::read("fuzz", Cursor::new(bytes.to_vec()), &request) else { continue };
        while let Ok(Some(block)) = input.next_block() {
            let arena = Bump::new();
            let Ok(chunk) = input.decoder().decode(&block, &arena) else { break };
            assert_eq!(chunk.places.len(), chunk.batch.rows, "each row has its place");
            if request.whole {
                let objects = input.decoder().objects(&block, &chunk, |_| true, &arena);
                assert!(objects.is_ok_and(|objects| objects.len() == chunk.batch.rows), "each row has its text");
            }
            for row in 0..chunk.batch.rows {
                let event = chunk.batch.event(row);
                assert_eq!(event.values.len(), SCHEMA.columns.len());
            }
        }
    }
}

/// A case of NDJSON: ours as `serde_json` reads it.
pub fn ndjson(case: &[u8]) {
    oracle::ndjson(case);
}

/// A case of CSV: ours as the `csv` crate reads it.
pub fn csv(case: &[u8]) {
    oracle::csv(case);
}

/// A Parquet file made of these bytes: ours as the `parquet` crate reads it.
pub fn parquet(case: &[u8]) {
    oracle::parquet(case);
}
