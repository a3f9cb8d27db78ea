//! One field to one value: what each kind accepts of text, of JSON and of typed cells, and what a mapping
//! does on the way. Knows no rows.

use std::net::IpAddr;

use bumpalo::Bump;
use lownoise_engine::op::sensor_type;
use lownoise_engine::schema::basename;
use lownoise_engine::value::{Kind, Time, Value, read_address};

use super::under::under;
use super::{Converted, Raw};
use crate::Dates;
use crate::dates::{self, DateError};
use crate::mapping::{Derive, Origin, Supply, TimeSpelling};

/// How much of a mistyped value is shown.
const SHOWN: usize = 80;

/// A whole number beyond this is not exact in a float, so a float that spells one is not read as a number.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Raw<'_> {
    /// The value as it was written, cut to 80 characters.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Absent => String::new(),
            Self::Text(text) | Self::Json(text) => text.chars().take(SHOWN).collect(),
            Self::Number(number) => number.to_string(),
            Self::Bool(value) => value.to_string(),
            Self::Time(time) => time.to_string(),
        }
    }
}

/// A field as a value of this kind. Empty text is a missing value of every other kind than text.
pub(super) fn read<'a>(
    kind: Kind,
    raw: Raw<'a>,
    time: Option<TimeSpelling>,
    dates: &Dates,
    arena: &'a Bump,
) -> Converted<'a> {
    let value = match (kind, raw) {
        (Kind::Time, Raw::Text(text)) if time.is_none() && !text.is_empty() => return local(text, dates),
        // Where missing text is told from empty text, this is.
        (Kind::Text, Raw::Text("")) => Some(Value::Text("")),
        (_, Raw::Absent | Raw::Text("")) => Some(Value::Missing),
        (Kind::Text, raw) => Some(Value::Text(spelled(raw, arena))),
        (Kind::Address, raw) => {
            let (text, ip) = address(spelled(raw, arena), arena);
            Some(Value::Address(text, ip))
        }
        (Kind::Number, Raw::Number(number)) => Some(Value::Number(number)),
        (Kind::Number, Raw::Text(text) | Raw::Json(text)) => whole(text).map(Value::Number),
        (Kind::Bool, Raw::Bool(value)) => Some(Value::Bool(value)),
        (Kind::Bool, Raw::Number(number @ (0 | 1))) => Some(Value::Bool(number == 1)),
        (Kind::Bool, Raw::Text(text) | Raw::Json(text)) => boolean(text).map(Value::Bool),
        (Kind::Time, Raw::Time(time)) => Some(Value::Time(time)),
        (Kind::Time, Raw::Number(number)) => epoch(number, time).map(Value::Time),
        (Kind::Time, Raw::Text(text)) => moment(text, time).map(Value::Time),
        (Kind::Time, Raw::Json(text)) => whole(text).and_then(|number| epoch(number, time)).map(Value::Time),
        (Kind::Number, Raw::Bool(_) | Raw::Time(_)) | (Kind::Bool, _) | (Kind::Time, Raw::Bool(_)) => None,
    };
    value.map_or(Converted::Mistyped, Converted::Value)
}

/// What a mapping makes of the fields that were found, before it is read by kind.
pub(super) fn supply<'a>(
    supply: &Supply,
    mut found: impl Iterator<Item = Raw<'a>>,
    arena: &'a Bump,
) -> Raw<'a> {
    let present = |raw: &Raw<'a>| match raw {
        Raw::Absent | Raw::Text("") => false,
        Raw::Text(text) | Raw::Json(text) => !supply.absent.iter().any(|absent| absent == text),
        Raw::Number(_) | Raw::Bool(_) | Raw::Time(_) => true,
    };
    let mut raw = match &supply.from {
        Origin::First(_) => found.find(present).unwrap_or_default(),
        Origin::Joined(_) => joined(found.filter(present), arena),
        Origin::Under(_, key) => match (found.next().filter(present), found.next()) {
            (Some(raw), _) => raw,
            (None, Some(Raw::Text(json) | Raw::Json(json))) => under(json, key, arena),
            (None, _) => Raw::Absent,
        },
    };
    if supply.basename
        && let Raw::Text(path) = raw
    {
        raw = Raw::Text(basename(path));
    }
    if !supply.values.is_empty() && raw != Raw::Absent {
        let text = spelled(raw, arena);
        if let Some((_, said)) = supply.values.iter().find(|(found, _)| found == text) {
            raw = Raw::Text(arena.alloc_str(said));
        }
    }
    match (supply.derive, raw) {
        (None, raw) => raw,
        (Some(Derive::AddressType), Raw::Text(text)) => sensor_type(text).map_or(Raw::Absent, Raw::Text),
        (Some(Derive::AddressType), _) => Raw::Absent,
    }
}

