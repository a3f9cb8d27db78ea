//! Small edits of one test: another operator, another literal, another case. Knows operators; no predicate.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnetwork::IpNetwork;
use lownoise_engine::op::{AddressSet, Case, Comparison, Operator, Order, Pattern, Relation, TextOperator};
use lownoise_engine::value::Time;

use super::Kind;

/// A day, in ticks.
const DAY: i64 = 86_400 * Time::SECOND;

/// Every edit of a test.
pub(super) fn operators(operator: &Operator) -> Vec<(Kind, Operator)> {
    match operator {
        Operator::Text { operator, literals, case } => text(*operator, literals, *case),
        Operator::Matches(patterns) => matching(patterns),
        // Their opposite is a negation.
        Operator::Exists | Operator::Present => Vec::new(),
        Operator::In(set) => addresses(set),
        Operator::Number(comparison) => {
            let edits = compared(comparison, Kind::NumberOffByOne, |number| number.checked_add(1));
            edits.into_iter().map(|(kind, edited)| (kind, Operator::Number(edited))).collect()
        }
        Operator::Time(comparison) => {
            let edits = compared(comparison, Kind::TimeMoved, |time| time.0.checked_add(DAY).map(Time));
            edits.into_iter().map(|(kind, edited)| (kind, Operator::Time(edited))).collect()
        }
        Operator::Bool(value) => vec![(Kind::NotLost, Operator::Bool(!value))],
    }
}

/// The entries without one of them, for each of them, if that leaves any.
fn fewer<T: Clone>(entries: &[T]) -> Vec<Vec<T>> {
    let without = |at: usize| {
        let others = entries.iter().enumerate().filter(|(place, _)| *place != at);
        others.map(|(_, entry)| entry.clone()).collect()
    };
    if entries.len() > 1 { (0..entries.len()).map(without).collect() } else { Vec::new() }
}

/// The entries with another one instead of one of them.
fn replaced<T: Clone>(entries: &[T], at: usize, by: &T) -> Vec<T> {
    let place = |(place, entry): (usize, &T)| if place == at { by.clone() } else { entry.clone() };
    entries.iter().enumerate().map(place).collect()
}

/// Every edit of a test of two columns.
pub(super) fn relations(relation: Relation) -> Vec<(Kind, Relation)> {
    match relation {
        Relation::Text { operator, case } => {
            let other = |to: &TextOperator| Relation::Text { operator: *to, case };
            let mut edits: Vec<_> =
                others(operator).iter().map(|to| (Kind::OperatorChanged, other(to))).collect();
            edits.push((Kind::CaseToggled, Relation::Text { operator, case: toggled(case) }));
            edits
        }
        Relation::Ordered(order) => {
            let to = match order {
                Order::Equals => return Vec::new(),
                Order::Lt => Order::Lte,
                Order::Lte => Order::Lt,
                Order::Gt => Order::Gte,
                Order::Gte => Order::Gt,
            };
            vec![(Kind::OperatorChanged, Relation::Ordered(to))]
        }
    }
}

/// What an operator is mistaken for.
fn others(operator: TextOperator) -> &'static [TextOperator] {
    use TextOperator::{Contains, EndsWith, Equals, Has, HasPrefix, HasSuffix, StartsWith};
    match operator {
        Equals => &[StartsWith, Contains],
        StartsWith => &[Contains, Equals],
        EndsWith | Has | HasPrefix | HasSuffix => &[Contains],
        Contains => &[StartsWith, Equals],
    }
}

fn text(operator: TextOperator, literals: &[String], case: Case) -> Vec<(Kind, Operator)> {
    let with = |literals: Vec<String>| Operator::Text { operator, literals, case };
    let other =
        |operator: &TextOperator| Operator::Text { operator: *operator, literals: literals.to_vec(), case };
    let mut edits: Vec<_> = others(operator).iter().map(|to| (Kind::OperatorChanged, other(to))).collect();
    let toggled = Operator::Text { operator, literals: literals.to_vec(), case: toggled(case) };
    edits.push((Kind::CaseToggled, toggled));
    for (at, literal) in literals.iter().enumerate() {
        let changed = other_letter(literal, &vec![true; literal.chars().count()]);
        edits.extend(changed.map(|changed| (Kind::LetterChanged, with(replaced(literals, at, &changed)))));
        let shorter = literal.strip_suffix('/').filter(|rest| !rest.is_empty()).map(str::to_owned);
        edits.extend(shorter.map(|shorter| (Kind::SlashLost, with(replaced(literals, at, &shorter)))));
    }
    edits.extend(fewer(literals).into_iter().map(|literals| (Kind::EntryRemoved, with(literals))));
    let added = literals.last().filter(|_| literals.len() > 1);
    let added = added.and_then(|last| other_letter(last, &vec![true; last.chars().count()]));
    let added = added.filter(|added| !literals.contains(added));
    edits.extend(
        added.map(|added| (Kind::EntryAdded, with(literals.iter().cloned().chain([added]).collect()))),
    );
    edits
}

