//! The command that makes an event: a template filled from the event itself. Knows no quoting, no proofs.

use lownoise_engine::event::{ColumnId, OwnedEvent};
use lownoise_engine::schema::{Schema, basename};
use lownoise_engine::value::{OwnedValue, Value};

use super::control::{Machine, Make, Roles};
use super::technique::{Way, text};

/// What a table's columns are, on one machine.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) machine: &'a Machine,
    pub(super) roles: &'a Roles,
    pub(super) schema: &'a Schema,
}

/// The event with the command that makes it: of a way's commands the first whose command line still does. `rides` asks
/// the reference evaluator.
pub(super) fn command(
    mut event: OwnedEvent,
    way: &Way,
    words: Words<'_>,
    rides: &dyn Fn(&OwnedEvent) -> bool,
) -> (OwnedEvent, String) {
    for make in &way.make {
        if let Some(template) = &make.command_line {
            let said = |role: &str| words.said(&event, role);
            let Some((column, line)) = text(&event, "command_line", words.roles, words.schema) else {
                continue;
            };
            let path = words.machine.shell.written(said("path"));
            let line = template.replace("{path}", &path).replace("{command_line}", line);
            let mut other = event.clone();
            other.set(column, OwnedValue::Text(line));
            if !rides(&other) {
                continue;
            }
            event = other;
        }
        let typed = words.filled(make, way, &event);
        return (event, typed);
    }
    (event, String::new())
}

impl Words<'_> {
    /// The event with another text in a column. A name is the end of its path.
    pub(super) fn with_text(&self, mut event: OwnedEvent, column: ColumnId, new: &str) -> OwnedEvent {
        event.set(column, OwnedValue::Text(new.to_owned()));
        let is = |role: &str| self.roles.column(role).and_then(|name| self.schema.column(name));
        let (name, path) = (is("name"), is("path"));
        if let (Some(path), true) = (path, Some(column) == name) {
            let old = event.value(path).text().to_owned();
            if let Some(folder) = old.strip_suffix(basename(&old)).filter(|folder| !folder.is_empty()) {
                event.set(path, OwnedValue::Text(format!("{folder}{new}")));
            }
        } else if let (Some(name), true) = (name, Some(column) == path) {
            event.set(name, OwnedValue::Text(basename(new).to_owned()));
        }
        event
    }

    fn said<'e>(&self, event: &'e OwnedEvent, role: &str) -> &'e str {
        text(event, role, self.roles, self.schema).map_or("", |(_, text)| text)
    }

    fn filled(&self, make: &Make, way: &Way, event: &OwnedEvent) -> String {
        let said = |role: &str| self.said(event, role);
        let quoted = |text: &str| self.machine.shell.quoted(text);
        let path = said("path");
        let port = self.roles.column("port").and_then(|column| self.schema.column(column));
        let port = match port.map(|column| event.value(column)) {
            Some(Value::Number(port)) => port.to_string(),
            _ => "443".to_owned(),
        };
        let argument = way
            .program
            .and_then(|program| program.command_line.as_deref()?.split_once("{}"))
            .and_then(|(before, after)| said("command_line").strip_prefix(before)?.strip_suffix(after))
            .filter(|argument| !argument.is_empty());
        let host = Some(said("url")).filter(|host| !host.is_empty()).unwrap_or("the expected name");
        let target = said("target");
        let output = if target.is_empty() { String::new() } else { format!("-o {} ", quoted(target)) };
        let fixed = [
            ("{mkdir}", self.make_folder(path)),
            ("{path}", quoted(path)),
            ("{name}", quoted(Some(said("name")).filter(|name| !name.is_empty()).unwrap_or(basename(path)))),
            ("{parent_path}", quoted(said("parent_path"))),
            ("{argument}", quoted(argument.unwrap_or("x"))),
            ("{output}", output),
            ("{address}", said("address").to_owned()),
            ("{host}", host.to_owned()),
            ("{port}", port),
            // Last: an intruder's words may look like a place.
            ("{command_line}", self.command_line(make, said("command_line"))),
        ];
        let command = fixed
            .into_iter()
            .fold(make.command.clone(), |command, (place, text)| command.replace(place, &text));
        let command = self.with_parent(command, make, said("parent_path"));
        match said("registry") {
            "" => command,
            key => format!("{command}    # it writes {key}"),
        }
    }

    /// As it is typed: as it stands where the command line begins with the program, else as one word.
    fn command_line(&self, make: &Make, line: &str) -> String {
        if make.command_line.is_some() { line.to_owned() } else { self.machine.shell.quoted(line) }
    }

    /// The folder of a program of their own, unless it is there already.
    fn make_folder(&self, path: &str) -> String {
        let folder = path.strip_suffix(basename(path)).unwrap_or(path);
        let there = |places: &[String]| places.iter().any(|place| place.eq_ignore_ascii_case(folder));
        if there(self.machine.list("writable")) {
            return String::new();
        }
        let folder = folder.trim_end_matches(['/', '\\']);
        self.machine.shell.make_folder(folder)
    }

    /// The command, started by a parent of their own if the event has one.
    fn with_parent(&self, command: String, make: &Make, parent: &str) -> String {
        let named = make.command.contains("{parent_path}") || make.command.starts_with("(as ");
        let usual = |shell: &String| shell.eq_ignore_ascii_case(parent);
        let below = |place: &String| parent.to_lowercase().starts_with(&place.to_lowercase());
        let own = self.machine.list("writable").iter().any(below);
        if parent.is_empty() || named || !own || self.machine.list("shells").iter().any(usual) {
            return command;
        }
        let parent_folder = self.make_folder(parent);
        format!("{parent_folder}{}", self.machine.shell.with_own_parent(parent, &command))
    }
}
