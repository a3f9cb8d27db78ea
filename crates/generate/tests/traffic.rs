//! What generated traffic promises: the same rows each time, times that differ, values of the right kind, some
//! of everything, and a share that the first policy keeps.

#![cfg(test)]

use std::collections::{BTreeMap, HashMap, HashSet};

use lownoise_engine::event::ColumnId;
use lownoise_engine::schema::{Schema, Schemas};
use lownoise_engine::value::{Kind, Time, Value, read_address};
use lownoise_generate::{Actor, DeviceLayout, EventLayout, Options, Row, Traffic};
use proptest::prelude::*;

const HOUR: i64 = 3600 * Time::SECOND;

fn now() -> Time {
    Time::parse("2026-02-03T12:00:00Z").unwrap()
}

fn schema(table: &str) -> Schema {
    Schemas::shipped().unwrap().get(table).unwrap().clone()
}

fn traffic(seed: u64, events: u64, devices: u64) -> Traffic {
    Traffic::new(&Options { seed, events, devices, now: now() })
}

/// Rows by column name, for tests that read like the policy.
struct Table {
    schema: Schema,
    layout: EventLayout,
}

impl Table {
    fn new() -> Self {
        let schema = schema("DeviceNetworkEvents");
        let layout = EventLayout::of(&schema).unwrap();
        Self { schema, layout }
    }

    fn column(&self, name: &str) -> ColumnId {
        self.schema.column(name).unwrap()
    }

    fn value<'r>(&self, values: &[Value<'r>], name: &str) -> Value<'r> {
        values[self.column(name).index()]
    }

    fn text<'r>(&self, values: &[Value<'r>], name: &str) -> &'r str {
        self.value(values, name).text()
    }

    fn time(&self, row: &Row<'_>) -> Time {
        match self.value(&row.values(&self.layout), "Timestamp") {
            Value::Time(time) => time,
            other => panic!("{other:?}"),
        }
    }
}

