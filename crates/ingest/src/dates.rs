//! Times as text: RFC 3339, and the spellings of portals in their readers' locales. Knows no columns. What
//! the text leaves open (the zone, the order of day and month) comes from the caller and is never guessed.

use std::fmt;

use jiff::civil::{Date, DateTime, Time as Clock};
use lownoise_engine::value::Time;

use crate::{DateOrder, Dates};

/// Reads a time, cut to 100 ns:
///
/// - RFC 3339, with 1 to 9 digits of fraction: `2023-12-21T19:04:59.0109752Z`;
/// - the same without a zone: `2023-12-21 19:04:59.010`;
/// - with the month's English name: `May 7, 2024 6:35:31 PM`, `7 May 2024 18:35`;
/// - of numbers, separated by `/`, `.` or `-`: `05/12/2024 6:41:25.321 PM`, `13/03/2024, 3:40:13.988 pm`.
///
/// A year has four digits. Where clocks went back, a local time that occurred twice is the first of the two;
/// where they went forward, one that never occurred is as far after the gap as it is into it.
///
/// # Errors
/// [`DateError::NotADate`] for all else, also for a date of numbers that contradicts `dates.order`;
/// the other two when the text needs a word of `dates` that is not given.
pub fn parse(text: &str, dates: &Dates) -> Result<Time, DateError> {
    if let Some(time) = Time::parse(text) {
        return Ok(time);
    }
    let local = match iso(text) {
        Some(local) => local,
        None => spelled(text, dates.order)?,
    };
    let zone = dates.timezone.as_ref().ok_or(DateError::NeedsTimezone)?;
    zone.to_timestamp(local).map(Time::from_timestamp).map_err(|_| DateError::NotADate)
}

/// Why a text is not read as a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateError {
    /// It spells no time.
    NotADate,
    /// It names no zone, and none is given.
    NeedsTimezone,
    /// Day and month could each be the other, and no order is given.
    NeedsOrder,
}

impl DateError {
    /// What the reader of the error can do, where there is something.
    #[must_use]
    pub fn help(self) -> Option<&'static str> {
        match self {
            Self::NotADate => None,
            Self::NeedsTimezone => Some("give --timezone, for example `UTC` or `Europe/Berlin`"),
            Self::NeedsOrder => Some("give --date-order dmy or --date-order mdy"),
        }
    }
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotADate => "it is no date",
            Self::NeedsTimezone => "the date names no time zone",
            Self::NeedsOrder => "the date does not say which number is the day and which is the month",
        })
    }
}

impl std::error::Error for DateError {}

/// `2023-12-21 19:04:59.010`, also with `T`. A text that names an offset or a zone is not read here: its
/// zone would be dropped.
fn iso(text: &str) -> Option<DateTime> {
    let (date, clock) = text.split_once(['T', 't', ' '])?;
    if !clock.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.')) {
        return None;
    }
    Some(date.parse::<Date>().ok()?.to_datetime(clock.parse::<Clock>().ok()?))
}

/// A date, perhaps a comma, and a clock.
fn spelled(text: &str, order: Option<DateOrder>) -> Result<DateTime, DateError> {
    let mut words = text.split([' ', ',', '\u{a0}', '\u{202f}']).filter(|word| !word.is_empty());
    let first = words.next().ok_or(DateError::NotADate)?;
    let date = if first.starts_with(|letter: char| letter.is_ascii_digit()) && first.contains(['/', '.', '-'])
    {
        numeric(first, order)
    } else {
        let second = words.next().ok_or(DateError::NotADate)?;
        let year = words.next().ok_or(DateError::NotADate)?;
        named(first, second, year).ok_or(DateError::NotADate)
    };
    let clock = words.next().ok_or(DateError::NotADate)?;
    let half = words.next();
    if words.next().is_some() {
        return Err(DateError::NotADate);
    }
    let clock = time_of_day(clock, half).ok_or(DateError::NotADate)?;
    Ok(date?.to_datetime(clock))
}

/// `May 7 2024`, `7 May 2024`.
fn named(first: &str, second: &str, year: &str) -> Option<Date> {
    let (month, day) = match month(first) {
        Some(month) => (month, second),
        None => (month(second)?, first),
    };
    Date::new(four_digits(year)?, month, number(day, 2)?).ok()
}

