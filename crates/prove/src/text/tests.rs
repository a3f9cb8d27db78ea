//! The theory against the operators themselves, against all short texts, and at its limits.

use std::collections::{BTreeSet, VecDeque};

use lownoise_engine::op::{Case, Operator, Pattern, TextOperator};
use lownoise_engine::value::Value;
use proptest::prelude::*;

use super::automaton::Table;
use super::literals::Trie;
use super::product::{Budget, Found, Goal, Machine, Part, Search};
use super::{Account, Answer, Books, alphabet::Symbols, patterns, solve};
use crate::{Limits, Reason};

const ROOM: usize = 64 << 20;

fn text(operator: TextOperator, case: Case, literals: &[&str]) -> Operator {
    Operator::Text {
        operator,
        literals: literals.iter().map(|literal| (*literal).to_owned()).collect(),
        case,
    }
}

fn exact(operator: TextOperator, literal: &str) -> Operator {
    text(operator, Case::Sensitive, &[literal])
}

fn blind(operator: TextOperator, literal: &str) -> Operator {
    text(operator, Case::Insensitive, &[literal])
}

fn matches(patterns: &[&str]) -> Operator {
    Operator::Matches(
        patterns.iter().map(|pattern| Pattern::new(pattern, Case::Sensitive).unwrap()).collect(),
    )
}

fn holds(literals: &[(Operator, bool)], text: &str) -> bool {
    literals.iter().all(|(operator, wanted)| operator.holds(Value::Text(text)) == *wanted)
}

fn answer_with(literals: &[(Operator, bool)], limits: &Limits) -> Answer {
    let borrowed: Vec<(&Operator, bool)> =
        literals.iter().map(|(operator, wanted)| (operator, *wanted)).collect();
    solve(&borrowed, &[], Account { limits: *limits, books: &Books::default() })
}

fn answer(literals: &[(Operator, bool)]) -> Answer {
    answer_with(literals, &Limits::default())
}

fn value(literals: &[(Operator, bool)]) -> String {
    match answer(literals) {
        Answer::Value(found) => {
            assert!(holds(literals, &found), "{literals:?} does not hold on {found:?}");
            found
        }
        other => panic!("{other:?} for {literals:?}"),
    }
}

fn conflict(literals: &[(Operator, bool)]) -> Vec<usize> {
    match answer(literals) {
        Answer::Conflict(core) => core,
        other => panic!("{other:?} for {literals:?}"),
    }
}

fn read(table: &Table, text: &str) -> bool {
    let classes = text.chars().map(|character| table.alphabet().class(character));
    table.accepts(classes.fold(table.start(), |state, class| table.step(state, class)))
}

// ---- Automata against operators ----

fn any_case() -> impl Strategy<Value = Case> {
    prop_oneof![Just(Case::Sensitive), Just(Case::Insensitive)]
}

fn any_operator() -> impl Strategy<Value = TextOperator> {
    prop::sample::select(TextOperator::ALL.to_vec())
}

/// Short texts of characters that meet often, with some of everything between.
fn any_text() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        8 => prop::sample::select("abAB-_ 1é\0²\u{212a}\u{17f}kKsS\n\r".chars().collect::<Vec<char>>()),
        1 => any::<char>(),
    ];
    prop::collection::vec(character, 0..10).prop_map(|characters| characters.into_iter().collect())
}

/// Texts that hold a literal more often than not.
fn any_text_around(literals: &[String]) -> impl Strategy<Value = String> + use<> {
    let mut inside = literals.to_vec();
    inside.push(String::new());
    (any_text(), prop::sample::select(inside), any_text())
        .prop_map(|(before, literal, behind)| format!("{before}{literal}{behind}"))
}