fn joined<'a>(parts: impl Iterator<Item = Raw<'a>>, arena: &'a Bump) -> Raw<'a> {
    let mut text = bumpalo::collections::String::new_in(arena);
    for part in parts {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(spelled(part, arena));
    }
    if text.is_empty() { Raw::Absent } else { Raw::Text(text.into_bump_str()) }
}

/// A field as text: a number, a boolean, an object or an array as JSON spells it.
fn spelled<'a>(raw: Raw<'a>, arena: &'a Bump) -> &'a str {
    match raw {
        Raw::Absent => "",
        Raw::Text(text) | Raw::Json(text) => text,
        Raw::Number(number) => arena.alloc_str(&number.to_string()),
        Raw::Bool(value) => {
            if value {
                "true"
            } else {
                "false"
            }
        }
        Raw::Time(time) => arena.alloc_str(&time.to_string()),
    }
}

/// A text as the value of an address column: its canonical spelling, and the address that it spells.
pub(crate) fn address<'a>(text: &'a str, arena: &'a Bump) -> (&'a str, Option<IpAddr>) {
    let (canonical, ip) = read_address(text);
    let canonical = match canonical {
        std::borrow::Cow::Borrowed(_) => text,
        std::borrow::Cow::Owned(canonical) => arena.alloc_str(&canonical),
    };
    (canonical, ip)
}

/// A whole number: digits, or a float without a fraction (`443.0`, `4.43e2`) that is exact.
fn whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    // Of what the float parser reads, words (`inf`) and a leading plus are no spelling of a number here.
    if !digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'))
        || digits.starts_with('+')
    {
        return None;
    }
    let float: f64 = text.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "it has no fraction and is within 2^53")]
    (float.fract() == 0.0 && float.abs() <= EXACT).then_some(float as i64)
}

