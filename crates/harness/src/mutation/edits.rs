//! Small edits of a predicate, as people make them by accident. Knows operators; no policy and no scenario.

use lownoise_engine::op::{Case, Comparison, Operator, Pattern, TextOperator};
use lownoise_engine::predicate::{Predicate, Test};
use lownoise_engine::span::Span;

use super::Kind;

/// An edit: what kind, where, what it makes of the whole predicate, and of the test, if it is one of a test.
pub(super) struct Edit {
    pub(super) kind: Kind,
    pub(super) span: Span,
    pub(super) result: Predicate,
    pub(super) test: Option<Test>,
}

/// Every edit of a predicate, in the order of the text.
pub(super) fn edits(predicate: &Predicate) -> Vec<Edit> {
    let mut edits = Vec::new();
    walk(predicate, &|edited| edited, &mut edits);
    edits
}

/// `around` puts an edited part where the part stood.
fn walk(predicate: &Predicate, around: &dyn Fn(Predicate) -> Predicate, edits: &mut Vec<Edit>) {
    let span = span_of(predicate);
    let mut push = |kind, result| edits.push(Edit { kind, span, result: around(result), test: None });
    match predicate {
        Predicate::All(parts) | Predicate::Any(parts) => {
            let all = matches!(predicate, Predicate::All(_));
            let again = |parts| if all { Predicate::All(parts) } else { Predicate::Any(parts) };
            if parts.len() > 1 {
                push(
                    Kind::AllAny,
                    if all { Predicate::Any(parts.clone()) } else { Predicate::All(parts.clone()) },
                );
            }
            for (at, part) in parts.iter().enumerate() {
                if parts.len() > 1 {
                    let rest = parts.iter().enumerate().filter(|(other, _)| *other != at);
                    let rest = again(rest.map(|(_, part)| part.clone()).collect());
                    let kind = if all { Kind::ConditionDropped } else { Kind::BranchDropped };
                    edits.push(Edit { kind, span: span_of(part), result: around(rest), test: None });
                }
                let inside = |edited: Predicate| {
                    let mut parts = parts.clone();
                    if let Some(place) = parts.get_mut(at) {
                        *place = edited;
                    }
                    around(again(parts))
                };
                walk(part, &inside, edits);
            }
        }
        Predicate::Not(part) => {
            push(Kind::NotLost, (**part).clone());
            walk(part, &|edited| around(Predicate::Not(Box::new(edited))), edits);
        }
        Predicate::Test(test) => {
            for (kind, operator) in operators(&test.operator) {
                let test = Test { operator, ..test.clone() };
                let result = around(Predicate::Test(test.clone()));
                edits.push(Edit { kind, span, result, test: Some(test) });
            }
        }
        Predicate::Opaque(_) => {}
    }
}

/// From the first test to the last.
fn span_of(predicate: &Predicate) -> Span {
    let tests = predicate.tests();
    match (tests.first(), tests.last()) {
        (Some(first), Some(last)) => first.span.to(last.span),
        _ => predicate.opaque().first().map(|opaque| opaque.span).unwrap_or_default(),
    }
}

/// Every edit of a test.
fn operators(operator: &Operator) -> Vec<(Kind, Operator)> {
    match operator {
        Operator::Text { operator, literals, case } => text(*operator, literals, *case),
        Operator::Matches(patterns) => matching(patterns),
        // `exists = false` is a negation; there is nothing else to mistype in a time but the whole of it.
        Operator::Exists | Operator::Present | Operator::Time(_) => Vec::new(),
        Operator::In(set) => {
            let entries = set.networks.len() + set.classes.len();
            let mut edits = Vec::new();
            for at in 0..set.networks.len() {
                if entries > 1 {
                    let mut fewer = set.clone();
                    fewer.networks.remove(at);
                    edits.push((Kind::EntryRemoved, Operator::In(fewer)));
                }
                let mut wider = set.clone();
                let next = wider.networks.get_mut(at).and_then(|network| {
                    let prefix = network.prefix().checked_sub(1)?;
                    *network = ipnetwork::IpNetwork::new(network.ip(), prefix).ok()?;
                    *network = ipnetwork::IpNetwork::new(network.network(), prefix).ok()?;
                    Some(())
                });
                edits.extend(next.map(|()| (Kind::NetworkWidened, Operator::In(wider))));
            }
            for at in (0..set.classes.len()).filter(|_| entries > 1) {
                let mut fewer = set.clone();
                fewer.classes.remove(at);
                edits.push((Kind::EntryRemoved, Operator::In(fewer)));
            }
            edits
        }
        Operator::Number(comparison) => {
            numbers(comparison).into_iter().map(|(kind, edited)| (kind, Operator::Number(edited))).collect()
        }
        Operator::Bool(value) => vec![(Kind::NotLost, Operator::Bool(!value))],
    }
}