/// FNV-1a of the values as people read them: short, and the same for ever.
fn checksum<'v>(rows: impl Iterator<Item = Vec<Value<'v>>>) -> u64 {
    let mut sum = 0xcbf2_9ce4_8422_2325;
    for values in rows {
        for value in values {
            for byte in value.to_string().bytes().chain([0xff]) {
                sum = (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }
    sum
}

/// Values of a table's own columns: more keys of JSON are no other rows.
fn own<'v>(mut values: Vec<Value<'v>>, table: &str) -> Vec<Value<'v>> {
    values.truncate(schema(table).own_ids().count());
    values
}

/// Changes when anything about generated events changes. That is allowed, on purpose, and then fixtures have to
/// be made again; it must never differ between platforms.
#[test]
fn a_seed_gives_these_rows_for_ever() {
    let table = Table::new();
    let traffic = traffic(1, 2_000, 100);
    let rows: Vec<_> = traffic.rows().collect();
    let values = rows.iter().map(|row| own(row.values(&table.layout), "DeviceNetworkEvents"));
    assert_eq!(checksum(values), 0xd7b1_0c6d_bc10_4229);
    let layout = DeviceLayout::of(&schema("DeviceInfo")).unwrap();
    let devices: Vec<_> = traffic.devices().collect();
    let values = devices.iter().map(|row| own(row.values(&layout), "DeviceInfo"));
    assert_eq!(checksum(values), 0xf4a7_894b_26c0_ff9b);
}

#[test]
fn some_of_everything_occurs_in_20_000_events() {
    for seed in 1..=3 {
        let mut seen: HashMap<&str, u32> = HashMap::new();
        let mut ridden: BTreeMap<&str, u32> = BTreeMap::new();
        let traffic = traffic(seed, 20_000, 200);
        for row in traffic.rows() {
            *seen.entry(row.label().behaviour).or_default() += 1;
            if let Some(exclusion) = row.label().rides {
                *ridden.entry(exclusion).or_default() += 1;
            }
        }
        let missing: Vec<_> = traffic.behaviours().filter(|name| !seen.contains_key(name)).collect();
        assert!(missing.is_empty(), "seed {seed}: {missing:?}");
        let all = ["apt-methods", "fwupdmgr", "networkmanager", "release-upgrader", "sensecm", "snapd"];
        assert!(ridden.keys().eq(&all), "seed {seed}: {ridden:?}");
    }
}

/// A question about an event, which it reads by column name.
type Test<'t> = &'t dyn Fn(&dyn Fn(&str) -> String) -> bool;

/// What the sensors do to the facts: each of these rows is one that some policy gets wrong.
#[test]
fn the_odd_rows_occur() {
    let table = Table::new();
    let traffic = traffic(1, 20_000, 200);
    let rows: Vec<_> = traffic.rows().collect();
    let events: Vec<_> = rows.iter().map(|row| row.values(&table.layout)).collect();
    let occurs = |what: &str, test: Test<'_>| {
        let found = events.iter().any(|values| test(&|name| table.value(values, name).to_string()));
        assert!(found, "{what}");
    };
    let name = "InitiatingProcessFileName";
    let path = "InitiatingProcessFolderPath";
    let command = "InitiatingProcessCommandLine";
    occurs("real capitals", &|field| field(name) == "NetworkManager");
    occurs("lower-cased name and path", &|field| {
        field(name) == "networkmanager" && field(path) == "/usr/sbin/networkmanager"
    });
    occurs("a name cut at 15", &|field| field(name) == "systemd-timesyn");
    occurs("a resolver cut at 15", &|field| field(name) == "systemd-resolve");
    occurs("a whole name beyond 15", &|field| field(name) == "systemd-timesyncd");
    occurs("snapd of the package", &|field| field(path) == "/usr/lib/snapd/snapd");
    occurs("snapd of the snap", &|field| field(path).starts_with("/snap/snapd/"));
    occurs("apt over https", &|field| field(path) == "/usr/lib/apt/methods/https");
    occurs("no command line", &|field| field(command).is_empty() && field(name) == "snapd");
    occurs("no path", &|field| field(path).is_empty() && field(name) == "snapd");
    occurs("no process", &|field| field(name).is_empty());
    occurs("mapped", &|field| {
        field("RemoteIP").starts_with("::ffff:") && field("RemoteIPType") == "FourToSixMapping"
    });
    occurs("public but untyped", &|field| {
        field("RemoteIP").starts_with("151.101.") && field("RemoteIPType").is_empty()
    });
    occurs("its own address, typed public", &|field| {
        field("RemoteIP").starts_with("127.") && field("RemoteIPType") == "Public"
    });
    occurs("public IPv6", &|field| field("RemoteIP").contains(':') && field("RemoteIPType") == "Public");
    occurs("no remote address", &|field| field("RemoteIP").is_empty());
    occurs("quotes and backslashes", &|field| field(command).contains("\\\""));
    occurs("a line feed", &|field| field(command).contains('\n'));
    occurs("an escape", &|field| field(command).contains('\u{1b}'));
    occurs("beyond ASCII", &|field| !field(command).is_ascii());
    occurs("a path beyond ASCII", &|field| !field(path).is_ascii());
}

#[test]
fn values_are_of_their_columns_kinds() {
    let fits = |value: Value<'_>, kind: Kind| match value {
        Value::Missing => true,
        Value::Text(_) => kind == Kind::Text,
        Value::Address(text, address) => {
            kind == Kind::Address && read_address(text) == (text.into(), address)
        }
        Value::Number(_) => kind == Kind::Number,
        Value::Time(_) => kind == Kind::Time,
        Value::Bool(_) => kind == Kind::Bool,
    };
    let check = |schema: &Schema, values: &[Value<'_>]| {
        assert_eq!(values.len(), schema.columns.len());
        for (id, &value) in schema.ids().zip(values) {
            assert!(fits(value, schema.kind(id)), "{}: {value:?}", schema.name(id));
        }
    };
    let table = Table::new();
    let traffic = traffic(5, 5_000, 200);
    for row in traffic.rows() {
        check(&table.schema, &row.values(&table.layout));
    }
    let schema = schema("DeviceInfo");
    let layout = DeviceLayout::of(&schema).unwrap();
    for row in traffic.devices() {
        check(&schema, &row.values(&layout));
    }
}