const PATTERNS: [&str; 24] = [
    "a",
    "^a",
    "b$",
    "^$",
    "",
    "a.*b",
    "(?i)k",
    "(?i)s$",
    r"\w-",
    r"\bab\b",
    r"\B",
    r"(?m)^b",
    r"(?m)-$",
    "[^a]",
    r"^\W*$",
    r"\d",
    "(?s).b",
    "é+",
    "^(ab)*$",
    r"a{2,3}$",
    r"\x00",
    r"^[^\x00-\x7f]",
    r"\b{start}a",
    r"(?mR)a$",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn literals_hold_where_their_operator_does(
        (operator, case, literals, found) in (any_operator(), any_case(), prop::collection::vec(any_text(), 0..4))
            .prop_flat_map(|(operator, case, literals)| {
                let found = any_text_around(&literals);
                (Just(operator), Just(case), Just(literals), found)
            })
    ) {
        let expected = literals.iter().any(|literal| operator.holds(&found, literal, case));
        let trie = Trie::new(operator, case, literals.iter().map(String::as_str), ROOM).unwrap();
        prop_assert_eq!(trie.holds(&found), expected);
        let table = trie.table().unwrap();
        prop_assert_eq!(read(&table, &found), expected);
        // What is missing falls by one a character at most, and is nothing exactly where it is as wanted.
        let (mut slow, mut quick) = (trie.start(), table.start());
        for character in found.chars() {
            let class = trie.alphabet().class(character);
            let next = (trie.step(slow, class), table.step(quick, class));
            for wanted in [true, false] {
                let (before, after) = (trie.distance(slow, wanted), trie.distance(next.0, wanted));
                prop_assert!(before <= after.saturating_add(1));
                prop_assert!(before <= table.distance(quick, wanted));
                prop_assert_eq!(before == 0, trie.accepts(slow) == wanted);
            }
            (slow, quick) = next;
        }
        if case == Case::Sensitive {
            let member = trie.forced_by(TextOperator::Equals, &found);
            prop_assert_eq!(member.is_some(), expected);
            prop_assert!(member.is_none_or(|member| operator.holds(&found, &literals[member], case)));
        }
    }

    #[test]
    fn what_a_literal_forces_holds_wherever_it_is_found(
        ((given, literal, given_case), (forced, member), found) in
            ((any_operator(), any_text(), any_case()), (any_operator(), any_text())).prop_flat_map(
                |(given, forced)| {
                    let around = any_text_around(std::slice::from_ref(&given.1));
                    (Just(given), Just(forced), around)
                },
            )
    ) {
        let trie = Trie::new(forced, given_case, [member.as_str()].into_iter(), ROOM).unwrap();
        if given.holds(&found, &literal, given_case) && trie.forced_by(given, &literal).is_some() {
            prop_assert!(forced.holds(&found, &member, given_case));
        }
    }

    #[test]
    fn patterns_are_found_where_their_automaton_says(
        chosen in prop::collection::vec((prop::sample::select(PATTERNS.to_vec()), any_case()), 1..3),
        found in any_text(),
    ) {
        let chosen: Vec<Pattern> = chosen.iter().map(|(text, case)| Pattern::new(text, *case).unwrap()).collect();
        let table = patterns::table(&chosen.iter().collect::<Vec<_>>(), ROOM).unwrap();
        prop_assert_eq!(read(&table, &found), chosen.iter().any(|pattern| pattern.is_match(&found)));
    }
}

#[test]
fn look_around_sees_what_the_engine_sees() {
    let letters = ['a', 'b', '\n', '\r', '-', 'é'];
    for (text, case) in PATTERNS.iter().flat_map(|text| [(text, Case::Sensitive), (text, Case::Insensitive)])
    {
        let pattern = Pattern::new(text, case).unwrap();
        let table = patterns::table(&[&pattern], ROOM).unwrap();
        for found in short_texts(&letters, 3) {
            assert_eq!(read(&table, &found), pattern.is_match(&found), "{text} {case:?} {found:?}");
        }
    }
}

// ---- Answers against all short texts ----

const LETTERS: [char; 5] = ['a', 'b', 'A', '-', 'é'];

/// All texts of up to so many of some letters.
fn short_texts(letters: &[char], longest: usize) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut last = found.clone();
    for _ in 0..longest {
        let longer =
            |text: &String| letters.iter().map(|letter| format!("{text}{letter}")).collect::<Vec<_>>();
        last = last.iter().flat_map(longer).collect();
        found.extend(last.iter().cloned());
    }
    found
}

