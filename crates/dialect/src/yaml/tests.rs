//! Nodes, places, comments, bounds.

use std::fmt::Write as _;

use super::{Kind, Node, Word, parse};

fn only(text: &str) -> Node {
    parse(text).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}")).documents.remove(0)
}

#[test]
fn nodes_know_where_they_are() {
    let text = "# é\na: 'x y'\nlist:\n  - é # not it\n  - |\n    block\nb: [1, 2]\n";
    let stream = parse(text).unwrap();
    let node = &stream.documents[0];
    let at = |node: &Node| text.get(node.span.range()).unwrap();
    assert_eq!(at(node.get("a").unwrap()), "'x y'");
    assert_eq!(at(node.get("b").unwrap()), "[1, 2]");
    let Kind::List(items) = &node.get("list").unwrap().kind else { panic!("a list") };
    assert_eq!(at(&items[0]), "é");
    assert_eq!(items[1].text(), Some("block\n"));
    assert_eq!(stream.comments.above(2), ["é"]);
    assert_eq!(stream.comments.behind(4), Some("not it"));
    assert_eq!(stream.comments.line(0), 1);
}

#[test]
fn words_mean_what_the_core_schema_says() {
    for (text, expected) in [
        ("~", Word::Null),
        ("''", Word::Text(String::new())),
        ("null", Word::Null),
        ("'null'", Word::Text("null".to_owned())),
        ("True", Word::Bool(true)),
        ("yes", Word::Text("yes".to_owned())),
        ("443", Word::Number(443)),
        ("-1", Word::Number(-1)),
        ("0x10", Word::Number(16)),
        ("1.5", Word::Real(1.5)),
        ("99999999999999999999", Word::Real(1e20)),
        ("1.2.3", Word::Text("1.2.3".to_owned())),
        ("e", Word::Text("e".to_owned())),
    ] {
        let node = only(&format!("a: {text}"));
        assert_eq!(node.get("a").unwrap().word(), Some(expected), "{text}");
    }
}

#[test]
fn what_is_broken_says_where() {
    for (text, words, at) in [
        ("a: [1, 2", "this is not YAML", 8),
        ("a: 'x", "this is not YAML", 3),
        ("a: 1\na: 2\n", "`a` stands twice", 5),
        ("a: *b\n", "this is not YAML", 3),
        ("? [x]\n: y\n", "a key is a text", 2),
    ] {
        let wrong = parse(text).expect_err(text);
        assert!(wrong.message.contains(words), "{text:?}: {wrong:?}");
        assert_eq!(wrong.labels[0].span.start, at, "{text:?}: {wrong:?}");
    }
}

#[test]
fn hostile_files_end_soon() {
    let began = std::time::Instant::now();
    assert!(parse(&"[".repeat(100_000)).is_err());
    let deep: String = (0..2_000).map(|depth| " ".repeat(depth) + "a:\n").collect();
    assert!(parse(&deep).is_err());
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let below = format!("*a{},", level - 1).repeat(10);
        let _infallible = writeln!(laughs, "a{level}: &a{level} [{below}]");
    }
    assert!(parse(&laughs).unwrap_err().message.contains("values"));
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}
