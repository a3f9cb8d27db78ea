//! The invariants of the shipped policies hold: for each exclusion, every combination of telling values that it hides
//! is none that may never be hidden.

mod common;

use std::collections::BTreeMap;

use lownoise_engine::event::{ColumnId, Event};
use lownoise_engine::policy::Policy;
use lownoise_engine::predicate::Predicate;
use lownoise_engine::value::{Kind, Value};

/// Values at which some exclusion or invariant of the shipped policies changes its mind.
const TELLING: &[(&str, &[&str])] = &[
    ("InitiatingProcessFileName", &[
        "", "NetworkManager", "apt-helper", "bash", "chronyd", "curl", "fwupd", "fwupdmgr", "http", "https", "nc",
        "networkmanager", "node", "python3", "python3.12", "sensecm", "snapd", "systemd-timesyn", "systemd-timesyncd",
        "telemetryd_v2", "wdavdaemon", "wget",
    ]),
    ("InitiatingProcessFolderPath", &[
        "", "/dev/shm/snapd", "/home/anna/snapd", "/opt/microsoft/mdatp/sbin/sensecm",
        "/opt/microsoft/mdatp/sbin/telemetryd_v2", "/opt/microsoft/mdatp/sbin/wdavdaemon", "/run/user/1000/http",
        "/snap/snapd/1/usr/lib/snapd/snapd", "/tmp/usr/lib/apt/methods/http", "/usr/bin/curl", "/usr/bin/fwupdmgr",
        "/usr/bin/python3", "/usr/bin/python3.12", "/usr/lib/apt/methods/http", "/usr/lib/apt/methods/https",
        "/usr/lib/snapd/snapd", "/usr/lib/systemd/systemd-timesyncd", "/usr/libexec/fwupd/fwupd",
        "/usr/sbin/NetworkManager", "/usr/sbin/chronyd", "/usr/sbin/networkmanager", "/var/tmp/curl",
    ]),
    ("InitiatingProcessCommandLine", &[
        "", "/usr/bin/fwupdmgr refresh", "/usr/bin/python3 /usr/lib/ubuntu-release-upgrader/check-new-release -q",
        "/usr/lib/apt/methods/http", "/usr/lib/apt/methods/https", "curl -o- https://motd.ubuntu.com",
        "curl --connect-timeout 60 --max-time 60 -A curl/8 -o- https://motd.ubuntu.com", "curl https://example.org",
    ]),
    ("InitiatingProcessAccountName", &["", "_apt", "_chrony", "anna", "fwupd-refresh", "mdatp", "root", "systemd-timesync"]),
    ("InitiatingProcessParentFileName", &["", "50-motd-news", "apt-get", "apt-helper", "bash", "dash", "python3", "systemd"]),
    ("RemotePort", &["", "22", "80", "123", "443", "4460", "8080"]),
    ("RemoteUrl", &["", "changelogs.ubuntu.com", "connectivity-check.ubuntu.com", "drop.example.com", "fwupd.org", "motd.ubuntu.com"]),
];

#[test]
fn no_exclusion_hides_what_must_stay() {
    for name in ["linux-desktop-public-egress", "linux-desktop-public-egress-hardened"] {
        let policy = common::shipped(name).unwrap();
        for (place, exclusion) in policy.exclusions.iter().enumerate() {
            let hidden = hidden_events(&policy, &exclusion.predicate);
            assert!(!hidden.is_empty(), "{name}: no combination shows what `{}` hides", exclusion.id);
            for event in hidden {
                for invariant in &policy.never_hide {
                    let id = &policy.exclusions[place].id;
                    assert!(!invariant.predicate.holds(&event), "{name}: `{id}` breaks `{}`: {event:?}", invariant.id);
                }
            }
        }
    }
}

/// Every combination of telling values on which the exclusion holds.
fn hidden_events<'v>(policy: &Policy, exclusion: &Predicate) -> Vec<Event<'v>> {
    let parts = match exclusion {
        Predicate::All(parts) => parts.iter().collect(),
        other => vec![other],
    };
    let mut events = vec![Event { values: vec![Value::Missing; policy.schema.columns.len()] }];
    let mut pools: BTreeMap<ColumnId, _> =
        TELLING.iter().map(|(column, values)| (policy.schema.column(column).unwrap(), values)).collect();
    let tested = policy.tested_columns();
    pools.retain(|column, _| tested.contains(column));
    for (column, values) in pools {
        // A part that looks at this column alone decides on it, whatever the rest of the event.
        let deciding: Vec<_> =
            parts.iter().filter(|part| part.tests().iter().all(|test| test.column == column)).collect();
        let fitting = values.iter().map(|text| value(policy.schema.kind(column), text)).filter(|value| {
            let mut event = Event { values: vec![Value::Missing; policy.schema.columns.len()] };
            event.values[column.index()] = *value;
            deciding.iter().all(|part| part.holds(&event))
        });
        let fitting: Vec<_> = fitting.collect();
        events = events
            .iter()
            .flat_map(|event| {
                fitting.iter().map(|value| {
                    let mut event = event.clone();
                    event.values[column.index()] = *value;
                    event
                })
            })
            .collect();
    }
    events.retain(|event| exclusion.holds(event));
    events
}

fn value(kind: Kind, text: &'static str) -> Value<'static> {
    match kind {
        _ if text.is_empty() => Value::Missing,
        Kind::Number => Value::Number(text.parse().unwrap()),
        _ => Value::Text(text),
    }
}
