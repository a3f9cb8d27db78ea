//! What becomes of a condition: scope, exclusions, their ids and reasons, by the condition alone.

use super::{comes_back, imported, messages, policy, verdict};

/// A rule whose selections `a`, `b`, `c`, `filter_x`, `filter_y`, `_z` ask for `Image` to be their name's last letter.
fn rule(condition: &str) -> String {
    let selection =
        |name: &str| format!("    {name}:\n        Image|contains: '{}'\n", &name[name.len() - 1..]);
    let selections: String =
        ["a", "b", "c", "filter_x", "filter_y", "_z"].iter().map(|name| selection(name)).collect();
    format!(
        "title: t\nlogsource:\n    product: windows\ndetection:\n{selections}    condition: {condition}\n"
    )
}

#[test]
fn what_is_negated_is_left_out() {
    for (condition, scope, exclusions) in [
        ("a", 1, &[][..]),
        ("a and not b", 1, &["b"]),
        ("a and not filter_x and not filter_y", 1, &["filter-x", "filter-y"]),
        ("a and not 1 of filter_*", 1, &["filter-x", "filter-y"]),
        ("a and not any of filter_*", 1, &["filter-x", "filter-y"]),
        ("a and not all of filter_*", 1, &["filter-x-filter-y"]),
        ("a and not (b or c)", 1, &["b", "c"]),
        ("a and not (b or 1 of filter_*)", 1, &["b", "filter-x", "filter-y"]),
        ("a and not (b and not c)", 1, &["b-c"]),
        ("a and (not b or not c)", 1, &["b-c"]),
        ("a and (b and not c)", 2, &["c"]),
        ("not b", 0, &["b"]),
        ("not not a", 1, &[]),
        ("a and not not b", 2, &[]),
        ("not (b or not a)", 1, &["b"]),
        ("1 of filter_*", 1, &[]),
        ("filter_x", 1, &[]),
        ("filter_x and not a", 1, &["a"]),
        ("a or not b", 1, &[]),
        ("(a and not b) or c", 1, &[]),
        ("not 1 of them", 0, &["a", "b", "c", "filter-x", "filter-y"]),
        ("all of them", 5, &[]),
        ("2 of filter_*", 1, &[]),
        ("[a, b]", 1, &[]),
    ] {
        let policy = policy(&rule(condition));
        let ids: Vec<&str> = policy.exclusions.iter().map(|exclusion| exclusion.id.as_str()).collect();
        assert_eq!((policy.scope.is_empty(), ids), (scope == 0, exclusions.to_vec()), "{condition}");
    }
}

/// What a condition means, of the letters that there are.
type Meaning = fn(&dyn Fn(char) -> bool) -> bool;

#[test]
fn whatever_the_sides_the_same_events_are_kept() {
    let letters = ['a', 'b', 'c', 'x', 'y', 'z'];
    let cases: [(&str, Meaning); 9] = [
        ("a and not 1 of filter_*", |has| has('a') && !(has('x') || has('y'))),
        ("a and not all of filter_*", |has| has('a') && !(has('x') && has('y'))),
        ("a or b and not c", |has| has('a') || has('b') && !has('c')),
        ("a and (not b or not c)", |has| has('a') && !(has('b') && has('c'))),
        ("not (b or not a)", |has| has('a') && !has('b')),
        ("2 of filter_* or c", |has| has('x') && has('y') || has('c')),
        ("1 of them and not a", |has| ['a', 'b', 'c', 'x', 'y'].into_iter().any(has) && !has('a')),
        ("all of filter_* and _z", |has| has('x') && has('y') && has('z')),
        ("2 of them", |has| ['a', 'b', 'c', 'x', 'y'].into_iter().filter(|letter| has(*letter)).count() > 1),
    ];
    for (condition, meaning) in cases {
        let policy = policy(&rule(condition));
        comes_back(&policy, condition);
        for chosen in 0..64_u32 {
            let inside = |letter: char| {
                letters
                    .iter()
                    .position(|known| *known == letter)
                    .is_some_and(|place| chosen >> place & 1 == 1)
            };
            let image: String = letters.into_iter().filter(|letter| inside(*letter)).collect();
            let kept = verdict(&policy, &format!("Image={image}")) == "kept";
            assert_eq!(kept, meaning(&inside), "{condition} on {image}");
        }
    }
}

#[test]
fn what_a_condition_does_not_say_is_an_error_with_a_place() {
    for (condition, message) in [
        ("a and not filter_z", "there is no selection `filter_z`"),
        ("a and not 1 of nothing_*", "no selection is called like `nothing_*`"),
        ("a and", "ends too early"),
        ("(a", "a `)` is missing"),
        ("a b", "`b` is not expected here"),
        ("[]", "the condition is empty"),
        ("{a: b}", "a condition is a text"),
    ] {
        let text = rule(condition);
        let found = imported(&text);
        assert!(found.policy.is_none(), "{condition}");
        assert!(messages(&found)[0].contains(message), "{condition}: {:?}", messages(&found));
        assert!(found.diagnostics[0].labels[0].span.start as usize >= text.find("condition").unwrap());
    }
}

