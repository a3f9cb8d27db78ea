//! Predicates that are made of others, as flat and as simple as they can be said. Knows no languages.

use lownoise_engine::predicate::Predicate;

/// What holds of everything, or of nothing.
pub(crate) fn constant(holds: bool) -> Predicate {
    if holds { Predicate::All(Vec::new()) } else { Predicate::Any(Vec::new()) }
}

/// Whether it is one of the two constants, and which.
pub(crate) fn as_constant(predicate: &Predicate) -> Option<bool> {
    match predicate {
        Predicate::All(parts) if parts.is_empty() => Some(true),
        Predicate::Any(parts) if parts.is_empty() => Some(false),
        _ => None,
    }
}

/// The opposite: what is said with `not` in every part is said without.
pub(crate) fn not(predicate: Predicate) -> Predicate {
    let negated = |parts: &[Predicate]| parts.iter().all(|part| matches!(part, Predicate::Not(_)));
    let turned = |parts: Vec<Predicate>| parts.into_iter().map(not).collect();
    match (as_constant(&predicate), predicate) {
        (Some(holds), _) => constant(!holds),
        (None, Predicate::Not(part)) => *part,
        (None, Predicate::All(parts)) if negated(&parts) => any(turned(parts)),
        (None, Predicate::Any(parts)) if negated(&parts) => all(turned(parts)),
        (None, part) => Predicate::Not(Box::new(part)),
    }
}

/// All of them, as flat as it can be.
pub(crate) fn all(parts: Vec<Predicate>) -> Predicate {
    let mut kept = Vec::with_capacity(parts.len());
    for part in parts {
        match (as_constant(&part), part) {
            (Some(true), _) => {}
            (Some(false), part) => return part,
            (None, Predicate::All(inner)) => kept.extend(inner),
            (None, part) => kept.push(part),
        }
    }
    Predicate::all(kept)
}

/// Any of them, as flat as it can be.
pub(crate) fn any(parts: Vec<Predicate>) -> Predicate {
    let mut kept = Vec::with_capacity(parts.len());
    for part in parts {
        match (as_constant(&part), part) {
            (Some(false), _) => {}
            (Some(true), part) => return part,
            (None, Predicate::Any(inner)) => kept.extend(inner),
            (None, part) => kept.push(part),
        }
    }
    match (kept.pop(), kept.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            kept.extend(last);
            Predicate::Any(kept)
        }
    }
}
