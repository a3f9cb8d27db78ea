//! Reading one TOML table into one `serde` type, so that every mistake in it is reported with its place, not only
//! the first. Knows nothing of policies.

use serde::de::{
    DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor, value::Error as NamesError,
};
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::span::Span;

/// Reads a table of the source at a place, which is called `place` in messages. Keys that are unknown, or whose value is of the wrong type, are reported and left out.
pub fn read<T>(table: &DeTable<'_>, source: u32, place: &str, diagnostics: &mut Vec<Diagnostic>) -> T
where
    T: DeserializeOwned + Default,
{
    if let Ok(whole) = deserialize(table.clone()) {
        return whole;
    }
    let known = field_names::<T>();
    let mut sound = DeTable::new();
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let mut alone = DeTable::new();
        alone.insert(key.clone(), value.clone());
        if !known.contains(&name) {
            diagnostics.push(unknown_key(name, Span::new(source, key.span()), place, known));
        } else if let Err(error) = deserialize::<T>(alone) {
            let span = Span::new(
                source,
                error.span().filter(|span| !span.is_empty()).unwrap_or_else(|| value.span()),
            );
            let message = format!("`{name}` cannot be read: {}", first_line(error.message()));
            diagnostics.push(Diagnostic::error("wrong-type", message, span, ""));
        } else {
            sound.insert(key.clone(), value.clone());
        }
    }
    deserialize(sound).unwrap_or_default()
}

fn deserialize<T: DeserializeOwned>(table: DeTable<'_>) -> Result<T, toml::de::Error> {
    T::deserialize(ValueDeserializer::from(Spanned::new(0..0, DeValue::Table(table))))
}

fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or(message)
}

/// The error for a key that means nothing here.
#[must_use]
pub fn unknown_key(name: &str, span: Span, place: &str, known: &[&str]) -> Diagnostic {
    let listed = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    Diagnostic::error("unknown-key", format!("unknown key `{name}` in {place}"), span, "unknown key")
        .help(format!("known here: {listed}"))
        .maybe_help(did_you_mean(name, known.iter().copied()))
}

/// The names of a type's fields, as `serde` knows them.
#[must_use]
pub fn field_names<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut names: &'static [&'static str] = &[];
    // The probe notes the names and gives up, so the result is always an error.
    let _given_up = T::deserialize(Probe(&mut names));
    names
}

struct Probe<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = NamesError;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, NamesError> {
        *self.0 = fields;
        Err(NamesError::custom("only the names were wanted"))
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NamesError> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

impl IntoDeserializer<'_, NamesError> for Probe<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
