//! TOML values as a person writes them: short ones on one line, long lists one entry a line. Knows no policies.

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A number, a boolean or a date, as it is spelled.
    Plain(String),
    /// A list.
    List(Vec<Value>),
    /// An inline table.
    Table(Vec<Entry>),
}

/// A key and its value.
pub type Entry = (String, Value);

/// The longest line.
pub const WIDTH: usize = 110;

impl Value {
    /// A list, or its only entry.
    #[must_use]
    pub fn one_or_list(mut values: Vec<Value>) -> Value {
        match (values.pop(), values.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                values.extend(last);
                Value::List(values)
            }
        }
    }

    /// On one line.
    #[must_use]
    pub fn inline(&self) -> String {
        match self {
            Value::Text(text) => quoted(text),
            Value::Plain(text) => text.clone(),
            Value::List(values) => {
                let values: Vec<String> = values.iter().map(Value::inline).collect();
                format!("[{}]", values.join(", "))
            }
            Value::Table(entries) => {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(name, value)| format!("{} = {}", key(name), value.inline()))
                    .collect();
                format!("{{ {} }}", entries.join(", "))
            }
        }
    }

    /// Behind a key: on one line if it fits, else with its lists broken. `before` is what stands on the line already.
    #[must_use]
    pub fn laid_out(&self, before: usize, indent: usize) -> String {
        let inline = self.inline();
        if before + inline.chars().count() <= WIDTH {
            return inline;
        }
        match self {
            Value::Text(_) | Value::Plain(_) => inline,
            Value::List(values) => {
                let inner = indent + 2;
                let lines: Vec<String> = values
                    .iter()
                    .map(|value| format!("{}{},\n", " ".repeat(inner), value.laid_out(inner + 1, inner)))
                    .collect();
                format!("[\n{}{}]", lines.concat(), " ".repeat(indent))
            }
            Value::Table(entries) => {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(name, value)| {
                        let name = key(name);
                        // A table is on one line but for the lists in it.
                        format!("{name} = {}", value.laid_out(before + name.len() + 5, indent))
                    })
                    .collect();
                format!("{{ {} }}", entries.join(", "))
            }
        }
    }
}

/// A key, in quotes if it must be.
#[must_use]
pub fn key(name: &str) -> String {
    let bare = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { quoted(name) }
}

/// A text; backslashes stand for themselves where that can be said.
#[must_use]
pub fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
