//! The usual spellings of addresses and times, without a general parser: `10.1.2.3`, `2026-02-03T00:00:00.1234567Z`.
//! Equal to `std` and `jiff` where it answers, and it answers nothing else. Knows no values.

use std::net::Ipv4Addr;

/// Ticks of 100 ns in one second.
const SECOND: i64 = 10_000_000;

/// Seconds in one day.
const DAY: i64 = 86_400;

/// Powers of ten, from that of zero.
const POWERS: [i64; 9] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// The days from 0000-03-01, where the years of [`days`] begin, to 1970-01-01.
const EPOCH: i64 = 719_468;

/// An IPv4 address as `std` reads it: four numbers up to 255 without leading zeros. Complete.
#[inline]
pub(super) fn ipv4(text: &str) -> Option<Ipv4Addr> {
    let (mut address, mut points) = (0u32, 0);
    let (mut number, mut digits) = (0u32, 0);
    for byte in text.bytes() {
        let digit = u32::from(byte.wrapping_sub(b'0'));
        if digit <= 9 {
            // A zero may only stand alone.
            if digits == 1 && number == 0 {
                return None;
            }
            (number, digits) = (number * 10 + digit, digits + 1);
            if number > 255 {
                return None;
            }
        } else if byte == b'.' && digits > 0 && points < 3 {
            address = address << 8 | number;
            (number, digits, points) = (0, 0, points + 1);
        } else {
            return None;
        }
    }
    (points == 3 && digits > 0).then(|| Ipv4Addr::from(address << 8 | number))
}

/// The ticks since 1970 of a time from 1970 on, in UTC, in capital letters: `2026-02-03T00:00:00Z`, with one to nine
/// digits of fraction or none; beyond 100 ns they are cut.
#[inline]
pub(super) fn utc(text: &str) -> Option<i64> {
    const ZEROS: [u8; 19] = *b"0000-00-00T00:00:00";
    let (spelled, rest) = text.as_bytes().split_first_chunk::<19>()?;
    // A digit becomes its value, and what stands between digits becomes zero.
    let mut values = *spelled;
    values.iter_mut().zip(ZEROS).for_each(|(value, zero)| *value ^= zero);
    let wrong = |(value, zero): (&u8, u8)| *value > if zero == b'0' { 9 } else { 0 };
    // All are looked at, without a branch for each.
    if values.iter().zip(ZEROS).fold(false, |found, byte| found | wrong(byte)) {
        return None;
    }
    let [y1, y2, y3, y4, _, o1, o2, _, d1, d2, _, h1, h2, _, m1, m2, _, s1, s2] = values.map(i64::from);
    let (year, month, day) = (y1 * 1000 + y2 * 100 + y3 * 10 + y4, o1 * 10 + o2, d1 * 10 + d2);
    let (hour, minute, second) = (h1 * 10 + h2, m1 * 10 + m2, s1 * 10 + s2);
    let fits = year >= 1970 && (1..=12).contains(&month) && (1..=length(year, month)).contains(&day);
    if !fits || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let fraction = match rest {
        b"Z" => 0,
        [b'.', digits @ .., b'Z'] if (1..=9).contains(&digits.len()) => {
            number(digits)? * POWERS.get(9 - digits.len())? / 100
        }
        _ => return None,
    };
    Some((days(year, month, day) * DAY + hour * 3600 + minute * 60 + second) * SECOND + fraction)
}

/// As [`utc`] reads it, with as many digits of fraction as are needed; `None` before 1970 and after 9999.
pub(super) fn spelled(ticks: i64) -> Option<([u8; 28], usize)> {
    let (seconds, fraction) = (ticks.div_euclid(SECOND), ticks.rem_euclid(SECOND));
    let (year, month, day) = date(seconds.div_euclid(DAY));
    if ticks < 0 || year > 9999 {
        return None;
    }
    let clock = seconds.rem_euclid(DAY);
    let mut text = *b"0000-00-00T00:00:00.0000000Z";
    let parts = [
        (year, 0, 4),
        (month, 5, 2),
        (day, 8, 2),
        (clock / 3600, 11, 2),
        (clock / 60 % 60, 14, 2),
        (clock % 60, 17, 2),
        (fraction, 20, 7),
    ];
    for (number, start, length) in parts {
        put(text.get_mut(start..start + length)?, u32::try_from(number).ok()?);
    }
    let zeros = text.iter().rev().skip(1).take_while(|byte| **byte == b'0').count();
    let length = if fraction == 0 { 20 } else { text.len() - zeros };
    *text.get_mut(length - 1)? = b'Z';
    Some((text, length))
}

fn number(digits: &[u8]) -> Option<i64> {
    let add = |number: i64, digit: &u8| digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0'));
    digits.iter().try_fold(0, add)
}

fn put(text: &mut [u8], mut number: u32) {
    for byte in text.iter_mut().rev() {
        *byte = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
}

fn length(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The days since 1970 of a date. Years begin in March, so that the leap day is a year's last one; the method is
/// `days_from_civil` of Howard Hinnant, <https://howardhinnant.github.io/date_algorithms.html>.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH
}

/// The date of a day since 1970: `civil_from_days` of the same source.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + EPOCH;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::Time;

    fn slow(text: &str) -> Option<i64> {
        text.parse::<jiff::Timestamp>().ok().map(|time| Time::from_timestamp(time).0)
    }

    proptest! {
        #[test]
        fn addresses_are_read_as_std_reads_them(
            text in "([0-9]{1,4}|25[0-9]|0)?(\\.([0-9]{0,3}|25[0-9])){3}[.0a ]?|[0-9.]{0,16}",
        ) {
            prop_assert_eq!(ipv4(&text), text.parse().ok());
        }

        #[test]
        fn times_are_read_as_jiff_reads_them(
            text in "(19[67][0-9]|20[0-9]{2}|[0-9]{4})-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,10})?Z?",
        ) {
            if let Some(ticks) = utc(&text) {
                prop_assert_eq!(Some(ticks), slow(&text));
            } else if let Some(ticks) = slow(&text) {
                prop_assert!(ticks < 0 || text.contains(":60"), "{text}");
            }
        }

        #[test]
        fn times_are_written_as_jiff_writes_them(ticks in 0..=253_402_207_200i64 * SECOND, coarse in 1i64..=SECOND) {
            let ticks = ticks / coarse * coarse;
            let (text, length) = spelled(ticks).unwrap();
            let text = std::str::from_utf8(&text[..length]).unwrap();
            prop_assert_eq!(text, Time(ticks).timestamp().unwrap().to_string());
            prop_assert_eq!(utc(text), Some(ticks));
        }
    }

    #[test]
    fn days_of_the_calendar_follow_each_other() {
        let mut next = 0;
        for year in 1970..=2400 {
            for month in 1..=12 {
                for day in 1..=length(year, month) {
                    assert_eq!((days(year, month, day), date(next)), (next, (year, month, day)));
                    next += 1;
                }
            }
        }
        assert_eq!(spelled(-1), None);
        assert_eq!(spelled(i64::MAX), None);
    }
}
