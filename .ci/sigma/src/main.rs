//! What rsigma says: one case a line on standard input, `{"yaml": …, "events": […]}`, and one line for each on standard
//! output, whether some rule of the file matches each event, or why the file cannot be used.

use std::io::{BufRead, Write};

use rsigma_eval::Engine;
use rsigma_eval::event::JsonEvent;
use rsigma_parser::parse_sigma_yaml;
use serde_json::{Value, json};

fn verdicts(case: &Value) -> Result<Vec<bool>, String> {
    let yaml = case["yaml"].as_str().ok_or("no text")?;
    let collection = parse_sigma_yaml(yaml).map_err(|error| error.to_string())?;
    if let Some(error) = collection.errors.first() {
        return Err(format!("{error:?}"));
    }
    let mut engine = Engine::new();
    engine.add_collection(&collection).map_err(|error| error.to_string())?;
    let events = case["events"].as_array().ok_or("no events")?;
    Ok(events.iter().map(|event| !engine.evaluate(&JsonEvent::borrow(event)).is_empty()).collect())
}

fn main() {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let case = serde_json::from_str(&line.expect("a line")).expect("JSON");
        let said = match verdicts(&case) {
            Ok(verdicts) => json!({ "verdicts": verdicts }),
            Err(error) => json!({ "error": error }),
        };
        writeln!(out, "{said}").expect("somebody reads");
    }
}
