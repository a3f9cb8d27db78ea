//! What the benches measure on: the shipped policy, the same with more exclusions, and generated traffic. Knows no files;
//! measures nothing.
#![allow(dead_code, reason = "each bench uses its own part")]

use std::collections::HashSet;
use std::fmt::Write;

use lownoise_engine::evaluate::Devices;
use lownoise_engine::event::{Batch, Column, Event};
use lownoise_engine::parse::parse_policy;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::{Schema, Schemas};
use lownoise_engine::span::Source;
use lownoise_engine::value::Time;
use lownoise_generate::{DeviceLayout, EventLayout, Options, Row, Traffic};

/// The shipped policy with six exclusions, and the same one with 1,000 and with 10,000.
pub(crate) fn policies() -> [(&'static str, Source); 3] {
    let policy = |more| {
        let text = with_more(include_str!("../../rules/linux-desktop-public-egress.toml"), more);
        Source { name: "policy.toml".to_owned(), text }
    };
    [("6 exclusions", policy(0)), ("1000 exclusions", policy(994)), ("10000 exclusions", policy(9_994))]
}

/// The text of a policy with so many more exclusions: names, paths, command lines and networks, in turn, none of
/// which generated traffic has, so that both policies keep the same events.
fn with_more(text: &str, count: usize) -> String {
    let mut text = text.to_owned();
    for number in 0..count {
        let condition = match number % 4 {
            0 => format!("InitiatingProcessFileName = \"agent-{number}\""),
            1 => format!(
                "InitiatingProcessFolderPath = {{ starts_with = \"/opt/vendor-{number}/\", ignore_case = true }}"
            ),
            2 => format!(
                "InitiatingProcessCommandLine = {{ contains = \"--unit={number}-\", ignore_case = true }}"
            ),
            _ => format!("RemoteIP = {{ in = [\"240.{}.{}.0/24\"] }}", number >> 8 & 255, number & 255),
        };
        // Writing to a text cannot fail.
        _ = write!(
            text,
            "\n[[exclusion]]\nid = \"more-{number}\"\nreason = \"as in a large fleet\"\nowner = \"endpoint-platform\"\nwhere = {{ {condition} }}\n"
        );
    }
    text
}

/// A valid policy of a text without sets.
pub(crate) fn parse(source: Source, schemas: &Schemas) -> Policy {
    let parsed = parse_policy(source, &mut |_| Err("no sets here".to_owned()), schemas);
    parsed.result.expect("the policy is valid")
}

/// The shipped tables.
pub(crate) fn schemas() -> Schemas {
    Schemas::shipped().expect("the shipped tables are valid")
}

/// The table of the events.
pub(crate) fn events_schema(schemas: &Schemas) -> &Schema {
    schemas.get("DeviceNetworkEvents").expect("the table is shipped")
}

/// The clock.
pub(crate) fn now() -> Time {
    Time::parse("2026-02-03T00:00:00Z").expect("a valid time")
}

/// So many events of 200 desktops.
pub(crate) fn traffic(events: u64) -> Traffic {
    Traffic::new(&Options { seed: 1, events, devices: 200, now: now() })
}

/// The devices that the policy's scope looks at.
pub(crate) fn devices(policy: &Policy, traffic: &Traffic) -> Devices {
    let Some((schema, predicate)) = policy.devices() else { return Devices::Every };
    let layout = DeviceLayout::of(schema).expect("the shipped table has these columns");
    let id = schema.column(&schema.device).expect("the shipped table names its devices");
    let mut found = HashSet::new();
    for device in traffic.devices() {
        let event = Event { values: device.values(&layout) };
        if predicate.holds(&event) {
            found.insert(event.value(id).text().to_owned());
        }
    }
    Devices::Among(found)
}

/// Rows as a batch of columns.
pub(crate) fn batch<'r>(schema: &Schema, rows: impl IntoIterator<Item = &'r Row<'r>>) -> Batch<'r> {
    let layout = EventLayout::of(schema).expect("the shipped table has these columns");
    let mut batch = Batch {
        rows: 0,
        columns: schema.columns.iter().map(|column| Column::with_capacity(column.kind, 0)).collect(),
    };
    for row in rows {
        batch.rows += 1;
        for (column, value) in batch.columns.iter_mut().zip(row.values(&layout)) {
            column.push(value);
        }
    }
    batch
}