#[test]
fn nothing_is_lost_silently() {
    let found = imported(&rule("a and not b | count() by User > 5"));
    assert_eq!(found.opaque, 1);
    assert!(
        messages(&found)
            .iter()
            .any(|message| message.contains("`| count() by User > 5` stays as an opaque test"))
    );
    let unused = imported(&rule("a and not b"));
    let unused: Vec<&str> =
        messages(&unused).into_iter().filter(|message| message.contains("does not ask for")).collect();
    assert_eq!(unused.len(), 4, "{unused:?}");
}

#[test]
fn comments_are_reasons() {
    let policy = policy(
        "title: t\nlogsource:\n  product: windows\ndetection:\n  sel:\n    EventID: 1\n  # Updates of the browser,\n  # once a day\n  filter_a:\n    Image: a\n  filter_b: # agent: The agent's own traffic\n    Image: b # not this\n  # chrome: Updates\n  # owner: it; created: 2026-01-01; expires: 2026-12-31\n  filter_c:\n    Image: c\n  filter_d:\n    Image: d\n  condition: sel and not 1 of filter_*\nfalsepositives:\n  - Unknown\n  - Backup software.\n",
    );
    let said: Vec<(&str, &str, &str)> = policy
        .exclusions
        .iter()
        .map(|exclusion| (exclusion.id.as_str(), exclusion.reason.as_str(), exclusion.owner.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            ("filter-a", "Updates of the browser, once a day", "unassigned"),
            ("agent", "The agent's own traffic", "unassigned"),
            ("chrome", "Updates", "it"),
            ("filter-d", "Known false positives: Backup software", "unassigned"),
        ]
    );
    assert!(policy.exclusions[2].expires.is_some() && policy.exclusions[2].created.is_some());
}

#[test]
fn a_choice_beside_other_parts_leaves_out_each_of_its_alternatives() {
    for (condition, exclusions) in [
        ("a and not (b and (c or filter_x))", &["c-b", "filter-x-b"][..]),
        ("a and not (b and 1 of filter_*)", &["filter-x-b", "filter-y-b"]),
        ("a and not (b and c and (filter_x or filter_y))", &["filter-x-b-c", "filter-y-b-c"]),
        // Two choices are no list of alternatives.
        ("a and not ((b or c) and (filter_x or filter_y))", &["b-c-filter-x"]),
    ] {
        let policy = policy(&rule(condition));
        let ids: Vec<&str> = policy.exclusions.iter().map(|exclusion| exclusion.id.as_str()).collect();
        assert_eq!(ids, exclusions, "{condition}");
        comes_back(&policy, condition);
    }
}

#[test]
fn the_exclusions_of_a_compiled_filter_are_as_many_as_they_were() {
    let text = "title: t
filter:
    rules: any
    # What the policy looks at: nothing else is hidden.
    scope:
        User|endswith: '$'
    # agent: The agent calls home.
    # owner: sensors
    agent:
        Image: C:\\a.exe
    # updater: It looks for updates.
    updater:
        Image: C:\\b.exe
    condition: not (scope and (agent or updater))
";
    let imported = imported(text);
    let (_, policy) = imported.policy.unwrap();
    let ids: Vec<&str> = policy.exclusions.iter().map(|exclusion| exclusion.id.as_str()).collect();
    assert_eq!(ids.len(), 2, "{ids:?}");
    for (event, expected) in [
        ("User=x$;Image=C:\\a.exe", true),
        ("User=x$;Image=C:\\b.exe", true),
        ("User=x;Image=C:\\b.exe", false),
        ("User=x$;Image=C:\\c.exe", false),
    ] {
        assert_eq!(verdict(&policy, event) != "kept", expected, "{event}");
    }
}

#[test]
fn null_and_the_empty_text_in_one_list_are_one_test() {
    for filter in ["Image: [null, '']", "Image: ['', null]"] {
        let text = format!(
            "title: t\nlogsource:\n    product: windows\ndetection:\n    f:\n        {filter}\n    condition: not f\n"
        );
        let (toml, _) = imported(&text).policy.unwrap();
        assert!(toml.contains("{ Image = { exists = false } }"), "{toml}");
    }
    let text = "title: t\nlogsource:\n    product: windows\ndetection:\n    f:\n        - Image: ''\n        - Image: null\n        - Image|endswith: x\n    condition: not f\n";
    let (toml, _) = imported(text).policy.unwrap();
    assert!(toml.contains("{ exists = false }") && !toml.contains("present"), "{toml}");
}
