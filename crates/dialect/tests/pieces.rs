//! Pieces of a text between separators: what is imported keeps the texts whose piece, taken by hand, compares.

mod common;

use common::{compiled, imported, now, policy};
use lownoise_engine::evaluate::{Context, Devices, Verdict, evaluate};
use lownoise_engine::value::OwnedValue;

const TEXTS: [&str; 22] = [
    "",
    "a",
    "A",
    "b",
    "/",
    "//",
    "a/",
    "/a",
    "a/b",
    "b/a",
    "a/b/c",
    "/a/b/",
    "ab/b",
    "b/ab/x",
    "x/b/ab",
    "x.a/b.a",
    "a.b/.",
    "a\n/b",
    "x/\na",
    "aa/bb/cc/dd",
    "b/b/b",
    "a/b\\a/b",
];

/// The piece at a place, counted as KQL counts; the empty text where there is none.
fn piece<'t>(text: &'t str, separator: &str, place: i64) -> &'t str {
    let behind = |place: i64| usize::try_from(place).unwrap_or(usize::MAX);
    let mut pieces = text.split(separator);
    let found = if place < 0 {
        pieces.collect::<Vec<_>>().into_iter().rev().nth(behind(-1 - place))
    } else {
        pieces.nth(behind(place))
    };
    found.unwrap_or("")
}

type Compares = fn(&str, &str) -> bool;

#[test]
fn a_piece_compares_as_it_does_by_hand() {
    let operators: [(&str, Compares); 6] = [
        ("==", |piece, literal| piece == literal),
        ("=~", |piece, literal| piece.eq_ignore_ascii_case(literal)),
        ("startswith_cs", |piece, literal| piece.starts_with(literal)),
        ("endswith_cs", |piece, literal| piece.ends_with(literal)),
        ("contains_cs", |piece, literal| piece.contains(literal)),
        ("contains", |piece, literal| piece.to_ascii_lowercase().contains(&literal.to_ascii_lowercase())),
    ];
    let mut kept = 0;
    for separator in ["/", ".", "\\"] {
        for place in [0, 1, 2, -1, -2, -3] {
            for literal in ["a", "B", "ab", "a/b", "."] {
                for (operator, compares) in operators {
                    let (written, literal_written) = (separator.replace('\\', "\\\\"), literal);
                    let query = format!(
                        "DeviceProcessEvents | where tostring(split(FolderPath, \"{written}\")[{place}]) {operator} \"{literal_written}\""
                    );
                    let imported = imported(&query);
                    assert_eq!(imported.opaque, 0, "{query} {:#?}", imported.diagnostics);
                    let policy = imported.policy.unwrap().1;
                    let column = policy.schema.column("FolderPath").unwrap();
                    for text in TEXTS {
                        let mut event = policy.schema.empty_event();
                        event.set(column, OwnedValue::Text(text.to_owned()));
                        let context = Context { now: now(), devices: &Devices::Every };
                        let found = evaluate(&policy, &event.borrow(), context) == Verdict::Kept;
                        assert_eq!(
                            found,
                            compares(piece(text, separator, place), literal),
                            "{query} on {text:?}"
                        );
                        kept += usize::from(found);
                    }
                }
            }
        }
    }
    assert!(kept > 500, "only {kept}");
}

#[test]
fn a_piece_that_is_empty_is_one_that_is_not_there() {
    for place in [0, 1, -1, -2] {
        let of = format!("split(FolderPath, \"/\")[{place}]");
        let cases = [
            (format!("isempty(tostring({of}))"), true),
            (format!("isempty({of})"), true),
            (format!("isnotempty({of})"), false),
            (format!("tostring({of}) == \"\""), true),
            (format!("tostring({of}) != ''"), false),
            (format!("not({of} != \"\")"), true),
        ];
        for (condition, empty) in cases {
            let found = imported(&format!("DeviceProcessEvents | where {condition}"));
            assert_eq!(found.opaque, 0, "{condition}");
            let policy = found.policy.unwrap().1;
            let column = policy.schema.column("FolderPath").unwrap();
            for text in TEXTS {
                let mut event = policy.schema.empty_event();
                event.set(column, OwnedValue::Text(text.to_owned()));
                let context = Context { now: now(), devices: &Devices::Every };
                let kept = evaluate(&policy, &event.borrow(), context) == Verdict::Kept;
                assert_eq!(kept, piece(text, "/", place).is_empty() == empty, "{condition} on {text:?}");
            }
        }
    }
}

#[test]
fn pieces_go_through_names_lists_and_folding() {
    let text = "DeviceProcessEvents
        | extend Parts = split(tolower(FolderPath), \"\\\\\")
        | extend Last = tostring(Parts[-1])
        | where Last !in (\"a.exe\", \"b.exe\")";
    let found = imported(text);
    assert_eq!(found.opaque, 0, "{:#?}", found.diagnostics);
    let found = found.policy.unwrap().1;
    assert_eq!(found.exclusions.len(), 1);
    let by_hand =
        policy("DeviceProcessEvents | where not(FolderPath matches regex @'(?i)(^|\\\\)(a|b)\\.exe$')");
    // `(?i)` folds beyond ASCII, where there is nothing in these two to fold.
    common::assert_equivalent(&by_hand, &found, text);
    let again = policy(&compiled(&found));
    common::assert_equivalent(&again, &found, text);
}

#[test]
fn what_no_pattern_says_is_a_column_of_the_policy() {
    for condition in [
        "tostring(split(FolderPath, \"--\")[0]) != \"a\"",
        "tostring(split(FolderPath, \"x\")[0]) != \"a\"",
        "tostring(split(FolderPath, \"/\")[999]) != \"a\"",
        "tostring(split(FolderPath, \"/\")[0]) !has \"a\"",
        "tostring(FolderPath[0]) != \"a\"",
    ] {
        let imported = imported(&format!("DeviceProcessEvents | where {condition}"));
        assert_eq!(imported.opaque, 0, "{condition} {:#?}", imported.diagnostics);
        let policy = imported.policy.unwrap().1;
        let added: Vec<&str> = policy.schema.added().map(|(_, column, _)| &*column.name).collect();
        assert_eq!(added, ["computed_FolderPath"], "{condition}");
        common::assert_equivalent(&common::policy(&compiled(&policy)), &policy, condition);
    }
    let pair = imported("DeviceProcessEvents | where tostring(split(FolderPath, \"/\")[0]) == FileName");
    assert_eq!(pair.opaque, 1);
}