/// The month of an English name or its first three letters; `Sept` too.
fn month(word: &str) -> Option<i8> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.strip_suffix('.').unwrap_or(word).to_ascii_lowercase();
    let names = |name: &&str| **name == word || name.get(..3) == Some(&word) || name.get(..4) == Some(&word);
    (1..).zip(NAMES).find(|(_, name)| names(name)).map(|(place, _)| place)
}

/// `05/12/2024`, `2024/05/12`. A number above 12 is a day, and a day that equals the month leaves no doubt.
fn numeric(text: &str, order: Option<DateOrder>) -> Result<Date, DateError> {
    let separator = text.chars().find(|letter| !letter.is_ascii_digit()).ok_or(DateError::NotADate)?;
    let mut parts = text.split(separator);
    let (Some(a), Some(b), Some(c), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(DateError::NotADate);
    };
    let date = |year: &str, month: &str, day: &str| {
        let date = Date::new(four_digits(year)?, number(month, 2)?, number(day, 2)?);
        date.ok()
    };
    if a.len() == 4 {
        return date(a, b, c).ok_or(DateError::NotADate);
    }
    let found = match (order, date(c, b, a), date(c, a, b)) {
        (Some(DateOrder::Dmy), day_first, _) => day_first,
        (Some(DateOrder::Mdy), _, month_first) => month_first,
        (_, Some(one), Some(other)) if one != other => return Err(DateError::NeedsOrder),
        (_, day_first, month_first) => day_first.or(month_first),
    };
    found.ok_or(DateError::NotADate)
}

/// `18:41`, `18:41:25.321`; with the half of the day, `6:41:25` `PM` (also `p.m.`), from 1 to 12.
fn time_of_day(clock: &str, half: Option<&str>) -> Option<Clock> {
    let mut parts = clock.split(':');
    let hour: i8 = number(parts.next()?, 2)?;
    let minute: i8 = number(parts.next()?, 2)?;
    let (second, fraction) = match parts.next() {
        None => ("0", ""),
        Some(seconds) => match seconds.split_once('.') {
            Some((_, "")) => return None,
            Some(split) => split,
            None => (seconds, ""),
        },
    };
    if parts.next().is_some() || fraction.len() > 9 {
        return None;
    }
    let nanosecond = number::<i32>(&format!("{fraction:0<9}"), 9)?;
    let hour = match half {
        None => hour,
        Some(half) if !(1..=12).contains(&hour) || half.is_empty() => return None,
        Some(half) => match half.to_ascii_lowercase().as_str() {
            "am" | "a.m." => hour % 12,
            "pm" | "p.m." => hour % 12 + 12,
            _ => return None,
        },
    };
    Clock::new(hour, minute, number(second, 2)?, nanosecond).ok()
}

fn four_digits(text: &str) -> Option<i16> {
    if text.len() == 4 { number(text, 4) } else { None }
}