#[test]
fn the_first_policy_keeps_about_27_percent() {
    for seed in 1..=3 {
        let traffic = traffic(seed, 20_000, 200);
        let linux = linux_devices(&traffic);
        let table = Table::new();
        let kept = traffic.rows().filter(|row| keeps(&table, &linux, row)).count();
        assert!((5_000..=5_800).contains(&kept), "seed {seed}: {kept} of 20,000");
    }
}

/// The first policy, by hand: `hunt/linux-desktop-public-egress.kql`.
fn keeps(table: &Table, linux: &HashSet<String>, row: &Row<'_>) -> bool {
    let values = row.values(&table.layout);
    let text = |name| table.text(&values, name);
    table.time(row).0 > now().0 - 24 * HOUR
        && linux.contains(text("DeviceId"))
        && text("RemoteIPType") == "Public"
        && !text("RemoteIP").starts_with("127.")
        && !["sensecm", "snapd", "networkmanager", "fwupdmgr"].contains(&text("InitiatingProcessFileName"))
        && !text("InitiatingProcessFolderPath").to_ascii_lowercase().starts_with("/usr/lib/apt/")
        && !text("InitiatingProcessCommandLine").to_ascii_lowercase().contains("ubuntu-release-upgrader")
}

fn linux_devices(traffic: &Traffic) -> HashSet<String> {
    let schema = schema("DeviceInfo");
    let layout = DeviceLayout::of(&schema).unwrap();
    let place = |name| schema.column(name).unwrap().index();
    let mut devices = HashSet::new();
    for row in traffic.devices() {
        let values = row.values(&layout);
        if values[place("OSPlatform")].text() == "Linux" {
            devices.insert(values[place("DeviceId")].text().to_owned());
        }
    }
    devices
}

#[test]
fn devices_have_several_reports_that_may_disagree_and_some_have_none() {
    let schema = schema("DeviceInfo");
    let layout = DeviceLayout::of(&schema).unwrap();
    let place = |name| schema.column(name).unwrap().index();
    let traffic = traffic(1, 0, 80);
    let mut reports: HashMap<String, Vec<String>> = HashMap::new();
    for row in traffic.devices() {
        let values = row.values(&layout);
        let platform = values[place("OSPlatform")].text().to_owned();
        reports.entry(values[place("DeviceId")].text().to_owned()).or_default().push(platform);
    }
    assert_eq!(reports.len(), 78, "devices 29 and 69 have no report");
    assert!(reports.values().all(|platforms| (2..=5).contains(&platforms.len())));
    let history = |first: &str, last: &str| {
        reports.values().filter(|all| all.first().unwrap() == first && all.last().unwrap() == last).count()
    };
    assert_eq!(history("", "Linux"), 4);
    assert_eq!(history("Linux", "Linux"), 80 - 12 - 2 - 4);
    assert_eq!(history("Linux", "Windows10") + history("Linux", "Windows11"), 2);
}

#[test]
fn a_schema_without_the_columns_is_refused_with_the_first_that_it_lacks() {
    let error = EventLayout::of(&schema("DeviceInfo")).unwrap_err();
    assert_eq!(error, "the schema of `DeviceInfo` has no column `ActionType`");
    let error = DeviceLayout::of(&schema("DeviceNetworkEvents")).unwrap_err();
    assert_eq!(error, "the schema of `DeviceNetworkEvents` has no column `ClientVersion`");
}