fn any_atom() -> impl Strategy<Value = Operator> {
    let pieces = ["", "a", "b", "A", "-", "é", "ab", "ba", "a-", "-a", "aA", "bé", "a-b", "AB"];
    let literals = prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..3);
    let simple = ["^a", "b$", "a.*b", "^[^a]*$", "(?i)^AB", r"\ba", r"^\W", "^.$", "^..?$", "é", "^a*b*$"];
    let list = prop::collection::vec(prop::sample::select(simple.to_vec()), 1..3);
    prop_oneof![
        8 => (any_operator(), any_case(), literals).prop_map(|(operator, case, literals)| text(operator, case, &literals)),
        2 => list.prop_map(|list| matches(&list)),
        1 => Just(Operator::Exists),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn answers_agree_with_all_short_texts(literals in prop::collection::vec((any_atom(), any::<bool>()), 1..6)) {
        thread_local!(static SHORT: Vec<String> = short_texts(&LETTERS, 4));
        match answer(&literals) {
            Answer::Value(found) => prop_assert!(holds(&literals, &found), "{found:?}"),
            Answer::Unknown(reason) => prop_assert!(false, "{reason}"),
            Answer::Conflict(core) => {
                let part = |places: &[usize]| places.iter().map(|place| literals[*place].clone()).collect::<Vec<_>>();
                SHORT.with(|short| {
                    let found = short.iter().find(|text| holds(&part(&core), text));
                    prop_assert_eq!(found, None);
                    Ok(())
                })?;
                prop_assert_eq!(core.iter().collect::<BTreeSet<_>>().len(), core.len());
                // Minimal: what is left without any one of them has a text.
                for place in &core {
                    let rest: Vec<usize> = core.iter().copied().filter(|other| other != place).collect();
                    prop_assert!(matches!(answer(&part(&rest)), Answer::Value(_)), "{:?} is not minimal", core);
                }
            }
        }
    }

    #[test]
    fn the_product_alone_agrees_and_is_shortest(
        atoms in prop::collection::vec((any_operator(), any_case(), prop::sample::select(vec!["a", "ab", "-", "b-a", "é", "BA"]), any::<bool>()), 1..4)
    ) {
        let literals: Vec<(Operator, bool)> =
            atoms.iter().map(|(operator, case, literal, wanted)| (text(*operator, *case, &[literal]), *wanted)).collect();
        let tries: Vec<Trie> =
            atoms.iter().map(|(operator, case, literal, _)| Trie::new(*operator, *case, [*literal].into_iter(), ROOM).unwrap()).collect();
        let parts: Vec<Part<'_>> =
            tries.iter().zip(&atoms).map(|(trie, atom)| Part { machine: Machine::Trie(trie), wanted: atom.3 }).collect();
        let alphabets: Vec<_> = parts.iter().map(Part::alphabet).collect();
        let mut symbols = Symbols::printable(&alphabets);
        symbols.complete(&alphabets);
        let start: Vec<u32> = parts.iter().map(Part::start).collect();
        let mut budget = Budget { states: 1_000_000, steps: usize::MAX };
        let search = Search::new(parts.iter().copied().enumerate().collect(), &symbols, Goal::Shortest);
        let way = match search.run(&start, &mut budget, usize::MAX) {
            Found::Text(way, _) => Some(way),
            Found::Nothing => None,
            Found::TooMuch => panic!("too much"),
        };
        if let Some(way) = &way {
            let found: String = way.iter().filter_map(|symbol| symbols.character(*symbol)).collect();
            prop_assert!(holds(&literals, &found), "{:?}", found);
        }
        prop_assert_eq!(way.map(|way| way.len()), shortest(&parts, &symbols));
    }
}

