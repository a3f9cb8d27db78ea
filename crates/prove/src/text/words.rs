//! Texts worth a try before any automaton is built: the literals themselves, with a letter of the other case, with
//! something before or behind, and put together. Knows what is asked, promises nothing: every candidate is tried out.

use lownoise_engine::op::{Case, TextOperator};

use super::atom::{Atom, Test};
use super::refute::Remainder;

/// What anything may be, where nothing in particular is asked.
const PLAIN: [&str; 8] = ["x", "example", "a", "0", "-", "/", " ", ""];

/// Put between parts, and around them.
const BETWEEN: [&str; 5] = ["", " ", "x", "/", "-"];

/// Members of a list that are varied.
const VARIED: usize = 64;

/// Members of a list that are put together with others.
const JOINED: usize = 4;

/// Letters of a word whose case is changed.
const LETTERS: usize = 24;

/// Characters that are read in candidates beside the members themselves, each once for every atom.
const READ: usize = 1 << 20;

/// The first candidate on which all atoms come out as wanted. `remainders` are the members of positive lists that may
/// still be the ones that hold. The number of other candidates is bounded, and so is what it costs to try them.
pub(super) fn find(atoms: &[Atom<'_>], remainders: &[Remainder<'_, '_>]) -> Option<String> {
    // What is not wanted comes last among the atoms, and is what candidates fail at.
    let fits = |text: &str| atoms.iter().rev().all(|atom| atom.comes_out(text));
    let members = || remainders.iter().flat_map(|left| left.members.iter().copied());
    if let Some(found) = members().find(|member| fits(member)) {
        return Some(found.to_owned());
    }
    let varied = || {
        remainders.iter().flat_map(|left| left.members.iter().take(VARIED).map(move |member| (left, member)))
    };
    let recased = varied()
        .filter(|(left, _)| left.words.case == Case::Insensitive)
        .flat_map(|(_, member)| other_cases(member));
    let together = joined(remainders);
    let around = || varied().map(|(_, member)| *member).chain(together.iter().map(String::as_str));
    let surrounded = around().flat_map(surrounded);
    let negatives = atoms.iter().filter(|atom| !atom.wanted).flat_map(|atom| match &atom.test {
        Test::Words(words) => words.members.get(..words.members.len().min(JOINED)).unwrap_or_default(),
        Test::Patterns(_) => &[],
    });
    let near_misses = negatives.filter(|_| remainders.is_empty()).map(|(literal, _)| format!("{literal}x"));
    let mut left = READ;
    let mut spend = |candidate: &String| {
        left = left.saturating_sub((candidate.len() + 1).saturating_mul(atoms.len()));
        left > 0
    };
    let recased_together = together.iter().flat_map(|text| other_cases(text));
    recased
        .chain(together.iter().cloned())
        .chain(surrounded)
        .chain(recased_together)
        .chain(PLAIN.map(str::to_owned))
        .chain(near_misses)
        .take_while(|candidate| spend(candidate))
        .find(|candidate| fits(candidate))
}

/// The text with one ASCII letter in the other case, the last letter first: `sensecm`, `sensecM`.
fn other_cases(text: &str) -> impl Iterator<Item = String> + '_ {
    let letters = text.char_indices().rev().filter(|(_, letter)| letter.is_ascii_alphabetic());
    letters.take(LETTERS).map(|(place, letter)| {
        let other = if letter.is_ascii_lowercase() {
            letter.to_ascii_uppercase()
        } else {
            letter.to_ascii_lowercase()
        };
        text.char_indices().map(|(at, same)| if at == place { other } else { same }).collect()
    })
}

/// The text with something before it, behind it, or both.
fn surrounded(text: &str) -> impl Iterator<Item = String> + '_ {
    let sides = BETWEEN.iter().flat_map(|before| BETWEEN.iter().map(move |behind| (before, behind)));
    sides.map(move |(before, behind)| format!("{before}{text}{behind}"))
}

/// One text after the other; what the first ends with and the second begins with stands once.
fn lapped(first: &str, second: &str) -> String {
    let ends = second.char_indices().map(|(at, _)| at).chain([second.len()]).rev();
    let shared =
        ends.filter_map(|end| second.split_at_checked(end)).find(|(start, _)| first.ends_with(start));
    format!("{first}{}", shared.map_or(second, |(_, rest)| rest))
}

/// Beginnings, contents and ends put together, where more than one atom must hold.
fn joined(remainders: &[Remainder<'_, '_>]) -> Vec<String> {
    if remainders.len() < 2 {
        return Vec::new();
    }
    let of = |operator: TextOperator| remainders.iter().filter(move |left| left.words.operator == operator);
    // Of several beginnings, the longest may begin with the others.
    let edge = |operator: TextOperator| {
        let mut found: Vec<&str> =
            of(operator).flat_map(|left| left.members.iter().copied().take(JOINED)).collect();
        found.sort_by_key(|member| std::cmp::Reverse(member.len()));
        found.truncate(JOINED);
        if found.is_empty() { vec![""] } else { found }
    };
    let (starts, ends) = (edge(TextOperator::StartsWith), edge(TextOperator::EndsWith));
    let inner: Vec<&Remainder<'_, '_>> = remainders
        .iter()
        .filter(|left| {
            !matches!(
                left.words.operator,
                TextOperator::Equals | TextOperator::StartsWith | TextOperator::EndsWith
            )
        })
        .collect();
    let mut found = Vec::new();
    for pick in 0..JOINED {
        let mut middle: Vec<&str> = inner
            .iter()
            .filter_map(|left| left.members.get(pick).or(left.members.first()).copied())
            .collect();
        for _ in 0..2 {
            for start in &starts {
                for end in &ends {
                    let parts = middle.iter().chain([end]);
                    found.push(parts.fold((*start).to_owned(), |text, part| lapped(&text, part)));
                }
            }
            for between in BETWEEN {
                for start in &starts {
                    for end in &ends {
                        let parts: Vec<&str> =
                            [*start].into_iter().chain(middle.iter().copied()).chain([*end]).collect();
                        found.push(parts.join(between));
                    }
                }
            }
            middle.reverse();
            if middle.len() < 2 {
                break;
            }
        }
        if inner.iter().all(|left| left.members.len() <= pick + 1) {
            break;
        }
    }
    found.dedup();
    found
}
