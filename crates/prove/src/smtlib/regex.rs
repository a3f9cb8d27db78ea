//! Patterns as SMT-LIB's regular languages, which are of whole texts and know no anchors: what a pattern demands of
//! the beginning and the end of the text is kept beside its words until the whole is known. Look-around inside the
//! text is refused. Knows the syntax of patterns, no columns.

use std::collections::BTreeSet;

use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

use super::joined;
use super::letters::{Letters, Set, quoted};

/// Rounds of a bounded repetition with anchors in it that are written out.
const ROUNDS: u32 = 8;

/// Words of a pattern, and what they demand.
#[derive(Debug, Clone)]
struct Case {
    /// The beginning of the text is before them.
    start: bool,
    /// The end of the text is behind them.
    end: bool,
    /// A language of texts that are not empty; `None` is the empty text alone.
    words: Option<String>,
}

/// The texts in which a pattern is found; `None` when it looks at more than the text's beginning and end.
pub(super) fn found(hir: &Hir, letters: &Letters) -> Option<String> {
    let each = cases(hir, letters)?.into_iter().map(|case| {
        let before = (!case.start).then(|| "re.all".to_owned());
        let behind = (!case.end).then(|| "re.all".to_owned());
        let words = case.words.unwrap_or_else(|| "(str.to_re \"\")".to_owned());
        let parts: Vec<String> = before.into_iter().chain([words]).chain(behind).collect();
        joined("re.++", "re.none", &parts)
    });
    Some(joined("re.union", "re.none", &each.collect::<Vec<_>>()))
}

/// The sets of characters that a pattern speaks of. Recursion is bounded: the parser limits nesting.
pub(super) fn read_sets(hir: &Hir, sets: &mut BTreeSet<Set>) {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).unwrap_or_default();
            sets.extend(text.chars().map(|character| vec![(u32::from(character), u32::from(character))]));
        }
        HirKind::Class(class) => {
            sets.insert(ranges(class));
        }
        _ => {}
    }
    hir.kind().subs().iter().for_each(|part| read_sets(part, sets));
}

fn ranges(class: &Class) -> Set {
    match class {
        Class::Unicode(class) => {
            class.ranges().iter().map(|range| (u32::from(range.start()), u32::from(range.end()))).collect()
        }
        Class::Bytes(class) => {
            class.ranges().iter().map(|range| (u32::from(range.start()), u32::from(range.end()))).collect()
        }
    }
}

/// The language of a pattern without anchors.
fn plain(hir: &Hir, letters: &Letters) -> String {
    let all = |parts: &[Hir]| parts.iter().map(|part| plain(part, letters)).collect::<Vec<_>>();
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => "(str.to_re \"\")".to_owned(),
        HirKind::Literal(literal) => {
            format!("(str.to_re {})", quoted(std::str::from_utf8(&literal.0).unwrap_or_default()))
        }
        HirKind::Class(class) => letters.one_of(&ranges(class)),
        HirKind::Repetition(repetition) => repeated(repetition, &plain(&repetition.sub, letters)),
        HirKind::Capture(capture) => plain(&capture.sub, letters),
        HirKind::Concat(parts) => joined("re.++", "(str.to_re \"\")", &all(parts)),
        HirKind::Alternation(parts) => joined("re.union", "re.none", &all(parts)),
    }
}

fn repeated(repetition: &Repetition, of: &str) -> String {
    match (repetition.min, repetition.max) {
        (0, None) => format!("(re.* {of})"),
        (1, None) => format!("(re.+ {of})"),
        (min, None) => format!("(re.++ ((_ re.^ {min}) {of}) (re.* {of}))"),
        (0, Some(1)) => format!("(re.opt {of})"),
        (min, Some(max)) => format!("((_ re.loop {min} {max}) {of})"),
    }
}

/// The words of a pattern by what they demand. Recursion is bounded: the parser limits nesting.
fn cases(hir: &Hir, letters: &Letters) -> Option<Vec<Case>> {
    if hir.properties().look_set().is_empty() {
        return Some(without_anchors(hir, letters));
    }
    let edge = |start, end| vec![Case { start, end, words: None }];
    Some(match hir.kind() {
        HirKind::Look(Look::Start) => edge(true, false),
        HirKind::Look(Look::End) => edge(false, true),
        HirKind::Look(_) => return None,
        HirKind::Empty => edge(false, false),
        HirKind::Literal(_) | HirKind::Class(_) => without_anchors(hir, letters),
        HirKind::Capture(capture) => cases(&capture.sub, letters)?,
        HirKind::Alternation(parts) => {
            let each = parts.iter().map(|part| cases(part, letters)).collect::<Option<Vec<_>>>()?;
            merged(each.concat())
        }
        HirKind::Concat(parts) => {
            let mut sequence = edge(false, false);
            for part in parts {
                sequence = followed(&sequence, &cases(part, letters)?);
            }
            sequence
        }
        HirKind::Repetition(repetition) => rounds(repetition, &cases(&repetition.sub, letters)?)?,
    })
}