/// The length of the shortest text, level by level through the plain product.
fn shortest(parts: &[Part<'_>], symbols: &Symbols) -> Option<usize> {
    let accepts = |part: &Part<'_>, state: u32| match part.machine {
        Machine::Trie(trie) => trie.accepts(state),
        Machine::Table(table) => table.accepts(state),
    };
    let start: Vec<u32> = parts.iter().map(Part::start).collect();
    let mut seen = BTreeSet::from([start.clone()]);
    let mut line = VecDeque::from([(0, start)]);
    while let Some((length, state)) = line.pop_front() {
        if parts.iter().zip(&state).all(|(part, state)| accepts(part, *state) == part.wanted) {
            return Some(length);
        }
        for row in symbols.rows() {
            let next: Vec<u32> = parts
                .iter()
                .zip(&state)
                .zip(row)
                .map(|((part, state), class)| part.step(*state, *class))
                .collect();
            if seen.insert(next.clone()) {
                line.push_back((length + 1, next));
            }
        }
    }
    None
}

// ---- Known traps ----

use TextOperator::{Contains, EndsWith, Equals, Has, HasPrefix, StartsWith};

#[test]
fn hints_come_first_and_in_their_order() {
    let operator = exact(StartsWith, "/usr/");
    let literals = [(&operator, true)];
    let hints = ["/tmp/x", "/usr/bin/curl", "/usr/bin/wget"];
    assert!(
        matches!(solve(&literals, &hints, Account { limits: Limits::default(), books: &Books::default() }), Answer::Value(found) if found == "/usr/bin/curl")
    );
}

#[test]
fn two_that_overlap_are_found_in_one() {
    let orders = matches(&["ab.*ba", "ba.*ab"]);
    let found = value(&[(exact(Contains, "ab"), true), (exact(Contains, "ba"), true), (orders, false)]);
    assert!(found.contains("bab") || found.contains("aba"), "{found}");
}

#[test]
fn one_letter_of_the_other_case_is_enough() {
    let found = value(&[(blind(Equals, "sensecm"), true), (exact(Equals, "sensecm"), false)]);
    assert_eq!(found, "sensecM");
    assert_eq!(conflict(&[(blind(Equals, "1-2"), true), (exact(Equals, "1-2"), false)]), [0, 1]);
}

#[test]
fn only_ascii_letters_fold_but_for_patterns_that_say_so() {
    let kelvin = "\u{212a}";
    assert_eq!(conflict(&[(blind(Equals, "k"), true), (exact(Equals, kelvin), true)]), [0, 1]);
    assert_eq!(value(&[(matches(&["(?i)^k$"]), true), (blind(Equals, "k"), false)]), kelvin);
    assert_eq!(conflict(&[(matches(&["^k$"]), true), (blind(Contains, "k"), false)]), [0, 1]);
    assert_eq!(value(&[(matches(&["(?i)^s$"]), true), (matches(&["[sS]"]), false)]), "\u{17f}");
}

/// Classes of bytes need not fold, whatever stands beside the pattern.
#[test]
fn a_pattern_that_ignores_case_may_still_see_it() {
    let bytes = Operator::Matches(vec![Pattern::new("^(?-u:[a-c])$", Case::Insensitive).unwrap()]);
    let found = value(&[(blind(Equals, "B"), true), (bytes, true)]);
    assert!(found.eq_ignore_ascii_case("b"));
}

#[test]
fn terms_are_of_unicode_and_word_boundaries_of_ascii() {
    let only_letters = matches(&["^[^ -~]apt$"]);
    let found = value(&[(only_letters.clone(), true), (exact(Has, "apt"), true)]);
    assert!(!found.starts_with(char::is_alphanumeric), "{found}");
    let found = value(&[(only_letters, true), (exact(Has, "apt"), false), (matches(&[r"\bapt\b"]), true)]);
    assert!(found.starts_with(char::is_alphanumeric), "{found}");
    assert_eq!(conflict(&[(exact(Has, "lib"), true), (exact(HasPrefix, "lib"), false)]), [0, 1]);
}

#[test]
fn the_empty_text_is_the_only_one_that_does_not_exist() {
    assert_eq!(value(&[(Operator::Exists, false)]), "");
    assert_eq!(conflict(&[(exact(StartsWith, "a"), true), (Operator::Exists, false)]), [0, 1]);
    assert_eq!(
        conflict(&[(Operator::Exists, true), (matches(&["."]), false), (matches(&["\n"]), false)]),
        [0, 1, 2]
    );
    assert!(matches!(answer(&[(Operator::Bool(true), true)]), Answer::Unknown(Reason::Unconfirmed(_))));
}