fn toggled(case: Case) -> Case {
    match case {
        Case::Sensitive => Case::Insensitive,
        Case::Insensitive => Case::Sensitive,
    }
}

/// With the letter in its middle, or the nearest after it, else before it, replaced by the next one of the alphabet; only
/// letters that may be.
fn other_letter(literal: &str, may: &[bool]) -> Option<String> {
    let letters: Vec<char> = literal.chars().collect();
    let middle = letters.len() / 2;
    let fits = |at: &usize| {
        letters.get(*at).is_some_and(char::is_ascii_alphanumeric) && may.get(*at).copied().unwrap_or_default()
    };
    let at = (middle..letters.len()).find(fits).or_else(|| (0..middle).rev().find(fits))?;
    let next = |letter: char| match letter {
        'z' => 'a',
        'Z' => 'A',
        '9' => '0',
        other => u8::try_from(other).map_or(other, |byte| char::from(byte + 1)),
    };
    let changed = letters.iter().enumerate();
    Some(changed.map(|(place, letter)| if place == at { next(*letter) } else { *letter }).collect())
}

/// Of each letter of a pattern, whether it stands for itself alone.
fn plain_letters(pattern: &str) -> Vec<bool> {
    let (mut brackets, mut counted, mut flags, mut escaped) = (0_usize, false, false, false);
    let mut last = ' ';
    let mut is_plain = |letter: char| {
        let was_escaped = std::mem::take(&mut escaped);
        let before = std::mem::replace(&mut last, letter);
        match letter {
            _ if was_escaped => return false,
            '\\' => escaped = true,
            '[' => brackets += 1,
            ']' => brackets = brackets.saturating_sub(1),
            '{' => counted = true,
            '}' => counted = false,
            '?' if before == '(' => flags = true,
            ')' | ':' | '>' => flags = false,
            _ => return brackets == 0 && !counted && !flags,
        }
        false
    };
    pattern.chars().map(&mut is_plain).collect()
}

fn matching(patterns: &[Pattern]) -> Vec<(Kind, Operator)> {
    // A table of operators has one case, so all of them change at once.
    let other_case =
        patterns.iter().map(|pattern| Pattern::new(pattern.text(), toggled(pattern.case())).ok());
    let other_case = other_case.collect::<Option<Vec<_>>>();
    let mut edits: Vec<_> =
        other_case.into_iter().map(|patterns| (Kind::CaseToggled, Operator::Matches(patterns))).collect();
    for (at, pattern) in patterns.iter().enumerate() {
        let text = pattern.text();
        let begin = text.strip_prefix('^').map(str::to_owned);
        let end = text.strip_suffix('$').filter(|rest| !rest.ends_with('\\')).map(str::to_owned);
        let dot = text.contains("\\.").then(|| text.replacen("\\.", ".", 1));
        let letter = other_letter(text, &plain_letters(text));
        let changed = [
            (Kind::AnchorLost, begin),
            (Kind::AnchorLost, end),
            (Kind::DotUnescaped, dot),
            (Kind::LetterChanged, letter),
        ];
        for (kind, changed) in changed {
            let changed = changed.and_then(|changed| Pattern::new(&changed, pattern.case()).ok());
            edits.extend(changed.map(|changed| (kind, Operator::Matches(replaced(patterns, at, &changed)))));
        }
    }
    edits.extend(
        fewer(patterns).into_iter().map(|patterns| (Kind::EntryRemoved, Operator::Matches(patterns))),
    );
    edits
}