fn text(operator: TextOperator, literals: &[String], case: Case) -> Vec<(Kind, Operator)> {
    use TextOperator::{Contains, EndsWith, Equals, Has, HasPrefix, HasSuffix, StartsWith};
    let with = |literals: Vec<String>| Operator::Text { operator, literals, case };
    let others: &[TextOperator] = match operator {
        Equals => &[StartsWith, Contains],
        StartsWith => &[Contains, Equals],
        EndsWith | Has | HasPrefix | HasSuffix => &[Contains],
        Contains => &[StartsWith, Equals],
    };
    let mut edits: Vec<_> = others
        .iter()
        .map(|other| {
            (Kind::OperatorChanged, Operator::Text { operator: *other, literals: literals.to_vec(), case })
        })
        .collect();
    edits.push((
        Kind::CaseToggled,
        Operator::Text { operator, literals: literals.to_vec(), case: toggled(case) },
    ));
    for (at, literal) in literals.iter().enumerate() {
        let replaced = |by: String| {
            let mut literals = literals.to_vec();
            if let Some(place) = literals.get_mut(at) {
                *place = by;
            }
            with(literals)
        };
        edits.extend(other_letter(literal).map(|other| (Kind::LetterChanged, replaced(other))));
        let shorter = literal.strip_suffix('/').filter(|rest| !rest.is_empty());
        edits.extend(shorter.map(|shorter| (Kind::SlashLost, replaced(shorter.to_owned()))));
        if literals.len() > 1 {
            let mut fewer = literals.to_vec();
            fewer.remove(at);
            edits.push((Kind::EntryRemoved, with(fewer)));
        }
    }
    if let (Some(added), true) = (literals.last().and_then(|last| other_letter(last)), literals.len() > 1) {
        let more = literals.iter().cloned().chain([added]).collect();
        edits.push((Kind::EntryAdded, with(more)));
    }
    edits
}

fn toggled(case: Case) -> Case {
    match case {
        Case::Sensitive => Case::Insensitive,
        Case::Insensitive => Case::Sensitive,
    }
}

/// With the letter in its middle, or the nearest after it, replaced by the next one of the alphabet.
fn other_letter(literal: &str) -> Option<String> {
    let letters: Vec<char> = literal.chars().collect();
    let middle = letters.len() / 2;
    let is_letter = |at: &usize| letters.get(*at).is_some_and(char::is_ascii_alphanumeric);
    let at = (middle..letters.len()).find(is_letter).or_else(|| (0..middle).rev().find(is_letter))?;
    let next = |letter: char| match letter {
        'z' => 'a',
        'Z' => 'A',
        '9' => '0',
        other => u8::try_from(other).map_or(other, |byte| char::from(byte + 1)),
    };
    Some(
        letters
            .iter()
            .enumerate()
            .map(|(place, letter)| if place == at { next(*letter) } else { *letter })
            .collect(),
    )
}

fn matching(patterns: &[Pattern]) -> Vec<(Kind, Operator)> {
    let mut edits = Vec::new();
    for (at, pattern) in patterns.iter().enumerate() {
        let mut replaced = |kind, text: &str, case| {
            let Ok(edited) = Pattern::new(text, case) else { return };
            let mut patterns = patterns.to_vec();
            if let Some(place) = patterns.get_mut(at) {
                *place = edited;
            }
            edits.push((kind, Operator::Matches(patterns)));
        };
        let text = pattern.text();
        replaced(Kind::CaseToggled, text, toggled(pattern.case()));
        if let Some(rest) = text.strip_prefix('^') {
            replaced(Kind::AnchorLost, rest, pattern.case());
        }
        if let Some(rest) = text.strip_suffix('$').filter(|rest| !rest.ends_with('\\')) {
            replaced(Kind::AnchorLost, rest, pattern.case());
        }
        if text.contains("\\.") {
            replaced(Kind::DotUnescaped, &text.replacen("\\.", ".", 1), pattern.case());
        }
        if patterns.len() > 1 {
            let mut fewer = patterns.to_vec();
            fewer.remove(at);
            edits.push((Kind::EntryRemoved, Operator::Matches(fewer)));
        }
    }
    edits
}

fn numbers(comparison: &Comparison<i64>) -> Vec<(Kind, Comparison<i64>)> {
    use Comparison::{Between, Gt, Gte, Lt, Lte, OneOf};
    let off = |number: i64| number.saturating_add(1);
    match comparison {
        OneOf(all) => {
            let mut edits = Vec::new();
            for at in 0..all.len() {
                let mut moved = all.clone();
                if let Some(number) = moved.get_mut(at) {
                    *number = off(*number);
                }
                edits.push((Kind::NumberOffByOne, OneOf(moved)));
                if all.len() > 1 {
                    let mut fewer = all.clone();
                    fewer.remove(at);
                    edits.push((Kind::EntryRemoved, OneOf(fewer)));
                }
            }
            let added = all.last().filter(|_| all.len() > 1).map(|last| off(*last));
            edits.extend(
                added.map(|added| (Kind::EntryAdded, OneOf(all.iter().copied().chain([added]).collect()))),
            );
            edits
        }
        Lt(bound) => vec![(Kind::NumberOffByOne, Lt(off(*bound))), (Kind::OperatorChanged, Gt(*bound))],
        Lte(bound) => vec![(Kind::NumberOffByOne, Lte(off(*bound))), (Kind::OperatorChanged, Gte(*bound))],
        Gt(bound) => vec![(Kind::NumberOffByOne, Gt(off(*bound))), (Kind::OperatorChanged, Lt(*bound))],
        Gte(bound) => vec![(Kind::NumberOffByOne, Gte(off(*bound))), (Kind::OperatorChanged, Lte(*bound))],
        Between(low, high) => vec![
            (Kind::NumberOffByOne, Between(off(*low), *high)),
            (Kind::NumberOffByOne, Between(*low, off(*high))),
        ],
    }
}
