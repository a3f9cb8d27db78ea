//! Who controls what an event says, and what an intruder can do, as `schemas/control` has it. Knows no policy.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use toml::{Table, Value};

/// Everything that `schemas/control` says.
#[derive(Debug)]
pub(super) struct Control {
    pub(super) machine: Machine,
    pub(super) programs: Vec<Program>,
    tables: BTreeMap<String, Roles>,
}

/// `linux.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Machine {
    pub(super) lists: BTreeMap<String, Vec<String>>,
    pub(super) assumed: Vec<Assumed>,
    pub(super) example: Table,
    #[serde(rename = "technique")]
    pub(super) techniques: Vec<Written>,
}

/// What is taken as given of some columns.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Assumed {
    pub(super) by: String,
    pub(super) role: Vec<String>,
    pub(super) text: String,
}

/// A technique, as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) intruder: String,
    pub(super) rung: u8,
    pub(super) programs: Option<Programs>,
    #[serde(default)]
    pub(super) each: Vec<Table>,
    pub(super) ridden: String,
    #[serde(rename = "where", default)]
    pub(super) events: Table,
    #[serde(default)]
    pub(super) make: Vec<Make>,
}

/// Which programs of `programs.toml` a technique uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Programs {
    /// Every general tool: the exclusion must hide each.
    Each,
    /// Any program at all.
    Any,
}

/// The command that makes an event.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Make {
    /// What the event's command line is then.
    pub(super) command_line: Option<String>,
    pub(super) command: String,
}

/// A root-owned program that fetches or runs things for anyone.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Program {
    pub(super) id: String,
    #[serde(default)]
    pub(super) tool: bool,
    pub(super) path: Vec<String>,
    pub(super) command_line: Option<String>,
    #[serde(default)]
    pub(super) account: Vec<String>,
    #[serde(default)]
    pub(super) parent: Vec<String>,
    /// It goes where it is set up to go.
    #[serde(default)]
    pub(super) bound: bool,
    pub(super) command: String,
    pub(super) source: String,
}

/// What a table calls the roles.
#[derive(Debug, Deserialize)]
pub(super) struct Roles {
    pub(super) actions: Vec<String>,
    #[serde(flatten)]
    columns: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProgramFile {
    program: Vec<Program>,
}

/// The shipped data; a test holds that it is read.
pub(super) fn control() -> Option<&'static Control> {
    static CONTROL: OnceLock<Result<Control, String>> = OnceLock::new();
    CONTROL.get_or_init(read).as_ref().ok()
}

/// Reads it, or says what is wrong with it.
pub(super) fn read() -> Result<Control, String> {
    let machine = toml::from_str(include_str!("../../../../schemas/control/linux.toml"));
    let programs: Result<ProgramFile, _> =
        toml::from_str(include_str!("../../../../schemas/control/programs.toml"));
    let tables = toml::from_str(include_str!("../../../../schemas/control/tables.toml"));
    Ok(Control {
        machine: machine.map_err(|error| format!("linux.toml: {error}"))?,
        programs: programs.map_err(|error| format!("programs.toml: {error}"))?.program,
        tables: tables.map_err(|error| format!("tables.toml: {error}"))?,
    })
}

impl Control {
    /// What a table calls the roles, if events of this kind are described at all.
    pub(super) fn roles(&self, table: &str) -> Option<&Roles> {
        self.tables.get(table)
    }

    /// What is taken as given about a table's events, in words.
    pub(super) fn assumed(&self, roles: &Roles) -> Vec<String> {
        let words = self.machine.assumed.iter().filter_map(|assumed| {
            let columns: Vec<String> =
                assumed.role.iter().filter_map(|role| Some(format!("`{}`", roles.column(role)?))).collect();
            if columns.is_empty() {
                return None;
            }
            let mut text = assumed.text.replace("{columns}", &columns.join(", "));
            text = text.replace("{actions}", &roles.actions.join(", "));
            for (name, values) in &self.machine.lists {
                // Sixty accounts are not read by anybody.
                let said = if values.len() > 12 { values.len().to_string() } else { values.join(", ") };
                text = text.replace(&format!("{{{name}}}"), &said);
            }
            Some(format!("{} ({})", text, assumed.by))
        });
        words.collect()
    }

    /// A condition on events with the table's columns for roles and the lists for their names. Roles that the table
    /// lacks are left out.
    pub(super) fn spelled(&self, condition: &Table, roles: &Roles) -> Table {
        let mut spelled = Table::new();
        for (key, value) in condition {
            let key = match key.strip_prefix('$') {
                None => key.clone(),
                Some(role) => match roles.column(role) {
                    Some(column) => column.to_owned(),
                    None => continue,
                },
            };
            spelled.insert(key, self.value(value, roles));
        }
        spelled
    }

    fn value(&self, value: &Value, roles: &Roles) -> Value {
        match value {
            Value::String(text) => match text.strip_prefix('$') {
                Some("actions") => strings(&roles.actions),
                Some(list) => {
                    self.machine.lists.get(list).map_or_else(|| value.clone(), |list| strings(list))
                }
                None => value.clone(),
            },
            Value::Array(values) => {
                Value::Array(values.iter().map(|value| self.value(value, roles)).collect())
            }
            Value::Table(table) => Value::Table(self.spelled(table, roles)),
            other => other.clone(),
        }
    }
}

/// A list as TOML has it.
pub(super) fn strings(list: &[String]) -> Value {
    Value::Array(list.iter().cloned().map(Value::String).collect())
}

impl Roles {
    /// The column of a role.
    pub(super) fn column(&self, role: &str) -> Option<&str> {
        self.columns.get(role).map(String::as_str)
    }
}
