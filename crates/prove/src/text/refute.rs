//! Contradictions that single literals show, without a product of automata: a member of a positive list falls when
//! whatever holds it holds something forbidden as well, or lacks what another list asks. Knows atoms; sound, and complete
//! only for exact equality.

use lownoise_engine::op::{Case, Pattern, TextOperator};

use regex_syntax::hir::{Class, Hir, HirKind};

use super::atom::{Atom, Test, Words};

/// What is left of an atom that must hold.
#[derive(Debug)]
pub(super) struct Remainder<'a, 'p> {
    pub(super) words: &'p Words<'a>,
    /// The members that may still be the ones that hold.
    pub(super) members: Vec<&'a str>,
}

/// What is left of each atom of literals that must hold; or the places of a contradiction. Linear in the length of all
/// literals, times the kinds of atoms.
pub(super) fn remainders<'a, 'p>(atoms: &'p [Atom<'a>]) -> Result<Vec<Remainder<'a, 'p>>, Vec<usize>> {
    let mut found = Vec::new();
    for atom in atoms.iter().filter(|atom| atom.wanted) {
        match &atom.test {
            Test::Patterns(patterns) if patterns.is_empty() => return Err(atom.places.clone()),
            Test::Patterns(_) => {}
            Test::Words(words) => found.push(remainder(atom, words, atoms)?),
        }
    }
    Ok(found)
}

fn remainder<'a, 'p>(
    positive: &Atom<'a>,
    words: &'p Words<'a>,
    atoms: &[Atom<'a>],
) -> Result<Remainder<'a, 'p>, Vec<usize>> {
    let mut core = positive.places.clone();
    let mut members = Vec::new();
    for (literal, _) in &words.members {
        let others = || atoms.iter().filter(|atom| !std::ptr::eq(*atom, positive));
        match others().find_map(|other| refuted(words, literal, other)) {
            Some(place) if core.contains(&place) => {}
            // Each place once: a long list falls by few others, as a rule.
            Some(place) => core.push(place),
            None => members.push(*literal),
        }
    }
    if members.is_empty() { Err(core) } else { Ok(Remainder { words, members }) }
}

/// The place of a literal that cannot come out as wanted on any text where this operator finds this literal.
fn refuted(words: &Words<'_>, literal: &str, other: &Atom<'_>) -> Option<usize> {
    // Ignoring case, the text may hold the literal in another case.
    let exact = words.case == Case::Sensitive || !literal.bytes().any(|byte| byte.is_ascii_alphabetic());
    let blind = || match &other.test {
        Test::Words(words) => words.case == Case::Insensitive,
        Test::Patterns(patterns) => patterns.iter().all(|(pattern, _)| is_blind(pattern)),
    };
    if words.operator == TextOperator::Equals && (exact || blind()) {
        return other.spoiler(literal);
    }
    if other.wanted {
        return match &other.test {
            Test::Words(others) if apart(words, literal, others) => other.places.first().copied(),
            _ => None,
        };
    }
    match &other.test {
        Test::Words(others) if exact || blind() => others.forced_by(words.operator, literal),
        Test::Words(_) => None,
        Test::Patterns(patterns) => patterns
            .iter()
            .filter(|(pattern, _)| exact || is_blind(pattern))
            .find(|(pattern, _)| is_free(pattern) && pattern.is_match(literal))
            .map(|(_, place)| *place),
    }
}

/// Whether no text begins, or ends, both with this literal and with one of the others: of two that do, the shorter is the
/// beginning, or the end, of the longer.
fn apart(words: &Words<'_>, literal: &str, others: &Words<'_>) -> bool {
    let case = words.case.max(others.case);
    let together = |other: &str| {
        let (one, other) = (literal.as_bytes(), other.as_bytes());
        let length = one.len().min(other.len());
        let both = match words.operator {
            TextOperator::StartsWith => one.get(..length).zip(other.get(..length)),
            _ => one.get(one.len() - length..).zip(other.get(other.len() - length..)),
        };
        both.is_some_and(|(one, other)| case.same(one, other))
    };
    matches!(words.operator, TextOperator::StartsWith | TextOperator::EndsWith)
        && words.operator == others.operator
        && !others.members.iter().any(|(other, _)| together(other))
}

/// Whether the pattern is found in a text in whatever case. Classes of bytes, `(?-u:[a-z])`, may not fold.
fn is_blind(pattern: &Pattern) -> bool {
    fn folds(hir: &Hir) -> bool {
        !matches!(hir.kind(), HirKind::Class(Class::Bytes(_))) && hir.kind().subs().iter().all(folds)
    }
    pattern.case() == Case::Insensitive && folds(pattern.hir())
}

/// Whether the pattern is found wherever a text is that it is found in.
fn is_free(pattern: &Pattern) -> bool {
    pattern.hir().properties().look_set().is_empty()
}