/// A whole number of at most nine digits and no sign, as most numbers are; `None` says nothing.
#[inline]
pub(super) fn short(text: &str) -> Option<i64> {
    let digits = text.as_bytes();
    let fits = (1..=9).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    let number = || digits.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0'));
    fits.then(number)
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" => Some(true),
        "0" => Some(false),
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A number as a time: only where a mapping says what it counts.
fn epoch(number: i64, spelling: Option<TimeSpelling>) -> Option<Time> {
    let ticks = match spelling {
        Some(TimeSpelling::EpochSeconds) => Time::SECOND,
        Some(TimeSpelling::EpochMilliseconds) => Time::SECOND / 1000,
        Some(TimeSpelling::Utc) | None => return None,
    };
    number.checked_mul(ticks).map(Time)
}

/// A time as portals spell it.
fn local<'a>(text: &str, dates: &Dates) -> Converted<'a> {
    match dates::parse(text, dates) {
        Ok(time) => Converted::Value(Value::Time(time)),
        Err(DateError::NotADate) => Converted::Mistyped,
        Err(error @ (DateError::NeedsTimezone | DateError::NeedsOrder)) => Converted::Undecided(error),
    }
}

/// A time as a mapping says that its source spells it.
fn moment(text: &str, spelling: Option<TimeSpelling>) -> Option<Time> {
    match spelling {
        None => Time::parse(text),
        Some(TimeSpelling::EpochSeconds | TimeSpelling::EpochMilliseconds) => epoch(whole(text)?, spelling),
        Some(TimeSpelling::Utc) => {
            let local: jiff::civil::DateTime = text.parse().ok()?;
            jiff::tz::TimeZone::UTC.to_timestamp(local).ok().map(Time::from_timestamp)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(kind: Kind, raw: Raw<'_>) -> String {
        let arena = Bump::new();
        format!("{:?}", read(kind, raw, None, &Dates::default(), &arena))
    }

    proptest::proptest! {
        #[test]
        fn a_short_number_is_read_as_any(text in "-?[0-9]{0,12}(\\.0)?") {
            if let Some(number) = short(&text) {
                proptest::prop_assert_eq!(whole(&text), Some(number));
            }
            let usual = (1..=9).contains(&text.len()) && !text.contains(['-', '.']);
            proptest::prop_assert_eq!(short(&text).is_some(), usual);
        }
    }

    #[test]
    fn numbers_are_whole_and_exact() {
        let cases = [
            ("443", Some(443)),
            ("-7", Some(-7)),
            ("443.0", Some(443)),
            ("4.43e2", Some(443)),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("9007199254740993.0", Some(9_007_199_254_740_992)),
            ("1e16", None),
            ("443.5", None),
            ("+443", None),
            ("inf", None),
            ("", None),
            ("-", None),
            ("0x10", None),
            (" 443", None),
        ];
        for (text, number) in cases {
            assert_eq!(whole(text), number, "{text}");
        }
    }

    #[test]
    fn each_kind_says_what_it_accepts() {
        let cases = [
            (Kind::Text, Raw::Json("443"), "Value(Text(\"443\"))"),
            (Kind::Text, Raw::Json("{\"a\":1}"), "Value(Text(\"{\\\"a\\\":1}\"))"),
            (Kind::Text, Raw::Bool(true), "Value(Text(\"true\"))"),
            (Kind::Text, Raw::Absent, "Value(Missing)"),
            (Kind::Number, Raw::Text("443"), "Value(Number(443))"),
            (Kind::Number, Raw::Text(""), "Value(Missing)"),
            (Kind::Number, Raw::Text("https"), "Mistyped"),
            (Kind::Number, Raw::Json("true"), "Mistyped"),
            (Kind::Bool, Raw::Text("TRUE"), "Value(Bool(true))"),
            (Kind::Bool, Raw::Json("0"), "Value(Bool(false))"),
            (Kind::Bool, Raw::Json("2"), "Mistyped"),
            (Kind::Time, Raw::Text("1970-01-01T00:00:01Z"), "Value(Time(Time(10000000)))"),
            (Kind::Time, Raw::Json("1"), "Mistyped"),
            (Kind::Address, Raw::Text("2001:DB8::1"), "Value(Address(\"2001:db8::1\", Some(2001:db8::1)))"),
            (Kind::Address, Raw::Text("host"), "Value(Address(\"host\", None))"),
        ];
        for (kind, raw, expected) in cases {
            assert_eq!(read_as(kind, raw), expected, "{kind:?} of {raw:?}");
        }
    }

    #[test]
    fn times_as_mappings_spell_them() {
        let cases = [
            ("1678936138", TimeSpelling::EpochSeconds, "2023-03-16T03:08:58Z"),
            ("1678936138123", TimeSpelling::EpochMilliseconds, "2023-03-16T03:08:58.123Z"),
            ("2020-06-10 02:50:55.662", TimeSpelling::Utc, "2020-06-10T02:50:55.662Z"),
        ];
        for (text, spelling, expected) in cases {
            let time = moment(text, Some(spelling)).map(|time| time.to_string());
            assert_eq!(time.as_deref(), Some(expected), "{text}");
        }
        assert_eq!(epoch(i64::MAX, Some(TimeSpelling::EpochSeconds)), None);
    }
}