#[test]
fn an_intruder_is_on_few_devices_and_its_copies_have_the_hashes_of_what_they_are() {
    let table = Table::new();
    let traffic = traffic(1, 20_000, 30);
    let mut devices = HashSet::new();
    let (mut curl, mut copies) = (HashSet::new(), HashSet::new());
    for row in traffic.rows() {
        let values = row.values(&table.layout);
        let hash = table.text(&values, "InitiatingProcessSHA256");
        if row.label().actor == Actor::Intruder {
            devices.insert(row.label().device.to_owned());
        }
        match row.label().behaviour {
            "curl" => curl.insert(hash.to_owned()),
            "copy-named-snapd" => copies.insert(hash.to_owned()),
            _ => false,
        };
    }
    assert_eq!(devices.len(), 6);
    assert!(!copies.is_empty() && copies.is_subset(&curl));
}

#[test]
fn a_daemon_is_the_same_process_in_all_its_events() {
    let table = Table::new();
    let traffic = traffic(1, 20_000, 5);
    let mut processes: HashMap<(String, &str), HashSet<String>> = HashMap::new();
    for row in traffic.rows().filter(|row| row.label().behaviour == "snapd-refresh") {
        let values = row.values(&table.layout);
        let process = table.text(&values, "InitiatingProcessUniqueId").to_owned();
        processes.entry((row.label().device.to_owned(), "snapd")).or_default().insert(process);
    }
    assert_eq!(processes.len(), 5);
    assert!(processes.values().all(|ids| ids.len() == 1), "{processes:?}");
}

#[test]
fn a_label_names_its_event() {
    let traffic = traffic(1, 20_000, 200);
    let row = traffic.rows().find(|row| row.label().behaviour == "copy-named-snapd").unwrap();
    let label = row.label();
    let json: serde_json::Value = serde_json::from_str(&serde_json::to_string(&label).unwrap()).unwrap();
    let expected = serde_json::json!({
        "Timestamp": label.time.to_string(), "DeviceId": label.device, "ReportId": label.report,
        "actor": "intruder", "behaviour": "copy-named-snapd", "rides": "snapd",
    });
    assert_eq!(json, expected);
    let table = Table::new();
    let values = row.values(&table.layout);
    assert_eq!(table.value(&values, "Timestamp"), Value::Time(label.time));
    assert_eq!(table.value(&values, "ReportId"), Value::Number(label.report));
    assert_eq!(table.text(&values, "DeviceId"), label.device);
}

#[test]
fn rows_are_nearly_in_order_of_time() {
    let times: Vec<_> = traffic(1, 10_000, 10).rows().map(|row| row.label().time).collect();
    let later = times.windows(2).filter(|pair| pair[0] > pair[1]).count();
    assert!((200..2_000).contains(&later), "{later} of 10,000 rows come after a later one");
    let mut sorted = times.clone();
    sorted.sort_unstable();
    let moved =
        times.iter().enumerate().map(|(place, time)| sorted.binary_search(time).unwrap().abs_diff(place));
    assert_eq!(moved.max(), Some(15));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_options_give_distinct_times_and_reports_within_30_hours(
        seed: u64, events in 0_u64..1_500, devices in 0_u64..60, day in -200_000_i64..200_000,
    ) {
        let now = Time(day * 24 * HOUR + 7);
        let traffic = Traffic::new(&Options { seed, events, devices, now });
        let mut times = HashSet::new();
        let mut reports = HashSet::new();
        for row in traffic.rows() {
            let label = row.label();
            prop_assert!(times.insert(label.time));
            prop_assert!(reports.insert(label.report));
            prop_assert!(label.time < now && label.time.0 >= now.0 - 30 * HOUR);
        }
        prop_assert_eq!(times.len() as u64, events);
    }

    #[test]
    fn a_row_depends_on_its_number_alone(seed: u64, number in 0_u64..100_000) {
        let table = Table::new();
        let one = traffic(seed, 100_000, 20);
        let other = traffic(seed, 100_000, 20);
        let neighbour = (number + 1) % 100_000;
        prop_assert!(other.row(neighbour).is_some());
        let (a, b) = (one.row(number).unwrap(), other.row(number).unwrap());
        prop_assert_eq!(a.values(&table.layout), b.values(&table.layout));
        prop_assert_ne!(a.label().time, other.row(neighbour).unwrap().label().time);
    }
}
