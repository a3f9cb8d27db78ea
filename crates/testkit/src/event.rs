//! Events as a test writes them down.
#![expect(clippy::panic, reason = "tests fail by panicking")]

use lownoise_engine::event::OwnedEvent;
use lownoise_engine::schema::Schema;
use lownoise_engine::value::{Kind, OwnedValue, Time};

/// The event of `Field=value;Field=value`; what is not named is missing.
///
/// # Panics
/// When a field is no column, or a value is not of its kind.
#[must_use]
pub fn event(schema: &Schema, text: &str) -> OwnedEvent {
    let mut event = schema.empty_event();
    for pair in text.split(';').filter(|pair| !pair.is_empty()) {
        let Some((name, value)) = pair.split_once('=') else { panic!("`{pair}` is no `Field=value`") };
        let Some(column) = schema.column(name) else { panic!("no column `{name}`") };
        let read = match schema.kind(column) {
            Kind::Text => Some(OwnedValue::Text(value.to_owned())),
            Kind::Address => Some(OwnedValue::address(value)),
            Kind::Number => value.parse().ok().map(OwnedValue::Number),
            Kind::Bool => value.parse().ok().map(OwnedValue::Bool),
            Kind::Time => Time::parse(value).map(OwnedValue::Time),
        };
        let Some(read) = read else { panic!("`{value}` is not of the kind of `{name}`") };
        event.set(column, read);
    }
    event
}
