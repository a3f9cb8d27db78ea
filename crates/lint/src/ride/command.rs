//! The command that makes an event: a template filled from the event itself. Knows shells' quoting, no proofs.

use lownoise_engine::event::OwnedEvent;
use lownoise_engine::schema::Schema;
use lownoise_engine::value::OwnedValue;

use super::control::{Control, Make, Roles};
use super::technique::{Way, text};

/// The event with the command that makes it: of a way's commands the first whose command line still does. `rides` asks
/// the reference evaluator.
pub(super) fn command(
    mut event: OwnedEvent,
    way: &Way,
    (control, roles, schema): (&Control, &Roles, &Schema),
    rides: &dyn Fn(&OwnedEvent) -> bool,
) -> (OwnedEvent, String) {
    for make in &way.make {
        if let Some(template) = &make.command_line {
            let Some((column, _)) = text(&event, "command_line", roles, schema) else { continue };
            let mut other = event.clone();
            let path = text(&event, "path", roles, schema).map_or("", |(_, path)| path);
            other.set(column, OwnedValue::Text(template.replace("{path}", path)));
            if !rides(&other) {
                continue;
            }
            event = other;
        }
        let typed = filled(make, way, &event, (control, roles, schema));
        return (event, typed);
    }
    (event, String::new())
}

fn filled(
    make: &Make,
    way: &Way,
    event: &OwnedEvent,
    (control, roles, schema): (&Control, &Roles, &Schema),
) -> String {
    let said = |role: &str| text(event, role, roles, schema).map_or("", |(_, text)| text);
    let path = said("path");
    let port = roles.column("port").and_then(|column| schema.column(column));
    let port = match port.map(|column| event.value(column)) {
        Some(lownoise_engine::value::Value::Number(port)) => port.to_string(),
        _ => "443".to_owned(),
    };
    let argument = way
        .program
        .and_then(|program| program.command_line.as_deref()?.split_once("{}"))
        .and_then(|(before, after)| said("command_line").strip_prefix(before)?.strip_suffix(after))
        .filter(|argument| !argument.is_empty());
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let there = |place: &String| place.trim_end_matches('/') == folder;
    let exists = control.machine.lists.get("writable").is_some_and(|places| places.iter().any(there));
    let mkdir = if exists { String::new() } else { format!("mkdir -p {} && ", quoted(folder)) };
    let host = Some(said("url")).filter(|host| !host.is_empty()).unwrap_or("the expected name");
    [
        ("{mkdir}", mkdir),
        ("{path}", quoted(path)),
        ("{name}", quoted(said("name"))),
        ("{command_line}", quoted(said("command_line"))),
        ("{argument}", quoted(argument.unwrap_or("x"))),
        ("{address}", said("address").to_owned()),
        ("{host}", host.to_owned()),
        ("{port}", port),
    ]
    .into_iter()
    .fold(make.command.clone(), |command, (place, text)| command.replace(place, &text))
}

/// As one word of a shell. A text with a NUL is none of its words; an event has it all the same, so it is shown.
fn quoted(text: &str) -> String {
    shlex::try_quote(text).map_or_else(|_| format!("{text:?}"), std::borrow::Cow::into_owned)
}
