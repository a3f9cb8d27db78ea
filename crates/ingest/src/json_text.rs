//! JSON text, written without a tree of values. Knows no columns.

/// Appends a JSON string: quotes, and escapes where JSON asks for them.
pub(crate) fn push_text(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(place) = first_to_escape(rest.as_bytes()) {
        let Some((before, after)) = rest.split_at_checked(place) else { break };
        out.push_str(before);
        let mut letters = after.chars();
        match letters.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(control) => {
                const HEX: [char; 16] =
                    ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
                let (high, low) = (u32::from(control) as usize / 16, u32::from(control) as usize % 16);
                out.push_str("\\u00");
                out.extend([HEX.get(high), HEX.get(low)].into_iter().flatten());
            }
            None => {}
        }
        rest = letters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

/// The place of the first byte that a JSON string cannot hold as it is: all are ASCII.
fn first_to_escape(bytes: &[u8]) -> Option<usize> {
    const LANES: usize = 16;
    let escapes = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    // Most text needs none. Whole lanes without a branch inside are what the compiler vectorises.
    let clean = bytes
        .chunks_exact(LANES)
        .take_while(|lane| !lane.iter().fold(false, |found, &byte| found | escapes(byte)))
        .count();
    let start = clean * LANES;
    bytes.get(start..)?.iter().position(|&byte| escapes(byte)).map(|place| start + place)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_json_parser_reads_back_every_text(text in "(\\PC|[\\x00-\\x20\"\\\\\\x7f]){0,60}") {
            let mut out = String::new();
            push_text(&mut out, &text);
            prop_assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
        }
    }
}
