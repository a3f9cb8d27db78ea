//! The fleet, and the rows of `DeviceInfo`. Knows nothing of what devices do.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use lownoise_engine::schema::Schema;
use lownoise_engine::value::{Time, Value};

use crate::layout::Layout;
use crate::random::{Random, Streams};
use crate::template::Facts;

/// How many releases of its operating system a fleet runs.
pub(crate) const RELEASES: usize = 3;

/// A device.
#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) number: u64,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) short_name: String,
    pub(crate) platform: Platform,
    pub(crate) sensor: Sensor,
    pub(crate) release: usize,
    pub(crate) user: &'static str,
    pub(crate) home: String,
    pub(crate) local_v4: Ipv4Addr,
    pub(crate) local_v6: Ipv6Addr,
    pub(crate) booted: Time,
    /// Whether an intruder is on it.
    pub(crate) intruded: bool,
    public: (String, IpAddr),
    users: String,
    inventory: Inventory,
}

/// The operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Platform {
    Linux,
    Windows,
    MacOs,
}

/// What the installed version of the Linux sensor does to names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sensor {
    /// Nothing.
    Faithful,
    /// Names and paths become lower-case.
    LowerCases,
    /// Names end after 15 characters.
    Cuts,
}

/// What `DeviceInfo` knows of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inventory {
    /// Its platform, in every row.
    Known,
    /// At first nothing, then its platform.
    KnownLater,
    /// It was a Linux device before it was set up again.
    OnceLinux,
    /// There is no row of it.
    Unknown,
}

const USERS: &[&str] = &["ada", "grace", "linus", "margaret", "dennis", "katherine", "edsger", "radia"];

impl Device {
    /// The device of this number. The mix repeats every 20 and every 40 devices, so that each kind is there
    /// however the dice fall: 85 % Linux, 10 % Windows, 5 % macOS; an intruder is on every fifth.
    pub(crate) fn draw(number: u64, now: Time, random: &mut Random) -> Self {
        let platform = match number % 20 {
            6 | 13 => Platform::Windows,
            17 => Platform::MacOs,
            _ => Platform::Linux,
        };
        let sensor = match number % 7 {
            3 => Sensor::LowerCases,
            5 => Sensor::Cuts,
            _ => Sensor::Faithful,
        };
        let inventory = match number % 40 {
            11 | 31 => Inventory::KnownLater,
            33 => Inventory::OnceLinux,
            29 => Inventory::Unknown,
            _ => Inventory::Known,
        };
        let user = random.word(USERS);
        let short_name = format!("{}-{number:05}", random.word(&["lt", "ws", "dev"]));
        let home = match platform {
            Platform::Linux => format!("/home/{user}"),
            Platform::Windows => format!("C:\\Users\\{user}"),
            Platform::MacOs => format!("/Users/{user}"),
        };
        let low = u32::try_from(number % 0xfffe).unwrap_or(0) + 1;
        let public = Ipv4Addr::new(192, 0, 2, u8::try_from(1 + random.below(254)).unwrap_or(1));
        Self {
            number,
            id: random.hex(40),
            name: format!("{short_name}.corp.example.com"),
            users: format!("[{{\"UserName\":\"{user}\",\"DomainName\":\"{short_name}\"}}]"),
            short_name,
            platform,
            sensor,
            release: usize::try_from(number).unwrap_or(0) % RELEASES,
            user,
            home,
            local_v4: Ipv4Addr::from_bits(0x0a14_0000 | low),
            local_v6: Ipv6Addr::from_bits(0xfd12_3456_789a_0001_0000_0000_0000_0000 | u128::from(low)),
            booted: Time(now.0 - random.between(2 * DAY, 30 * DAY)),
            intruded: number.is_multiple_of(5),
            public: (public.to_string(), public.into()),
            inventory,
        }
    }

