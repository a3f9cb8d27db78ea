//! Random queries as people write them: conditions with every operator, negated in every way, over the columns of the
//! random table. Knows their spelling only.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::made;

const TEXTS: [&str; 14] =
    ["", "a", "A", "ab", "aB", "snapd", "Snapd", "snap", "d", " ", "-", "/usr/lib/apt/", "/USR/", "1"];

/// Operators of one text; each also with `!` before it.
const WORDS: [&str; 12] = [
    "has",
    "has_cs",
    "hasprefix",
    "hasprefix_cs",
    "hassuffix",
    "hassuffix_cs",
    "contains",
    "contains_cs",
    "startswith",
    "startswith_cs",
    "endswith",
    "endswith_cs",
];

/// Those that also ask of another column.
const RELATIONS: [&str; 6] =
    ["contains", "contains_cs", "startswith", "startswith_cs", "endswith", "endswith_cs"];

/// A list of names that only the other table has; [`is_listed`] says of which of its rows.
pub(crate) const LIST: &str = "Elsewhere";

/// Ports of rows whose names are in the list.
const LISTED: i64 = 3;

const PATTERNS: [&str; 6] = ["a", "^a", "a$", "^$", "a.*b", "(?i)^A"];

/// A whole query on `Events`.
pub(crate) fn any_query() -> BoxedStrategy<String> {
    vec(condition(), 1..4)
        .prop_map(|parts| {
            let steps: Vec<String> = parts.iter().map(|part| format!("| where {part}")).collect();
            let steps = steps.join("\n");
            let elsewhere = if steps.contains(LIST) {
                format!("let {LIST} = DeviceInfo | where Port >= {LISTED} | distinct Name;\n")
            } else {
                String::new()
            };
            let made = if steps.contains(made::NAME) { format!("| {}\n", made::STEP) } else { String::new() };
            format!("let Names = dynamic([\"snapd\", \"A\"]);\n{elsewhere}Events\n{made}{steps}")
        })
        .boxed()
}

/// Whether the name of a row with this port is in the [`LIST`].
pub(crate) fn is_listed(port: i64) -> bool {
    port >= LISTED
}

fn condition() -> BoxedStrategy<String> {
    let leaf = prop_oneof![6 => text_test(), 4 => number_test(), 1 => bool_test()];
    leaf.prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            2 => vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" and "))),
            2 => vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" or "))),
            2 => inner.clone().prop_map(|part| format!("not({part})")),
            1 => (inner, any::<bool>()).prop_map(|(part, otherwise)| format!("coalesce({part}, {otherwise})")),
        ]
    })
    .boxed()
}

fn literal() -> impl Strategy<Value = String> {
    select(&TEXTS[..]).prop_map(|text| format!("\"{text}\""))
}

/// A list whose values are in the query.
fn list() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => vec(literal(), 1..4).prop_map(|items| format!("({})", items.join(", "))),
        1 => Just("(Names)".to_owned()),
    ]
}

fn text_test() -> BoxedStrategy<String> {
    let column = prop_oneof![
        6 => select(vec!["Name", "Path", "Device", made::NAME]).prop_map(str::to_owned),
        1 => select(vec!["tolower(Name)", "toupper(Path)", "tostring(Name)", "tolower(Made)"]).prop_map(str::to_owned),
    ];
    let bang = select(vec!["", "!"]);
    let asked = prop_oneof![
        6 => (bang.clone(), select(&WORDS[..]), literal()).prop_map(|(bang, word, text)| format!("{bang}{word} {text}")),
        3 => (select(vec!["==", "!=", "=~", "!~"]), literal()).prop_map(|(sign, text)| format!("{sign} {text}")),
        3 => (bang, select(vec!["in", "in~"]), list()).prop_map(|(bang, word, list)| format!("{bang}{word} {list}")),
        1 => (select(vec!["has_any", "has_all"]), list()).prop_map(|(word, list)| format!("{word} {list}")),
    ];
    let pattern = (select(vec!["Name", "Path"]), select(&PATTERNS[..]))
        .prop_map(|(column, pattern)| format!("{column} matches regex @\"{pattern}\""));
    let there = (select(vec!["isempty", "isnotempty"]), select(vec!["Name", "Address", made::NAME]))
        .prop_map(|(function, column)| format!("{function}({column})"));
    prop_oneof![
        8 => (column, asked).prop_map(|(column, asked)| format!("{column} {asked}")),
        1 => pattern,
        1 => there,
        1 => two_texts(),
        1 => listed(),
    ]
    .boxed()
}

/// Whether a name is in the other table's list.
fn listed() -> impl Strategy<Value = String> {
    let signs = select(vec!["in", "!in", "in~", "!in~"]);
    (select(vec!["Name", "Path", "Device"]), signs)
        .prop_map(|(column, sign)| format!("{column} {sign} ({LIST})"))
}

/// One column asked of another.
fn two_texts() -> impl Strategy<Value = String> {
    let relation = prop_oneof![
        1 => select(vec!["==", "!=", "=~", "!~"]).prop_map(str::to_owned),
        1 => (select(vec!["", "!"]), select(&RELATIONS[..])).prop_map(|(bang, word)| format!("{bang}{word}")),
    ];
    let columns = select(vec![("Name", "Path"), ("Path", "Name"), ("Device", "Name"), ("Path", "Address")]);
    (columns, relation).prop_map(|((left, right), relation)| format!("{left} {relation} {right}"))
}

fn number_test() -> BoxedStrategy<String> {
    let column = select(vec!["Port", "Size"]);
    let number = 0_i64..6;
    let signs = select(vec!["<", "<=", ">", ">=", "==", "!="]);
    prop_oneof![
        4 => (column.clone(), signs.clone(), number.clone()).prop_map(|(column, sign, number)| format!("{column} {sign} {number}")),
        1 => signs.clone().prop_map(|sign| format!("Port {sign} Size")),
        1 => (number.clone(), signs, column.clone()).prop_map(|(number, sign, column)| format!("{number} {sign} {column}")),
        2 => (column.clone(), select(vec!["between", "!between"]), number.clone(), number.clone())
            .prop_map(|(column, word, low, high)| format!("{column} {word} ({low} .. {high})")),
        2 => (column.clone(), select(vec!["in", "!in"]), vec(number, 1..4)).prop_map(|(column, word, numbers)| {
            let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            format!("{column} {word} ({})", numbers.join(", "))
        }),
        1 => (select(vec!["isnull", "isnotnull", "isempty"]), column).prop_map(|(function, column)| format!("{function}({column})")),
    ]
    .boxed()
}

fn bool_test() -> BoxedStrategy<String> {
    select(vec!["Remote", "Remote == true", "Remote != true", "Remote == false", "isnull(Remote)"])
        .prop_map(str::to_owned)
        .boxed()
}
