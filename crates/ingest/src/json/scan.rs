//! Where a JSON value ends, found quickly and only when it is certainly valid: every function here answers
//! `None` for what it does not like, and the exact way decides. Knows no keys.

use super::stops::Stops;
use super::string;

/// Levels of nesting that fit the stack of bits. The exact way allows more.
const LEVELS: u32 = 100;

/// The place of the first byte that is no space. Other white space is not expected here.
#[inline]
pub(super) fn spaces(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at) == Some(&b' ') {
        at += 1;
    }
    at
}

/// The place after a whole number of up to seven digits that stands before a comma, as most numbers do. `None` says
/// nothing.
#[expect(clippy::inline_always, reason = "part of a loop that is compiled for each kind of vectors")]
#[inline(always)]
pub(super) fn short_number(bytes: &[u8], at: usize) -> Option<usize> {
    let eight = u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?);
    let end = at + leading_digits(eight);
    // A zero may only stand alone.
    let begins = (u64::from(b'1')..=u64::from(b'9')).contains(&(eight & 0xff));
    if begins && bytes.get(end) == Some(&b',') { Some(end) } else { None }
}

/// The place after a number, a boolean or null.
#[inline]
pub(super) fn scalar(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    match rest.first()? {
        b'-' | b'0'..=b'9' => number(bytes, at),
        b't' if rest.starts_with(b"true") => Some(at + 4),
        b'f' if rest.starts_with(b"false") => Some(at + 5),
        b'n' if rest.starts_with(b"null") => Some(at + 4),
        _ => None,
    }
}

/// The place after a number of JSON's grammar: no leading zeros, a digit on both sides of the point.
#[inline]
fn number(bytes: &[u8], mut at: usize) -> Option<usize> {
    if bytes.get(at) == Some(&b'-') {
        at += 1;
    }
    at = match bytes.get(at)? {
        b'0' => at + 1,
        _ => digits(bytes, at)?,
    };
    if bytes.get(at) == Some(&b'.') {
        at = digits(bytes, at + 1)?;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        if matches!(bytes.get(at), Some(b'+' | b'-')) {
            at += 1;
        }
        at = digits(bytes, at)?;
    }
    Some(at)
}

/// The place after at least one digit.
#[inline]
fn digits(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(eight) = bytes.get(at..)?.first_chunk() {
        let count = leading_digits(u64::from_le_bytes(*eight));
        at += count;
        if count < 8 {
            return (at > from).then_some(at);
        }
    }
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    (at > from).then_some(at)
}

/// How many of eight bytes, the first one lowest, are digits before the first that is none.
#[inline]
fn leading_digits(bytes: u64) -> usize {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // A digit becomes its value, and 9 is the greatest that stays below 0x80 when 0x76 is added.
    let values = bytes ^ (EACH * 0x30);
    let others = (((values & (EACH * 0x7f)) + EACH * 0x76) | values) & (EACH * 0x80);
    others.trailing_zeros() as usize / 8
}

/// The place after an object or an array. Not recursive: the open brackets are bits, set for an object.
pub(super) fn nested(bytes: &[u8], stops: &Stops, mut at: usize) -> Option<usize> {
    let (mut open, mut depth) = (0u128, 0u32);
    loop {
        // A value starts here.
        match bytes.get(at)? {
            bracket @ (b'{' | b'[') => {
                let object = *bracket == b'{';
                if depth == LEVELS {
                    return None;
                }
                (open, depth) = (open << 1 | u128::from(object), depth + 1);
                at = spaces(bytes, at + 1);
                if bytes.get(at)? != if object { &b'}' } else { &b']' } {
                    if object {
                        at = key(bytes, stops, at)?;
                    }
                    continue;
                }
                // The closing bracket is read below.
            }
            b'"' => at = string::end(bytes, stops, at + 1)? + 1,
            _ => at = scalar(bytes, at)?,
        }
        // A value has ended here, or an empty object or array is about to.
        loop {
            at = spaces(bytes, at);
            let object = open & 1 == 1;
            match (bytes.get(at)?, object) {
                (b'}', true) | (b']', false) => {
                    (open, depth, at) = (open >> 1, depth - 1, at + 1);
                    if depth == 0 {
                        return Some(at);
                    }
                }
                (b',', true) => {
                    at = key(bytes, stops, spaces(bytes, at + 1))?;
                    break;
                }
                (b',', false) => {
                    at = spaces(bytes, at + 1);
                    break;
                }
                _ => return None,
            }
        }
    }
}

/// The place of the value that follows a key.
fn key(bytes: &[u8], stops: &Stops, at: usize) -> Option<usize> {
    if bytes.get(at) != Some(&b'"') {
        return None;
    }
    colon(bytes, string::end(bytes, stops, at + 1)? + 1)
}

/// The place of the value after a colon.
#[inline]
pub(super) fn colon(bytes: &[u8], at: usize) -> Option<usize> {
    let at = spaces(bytes, at);
    (bytes.get(at) == Some(&b':')).then(|| spaces(bytes, at + 1))
}
