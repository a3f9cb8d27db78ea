//! One field as a value of a kind, as `docs/events.md` says. Written for its brevity; the numbers and addresses are
//! those of the standard library, the times those of `jiff`.

use std::net::IpAddr;

use lownoise_engine::value::{Kind, OwnedValue, Time};
use lownoise_ingest::dates;

/// A field as its source has it.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    Absent,
    Text(String),
    /// How a value is spelled that is neither text nor null: a number, a boolean, an array.
    Spelled(String),
    Time(Time),
}

impl Cell {
    pub(super) fn spelled(&self) -> String {
        match self {
            Self::Absent => String::new(),
            Self::Text(text) | Self::Spelled(text) => text.clone(),
            Self::Time(time) => time.to_string(),
        }
    }
}

/// The value; `None` if the field is not of this kind. Empty text is missing.
pub(super) fn read(kind: Kind, field: &Cell) -> Option<OwnedValue> {
    let spelled = field.spelled();
    if spelled.is_empty() {
        return Some(OwnedValue::Missing);
    }
    match kind {
        Kind::Text => Some(OwnedValue::Text(spelled)),
        Kind::Address => Some(address(spelled)),
        Kind::Number => number(&spelled).map(OwnedValue::Number),
        Kind::Bool => match spelled.to_ascii_lowercase().as_str() {
            "1" | "true" => Some(OwnedValue::Bool(true)),
            "0" | "false" => Some(OwnedValue::Bool(false)),
            _ => None,
        },
        Kind::Time => match field {
            Cell::Time(time) => Some(OwnedValue::Time(*time)),
            Cell::Text(text) => time(text).map(OwnedValue::Time),
            _ => None,
        },
    }
}

fn address(text: String) -> OwnedValue {
    match text.parse() {
        Ok(IpAddr::V4(v4)) => OwnedValue::Address(text, Some(v4.into())),
        Ok(IpAddr::V6(v6)) => OwnedValue::Address(v6.to_string(), Some(v6.to_canonical())),
        Err(_) => OwnedValue::Address(text, None),
    }
}

/// A whole number, however it is spelled, but for a plus; beyond 2^53 only by its digits.
fn number(text: &str) -> Option<i64> {
    if text.starts_with('+') {
        return None;
    }
    text.parse().ok().or_else(|| {
        let float: f64 = text.parse().ok()?;
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and within 2^53")]
        (float.fract() == 0.0 && float.abs() <= 9_007_199_254_740_992.0).then_some(float as i64)
    })
}

fn time(text: &str) -> Option<Time> {
    if let Ok(timestamp) = text.parse::<jiff::Timestamp>() {
        return i64::try_from(timestamp.as_nanosecond().div_euclid(100)).ok().map(Time);
    }
    assert_eq!(Time::parse(text), None, "`{text}` is no RFC 3339");
    dates::parse(text, &super::dates()).ok()
}