/// Digits and nothing else, at least one and at most `longest`.
fn number<N: std::str::FromStr>(text: &str, longest: usize) -> Option<N> {
    let fits = (1..=longest).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, order: Option<DateOrder>, zone: Option<&str>) -> Result<String, DateError> {
        let timezone = zone.map(|name| jiff::tz::TimeZone::get(name).unwrap());
        parse(text, &Dates { order, timezone }).map(|time| time.to_string())
    }

    /// Text, order, and what it is in UTC.
    const IN_UTC: &[(&str, Option<DateOrder>, &str)] = &[
        ("2023-12-21T19:04:59.0109752Z", None, "2023-12-21T19:04:59.0109752Z"),
        ("2023-12-21T19:04:59.1Z", None, "2023-12-21T19:04:59.1Z"),
        ("2023-12-21T19:04:59.123456789Z", None, "2023-12-21T19:04:59.1234567Z"),
        ("2023-12-21T19:04:59+01:00", None, "2023-12-21T18:04:59Z"),
        ("2023-12-21 19:04:59.010", None, "2023-12-21T19:04:59.01Z"),
        ("2023-12-21T19:04:59", None, "2023-12-21T19:04:59Z"),
        ("May 7, 2024 6:35:31 PM", None, "2024-05-07T18:35:31Z"),
        ("May 7, 2024, 6:35:31\u{202f}PM", None, "2024-05-07T18:35:31Z"),
        ("Sept. 7, 2024 12:00:00 AM", None, "2024-09-07T00:00:00Z"),
        ("7 December 2024 12:01", None, "2024-12-07T12:01:00Z"),
        ("05/12/2024 6:41:25.321 PM", Some(DateOrder::Mdy), "2024-05-12T18:41:25.321Z"),
        ("05/12/2024 6:41:25.321 PM", Some(DateOrder::Dmy), "2024-12-05T18:41:25.321Z"),
        ("05/12/2024 18:41:25", Some(DateOrder::Mdy), "2024-05-12T18:41:25Z"),
        ("13/03/2024, 3:40:13.988 pm", None, "2024-03-13T15:40:13.988Z"),
        ("03/13/2024 3:40:13 p.m.", None, "2024-03-13T15:40:13Z"),
        ("05/05/2024 00:00:00", None, "2024-05-05T00:00:00Z"),
        ("13.3.2024 15:40", None, "2024-03-13T15:40:00Z"),
        ("2024/05/12 12:00:00 PM", None, "2024-05-12T12:00:00Z"),
    ];

    #[test]
    fn every_spelling_in_utc() {
        for &(text, order, expected) in IN_UTC {
            assert_eq!(read(text, order, Some("UTC")).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn nothing_is_guessed() {
        use DateError::{NeedsOrder, NeedsTimezone, NotADate};
        let cases = [
            ("2023-12-21 19:04:59", None, None, NeedsTimezone),
            ("May 7, 2024 6:35:31 PM", None, None, NeedsTimezone),
            ("13/03/2024 15:40", None, None, NeedsTimezone),
            ("05/12/2024 18:41:25", None, Some("UTC"), NeedsOrder),
            ("05/12/2024 18:41:25", None, None, NeedsOrder),
            ("05/12/2024 18:41:25", Some(DateOrder::Ymd), Some("UTC"), NeedsOrder),
            ("13/03/2024 18:41:25", Some(DateOrder::Mdy), Some("UTC"), NotADate),
            ("05/12/24 18:41:25", None, Some("UTC"), NotADate),
            ("05/12/2024 0:41:25 PM", Some(DateOrder::Dmy), Some("UTC"), NotADate),
            ("05/12/2024 13:41:25 PM", Some(DateOrder::Dmy), Some("UTC"), NotADate),
            ("05/12-2024 13:41:25", Some(DateOrder::Dmy), Some("UTC"), NotADate),
            ("05/12/2024", Some(DateOrder::Dmy), Some("UTC"), NotADate),
            ("31/02/2024 10:00:00", None, Some("UTC"), NotADate),
            ("2023-12-21T19:04:59[Europe/Berlin]", None, Some("UTC"), NotADate),
            ("2023-12-21T19:04:59+99:00", None, Some("UTC"), NotADate),
            ("May 7, 2024 6:35:31 XM", None, Some("UTC"), NotADate),
            ("May 7, 2024 6:35:31 PM PM", None, Some("UTC"), NotADate),
            ("tomorrow", None, Some("UTC"), NotADate),
            ("", None, Some("UTC"), NotADate),
            (" ", None, Some("UTC"), NotADate),
        ];
        for (text, order, zone, expected) in cases {
            assert_eq!(read(text, order, zone), Err(expected), "{text}");
        }
    }

    #[test]
    fn a_zone_counts_summer_and_repeated_hours() {
        let cases = [
            ("2024-07-01 12:00:00", "2024-07-01T10:00:00Z"),
            ("2024-01-01 12:00:00", "2024-01-01T11:00:00Z"),
            ("2024-10-27 02:30:00", "2024-10-27T00:30:00Z"),
            ("2024-03-31 02:30:00", "2024-03-31T01:30:00Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text, None, Some("Europe/Berlin")).as_deref(), Ok(expected), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_displayed_is_read_back(ticks in -600_000_000_000_000_000i64..2_000_000_000_000_000_000) {
            prop_assert_eq!(parse(&Time(ticks).to_string(), &Dates::default()), Ok(Time(ticks)));
        }

        #[test]
        fn no_text_panics(text in "[0-9/:., ampAMPMay-]{0,30}|\\PC{0,20}") {
            let dates = Dates { order: Some(DateOrder::Dmy), timezone: Some(jiff::tz::TimeZone::UTC) };
            let _ = parse(&text, &dates);
        }
    }
}
