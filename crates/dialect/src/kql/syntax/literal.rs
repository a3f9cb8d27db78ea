//! How literals are spelled: escapes, lengths of time, points in time. Knows no tokens.

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use lownoise_engine::value::Time;

/// Ticks of 100 ns in each unit of time, by the names that Kusto has for it.
const UNITS: [(&[&str], i64); 7] = [
    (&["d", "day", "days"], 86_400 * Time::SECOND),
    (&["h", "hour", "hours", "hr", "hrs"], 3_600 * Time::SECOND),
    (&["m", "min", "minute", "minutes"], 60 * Time::SECOND),
    (&["s", "sec", "second", "seconds"], Time::SECOND),
    (&["ms", "milli", "millis", "millisec", "millisecond", "milliseconds"], Time::SECOND / 1_000),
    (&["micro", "micros", "microsec", "microsecond", "microseconds"], Time::SECOND / 1_000_000),
    (&["tick", "ticks"], 1),
];

/// What stands behind a backslash, and how many bytes it takes.
pub(super) fn escaped(rest: &str) -> Option<(char, usize)> {
    let first = rest.chars().next()?;
    let plain = match first {
        '\\' | '"' | '\'' => first,
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '0' => '\0',
        'x' | 'u' | 'U' => {
            let length = match first {
                'x' => 3,
                'u' => 5,
                _ => 9,
            };
            let number = u32::from_str_radix(rest.get(1..length)?, 16).ok()?;
            return Some((char::from_u32(number)?, length));
        }
        _ => return None,
    };
    Some((plain, 1))
}

/// A number and a unit as ticks: `None` for no unit, `Some(None)` for what is no whole number of ticks, or too long.
#[expect(clippy::option_option, reason = "no length of time, and one that cannot be said, are two things")]
pub(super) fn duration(number: &str, unit: &str) -> Option<Option<i64>> {
    let (_, ticks) = UNITS.iter().find(|(names, _)| names.contains(&unit))?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let scaled = || {
        let digits: i64 = format!("{whole}{fraction}").parse().ok()?;
        let parts = 10_i64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
        let ticks = digits.checked_mul(*ticks)?;
        (ticks % parts == 0).then(|| ticks / parts)
    };
    Some(scaled())
}

/// The content of `timespan(…)`: `1d`, or days, hours, minutes and seconds as in `1.02:03:04.5`.
pub(crate) fn timespan(text: &str) -> Option<i64> {
    let unit_at = text.find(|letter: char| letter.is_ascii_alphabetic());
    if let Some((number, unit)) = unit_at.and_then(|at| text.split_at_checked(at)) {
        return duration(number.trim(), unit).flatten();
    }
    let (clock, negative) = text.strip_prefix('-').map_or((text, false), |clock| (clock, true));
    let mut parts = clock.splitn(3, ':');
    let (first, minutes, seconds) = (parts.next()?, parts.next(), parts.next());
    let Some(minutes) = minutes else { return duration(first, "d").flatten() };
    let (days, hours) = first.split_once('.').unwrap_or(("0", first));
    let each = [(days, "d"), (hours, "h"), (minutes, "m"), (seconds.unwrap_or("0"), "s")];
    let ticks =
        each.iter().try_fold(0_i64, |sum, (number, unit)| sum.checked_add(duration(number, unit)??))?;
    Some(if negative { -ticks } else { ticks })
}

/// The content of `datetime(…)`: a date, or a date and a time, in UTC unless it names a zone. `None` for other forms,
/// of which Kusto has some: `01/02/2026` could be either month.
pub(crate) fn datetime(text: &str) -> Option<Time> {
    let text = text.trim();
    if let Some(time) = Time::parse(text) {
        return Some(time);
    }
    let plain = text.strip_suffix('Z').unwrap_or(text);
    let year_first = plain.get(..5).is_some_and(|year| year.ends_with('-'));
    let local = plain.parse::<DateTime>().ok().or_else(|| Some(plain.parse::<Date>().ok()?.at(0, 0, 0, 0)));
    let timestamp = Offset::UTC.to_timestamp(local.filter(|_| year_first)?).ok()?;
    Some(Time::from_timestamp(timestamp))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time() {
        let hour = 3_600 * Time::SECOND;
        for (text, ticks) in [
            ("1h", Some(hour)),
            ("1.5h", Some(hour * 3 / 2)),
            ("01:00:00", Some(hour)),
            ("1.01:00:00.5", Some(25 * hour + Time::SECOND / 2)),
            ("2", Some(48 * hour)),
            ("1x", None),
            ("99999999999999d", None),
        ] {
            assert_eq!(timespan(text), ticks, "{text}");
        }
    }

    #[test]
    fn points_in_time() {
        for (text, time) in [
            ("2026-02-03", Some("2026-02-03T00:00:00Z")),
            ("2026-02-03 04:05:06.5", Some("2026-02-03T04:05:06.5Z")),
            ("2026-02-03T04:05:06Z", Some("2026-02-03T04:05:06Z")),
            ("2026-02-03T04:05:06+02:00", Some("2026-02-03T02:05:06Z")),
            ("02/03/2026", None),
            ("null", None),
        ] {
            assert_eq!(datetime(text).map(|time| time.to_string()).as_deref(), time, "{text}");
        }
    }
}
