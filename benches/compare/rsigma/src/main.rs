//! The job of the comparison on rsigma: `rsigma-file EVENTS DEVICES NOW OUTPUT`. NDJSON is read by serde_json, a line at a
//! time into one value, as rsigma's own reader does; the rule has everything that Sigma can say, the devices as a list.
//! Only the time is compared beside it.

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};

use rsigma_eval::Engine;
use rsigma_eval::event::JsonEvent;
use rsigma_parser::parse_sigma_yaml;
use serde_json::{Map, Value, json};

const COLUMNS: [&str; 7] = [
    "Timestamp",
    "DeviceName",
    "InitiatingProcessFileName",
    "InitiatingProcessCommandLine",
    "RemoteIP",
    "RemotePort",
    "Protocol",
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [events, devices, since, output] = arguments.as_slice() else {
        return Err("rsigma-file EVENTS DEVICES SINCE OUTPUT".into());
    };
    let collection = parse_sigma_yaml(&rule(&linux(devices)?))?;
    if let Some(error) = collection.errors.first() {
        return Err(format!("{error:?}").into());
    }
    let mut engine = Engine::new();
    engine.add_collection(&collection)?;
    let (mut lines, mut out) = (BufReader::new(File::open(events)?), BufWriter::new(File::create(output)?));
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        let mut event: Value = serde_json::from_slice(&line)?;
        line.clear();
        // Times of these events are in UTC and begin alike, so they are in the order of their text.
        let recent = event["Timestamp"].as_str().is_some_and(|time| time > since.as_str());
        if recent && !engine.evaluate(&JsonEvent::borrow(&event)).is_empty() {
            let row = COLUMNS.map(|column| (column.to_owned(), event[column].take()));
            serde_json::to_writer(&mut out, &row.into_iter().collect::<Map<_, _>>())?;
            out.write_all(b"\n")?;
        }
    }
    Ok(out.flush()?)
}

/// The ids of the devices that run Linux.
fn linux(devices: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let mut found = Vec::new();
    for line in BufReader::new(File::open(devices)?).lines() {
        let device: Value = serde_json::from_str(&line?)?;
        if let (Some("Linux"), Some(id)) = (device["OSPlatform"].as_str(), device["DeviceId"].as_str()) {
            found.push(id.to_owned());
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// One rule; JSON is YAML too.
fn rule(devices: &[String]) -> String {
    let detection = json!({
        "scope": { "RemoteIPType|cased": "Public", "DeviceId|cased": devices },
        "local": { "RemoteIP|startswith": "127." },
        "names": { "InitiatingProcessFileName|cased": ["sensecm", "snapd", "networkmanager", "fwupdmgr"] },
        "apt": { "InitiatingProcessFolderPath|startswith": "/usr/lib/apt/" },
        "upgrader": { "InitiatingProcessCommandLine|contains": "ubuntu-release-upgrader" },
        "condition": "scope and not local and not names and not apt and not upgrader",
    });
    format!("title: egress\nlogsource:\n  category: network_connection\ndetection: {detection}\n")
}
