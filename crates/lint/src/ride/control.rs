//! Who controls what an event says, and what an intruder can do, as `schemas/control` has it. Knows no policy.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use lownoise_engine::policy::Platform;
use serde::Deserialize;
use toml::{Table, Value};

use super::shell::Shell;

/// Everything that `schemas/control` says.
#[derive(Debug)]
pub(super) struct Control {
    pub(super) machines: Vec<Machine>,
    tables: BTreeMap<String, Roles>,
}

/// `linux.toml` and `windows.toml`, each with the programs of such a machine.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Machine {
    pub(super) platform: Platform,
    /// What is true of its row in a table of devices.
    pub(super) devices: BTreeMap<String, Table>,
    /// What its paths begin with.
    pub(super) root: String,
    pub(super) shell: Shell,
    /// What in a condition speaks of it.
    pub(super) signs: Vec<String>,
    #[serde(skip)]
    pub(super) programs: Vec<Program>,
    /// Conditions that techniques share; `machine` is true of every event.
    given: BTreeMap<String, Table>,
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
    #[serde(default)]
    pub(super) any: Vec<Table>,
    #[serde(default)]
    pub(super) given: Vec<String>,
    /// What differs in its events from the usual example.
    #[serde(default)]
    pub(super) example: Table,
    pub(super) ridden: String,
    #[serde(rename = "where", default)]
    pub(super) events: Table,
    #[serde(default)]
    pub(super) make: Vec<Make>,
}

/// Which programs of the machine a technique uses.
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
    /// What its version resource calls it.
    pub(super) original: Option<String>,
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
    pub(super) platforms: Vec<Platform>,
    pub(super) actions: Vec<String>,
    /// Nothing is said of an exclusion that looks at columns without a role.
    #[serde(default)]
    only: bool,
    #[serde(default)]
    free: Vec<String>,
    #[serde(flatten)]
    columns: BTreeMap<String, Columns>,
}

/// The columns of one role: what is true of it is true of each.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Columns {
    One(String),
    Several(Vec<String>),
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
    let tables = toml::from_str(include_str!("../../../../schemas/control/tables.toml"));
    Ok(Control {
        machines: vec![
            machine(
                include_str!("../../../../schemas/control/linux.toml"),
                include_str!("../../../../schemas/control/linux-programs.toml"),
            )?,
            machine(
                include_str!("../../../../schemas/control/windows.toml"),
                include_str!("../../../../schemas/control/windows-programs.toml"),
            )?,
        ],
        tables: tables.map_err(|error| format!("tables.toml: {error}"))?,
    })
}

fn machine(machine: &str, programs: &str) -> Result<Machine, String> {
    let machine: Machine = toml::from_str(machine).map_err(|error| format!("a machine: {error}"))?;
    let programs: ProgramFile = toml::from_str(programs).map_err(|error| format!("its programs: {error}"))?;
    Ok(Machine { programs: programs.program, ..machine })
}

impl Control {
    /// What a table calls the roles, if events of this kind are described at all.
    pub(super) fn roles(&self, table: &str) -> Option<&Roles> {
        self.tables.get(table)
    }

    /// The machines that a table has events of, the commonest first.
    pub(super) fn machines(&self, roles: &Roles) -> impl Iterator<Item = &Machine> {
        let of = |platform: &Platform| self.machines.iter().find(|machine| machine.platform == *platform);
        roles.platforms.iter().filter_map(of).collect::<Vec<_>>().into_iter()
    }
}

impl Machine {
    /// What is taken as given about a table's events, in words.
    pub(super) fn assumed(&self, roles: &Roles) -> Vec<String> {
        let words = self.assumed.iter().filter_map(|assumed| {
            let columns = assumed.role.iter().flat_map(|role| roles.columns(role));
            let columns: Vec<String> = columns.map(|column| format!("`{column}`")).collect();
            if columns.is_empty() {
                return None;
            }
            let mut text = assumed.text.replace("{columns}", &columns.join(", "));
            text = text.replace("{actions}", &roles.actions.join(", "));
            for (name, values) in &self.lists {
                // Sixty accounts are not read by anybody.
                let said = if values.len() > 12 { values.len().to_string() } else { values.join(", ") };
                text = text.replace(&format!("{{{name}}}"), &said);
            }
            Some(format!("{} ({})", text, assumed.by))
        });
        words.collect()
    }

    /// All of these conditions, and those that are given by name; what is true of every event of the machine is always
    /// among them.
    pub(super) fn condition(&self, own: &[&Table], given: &[String], roles: &Roles) -> Table {
        let given = given.iter().filter_map(|name| self.given.get(name));
        let all = self.given.get("machine").into_iter().chain(own.iter().copied()).chain(given);
        let all = all.map(|condition| self.spelled(condition, roles)).filter(|spelled| !spelled.is_empty());
        let all: Vec<Value> = all.map(Value::Table).collect();
        Table::from_iter([("all".to_owned(), Value::Array(all))])
    }

    /// A condition with the table's columns for roles and the lists for their names. Roles that the table lacks are left
    /// out.
    fn spelled(&self, condition: &Table, roles: &Roles) -> Table {
        let mut spelled = Table::new();
        for (key, value) in condition {
            let value = self.value(value, roles);
            match key.strip_prefix('$') {
                None if value.as_array().is_some_and(Vec::is_empty) => {}
                None => drop(spelled.insert(key.clone(), value)),
                Some(role) => {
                    spelled.extend(roles.columns(role).iter().map(|column| (column.clone(), value.clone())));
                }
            }
        }
        spelled
    }

    fn value(&self, value: &Value, roles: &Roles) -> Value {
        match value {
            Value::String(text) => match text.strip_prefix('$') {
                Some("actions") => strings(&roles.actions),
                Some(list) => self.lists.get(list).map_or_else(|| value.clone(), |list| strings(list)),
                None => value.clone(),
            },
            Value::Array(values) => {
                let values = values.iter().map(|value| self.value(value, roles));
                let empty = |value: &Value| value.as_table().is_some_and(Table::is_empty);
                Value::Array(values.filter(|value| !empty(value)).collect())
            }
            Value::Table(table) => Value::Table(self.spelled(table, roles)),
            other => other.clone(),
        }
    }

    /// A list of the machine.
    pub(super) fn list(&self, name: &str) -> &[String] {
        self.lists.get(name).map_or(&[], Vec::as_slice)
    }
}

/// A list as TOML has it.
pub(super) fn strings(list: &[String]) -> Value {
    Value::Array(list.iter().cloned().map(Value::String).collect())
}

impl Roles {
    /// The first column of a role.
    pub(super) fn column(&self, role: &str) -> Option<&str> {
        self.columns(role).first().map(String::as_str)
    }

    /// The columns of a role.
    pub(super) fn columns(&self, role: &str) -> &[String] {
        match self.columns.get(role) {
            None => &[],
            Some(Columns::One(column)) => std::slice::from_ref(column),
            Some(Columns::Several(columns)) => columns,
        }
    }

    /// Whether something can be said of who controls a column.
    pub(super) fn speak_of(&self, column: &str) -> bool {
        let named = || self.columns.keys().flat_map(|role| self.columns(role)).chain(&self.free);
        !self.only || named().any(|known| known == column)
    }
}
