//! Values of one field of one event, and how each kind is spelled. Knows no column names, no operators.

mod usual;

use std::borrow::Cow;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use schemars::JsonSchema;
use serde::Deserialize;

/// What a column holds. A column has one kind; a literal of another kind is an error in the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Unicode text; missing, null and `""` are the same, the empty text, to all operators but `present`.
    Text,
    /// Text that usually spells an IPv4 or IPv6 address.
    Address,
    /// A signed 64-bit whole number.
    Number,
    /// A point in time, see [`Time`].
    Time,
    /// True or false.
    Bool,
}

impl Kind {
    /// The word that policies write.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Address => "address",
            Self::Number => "number",
            Self::Time => "time",
            Self::Bool => "bool",
        }
    }

    /// The word users read, with its article.
    #[must_use]
    pub fn article(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Address => "an address",
            Self::Number => "a number",
            Self::Time => "a time",
            Self::Bool => "a boolean",
        }
    }
}

/// One field of one event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Not supplied. On text and address columns the same as `Text("")`.
    Missing,
    /// Unicode text.
    Text(&'a str),
    /// Canonical text, and the address that it spells, if it spells one. Build it with [`read_address`].
    Address(&'a str, Option<IpAddr>),
    /// A whole number.
    Number(i64),
    /// A point in time.
    Time(Time),
    /// True or false.
    Bool(bool),
}

impl<'a> Value<'a> {
    /// The text that text operators look at: the text itself, an address as canonically spelled, and the
    /// empty text for what is missing or is no text.
    #[must_use]
    pub fn text(self) -> &'a str {
        match self {
            Self::Text(text) | Self::Address(text, _) => text,
            _ => "",
        }
    }

    /// True for [`Value::Missing`] and for empty text.
    #[must_use]
    pub fn is_missing(self) -> bool {
        matches!(self, Self::Missing | Self::Text("") | Self::Address("", _))
    }
}

/// The value as a person reads it; missing prints as nothing.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => Ok(()),
            Self::Text(text) | Self::Address(text, _) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
            Self::Time(time) => write!(f, "{time}"),
            Self::Bool(value) => write!(f, "{value}"),
        }
    }
}

/// One field of one event that owns its text.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum OwnedValue {
    /// Missing.
    #[default]
    Missing,
    /// Text.
    Text(String),
    /// Canonical text, and the address that it spells; see [`OwnedValue::address`].
    Address(String, Option<IpAddr>),
    /// A whole number.
    Number(i64),
    /// A point in time.
    Time(Time),
    /// True or false.
    Bool(bool),
}

impl OwnedValue {
    /// An address column's value of a text.
    #[must_use]
    pub fn address(text: &str) -> Self {
        let (canonical, ip) = read_address(text);
        Self::Address(canonical.into_owned(), ip)
    }

    /// The value, borrowed.
    #[must_use]
    pub fn borrow(&self) -> Value<'_> {
        match self {
            Self::Missing => Value::Missing,
            Self::Text(text) => Value::Text(text),
            Self::Address(text, ip) => Value::Address(text, *ip),
            Self::Number(number) => Value::Number(*number),
            Self::Time(time) => Value::Time(*time),
            Self::Bool(value) => Value::Bool(*value),
        }
    }
}

impl From<Value<'_>> for OwnedValue {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::Missing => Self::Missing,
            Value::Text(text) => Self::Text(text.to_owned()),
            Value::Address(text, ip) => Self::Address(text.to_owned(), ip),
            Value::Number(number) => Self::Number(number),
            Value::Time(time) => Self::Time(time),
            Value::Bool(value) => Self::Bool(value),
        }
    }
}

/// Reads the text of an address column: its canonical spelling (RFC 5952) and the address.
///
/// A v4-mapped address (`::ffff:10.1.2.3`) keeps its mapped spelling, which is what text operators look
/// at, and *is* the IPv4 address, which is what networks and classes look at. Text that is no address is
/// kept as it is, with `None`.
#[must_use]
pub fn read_address(text: &str) -> (Cow<'_, str>, Option<IpAddr>) {
    // An IPv4 address has one spelling that the parser accepts (no leading zeros), so it is canonical.
    if let Some(v4) = usual::ipv4(text) {
        return (Cow::Borrowed(text), Some(IpAddr::V4(v4)));
    }
    if let Some(v4) = text.strip_prefix("::ffff:").and_then(usual::ipv4) {
        return (Cow::Borrowed(text), Some(IpAddr::V4(v4)));
    }
    if !text.contains(':') {
        return (Cow::Borrowed(text), None);
    }
    match text.parse::<Ipv6Addr>() {
        Ok(v6) => {
            let spelled =
                if displays_as(v6, text) { Cow::Borrowed(text) } else { Cow::Owned(v6.to_string()) };
            (spelled, Some(v6.to_canonical()))
        }
        Err(_) => (Cow::Borrowed(text), None),
    }
}

