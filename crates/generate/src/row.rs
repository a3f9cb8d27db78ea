//! One event as a row of `DeviceNetworkEvents`, and its label. Draws nothing.

use lownoise_engine::schema::Schema;
use lownoise_engine::value::{Time, Value};
use serde::{Serialize, Serializer};

use crate::actor::{Actor, Behaviour};
use crate::catalogue::File;
use crate::connection::Connection;
use crate::device::{Device, Platform};
use crate::layout::Layout;
use crate::process::Process;

/// One event.
#[derive(Debug)]
pub struct Row<'t> {
    pub(crate) time: Time,
    pub(crate) report: i64,
    pub(crate) device: &'t Device,
    pub(crate) behaviour: &'static Behaviour,
    pub(crate) connection: Connection,
    pub(crate) process: Option<Process<'t>>,
    pub(crate) details: String,
}

/// What an event is, and which event that is. As JSON it is one flat object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Label<'r> {
    /// `Timestamp` of the event.
    #[serde(rename = "Timestamp", serialize_with = "as_text")]
    pub time: Time,
    /// `DeviceId` of the event.
    #[serde(rename = "DeviceId")]
    pub device: &'r str,
    /// `ReportId` of the event, unique in its traffic.
    #[serde(rename = "ReportId")]
    pub report: i64,
    /// Who is behind it.
    pub actor: Actor,
    /// What is done, for example `snapd-refresh`.
    pub behaviour: &'static str,
    /// The exclusion of the first policy that it abuses, by id, for example `snapd`.
    pub rides: Option<&'static str>,
}

/// How one value is read from a row.
pub(crate) type ReadEvent = for<'r, 't> fn(&'r Row<'t>) -> Value<'r>;

/// The layout of events: [`Row::values`].
pub type EventLayout = Layout<ReadEvent>;

impl EventLayout {
    /// The layout of events in the schema of `DeviceNetworkEvents`.
    ///
    /// # Errors
    /// When the schema lacks a column that events have.
    pub fn of(schema: &Schema) -> Result<Self, String> {
        Self::new(schema, COLUMNS)
    }
}

impl Row<'_> {
    /// The values in the schema's order; a column that the sensor does not fill is missing.
    #[must_use]
    pub fn values(&self, layout: &EventLayout) -> Vec<Value<'_>> {
        layout.readers.iter().map(|read| read.map_or(Value::Missing, |read| read(self))).collect()
    }

    /// What this event is.
    #[must_use]
    pub fn label(&self) -> Label<'_> {
        Label {
            time: self.time,
            device: &self.device.id,
            report: self.report,
            actor: self.behaviour.actor,
            behaviour: self.behaviour.name,
            rides: self.behaviour.rides,
        }
    }

    /// A value of the process, missing where the sensor names none.
    fn of_process<'r>(&'r self, read: impl FnOnce(&'r Process<'_>) -> Value<'r>) -> Value<'r> {
        self.process.as_ref().map_or(Value::Missing, read)
    }

    /// A value of the process's file, missing where the sensor could not read it.
    fn of_file<'r>(&'r self, read: impl FnOnce(&'r File) -> Value<'r>) -> Value<'r> {
        self.process.as_ref().and_then(|process| process.file).map_or(Value::Missing, read)
    }

    /// What only a Windows sensor says.
    fn on_windows<'r>(&self, text: &'static str) -> Value<'r> {
        match self.device.platform {
            Platform::Windows if self.process.is_some() => Value::Text(text),
            _ => Value::Missing,
        }
    }
}

/// The columns that are filled.
pub(crate) const COLUMNS: &[(&str, ReadEvent)] = &[
    ("Timestamp", |row| Value::Time(row.time)),
    ("DeviceId", |row| Value::Text(&row.device.id)),
    ("DeviceName", |row| Value::Text(&row.device.name)),
    ("ActionType", |row| Value::Text(row.connection.action)),
    ("RemoteIP", |row| row.connection.remote.value()),
    ("RemotePort", |row| row.connection.remote.port.map_or(Value::Missing, Value::Number)),
    ("RemoteUrl", |row| Value::Text(&row.connection.url)),
    ("LocalIP", |row| row.connection.local.value()),
    ("LocalPort", |row| row.connection.local.port.map_or(Value::Missing, Value::Number)),
    ("Protocol", |row| Value::Text(row.connection.protocol)),
    ("LocalIPType", |row| Value::Text(row.connection.local.realm)),
    ("RemoteIPType", |row| Value::Text(row.connection.remote.realm)),
    ("InitiatingProcessSHA1", |row| row.of_file(|file| Value::Text(&file.sha1))),
    ("InitiatingProcessSHA256", |row| row.of_file(|file| Value::Text(&file.sha256))),
    ("InitiatingProcessMD5", |row| row.of_file(|file| Value::Text(&file.md5))),
    ("InitiatingProcessFileName", |row| row.of_process(|process| Value::Text(&process.name))),
    ("InitiatingProcessFileSize", |row| row.of_file(|file| Value::Number(file.size))),
    ("InitiatingProcessVersionInfoCompanyName", |row| row.on_windows("Microsoft Corporation")),
    ("InitiatingProcessVersionInfoProductName", |row| row.on_windows("Microsoft® Windows® Operating System")),
    ("InitiatingProcessId", |row| row.of_process(|process| Value::Number(process.id))),
    ("InitiatingProcessCommandLine", |row| row.of_process(|process| Value::Text(&process.command_line))),
    ("InitiatingProcessCreationTime", |row| row.of_process(|process| Value::Time(process.created))),
    ("InitiatingProcessFolderPath", |row| row.of_process(|process| Value::Text(&process.path))),
    ("InitiatingProcessParentFileName", |row| row.of_process(|process| Value::Text(process.parent))),
    ("InitiatingProcessParentId", |row| row.of_process(|process| Value::Number(process.parent_id))),
    ("InitiatingProcessParentCreationTime", |row| {
        row.of_process(|process| Value::Time(process.parent_created))
    }),
    ("InitiatingProcessAccountDomain", |row| row.of_process(|process| Value::Text(process.account_domain))),
    ("InitiatingProcessAccountName", |row| row.of_process(|process| Value::Text(process.account))),
    ("InitiatingProcessIntegrityLevel", |row| row.on_windows("Medium")),
    ("InitiatingProcessTokenElevation", |row| row.of_process(|_| Value::Text("None"))),
    ("ReportId", |row| Value::Number(row.report)),
    ("AdditionalFields", |row| Value::Text(&row.details)),
    ("InitiatingProcessSessionId", |row| row.of_process(|process| Value::Number(process.session))),
    ("IsInitiatingProcessRemoteSession", |row| row.of_process(|process| Value::Bool(process.remote_session))),
    ("InitiatingProcessUniqueId", |row| row.of_process(|process| Value::Text(&process.unique_id))),
];

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn as_text<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}