fn addresses(set: &AddressSet) -> Vec<(Kind, Operator)> {
    let networks = |networks| Operator::In(AddressSet { networks, classes: set.classes.clone() });
    let classes = |classes| Operator::In(AddressSet { networks: set.networks.clone(), classes });
    let mut edits = Vec::new();
    for (at, network) in set.networks.iter().enumerate() {
        let wider = twice_as_large(*network);
        edits
            .extend(wider.map(|wider| (Kind::NetworkWidened, networks(replaced(&set.networks, at, &wider)))));
    }
    let several = set.networks.len() + set.classes.len() > 1;
    let removed = match (set.networks.as_slice(), set.classes.as_slice()) {
        ([_], [_, ..]) => vec![Vec::new()],
        (many, _) => fewer(many),
    };
    edits.extend(removed.into_iter().map(|left| (Kind::EntryRemoved, networks(left))));
    let removed = match (set.networks.as_slice(), set.classes.as_slice()) {
        ([_, ..], [_]) => vec![Vec::new()],
        (_, many) => fewer(many),
    };
    edits.extend(removed.into_iter().map(|left| (Kind::EntryRemoved, classes(left))));
    let added = set.networks.last().filter(|_| several).and_then(|last| next_to(*last));
    let added = added.filter(|added| !set.networks.contains(added));
    edits
        .extend(added.map(|added| {
            (Kind::EntryAdded, networks(set.networks.iter().copied().chain([added]).collect()))
        }));
    edits
}

/// `/24` becomes `/23`.
fn twice_as_large(network: IpNetwork) -> Option<IpNetwork> {
    let prefix = network.prefix().checked_sub(1)?;
    IpNetwork::new(IpNetwork::new(network.ip(), prefix).ok()?.network(), prefix).ok()
}

/// The network of the same size that comes after.
fn next_to(network: IpNetwork) -> Option<IpNetwork> {
    let prefix = network.prefix();
    let first = match network.network() {
        IpAddr::V4(first) => {
            let size = 1_u32.checked_shl(32_u32.checked_sub(u32::from(prefix))?)?;
            IpAddr::V4(Ipv4Addr::from(u32::from(first).checked_add(size)?))
        }
        IpAddr::V6(first) => {
            let size = 1_u128.checked_shl(128_u32.checked_sub(u32::from(prefix))?)?;
            IpAddr::V6(Ipv6Addr::from(u128::from(first).checked_add(size)?))
        }
    };
    IpNetwork::new(first, prefix).ok()
}

/// `step` makes the next value of one, if there is any; `moved` is what that is called.
fn compared<T: Copy + Ord>(
    comparison: &Comparison<T>,
    moved: Kind,
    step: impl Fn(T) -> Option<T>,
) -> Vec<(Kind, Comparison<T>)> {
    use Comparison::{Between, Gt, Gte, Lt, Lte, OneOf};
    let bound = |bound: T, build: fn(T) -> Comparison<T>, opposite: fn(T) -> Comparison<T>| {
        let moved = step(bound).map(|next| (moved, build(next)));
        moved.into_iter().chain([(Kind::OperatorChanged, opposite(bound))]).collect()
    };
    match comparison {
        OneOf(all) => {
            let next = |(at, one): (usize, &T)| Some((moved, OneOf(replaced(all, at, &step(*one)?))));
            let mut edits: Vec<_> = all.iter().enumerate().filter_map(next).collect();
            edits.extend(fewer(all).into_iter().map(|all| (Kind::EntryRemoved, OneOf(all))));
            let added = all.last().filter(|_| all.len() > 1).and_then(|last| step(*last));
            let added = added.filter(|added| !all.contains(added));
            edits.extend(
                added.map(|added| (Kind::EntryAdded, OneOf(all.iter().copied().chain([added]).collect()))),
            );
            edits
        }
        Lt(limit) => bound(*limit, Lt, Gt),
        Lte(limit) => bound(*limit, Lte, Gte),
        Gt(limit) => bound(*limit, Gt, Lt),
        Gte(limit) => bound(*limit, Gte, Lte),
        Between(low, high) => {
            let low_moved = step(*low).filter(|low| low <= high).map(|low| Between(low, *high));
            let high_moved = step(*high).map(|high| Between(*low, high));
            low_moved.into_iter().chain(high_moved).map(|edited| (moved, edited)).collect()
        }
    }
}
