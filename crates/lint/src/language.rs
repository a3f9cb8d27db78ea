//! The codes of what the parser says of a text: each with its level and one sentence. A test holds the list against the
//! parser's own source.

use lownoise_engine::diagnostic::Level;

/// What can be wrong with a text, or suspicious in it: code, level, one sentence.
pub const LANGUAGE: [(&str, Level, &str); 39] = [
    ("always-true", Level::Warning, "A test that holds on every event, such as `contains` of empty text."),
    ("bad-lookback", Level::Error, "`lookback` is not a length of time such as `24h`."),
    ("bad-network", Level::Error, "What stands at `in` is neither a network nor a class of addresses."),
    ("bad-order", Level::Error, "`order_by` is not a column and `asc` or `desc`."),
    (
        "bad-regex",
        Level::Error,
        "What stands at `matches` is not a regular expression, or one that this tool does not take.",
    ),
    ("blank", Level::Error, "A text that must say something is blank."),
    ("duplicate-entry", Level::Warning, "The same value stands in a list twice."),
    ("duplicate-id", Level::Error, "Two exclusions, or two invariants, have the same id."),
    ("duplicate-policy", Level::Error, "Two policies have the same id."),
    ("edge-space", Level::Warning, "A text begins or ends with a space, which has to be there in the event."),
    ("empty-list", Level::Error, "A list of values is empty: no event could satisfy it."),
    ("empty-range", Level::Error, "The first bound of a range lies above the second."),
    ("expires-early", Level::Error, "An exclusion expires before it was created."),
    (
        "host-bits",
        Level::Warning,
        "A network is written with a host's address: `10.1.2.3/8` is `10.0.0.0/8`.",
    ),
    ("idle-ignore-case", Level::Error, "`ignore_case` stands where no text operator looks at it."),
    ("inline-fold", Level::Warning, "`(?i)` in a pattern folds beyond ASCII."),
    ("missing-key", Level::Error, "A key that is required is not there."),
    ("no-condition", Level::Error, "A condition tests nothing."),
    ("no-operator", Level::Error, "A column's table has no operator."),
    ("no-policy", Level::Error, "A policy without `[policy]`."),
    ("no-set", Level::Error, "A set without `[set]`."),
    ("no-wildcards", Level::Warning, "A `*` or `?` in a text, which stands for itself."),
    (
        "non-ascii-case",
        Level::Warning,
        "`ignore_case` on letters beyond ASCII, which are compared as they are.",
    ),
    ("not-an-address", Level::Warning, "A text that is compared with an address and is none."),
    ("not-canonical", Level::Warning, "An address in a spelling that addresses are not compared in."),
    ("opaque", Level::Warning, "A test that could not be imported: in an exclusion it hides nothing."),
    ("other-case", Level::Warning, "A value that differs by case from one that the column is known to have."),
    ("set-name", Level::Error, "A set calls itself otherwise than its file."),
    ("set-table", Level::Error, "A policy uses a set over another table."),
    ("syntax", Level::Error, "The file is not TOML."),
    ("unknown-column", Level::Error, "The table has no such column."),
    ("unknown-key", Level::Error, "A key that means nothing where it stands."),
    ("unknown-operator", Level::Error, "An operator that there is none of, or none of on this column."),
    ("unknown-table", Level::Error, "A table that no schema describes."),
    ("unreadable-set", Level::Error, "A set that a policy uses cannot be read."),
    ("use-cycle", Level::Error, "Sets use each other in a circle."),
    ("use-depth", Level::Error, "Sets use sets too many times over."),
    ("wrong-operand", Level::Error, "A value of another type than the column or the operator takes."),
    ("wrong-type", Level::Error, "A value of another type than its key takes."),
];

#[cfg(test)]
mod tests;
