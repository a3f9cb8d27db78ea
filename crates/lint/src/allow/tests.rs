//! What comments reach, and what is said of them.

use super::*;

const TEXT: &str = r##"
# lownoise: allow(whole-file, reason = "legacy")
[policy]
id = "x" # lownoise: allow(on-id, reason = 'why not')
title = "# lownoise: allow(in-text)"

# lownoise: allow(whole-table, other, reason = "a \"quoted\" one")
[[exclusion]]
id = "a"
# lownoise: allow(above)
where.a = [
  "one", # lownoise: allow(entry)
  # lownoise: allow(next-entry)

  "two",
]
[exclusion.where]
b = 1
[[exclusion]] # lownoise: allow(second)
id = "b"
description = """
# lownoise: allow(in-long-text)
"""
# lownoise: alow(above)
# lownoise: allow()
"##;

fn at(word: &str) -> Span {
    let start = TEXT.rfind(word).unwrap();
    Span::new(0, start..start + word.len())
}

#[test]
fn comments_reach_what_they_stand_at() {
    let cases = [
        ("whole-file", "id = \"x\"", true),
        ("whole-file", "id = \"b\"", true),
        ("on-id", "\"x\"", true),
        ("on-id", "title", false),
        ("in-text", "title", false),
        ("whole-table", "\"a\"", true),
        ("other", "b = 1", true),
        ("whole-table", "\"b\"", false),
        ("above", "\"two\"", true),
        ("above", "b = 1", false),
        ("entry", "\"one\"", true),
        ("entry", "\"two\"", false),
        ("next-entry", "\"two\"", true),
        ("next-entry", "\"one\"", false),
        ("second", "\"b\"", true),
        ("second", "\"a\"", false),
        ("in-long-text", "description", false),
    ];
    let allows = read_allows(0, TEXT, "policy.toml");
    for (code, place, allowed) in cases {
        assert_eq!(allows.allowed(code, at(place)).is_some(), allowed, "{code} at {place}");
    }
    assert_eq!(allows.allowed("on-id", at("\"x\"")), Some("why not"));
    assert_eq!(allows.allowed("whole-table", at("\"a\"")), Some("a \"quoted\" one"));
}

#[test]
fn allows_are_looked_at_themselves() {
    let text = "# lownoise: allow(one, reason = \"r\")\n# lownoise: allow(two)\n# lownoise: allow(tow, reason = \"r\")\n\
                # lownoise: allow(unasked, reason = \"r\")\n# lownoise: deny(one)\n[policy]\n";
    let allows = read_allows(0, text, "policy.toml");
    assert!(allows.allowed("two", Span::new(0, 200..201)).is_none());
    let policy = text.find("[policy]").unwrap();
    assert_eq!(allows.allowed("two", Span::new(0, policy..policy + 1)), Some(""));
    let told = allows.findings(&["one", "two", "unasked"], &|code| code != "unasked");
    let told: Vec<(&str, &str)> = told
        .iter()
        .map(|found| (found.lint.code, text.get(found.diagnostic.labels[0].span.range()).unwrap()))
        .collect();
    let expected = [
        ("bad-allow", "# lownoise: deny(one)"),
        ("unused-allow", "one"),
        ("unexplained-allow", "two"),
        ("unknown-allow", "tow"),
    ];
    assert_eq!(told, expected);
}

#[test]
fn comments_of_rules_and_queries_reach_what_is_set_in_below_them() {
    let rule = "title: x\n# lownoise: allow(sigma-logsource, reason = \"a\")\nlogsource:\n    product: linux\n\
                detection:\n    # lownoise: allow(sigma-opaque, reason = \"b\")\n    # why\n    one:\n        User: x\n    two:\n        User: y\n    three: z    # lownoise: allow(sigma-null, reason = \"c\")\n";
    let query = "T\n| where A\n// lownoise: allow(kql-opaque, reason = \"d\")\n| where B\n| where C\n";
    let head = "# lownoise: allow(sigma-unused, reason = \"e\")\ntitle: x\ndetection:\n    one: y\n";
    let cases = [
        (rule, "rule.yml", "sigma-logsource", "product", "detection:", "a"),
        (rule, "rule.yml", "sigma-opaque", "User: x", "two:", "b"),
        (rule, "rule.yml", "sigma-null", "three", "two:", "c"),
        (query, "query.kql", "kql-opaque", "where B", "where C", "d"),
    ];
    let at = |text: &str, words: &str| {
        let start = text.find(words).unwrap();
        Span::new(0, start..start + 1)
    };
    for (text, name, code, inside, outside, reason) in cases {
        let allows = read_allows(0, text, name);
        assert_eq!(allows.allowed(code, at(text, inside)), Some(reason), "{code}");
        assert_eq!(allows.allowed(code, at(text, outside)), None, "{code}");
    }
    let allows = read_allows(0, head, "rule.yaml");
    assert_eq!(allows.allowed("sigma-unused", at(head, "one")), Some("e"));
    let unused = read_allows(0, rule, "rule.yml")
        .findings(&["sigma-logsource", "sigma-opaque", "sigma-null"], &|_| true);
    assert_eq!(unused.len(), 3);
    assert!(unused.iter().all(|finding| finding.fix.is_none()), "no fix edits a rule");
}