    /// What templates say of the device.
    pub(crate) fn facts(&self) -> Facts<'_> {
        let release = u64::try_from(self.release).unwrap_or(0);
        Facts { user: self.user, home: &self.home, revision: 4173 + 662 * release, ..Facts::default() }
    }

    /// The rows of `DeviceInfo` about it, oldest first: two to five, or none.
    pub(crate) fn reports(&self, now: Time, streams: &Streams) -> Vec<DeviceRow<'_>> {
        let mut random = streams.stream(self.number);
        let count = if self.inventory == Inventory::Unknown { 0 } else { random.between(2, 5) };
        let mut rows = Vec::new();
        for place in 0..count {
            let age = (count - place) * (30 * HOUR / count) - random.between(1, HOUR);
            let platform = match self.inventory {
                Inventory::KnownLater if place == 0 => "",
                Inventory::OnceLinux if place == 0 => "Linux",
                _ => self.platform_name(),
            };
            rows.push(DeviceRow {
                device: self,
                time: Time(now.0 - age),
                platform,
                report: i64::try_from(self.number).unwrap_or(0) * 8 + place,
                healthy: !random.per_mille(40),
            });
        }
        rows
    }

    fn platform_name(&self) -> &'static str {
        match self.platform {
            Platform::Linux => "Linux",
            Platform::MacOs => "macOS",
            Platform::Windows if self.release == 0 => "Windows10",
            Platform::Windows => "Windows11",
        }
    }

    fn version(&self) -> &'static str {
        match (self.platform, self.release) {
            (Platform::Linux, 0) => "22.4",
            (Platform::Linux, 1) => "24.4",
            (Platform::Linux, _) => "25.10",
            (Platform::MacOs, _) => "15.3",
            (Platform::Windows, _) => "10.0",
        }
    }
}

const HOUR: i64 = 3600 * Time::SECOND;
const DAY: i64 = 24 * HOUR;

/// One row of `DeviceInfo`.
#[derive(Debug)]
pub struct DeviceRow<'t> {
    device: &'t Device,
    time: Time,
    platform: &'static str,
    report: i64,
    healthy: bool,
}

/// How one value is read from a row.
pub(crate) type ReadDevice = for<'r, 't> fn(&'r DeviceRow<'t>) -> Value<'r>;

/// The layout of devices: [`DeviceRow::values`].
pub type DeviceLayout = Layout<ReadDevice>;

impl DeviceLayout {
    /// The layout of devices in the schema of `DeviceInfo`.
    ///
    /// # Errors
    /// When the schema lacks a column that devices have.
    pub fn of(schema: &Schema) -> Result<Self, String> {
        Self::new(schema, COLUMNS)
    }
}

impl DeviceRow<'_> {
    /// The values in the schema's order; a column that the sensor does not fill is missing.
    #[must_use]
    pub fn values(&self, layout: &DeviceLayout) -> Vec<Value<'_>> {
        layout.readers.iter().map(|read| read.map_or(Value::Missing, |read| read(self))).collect()
    }
}

/// The columns that are filled.
pub(crate) const COLUMNS: &[(&str, ReadDevice)] = &[
    ("Timestamp", |row| Value::Time(row.time)),
    ("DeviceId", |row| Value::Text(&row.device.id)),
    ("DeviceName", |row| Value::Text(&row.device.name)),
    ("ClientVersion", |row| {
        Value::Text(if row.device.sensor == Sensor::Faithful {
            "30.125082.0003.0"
        } else {
            "30.123072.0011.0"
        })
    }),
    ("PublicIP", |row| Value::Address(&row.device.public.0, Some(row.device.public.1))),
    ("OSArchitecture", |_| Value::Text("64-bit")),
    ("OSPlatform", |row| Value::Text(row.platform)),
    ("OSBuild", |row| match row.device.platform {
        Platform::Windows => Value::Number(26_100),
        _ => Value::Missing,
    }),
    ("IsAzureADJoined", |row| Value::Bool(row.device.platform == Platform::Windows)),
    ("LoggedOnUsers", |row| Value::Text(&row.device.users)),
    ("OSVersion", |row| Value::Text(row.device.version())),
    ("MachineGroup", |_| Value::Text("desktops")),
    ("ReportId", |row| Value::Number(row.report)),
    ("OnboardingStatus", |_| Value::Text("Onboarded")),
    ("DeviceCategory", |_| Value::Text("Endpoint")),
    ("DeviceType", |_| Value::Text("Workstation")),
    ("OSDistribution", |row| Value::Text(if row.platform == "Linux" { "Ubuntu" } else { row.platform })),
    ("IsInternetFacing", |_| Value::Bool(false)),
    ("SensorHealthState", |row| Value::Text(if row.healthy { "Active" } else { "ImpairedCommunication" })),
    ("IsExcluded", |_| Value::Bool(false)),
    ("ExposureLevel", |row| {
        Value::Text(["Low", "Medium", "High"].get(row.device.release).copied().unwrap_or("None"))
    }),
    ("AssetValue", |_| Value::Text("Normal")),
    ("IsTransient", |_| Value::Bool(false)),
];
