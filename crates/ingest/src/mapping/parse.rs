//! Reads a mapping from TOML, and says everything that is wrong with it at once. Knows no table.

use toml::{Table, Value};

use super::{Condition, Derive, Mapping, Origin, RowTest, Supply, TimeSpelling, meant};

/// A mapping, or all problems.
pub(super) fn mapping(text: &str) -> Result<Mapping, Vec<String>> {
    let file: Table = toml::from_str(text).map_err(|error| vec![error.to_string()])?;
    let mut reader = Reader { problems: Vec::new() };
    let mapping = reader.file(&file);
    if reader.problems.is_empty() { Ok(mapping) } else { Err(reader.problems) }
}

struct Reader {
    problems: Vec<String>,
}

impl Reader {
    fn file(&mut self, file: &Table) -> Mapping {
        self.known("the file", file, &["mapping", "rows", "columns"]);
        let head = self.table(file, "mapping");
        self.known("`mapping`", &head, &["id", "title", "table", "recognise"]);
        let mut rows = Vec::new();
        if file.contains_key("rows") {
            for (field, value) in &self.table(file, "rows") {
                if let Some(test) = self.test(field, value) {
                    rows.push(Condition { field: field.clone(), test });
                }
            }
        }
        let mut columns = Vec::new();
        for (name, value) in &self.table(file, "columns") {
            if let Some(supply) = self.supply(name, value) {
                columns.push((name.clone(), supply));
            }
        }
        let recognise = match head.get("recognise") {
            Some(value) => self.texts("`recognise`", value),
            None => Vec::new(),
        };
        Mapping {
            id: self.text(&head, "id"),
            title: self.text(&head, "title"),
            table: self.text(&head, "table"),
            recognise,
            rows,
            columns,
        }
    }

    fn test(&mut self, field: &str, value: &Value) -> Option<RowTest> {
        let place = format!("`rows.{field}`");
        match value {
            Value::Table(table) => {
                self.known(&place, table, &["exists"]);
                match table.get("exists") {
                    Some(Value::Boolean(wanted)) => Some(RowTest::Exists(*wanted)),
                    _ => self.problem(format!("{place} needs `exists = true` or `exists = false`")),
                }
            }
            value => Some(RowTest::AnyOf(self.texts(&place, value))),
        }
    }

    fn supply(&mut self, column: &str, value: &Value) -> Option<Supply> {
        let place = format!("column `{column}`");
        let Value::Table(table) = value else {
            return Some(Supply::plain(Origin::First(self.texts(&place, value))));
        };
        self.known(&place, table, &["from", "join", "absent", "basename", "values", "time", "derive"]);
        let from = match (table.get("from"), table.get("join")) {
            (Some(fields), None) => Origin::First(self.texts(&format!("{place}: `from`"), fields)),
            (None, Some(fields)) => Origin::Joined(self.texts(&format!("{place}: `join`"), fields)),
            _ => {
                return self
                    .problem(format!("{place} needs either `from` or `join`, with the fields to take"));
            }
        };
        let mut supply = Supply::plain(from);
        if let Some(value) = table.get("absent") {
            supply.absent = self.texts(&format!("{place}: `absent`"), value);
        }
        match table.get("basename") {
            None => {}
            Some(Value::Boolean(value)) => supply.basename = *value,
            Some(_) => self.problems.push(format!("{place}: `basename` is `true` or `false`")),
        }
        match table.get("values") {
            None => {}
            Some(Value::Table(values)) => supply.values = self.values(&place, values),
            Some(_) => self.problems.push(format!("{place}: `values` is a table, `{{ tcp = \"Tcp\" }}`")),
        }
        let times = [
            ("epoch_seconds", TimeSpelling::EpochSeconds),
            ("epoch_milliseconds", TimeSpelling::EpochMilliseconds),
            ("utc", TimeSpelling::Utc),
        ];
        supply.time = self.word(&place, table, "time", &times);
        supply.derive = self.word(&place, table, "derive", &[("address_type", Derive::AddressType)]);
        Some(supply)
    }

    fn values(&mut self, place: &str, table: &Table) -> Vec<(String, String)> {
        let mut values = Vec::with_capacity(table.len());
        for (found, said) in table {
            match said {
                Value::String(said) => values.push((found.clone(), said.clone())),
                _ => self.problems.push(format!("{place}: `values.{found}` is not text")),
            }
        }
        values
    }

    /// One of a few words.
    fn word<T: Copy>(&mut self, place: &str, table: &Table, key: &str, words: &[(&str, T)]) -> Option<T> {
        let value = table.get(key)?;
        let found = value.as_str().unwrap_or_default();
        if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == found) {
            return Some(*meaning);
        }
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let (meant, known) = (meant(found, &known), known.join(", "));
        self.problem(format!("{place}: `{key}` is {value}; it is one of: {known}{meant}"))
    }

    /// A text, or a list of texts that is not empty.
    fn texts(&mut self, place: &str, value: &Value) -> Vec<String> {
        let list: Option<Vec<String>> = match value {
            Value::String(text) => return vec![text.clone()],
            Value::Array(list) => list.iter().map(|one| one.as_str().map(str::to_owned)).collect(),
            _ => None,
        };
        match list {
            Some(texts) if !texts.is_empty() => texts,
            _ => self.problem(format!("{place} needs text, or a list of texts")).unwrap_or_default(),
        }
    }

    fn text(&mut self, table: &Table, key: &str) -> String {
        match table.get(key) {
            Some(Value::String(text)) if !text.is_empty() => text.clone(),
            _ => self.problem(format!("`mapping.{key}` is missing, and is text")).unwrap_or_default(),
        }
    }

    fn table(&mut self, table: &Table, key: &str) -> Table {
        match table.get(key) {
            Some(Value::Table(table)) => table.clone(),
            _ => self.problem(format!("the table `[{key}]` is missing")).unwrap_or_default(),
        }
    }

    fn known(&mut self, place: &str, table: &Table, known: &[&str]) {
        for key in table.keys().filter(|key| !known.contains(&key.as_str())) {
            self.problems.push(format!("unknown key `{key}` in {place}{}", meant(key, known)));
        }
    }

    fn problem<T>(&mut self, problem: String) -> Option<T> {
        self.problems.push(problem);
        None
    }
}
