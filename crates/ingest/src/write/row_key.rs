//! A row's sort key as bytes that compare as the row does. Knows the order of values, not of rows.
//!
//! Kusto's order: what is missing is smallest (so first in ascending order, last in descending), text and
//! addresses by the code points of their text, `false` before `true`.

use lownoise_engine::value::Value;

const MISSING: u8 = 0;
const PRESENT: u8 = 1;

/// Appends a value of one column. The keys of two rows whose values are appended in the same order compare
/// as their first values that differ.
pub(super) fn push(key: &mut Vec<u8>, value: Value<'_>, descending: bool) {
    let start = key.len();
    match value {
        Value::Missing => key.push(MISSING),
        value if value.is_missing() => key.push(MISSING),
        Value::Text(text) | Value::Address(text, _) => push_text(key, text),
        Value::Number(number) => push_number(key, number),
        Value::Time(time) => push_number(key, time.0),
        Value::Bool(value) => key.extend([PRESENT, u8::from(value)]),
    }
    if descending {
        key.iter_mut().skip(start).for_each(|byte| *byte = !*byte);
    }
}

/// The first eight bytes of a key as a number that compares as they do.
pub(super) fn prefix(key: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    for (byte, from) in bytes.iter_mut().zip(key) {
        *byte = *from;
    }
    u64::from_be_bytes(bytes)
}

/// UTF-8 compares as code points do. A text ends with two zeros, and a zero inside is followed by a one, so that
/// the end is smaller than any continuation.
fn push_text(key: &mut Vec<u8>, text: &str) {
    key.push(PRESENT);
    for byte in text.bytes() {
        key.push(byte);
        if byte == 0 {
            key.push(1);
        }
    }
    key.extend([0, 0]);
}

fn push_number(key: &mut Vec<u8>, number: i64) {
    key.push(PRESENT);
    // With the sign bit flipped, big-endian bytes compare as the numbers do.
    key.extend((number ^ i64::MIN).to_be_bytes());
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use proptest::prelude::*;

    use super::*;

    fn key(values: &[Value<'_>], descending: bool) -> Vec<u8> {
        let mut key = Vec::new();
        for &value in values {
            push(&mut key, value, descending);
        }
        key
    }

    fn text_then_number((text, number): &(String, Option<i64>)) -> [Value<'_>; 2] {
        [Value::Text(text), number.map_or(Value::Missing, Value::Number)]
    }

    proptest! {
        #[test]
        fn keys_compare_as_rows_do(
            a in ("[\\x00-\\x02aé\u{10ffff}]{0,3}", proptest::option::of(-2i64..2)),
            b in ("[\\x00-\\x02aé\u{10ffff}]{0,3}", proptest::option::of(any::<i64>())),
        ) {
            // `None < Some`, and text by code points.
            let expected = a.0.chars().cmp(b.0.chars()).then(a.1.cmp(&b.1));
            let keys = |descending| {
                key(&text_then_number(&a), descending).cmp(&key(&text_then_number(&b), descending))
            };
            prop_assert_eq!(keys(false), expected);
            prop_assert_eq!(keys(true), expected.reverse());
            let prefixes = prefix(&key(&text_then_number(&a), false)).cmp(&prefix(&key(&text_then_number(&b), false)));
            prop_assert!(prefixes == Ordering::Equal || prefixes == expected);
        }
    }
}