/// Whether something displays as this text. Nothing is written down for it.
fn displays_as(shown: impl fmt::Display, text: &str) -> bool {
    struct Expected<'t>(&'t str);
    impl fmt::Write for Expected<'_> {
        fn write_str(&mut self, part: &str) -> fmt::Result {
            self.0 = self.0.strip_prefix(part).ok_or(fmt::Error)?;
            Ok(())
        }
    }
    let mut rest = Expected(text);
    fmt::Write::write_fmt(&mut rest, format_args!("{shown}")).is_ok() && rest.0.is_empty()
}

/// A point in time: ticks of 100 ns since 1970-01-01T00:00:00Z, the resolution of Kusto's `datetime`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

impl Time {
    /// Ticks in one second.
    pub const SECOND: i64 = 10_000_000;

    /// The time of a timestamp, cut to 100 ns: the last tick that is not after it, before 1970 too.
    #[must_use]
    pub fn from_timestamp(timestamp: jiff::Timestamp) -> Self {
        Self(timestamp.as_second() * Self::SECOND + i64::from(timestamp.subsec_nanosecond().div_euclid(100)))
    }

    /// Reads RFC 3339 with an offset or `Z`; fractions beyond 100 ns are cut. `None` when it is not that.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let usual = usual::utc(text).map(Self);
        usual.or_else(|| text.parse::<jiff::Timestamp>().ok().map(Self::from_timestamp))
    }

    /// Writes it as it is displayed, without the detour of a formatter.
    ///
    /// # Errors
    /// When the sink does not take it.
    pub fn write_to(self, out: &mut impl fmt::Write) -> fmt::Result {
        let usual = usual::spelled(self.0);
        let usual = usual.as_ref().and_then(|(text, length)| std::str::from_utf8(text.get(..*length)?).ok());
        if let Some(text) = usual {
            return out.write_str(text);
        }
        match self.timestamp() {
            Some(timestamp) => write!(out, "{timestamp}"),
            None => write!(out, "{} ticks", self.0),
        }
    }

    /// The timestamp, or `None` outside the years -9999 to 9999.
    #[must_use]
    pub fn timestamp(self) -> Option<jiff::Timestamp> {
        let nanoseconds = i32::try_from(self.0.rem_euclid(Self::SECOND) * 100).ok()?;
        jiff::Timestamp::new(self.0.div_euclid(Self::SECOND), nanoseconds).ok()
    }
}

/// RFC 3339 in UTC, with as many digits of the second as are needed.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_to(f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_spelling_of_an_address_is_read_as_that_of_std(
            groups in any::<[u16; 8]>(), kept in any::<[bool; 8]>(), masks in any::<[u8; 8]>(),
        ) {
            let group = |place: usize| if kept[place] { groups[place] >> (masks[place] % 16) } else { 0 };
            let groups = std::array::from_fn::<u16, 8, _>(group);
            let (address, canonical) = (Ipv6Addr::from(groups), Ipv6Addr::from(groups).to_string());
            let whole = groups.map(|group| format!("{group:04X}")).join(":");
            for text in [&canonical, &whole] {
                let (spelled, ip) = read_address(text);
                prop_assert_eq!(&spelled, &canonical);
                prop_assert_eq!(matches!(spelled, Cow::Borrowed(_)), *text == canonical);
                prop_assert_eq!(ip, Some(address.to_canonical()));
            }
        }
    }

    #[test]
    fn addresses_have_one_spelling() {
        let cases = [
            ("10.1.2.3", "10.1.2.3", Some("10.1.2.3")),
            ("::FFFF:10.1.2.3", "::ffff:10.1.2.3", Some("10.1.2.3")),
            ("::ffff:a01:203", "::ffff:10.1.2.3", Some("10.1.2.3")),
            ("2001:DB8:0:0::1", "2001:db8::1", Some("2001:db8::1")),
            ("010.1.2.3", "010.1.2.3", None),
            ("10.1.2.3/8", "10.1.2.3/8", None),
            ("", "", None),
        ];
        for (text, spelled, address) in cases {
            let (canonical, ip) = read_address(text);
            assert_eq!(canonical, spelled);
            assert_eq!(ip.map(|ip| ip.to_string()).as_deref(), address, "{text}");
        }
    }

    #[test]
    fn times_keep_100_nanoseconds_and_go_both_ways() {
        for text in ["2023-12-21T19:04:59.0109752Z", "1969-12-31T23:59:59.9999999Z", "2026-02-03T00:00:00Z"] {
            assert_eq!(Time::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Time::parse("2026-02-03T02:00:00+02:00").unwrap().to_string(), "2026-02-03T00:00:00Z");
        assert_eq!(Time::parse("2026-02-03"), None);
        // As its digits are cut, and as a count of nanoseconds is.
        assert_eq!(Time::parse("1969-12-31T23:59:59.99999999Z"), Some(Time(-1)));
    }
}
