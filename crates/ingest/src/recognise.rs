//! The format of an input, by its name and its first bytes. Opens nothing.

use serde::de::IgnoredAny;

use crate::Format;

/// The first keys of documents whose rows stand in an array, when their first line is too long to look at whole.
const DOCUMENTS: [&str; 6] = ["schema", "Schema", "results", "Results", "Stats", "@odata.context"];

/// The format of an input whose name ends like this and whose content begins like this; `complete` when that is
/// all of it. `None`: it is blank. The first bytes of Parquet win over the name.
///
/// # Errors
/// What is wrong, when it can be read as nothing.
pub(crate) fn format(ending: Option<&str>, head: &[u8], complete: bool) -> Result<Option<Format>, String> {
    if head.starts_with(b"PAR1") {
        return Ok(Some(Format::Parquet));
    }
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Err("UTF-16 text; save it as UTF-8".to_owned());
    }
    if complete && head.trim_ascii().is_empty() {
        return Ok(None);
    }
    match ending {
        Some("ndjson" | "jsonl") => Ok(Some(Format::Ndjson)),
        Some("csv") => Ok(Some(Format::Csv)),
        Some("parquet") => Err("its name says Parquet, its content does not".to_owned()),
        _ => Ok(Some(by_content(head.trim_ascii_start(), complete))),
    }
}

fn by_content(head: &[u8], complete: bool) -> Format {
    match head.first() {
        Some(b'[') => Format::Json,
        Some(b'{') => object(head, complete),
        _ => Format::Csv,
    }
}

/// One row a line, or one document.
fn object(head: &[u8], complete: bool) -> Format {
    let end = memchr::memchr(b'\n', head);
    let (line, rest) = head.split_at_checked(end.unwrap_or(head.len())).unwrap_or((head, b""));
    if end.is_none() && !complete {
        return if first_key(line).is_some_and(|key| DOCUMENTS.iter().any(|known| known.as_bytes() == key)) {
            Format::Json
        } else {
            Format::Ndjson
        };
    }
    match serde_json::from_slice::<IgnoredAny>(line) {
        Ok(_) if holds_rows(line) => Format::Json,
        // A document over many lines; but a line that was cut off is followed by another whole row.
        Err(error) if error.is_eof() && !rest.trim_ascii_start().starts_with(b"{") => Format::Json,
        _ => Format::Ndjson,
    }
}

/// The first key of an object, as it is written.
fn first_key(object: &[u8]) -> Option<&[u8]> {
    let key = object.strip_prefix(b"{")?.trim_ascii_start().strip_prefix(b"\"")?;
    key.split(|&byte| byte == b'"').next()
}

/// Whether a line is a whole document with its rows in an array.
fn holds_rows(line: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Document {
        #[serde(default, alias = "Results")]
        results: Option<serde::de::IgnoredAny>,
    }
    serde_json::from_slice(line).is_ok_and(|document: Document| document.results.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_recognised_by_name_and_content() {
        let cases: [(Option<&str>, &str, Option<Format>); 16] = [
            (None, "", None),
            (Some("csv"), " \r\n", None),
            (Some("json"), "PAR1", Some(Format::Parquet)),
            (Some("csv"), "{", Some(Format::Csv)),
            (Some("ndjson"), "[1]", Some(Format::Ndjson)),
            (None, "Timestamp,DeviceId\r\n", Some(Format::Csv)),
            (None, " [\n{", Some(Format::Json)),
            (Some("json"), "{\"a\":1}\n{\"a\":2}\n", Some(Format::Ndjson)),
            (Some("json"), "{\"a\":1}", Some(Format::Ndjson)),
            (None, "{\"schema\":[],\"results\":[]}", Some(Format::Json)),
            (None, "{\"Results\":[]}\n", Some(Format::Json)),
            (None, "{\n  \"results\": [\n", Some(Format::Json)),
            (None, "{\"records\":[{\"a\":1}]}\n", Some(Format::Ndjson)),
            (None, "{\"a\":\n{\"a\":1}\n", Some(Format::Ndjson)),
            (Some("log"), "{\"a\" 1}\n", Some(Format::Ndjson)),
            (None, "{\"results\":1", Some(Format::Json)),
        ];
        for (ending, head, expected) in cases {
            assert_eq!(format(ending, head.as_bytes(), true), Ok(expected), "{ending:?} {head}");
        }
        assert_eq!(format(None, b"{\"Stats\":{", false), Ok(Some(Format::Json)));
        assert_eq!(format(None, b"{\"time\":\"", false), Ok(Some(Format::Ndjson)));
        assert!(format(Some("parquet"), b"{}", true).is_err());
        assert!(format(None, b"\xff\xfe{\0", true).is_err());
    }
}
