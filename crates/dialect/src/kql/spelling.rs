//! Literals and columns of KQL. Knows their spelling only.

use std::fmt::Write as _;

use lownoise_engine::event::ColumnId;
use lownoise_engine::schema::{ColumnDefinition, Schema};
use lownoise_engine::value::{Kind, Time};

/// Words that are no plain names where a name is expected.
const RESERVED: [&str; 14] = [
    "and", "or", "not", "in", "has", "contains", "between", "by", "on", "with", "where", "let", "true",
    "false",
];

/// A text.
pub(crate) fn text(text: &str) -> String {
    let control = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    if text.contains('\\') && !text.chars().any(control) {
        return format!("@\"{}\"", text.replace('"', "\"\""));
    }
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '\\' => quoted.push_str("\\\\"),
            '"' => quoted.push_str("\\\""),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            letter if control(letter) => {
                let _infallible = write!(quoted, "\\u{:04x}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// A point in time.
pub(crate) fn time(time: Time) -> String {
    format!("datetime({time})")
}

/// The name of a column or a table.
pub(crate) fn name(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().is_some_and(|letter| letter.is_ascii_alphabetic() || letter == '_');
    let plain = first && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if plain && !RESERVED.contains(&name) { name.to_owned() } else { format!("[{}]", text(name)) }
}

/// The value of a column: its name, or what stands under a key of the JSON that another holds.
pub(crate) fn column(schema: &Schema, id: ColumnId) -> String {
    let Some((json, path)) = schema.definition(id).and_then(ColumnDefinition::key) else {
        return name(schema.name(id));
    };
    let read = match schema.kind(id) {
        Kind::Text | Kind::Address => "tostring",
        Kind::Number => "tolong",
        Kind::Time => "todatetime",
        Kind::Bool => "tobool",
    };
    let steps = path.split('.').map(|key| match name(key) {
        plain if plain == key => format!(".{key}"),
        _ => format!("[{}]", text(key)),
    });
    format!("{read}(parse_json({}){})", name(json), steps.collect::<String>())
}
