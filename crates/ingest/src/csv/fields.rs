//! The fields of one record, borrowed from it. Knows quotes and commas, no header.

use std::borrow::Cow;

/// One field as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field<'a> {
    /// Without the quotes around it.
    written: &'a str,
    /// Whether it holds doubled quotes.
    doubled: bool,
}

impl<'a> Field<'a> {
    /// A field as it stands between commas, quotes included. `None`: text behind the closing quote.
    #[inline]
    pub(super) fn of(written: &'a str) -> Option<Self> {
        let Some(inside) = written.strip_prefix('"') else { return Some(Self { written, doubled: false }) };
        let written = inside.strip_suffix('"')?;
        Some(Self { written, doubled: memchr::memchr(b'"', written.as_bytes()).is_some() })
    }

    /// What it says.
    #[inline]
    pub(super) fn text(self) -> Cow<'a, str> {
        if self.doubled {
            Cow::Owned(self.written.replace("\"\"", "\""))
        } else {
            Cow::Borrowed(self.written)
        }
    }
}

/// Splits a record, without its line end, into `fields`. Linear in its bytes.
///
/// # Errors
/// What RFC 4180 has no meaning for: text behind a closing quote, a quote that is never closed.
pub(super) fn split<'a>(record: &'a str, fields: &mut Vec<Field<'a>>) -> Result<(), String> {
    fields.clear();
    let mut rest = record;
    loop {
        let (field, after) = if let Some(inside) = rest.strip_prefix('"') {
            let place = fields.len() + 1;
            let (field, after) = quoted(inside)
                .ok_or_else(|| format!("the quote that opens field {place} is never closed"))?;
            if !after.is_empty() && !after.starts_with(',') {
                return Err(format!("text behind the closing quote of field {place}"));
            }
            (field, after)
        } else {
            let end = memchr::memchr(b',', rest.as_bytes()).unwrap_or(rest.len());
            let (written, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            (Field { written, doubled: false }, after)
        };
        fields.push(field);
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None => return Ok(()),
        }
    }
}

/// The field up to its closing quote, and what follows the quote.
fn quoted(inside: &str) -> Option<(Field<'_>, &str)> {
    let mut doubled = false;
    let mut at = 0;
    loop {
        at += memchr::memchr(b'"', inside.as_bytes().get(at..)?)?;
        if inside.as_bytes().get(at + 1) != Some(&b'"') {
            let (written, after) = inside.split_at_checked(at)?;
            return Some((Field { written, doubled }, after.strip_prefix('"')?));
        }
        doubled = true;
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(record: &str) -> Result<Vec<String>, String> {
        let mut fields = Vec::new();
        split(record, &mut fields)?;
        Ok(fields.into_iter().map(|field| field.text().into_owned()).collect())
    }

    /// What csv-core reads of one record.
    fn oracle(record: &str) -> Vec<String> {
        let mut reader = ::csv::ReaderBuilder::new()
            .has_headers(false)
            .terminator(::csv::Terminator::Any(0))
            .from_reader(record.as_bytes());
        let record = reader.records().next().unwrap().unwrap();
        record.iter().map(str::to_owned).collect()
    }

    #[test]
    fn what_has_no_meaning_is_refused() {
        let cases = [
            ("a,\"b\" ,c", "text behind the closing quote of field 2"),
            ("\"a", "the quote that opens field 1 is never closed"),
            ("a,\"b\"\"", "the quote that opens field 2 is never closed"),
        ];
        for (record, reason) in cases {
            assert_eq!(texts(record), Err(reason.to_owned()), "{record}");
        }
    }

    proptest! {
        #[test]
        fn as_csv_core_splits(record in "([a\"]{0,3}|\"([a,\n\r]|\"\"){0,5}\"|,){1,9}") {
            // An empty line is no record; the decoder leaves it out, as csv-core does.
            prop_assume!(!record.is_empty());
            if let Ok(texts) = texts(&record) {
                prop_assert_eq!(texts, oracle(&record));
            }
        }
    }
}
