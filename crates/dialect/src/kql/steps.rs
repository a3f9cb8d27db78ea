//! What steps do to the rows of a table: which of them leave a row for each row, and which names they say they give. Knows
//! their words, no columns.

use super::syntax::{Join, Named, Step, StepKind, names};

/// Functions of Defender that add columns to rows and drop none.
const ENRICHING: [&str; 3] = ["FileProfile", "DeviceFromIP", "SeenBy"];

/// Whether a `join` leaves out the rows that match.
pub(crate) fn leaves_out_matches(kind: &str) -> bool {
    ["leftanti", "anti", "leftantisemi"].contains(&kind)
}

/// Whether a `join` brings columns, and does not only ask whether a row matches.
pub(crate) fn brings_columns(join: &Join) -> bool {
    !leaves_out_matches(&join.kind) && join.kind != "leftsemi"
}

/// Whether there is a row behind the step for each row before it, with more columns.
pub(crate) fn leaves_rows(step: &Step, text: &str) -> bool {
    match &step.kind {
        StepKind::Extend(_) => true,
        StepKind::Join(join) => join.kind == "leftouter",
        StepKind::Other(name) => match name.as_str() {
            "parse" | "parse-kv" => true,
            "invoke" => names(text).any(|word| ENRICHING.contains(&word)),
            "evaluate" => looks_up(text),
            _ => false,
        },
        _ => false,
    }
}

/// `evaluate ipv4_lookup(…, return_unmatched = true)`: it adds the columns of another table to every row.
fn looks_up(text: &str) -> bool {
    let plain: String = text.split_whitespace().collect();
    let plugin = plain.trim_start_matches("evaluate");
    let is_lookup = plugin.starts_with("ipv4_lookup(") || plugin.starts_with("ipv6_lookup(");
    is_lookup && plain.contains("return_unmatched=true")
}

/// The names that a step says it gives: of `parse` those behind its `with`, perhaps more.
pub(crate) fn given<'k>(step: &'k Step, text: &'k str) -> Box<dyn Iterator<Item = &'k str> + 'k> {
    match &step.kind {
        StepKind::Extend(named) => {
            Box::new(named.iter().flat_map(|named: &Named| &named.names).map(String::as_str))
        }
        StepKind::Other(name) if name == "parse" => {
            Box::new(names(text).skip_while(|word| *word != "with").skip(1))
        }
        StepKind::Other(name) if name == "parse-kv" => {
            Box::new(names(text).skip_while(|word| *word != "as").skip(1))
        }
        _ => Box::new(std::iter::empty()),
    }
}
