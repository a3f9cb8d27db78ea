//! Names that Defender's tables and columns had until the spring of 2020, and that queries of then still have. Knows no
//! steps.

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::span::Span;

use super::resolve::Resolver;
use super::value::{Letters, Value};

/// The tables, and what they are called today; one that was split, `AlertEvents`, is none.
const TABLES: [(&str, &str); 9] = [
    ("FileCreationEvents", "DeviceFileEvents"),
    ("ImageLoadEvents", "DeviceImageLoadEvents"),
    ("LogonEvents", "DeviceLogonEvents"),
    ("MachineInfo", "DeviceInfo"),
    ("MachineNetworkInfo", "DeviceNetworkInfo"),
    ("MiscEvents", "DeviceEvents"),
    ("NetworkCommunicationEvents", "DeviceNetworkEvents"),
    ("ProcessCreationEvents", "DeviceProcessEvents"),
    ("RegistryEvents", "DeviceRegistryEvents"),
];

/// The columns, of all tables alike.
const COLUMNS: [(&str, &str); 3] =
    [("ComputerName", "DeviceName"), ("EventTime", "Timestamp"), ("MachineId", "DeviceId")];

/// What a table is called today that has, or had, this name.
pub(super) fn today(name: &str) -> &str {
    TABLES.into_iter().find(|(former, _)| *former == name).map_or(name, |(_, today)| today)
}

impl Resolver<'_> {
    /// The columns of a table that a query calls by its former name, too; and the table is told.
    pub(super) fn rename_former(&mut self, span: Span) {
        for (former, today) in COLUMNS {
            if let Some(id) = self.schema.column(today).filter(|_| self.schema.column(former).is_none()) {
                self.made.insert(former.to_owned(), Value::Column(id, Letters::AsTheyAre));
            }
        }
        let message = format!("this table is called `{}` today", self.schema.table);
        let warning = Diagnostic::warning("kql-former-name", message, span, "its name until 2020");
        self.told.push(
            warning.help(
                "`ComputerName` is `DeviceName`, `EventTime` is `Timestamp`, `MachineId` is `DeviceId`",
            ),
        );
    }
}
