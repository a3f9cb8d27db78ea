//! Functions whose meaning is known, applied to what is known of their arguments. Knows no operators.

use lownoise_engine::diagnostic::Diagnostic;
use lownoise_engine::op::Operator;
use lownoise_engine::span::Span;
use lownoise_engine::value::Kind;

use super::made::kind_of_constant;
use super::resolve::{Resolver, test};
use super::value::{Letters, Piece, Pieces, Truth, Value};
use crate::kql::syntax::{Expression, datetime, timespan};

/// Functions to which what stands in JSON is not the same as its text.
const OF_JSON: [&str; 8] =
    ["isnull", "isnotnull", "notnull", "parse_json", "parsejson", "todynamic", "extractjson", "extract_json"];

impl<'q> Resolver<'q> {
    /// A function and its arguments. What an argument lacks says more than that the function cannot take it.
    pub(super) fn call(&mut self, name: &'q str, arguments: &'q [Expression], whole: Span) -> Value<'q> {
        let values = match (name, arguments) {
            ("not", [inner]) => return Value::Truth(self.truth(inner).not()),
            _ => arguments.iter().map(|argument| self.value(argument)).collect::<Vec<_>>(),
        };
        let values: Vec<_> = if OF_JSON.contains(&name) {
            values
        } else {
            values.into_iter().map(|value| self.settled(value)).collect()
        };
        let mut values = values;
        // What it falls back on says what the first one is.
        if let ("coalesce", [Value::Unknown(_) | Value::Json(_), otherwise], [first, _]) =
            (name, values.as_slice(), arguments)
            && let Some(kind) = kind_of_constant(otherwise)
            && let Some(column) = self.made_column(first, kind)
            && let Some(value) = values.first_mut()
        {
            *value = column;
        }
        let lacking = values.iter().find_map(|value| match value {
            Value::Unknown(reason) => Some(reason.clone()),
            Value::Json(name) => Some(self.no_key(name)),
            _ => None,
        });
        match (self.applied(name, values, whole), arguments) {
            (Value::Unknown(reason), [made]) if ["isempty", "isnotempty", "notempty"].contains(&name) => {
                match self.made_column(made, Kind::Text) {
                    Some(column) => self.is_there(name, &column, whole),
                    None => Value::Unknown(lacking.unwrap_or(reason)),
                }
            }
            (Value::Unknown(reason), _) => Value::Unknown(lacking.unwrap_or(reason)),
            (known, _) => known,
        }
    }

    fn applied(&mut self, name: &str, arguments: Vec<Value<'q>>, whole: Span) -> Value<'q> {
        if name.starts_with("ipv4_") || name.starts_with("ipv6_") {
            return self.address(name, &arguments, whole);
        }
        let unknown = || Value::Unknown(format!("`{name}` is not understood"));
        if name == "strcat" {
            let texts = arguments.into_iter().map(|argument| match argument {
                Value::Text(text) => Some(text),
                _ => None,
            });
            return texts.collect::<Option<String>>().map_or_else(unknown, Value::Text);
        }
        if ["pack_array", "array_concat", "set_union"].contains(&name) {
            return Value::List(arguments.into_iter().map(|argument| (argument, whole)).collect());
        }
        if let ("extractjson" | "extract_json", [Value::Text(path), value, ..]) = (name, arguments.as_slice())
        {
            return self.extracted(path, value).unwrap_or_else(unknown);
        }
        let mut arguments = arguments.into_iter();
        match (arguments.next(), arguments.next(), arguments.next()) {
            (None, None, None) if name == "now" => Value::Ago(0),
            (Some(only), None, None) => self.of_one(name, only, whole),
            (Some(first), Some(second), None) => self.of_two(name, first, second, whole),
            _ => unknown(),
        }
    }

    fn of_one(&mut self, name: &str, argument: Value<'q>, whole: Span) -> Value<'q> {
        let unknown = || Value::Unknown(format!("`{name}` is not understood"));
        let kind = match &argument {
            Value::Column(id, _) => Some(self.schema.kind(*id)),
            _ => None,
        };
        match (name, argument) {
            (
                "tostring" | "toint" | "tolong" | "int" | "long" | "tobool" | "todatetime",
                Value::Json(key),
            ) => {
                let kind = match name {
                    "tostring" => Kind::Text,
                    "tobool" => Kind::Bool,
                    "todatetime" => Kind::Time,
                    _ => Kind::Number,
                };
                let column = self.key_column(&key, kind, whole);
                column.map_or_else(unknown, |id| Value::Column(id, Letters::AsTheyAre))
            }
            // A boolean is spelled in small letters.
            ("tolower", column @ Value::Column(_, Letters::Spelled)) => column,
            ("toupper", column @ Value::Column(_, Letters::Spelled)) if kind == Some(Kind::Number) => column,
            ("toupper", Value::Column(_, Letters::Spelled)) => unknown(),
            ("tolower", Value::Column(id, _)) => Value::Column(id, Letters::Lower),
            ("toupper", Value::Column(id, _)) => Value::Column(id, Letters::Upper),
            ("tolower", Value::Text(text)) if text.is_ascii() => Value::Text(text.to_ascii_lowercase()),
            ("toupper", Value::Text(text)) if text.is_ascii() => Value::Text(text.to_ascii_uppercase()),
            ("tostring", Value::Column(id, _)) if kind == Some(Kind::Number) => {
                Value::Column(id, Letters::Spelled)
            }
            ("tostring", Value::Column(id, _)) if kind == Some(Kind::Bool) && self.is_key(id) => {
                Value::Column(id, Letters::Spelled)
            }
            ("tostring", column @ Value::Column(id, _)) if self.is_text(id) => column,
            ("parse_json" | "parsejson" | "todynamic", value) => self.parsed(&value).unwrap_or_else(unknown),
            ("tostring", piece @ Value::Piece(_)) => piece,
            ("tolower", Value::Piece(piece)) => folded(piece, Letters::Lower),
            ("toupper", Value::Piece(piece)) => folded(piece, Letters::Upper),
            ("tostring", Value::Number(number)) => Value::Text(number.to_string()),
            ("toint" | "tolong" | "int" | "long", column @ Value::Column(_, Letters::AsTheyAre))
                if kind == Some(Kind::Number) =>
            {
                column
            }
            ("todatetime" | "datetime", column @ Value::Column(..)) if kind == Some(Kind::Time) => column,
            ("tobool", column @ Value::Column(..)) if kind == Some(Kind::Bool) => column,
            ("toint" | "tolong" | "int" | "long", number @ Value::Number(_)) => number,
            ("tostring" | "string", text @ Value::Text(_)) => text,
            ("bool" | "boolean" | "tobool", value @ Value::Bool(_)) => value,
            ("todatetime" | "datetime", time @ Value::Time(_)) => time,
            ("totimespan" | "timespan" | "time", length @ Value::Duration(_)) => length,
            ("totimespan" | "timespan" | "time", Value::Text(text)) => {
                timespan(&text).map_or_else(unknown, Value::Duration)
            }
            ("todatetime" | "datetime", Value::Text(text)) => {
                datetime(&text).map_or_else(unknown, Value::Time)
            }
            ("ago", Value::Duration(ticks)) => Value::Ago(ticks),
            ("now", Value::Duration(ticks)) => Value::Ago(ticks.saturating_neg()),
            ("materialize", rows @ (Value::Rows(_) | Value::List(_))) => rows,
            ("isempty" | "isnotempty" | "notempty" | "isnull" | "isnotnull" | "notnull", value) => {
                self.is_there(name, &value, whole)
            }
            _ => unknown(),
        }
    }

    fn of_two(&mut self, name: &str, first: Value<'q>, second: Value<'q>, whole: Span) -> Value<'q> {
        let truth = self.as_truth(&first, whole);
        match (name, first, second) {
            // What is null is what stands beside it.
            ("coalesce", _, Value::Bool(otherwise)) if truth.is_some() => {
                let truth = truth.unwrap_or_else(|| Truth::always(otherwise));
                let holds = if otherwise { super::value::not(truth.fails()) } else { truth.holds };
                Value::Truth(Truth::sure(holds))
            }
            ("coalesce", column @ Value::Column(id, _), Value::Text(empty))
                if empty.is_empty() && self.is_text(id) =>
            {
                column
            }
            ("split", Value::Column(column, letters), Value::Text(separator))
                if self.schema.kind(column) == Kind::Text =>
            {
                Pieces::of(column, letters, &separator).map_or_else(
                    || Value::Unknown("it splits a text at more than one sign".to_owned()),
                    Value::Pieces,
                )
            }
            ("column_ifexists", Value::Text(wanted), default)
                if self.chosen.is_none() && !self.made.contains_key(&wanted) =>
            {
                let column = self.schema.column(&wanted).filter(|id| !self.is_key(*id));
                column.map_or(default, |id| Value::Column(id, Letters::AsTheyAre))
            }
            _ => Value::Unknown(format!("`{name}` is not understood")),
        }
    }

    /// `isempty`, `isnull` and their opposites.
    fn is_there(&mut self, name: &str, value: &Value<'q>, span: Span) -> Value<'q> {
        let wants_value = name.contains("not");
        if let (Value::Piece(piece), true) = (value, name.ends_with("empty")) {
            return match piece.is_there(span) {
                Ok(there) => Value::Truth(if wants_value { there } else { there.not() }),
                Err(reason) => Value::Unknown(reason),
            };
        }
        if let Value::Json(_) = value {
            return match self.settled(value.clone()) {
                Value::Column(id, _) => {
                    let exists = Truth::sure(test(id, Operator::Exists, span));
                    Value::Truth(if wants_value { exists } else { exists.not() })
                }
                _ => Value::Unknown(format!("`{name}` of no column")),
            };
        }
        let Value::Column(id, _) = *value else { return Value::Unknown(format!("`{name}` of no column")) };
        if name.ends_with("null") && self.is_text(id) {
            let message = format!("`{name}` of text is always {wants_value}: text is never null");
            let help = if wants_value { "isnotempty" } else { "isempty" };
            let warning = Diagnostic::warning("kql-text-null", message, span, "says nothing");
            self.told.push(warning.help(format!("write `{help}(…)`")));
            return Value::Truth(Truth::always(wants_value));
        }
        let exists = Truth::sure(test(id, Operator::Exists, span));
        Value::Truth(if wants_value { exists } else { exists.not() })
    }
}

/// The piece of folded text: folding changes no separator.
fn folded<'q>(piece: Piece, letters: Letters) -> Value<'q> {
    Value::Piece(Piece { of: Pieces { letters, ..piece.of }, ..piece })
}
