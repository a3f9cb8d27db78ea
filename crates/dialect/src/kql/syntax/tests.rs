//! What is parsed, and what is said of what is not.

use super::ast::{ExpressionKind, StepKind};
use super::parse;

fn error(text: &str) -> (String, usize) {
    let wrong = parse(text).expect_err(text);
    (wrong.message.clone(), wrong.labels[0].span.range().start)
}

#[test]
fn broken_queries_say_where() {
    for (text, message, at) in [
        ("", "there is no query", 0),
        ("T | where A == \"x", "this text has no end", 15),
        ("T | where A == \"x\n\"", "this text has no end", 15),
        ("T | where (A == 1", "`)` is missing", 10),
        ("T | where A == 1)", "`)` closes nothing", 16),
        ("T | where (A == 1]", "expected `)`, found `]`", 17),
        ("T | where A ==", "expected a value, found the end", 14),
        ("T | where A == | take 1", "expected a value, found `|`", 15),
        ("T | where A !has_some (\"x\")", "expected an operator, found `!has_some`", 12),
        ("T | where A == 'C:\\Temp'", "this backslash begins no known escape", 18),
        ("T | where A == 7zip", "`7zip` is no number, and no length of time", 15),
        ("T | where A B", "expected `|`, or the end of the query, found `B`", 12),
        ("T | ", "expected the name of a step, as `where`, found the end", 4),
        ("A; B", "this is a second query", 3),
        ("T | where A == “x”", "`“` means nothing here", 15),
    ] {
        assert_eq!(error(text), (message.to_owned(), at), "{text}");
    }
}

#[test]
fn hostile_queries_end_with_a_place() {
    let deep = format!("T | where {}a{}", "(".repeat(10_000), ")".repeat(10_000));
    assert_eq!(error(&deep), ("nested more than 64 levels deep".to_owned(), 74));
    let open = "(".repeat(1 << 20);
    assert_eq!(error(&open).1, 64);
    assert_eq!(error(&format!("T | where {}", "not ".repeat(1 << 18))).1, 14);
    assert!(error(&format!("T | where {}", "or ".repeat(1 << 18))).1 == 10);
    assert!(error(&format!("T | where a{}", " == a".repeat(1 << 18))).0.contains("end of the condition"));
    assert!(error(&format!("T | where {}", "-".repeat(1 << 20))).0.contains("a number"));
    assert_eq!(
        error(&format!("T | where a == {}", "time(".repeat(1 << 18))).0,
        "nested more than 64 levels deep"
    );
    let wide = format!("T | where a == 1{}", " or a == 1".repeat(100_000));
    let query = parse(&wide).unwrap();
    let StepKind::Where(condition) = &query.main.steps[0].kind else { panic!("{:?}", query.main.steps[0]) };
    let ExpressionKind::Or(parts) = &condition.kind else { panic!("{condition:?}") };
    assert_eq!(parts.len(), 100_001);
    parse(&format!("T | where a{}", ".b".repeat(1 << 18))).unwrap();
    parse(&format!("T | where a == 1{}", "+1".repeat(1 << 18))).unwrap();
}

#[test]
fn real_queries_are_parsed() {
    for text in [
        "let T = datatable(A:string, B:long)['x', 1, 'y', 2]; T | where A in (T) | take 1",
        "let f = (x:string) { x has 'a' }; T | where f(A)",
        "let v = view () { T }; v | count",
        "declare query_parameters(x:string = 'a', y:long); T | where A == x",
        "T | where A between (ago(1d) .. now()) and B !between (1..5)",
        "T | where A in ((U | where B =~ @'C:\\x' | distinct A)) | sort by A asc nulls last, B",
        "T | summarize count(), make_set(A, 10) by bin(Timestamp, 1h), X = B | where X > 5 | render timechart",
        "T | extend p = parse_json(A).b[0]['c'].d, (x, y) = f(A) | project-away A*, ['B c'] | project-rename C = D",
        "T | join kind=leftanti (U | where A == 1) on $left.A == $right.B | mv-expand C to typeof(string) limit 5",
        "union T, U | where A == 1",
        "T | where A has_any (dynamic([\"a\", 'b'])) // why\n| project A, B = tolower(C)",
        "externaldata(A:string)['https://x/y'] with (format='csv') | where A != ''",
        "T | where Timestamp > datetime(2026-01-01 10:00:00) and D > timespan(1.02:03:04) and E == 1.5e3",
        "set notruncation; T | where A == h@'x' \"y\" | top 10 by B desc | invoke f(1)",
        "T | where A matches regex @\"a\\d+\" and tostring(parse_json(B).x) !in~ ('a') and -1 < C",
        "T | where ['A b'] == 1 | order by B",
        "T | where toscalar(U | summarize max(A)) < 5 and A == ```x\ny```",
    ] {
        if let Err(wrong) = parse(text) {
            panic!("{text}: {} at {:?}", wrong.message, wrong.labels[0].span);
        }
    }
}