#[test]
fn a_conflict_names_only_what_it_needs() {
    let mut literals: Vec<(Operator, bool)> =
        (0..40).map(|number| (exact(Contains, &format!("no-{number}-")), false)).collect();
    literals.push((exact(StartsWith, "/usr/lib/apt/methods/"), true));
    literals.push((exact(StartsWith, "/usr/lib/apt/"), false));
    literals.push((exact(EndsWith, "x"), true));
    assert_eq!(conflict(&literals), [40, 41]);
    let three = [
        (exact(Contains, "x"), false),
        (matches(&["^(ab)+$"]), true),
        (exact(Contains, "y"), false),
        (matches(&["^a(ba)*$"]), true),
    ];
    assert_eq!(conflict(&three), [1, 3]);
}

// ---- Size and limits ----

fn paths(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("/opt/vendor-{}/tool-{}/bin/run{number}", number % 97, number / 97))
        .collect()
}

/// Every member of one list against every member of the other would be a hundred million comparisons a question.
#[test]
fn long_lists_against_long_lists() {
    let (old, mut new) = (paths(10_000), paths(10_000));
    new.push("/opt/added/bin/new".to_owned());
    for (operator, case) in [(Equals, Case::Sensitive), (Contains, Case::Insensitive), (Has, Case::Sensitive)]
    {
        let of = |literals: &[String]| Operator::Text { operator, literals: literals.to_vec(), case };
        assert_eq!(conflict(&[(of(&old), true), (of(&new), false)]), [0, 1], "{operator:?} {case:?}");
        match answer(&[(of(&new), true), (of(&old), false)]) {
            Answer::Value(found) => assert_eq!(found, "/opt/added/bin/new"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn hundreds_that_must_all_be_found() {
    let mut literals: Vec<(Operator, bool)> =
        (0..200).map(|number| (exact(Contains, &format!("w{}z{}", number % 17, number)), true)).collect();
    // So that they cannot simply be written one behind another.
    literals.push((matches(&["w[0-9]*z[0-9]*w", "[0-9][ x/-]w"]), false));
    value(&literals);
    let mut wide: Vec<(Operator, bool)> =
        (0..20).map(|number| (matches(&[&format!("a{number}[a-z]*b{number}.*c")]), true)).collect();
    value(&wide);
    for (_, wanted) in &mut wide {
        *wanted = false;
    }
    wide.push((exact(Contains, "a7"), true));
    wide.push((matches(&["b7.*c$"]), true));
    value(&wide);
}

#[test]
fn limits_are_answered_with_their_reason() {
    let few = Limits { states: 3, ..Limits::default() };
    let hard = [
        (matches(&["^(ab)+$"]), true),
        (matches(&["^(aba|bab)+$"]), true),
        (exact(Contains, "ababababab"), true),
    ];
    assert!(matches!(answer_with(&hard, &few), Answer::Unknown(Reason::States)));
    let small = Limits { automaton_bytes: 100, ..Limits::default() };
    let reason = answer_with(&hard, &small);
    assert!(
        matches!(&reason, Answer::Unknown(Reason::Automaton(pattern)) if pattern.contains("ab")),
        "{reason:?}"
    );
    let room = Limits { automaton_bytes: 1 << 20, ..Limits::default() };
    let wide = [(matches(&["(a|b)*a(a|b){40}c$"]), true), (matches(&["b(a|c)*a(c|b){40}a$"]), true)];
    assert!(matches!(answer_with(&wide, &room), Answer::Unknown(Reason::Automaton(_))));
    // What is too large takes no part; a contradiction between the others is one all the same.
    let [one, other] = wide;
    let beside = [one, other, (exact(StartsWith, "a"), true), (exact(StartsWith, "b"), true)];
    assert!(matches!(answer_with(&beside, &room), Answer::Conflict(core) if core == [2, 3]));
    let bounded = [(matches(&[r"^\w{1,50}x$"]), true), (matches(&[r"^[^\W\d]+$"]), false)];
    value(&bounded);
}