fn without_anchors(hir: &Hir, letters: &Letters) -> Vec<Case> {
    let language = plain(hir, letters);
    let nullable = hir.properties().minimum_len() == Some(0);
    let words = if nullable { format!("(re.inter {language} (re.+ re.allchar))") } else { language };
    let case = |words| Case { start: false, end: false, words };
    let empty = nullable.then(|| case(None));
    empty.into_iter().chain([case(Some(words))]).collect()
}

/// One after another: what begins the text has nothing before it, what ends it nothing behind.
fn followed(first: &[Case], second: &[Case]) -> Vec<Case> {
    let pairs = first.iter().flat_map(|one| second.iter().map(move |other| (one, other)));
    let possible = pairs.filter(|(one, other)| {
        let torn = one.end && other.words.is_some() || other.start && one.words.is_some();
        !torn
    });
    let together = possible.map(|(one, other)| {
        let words = match (&one.words, &other.words) {
            (Some(one), Some(other)) => Some(format!("(re.++ {one} {other})")),
            (one, other) => one.clone().or_else(|| other.clone()),
        };
        Case { start: one.start || other.start, end: one.end || other.end, words }
    });
    merged(together.collect())
}

/// One case for each demand, with the empty text and without.
fn merged(cases: Vec<Case>) -> Vec<Case> {
    let mut merged: Vec<Case> = Vec::new();
    for case in cases {
        let same = merged.iter_mut().find(|known| {
            (known.start, known.end, known.words.is_some()) == (case.start, case.end, case.words.is_some())
        });
        match (same, case) {
            (Some(Case { words: Some(known), .. }), Case { words: Some(more), .. }) => {
                *known = format!("(re.union {known} {more})");
            }
            (Some(_), _) => {}
            (None, case) => merged.push(case),
        }
    }
    merged
}

/// A repetition with anchors in it. Rounds of the empty text only add demands, so that any number of rounds needs none.
fn rounds(repetition: &Repetition, of: &[Case]) -> Option<Vec<Case>> {
    let nothing = [Case { start: false, end: false, words: None }];
    if repetition.min.max(repetition.max.unwrap_or(0)) > ROUNDS {
        return None;
    }
    let mut sequence = nothing.to_vec();
    for _ in 0..repetition.min {
        sequence = followed(&sequence, of);
    }
    let Some(max) = repetition.max else {
        return Some(followed(&sequence, &any_number(of)));
    };
    let optional = merged([&nothing[..], of].concat());
    for _ in repetition.min..max {
        sequence = followed(&sequence, &optional);
    }
    Some(sequence)
}

fn any_number(of: &[Case]) -> Vec<Case> {
    let words: Vec<Case> = of.iter().filter(|case| case.words.is_some()).cloned().collect();
    let inner = words.iter().find(|case| !case.start && !case.end).and_then(|case| case.words.clone());
    let between: Vec<Case> = [Case { start: false, end: false, words: None }]
        .into_iter()
        .chain(inner.map(|inner| Case { start: false, end: false, words: Some(format!("(re.+ {inner})")) }))
        .collect();
    let several = followed(&followed(&words, &between), &words);
    let nothing = Case { start: false, end: false, words: None };
    merged([vec![nothing], words, several].concat())
}

#[cfg(test)]
mod tests {
    use lownoise_engine::op::{Case as Folding, Pattern};

    use super::*;

    fn language(pattern: &str) -> Option<String> {
        let pattern = Pattern::new(pattern, Folding::Sensitive).unwrap();
        let mut sets = BTreeSet::new();
        read_sets(pattern.hir(), &mut sets);
        found(pattern.hir(), &Letters::of(&sets).unwrap())
    }

    #[test]
    fn anchors_say_where_the_words_stand() {
        let cases = [
            ("ab", "(re.++ re.all (str.to_re \"ab\") re.all)"),
            ("^ab", "(re.++ (str.to_re \"ab\") re.all)"),
            ("ab$", "(re.++ re.all (str.to_re \"ab\"))"),
            ("^ab$", "(str.to_re \"ab\")"),
            ("^$", "(str.to_re \"\")"),
            ("a^b", "re.none"),
            (
                "(^a|b)c",
                "(re.union (re.++ (re.++ (str.to_re \"a\") (str.to_re \"c\")) re.all) (re.++ re.all (re.++ (str.to_re \"b\") (str.to_re \"c\")) re.all))",
            ),
        ];
        for (pattern, expected) in cases {
            assert_eq!(language(pattern).as_deref(), Some(expected), "{pattern}");
        }
        for refused in [r"\ba", "(?m)^a", "(?:^a|b){9}"] {
            assert_eq!(language(refused), None, "{refused}");
        }
    }
}
