//! An entry of a list is covered by another entry of the same list.
//!
//! ## Why
//! It hides nothing that the other does not; but it reads as if the list were as narrow as its narrowest entry, and whoever
//! removes the other has not looked at it.
//!
//! ## Example
//! ```toml
//! where = { InitiatingProcessFolderPath = { starts_with = ["/usr/lib/", "/usr/lib/apt/"] } }
//! ```
//!
//! ## Instead
//! Keep the wide entry or the narrow one, whichever is meant. `--fix` removes the narrow one, which changes nothing.

use std::collections::HashSet;

use lownoise_engine::diagnostic::Level;
use lownoise_engine::op::{AddressSet, Case, Operator, TextOperator};
use lownoise_engine::policy::{ConditionKind, Policy};
use lownoise_engine::predicate::{Predicate, Test};
use lownoise_engine::span::Span;

use crate::lint::{Context, Finding, Fix, FixClaim, Lint, Run};

pub(super) static LINT: Lint = Lint {
    code: "covered-entry",
    level: Level::Warning,
    source: include_str!("covered_entry.rs"),
    run: Run::Policy(run),
};

fn run(_: &Context<'_>, policy: &Policy) -> Vec<Finding> {
    let scope = policy.scope.iter().filter_map(|condition| match &condition.kind {
        ConditionKind::Where(predicate) | ConditionKind::Devices { predicate, .. } => Some(predicate),
        ConditionKind::Lookback(_) => None,
    });
    let predicates = scope.chain(policy.exclusions.iter().map(|exclusion| &exclusion.predicate));
    let found = predicates.flat_map(Predicate::tests).flat_map(|test| {
        covered(&test.operator).into_iter().map(move |(entry, by)| finding(policy, test, &entry, &by))
    });
    found.collect()
}

fn finding(policy: &Policy, test: &Test, entry: &str, by: &str) -> Finding {
    let written = entry_span(policy, test.span, entry);
    let message = format!("`{entry}` is covered by `{by}` in the same list");
    let mut finding = LINT.finds(message, written.unwrap_or(test.span), "does nothing");
    finding.fix = written.map(|span| Fix {
        title: format!("remove `{entry}`"),
        edits: vec![(with_comma(policy, span), String::new())],
        claim: FixClaim::SameMeaning,
    });
    finding.help(format!("remove it, or remove `{by}` if the narrow one is meant"))
}

/// The entries that others cover, with one that does. Linear in the length of the entries for prefixes and suffixes.
fn covered(operator: &Operator) -> Vec<(String, String)> {
    match operator {
        Operator::Text { operator, literals, case } if literals.len() > 1 => {
            texts(*operator, literals, *case)
        }
        Operator::In(set) if set.networks.len() + set.classes.len() > 1 => networks(set),
        _ => Vec::new(),
    }
}

fn texts(operator: TextOperator, literals: &[String], case: Case) -> Vec<(String, String)> {
    let folded = |literal: &String| match case {
        Case::Sensitive => literal.clone(),
        Case::Insensitive => literal.to_ascii_lowercase(),
    };
    let known: HashSet<String> = literals.iter().map(folded).collect();
    let mut found = Vec::new();
    for literal in literals {
        let text = folded(literal);
        let shorter = |from_end: bool| {
            let cuts = text.char_indices().map(|(place, _)| place).filter(|place| *place > 0);
            let parts = cuts.filter_map(|place| text.split_at_checked(place));
            parts.map(|(head, tail)| if from_end { tail } else { head }).find(|part| known.contains(*part))
        };
        let by = match operator {
            TextOperator::StartsWith => shorter(false),
            TextOperator::EndsWith => shorter(true),
            // Few: a list of parts is short, or it would hide too much.
            TextOperator::Contains if literals.len() <= MANY => {
                let other = known.iter().filter(|other| **other != text && text.contains(other.as_str()));
                other.map(String::as_str).min()
            }
            _ => None,
        };
        let written = by.and_then(|by| literals.iter().find(|other| folded(other) == by));
        found.extend(written.map(|by| (literal.clone(), by.clone())));
    }
    found
}

/// Lists of parts that are longer are not compared entry by entry.
const MANY: usize = 500;

/// Networks inside networks or classes.
fn networks(set: &AddressSet) -> Vec<(String, String)> {
    let ranges = |network| AddressSet { networks: vec![network], classes: Vec::new() }.ranges();
    let mut all: Vec<(u128, u128, Option<usize>, String)> = Vec::new();
    for (place, network) in set.networks.iter().enumerate() {
        all.extend(
            ranges(*network).into_iter().map(|(low, high)| (low, high, Some(place), network.to_string())),
        );
    }
    for class in &set.classes {
        all.extend(class.ranges().into_iter().map(|(low, high)| (low, high, None, class.name().to_owned())));
    }
    // A wide range before the narrow ones that begin with it; classes first of all that are the same.
    all.sort_by(|left, right| {
        (left.0, std::cmp::Reverse(left.1), left.2).cmp(&(right.0, std::cmp::Reverse(right.1), right.2))
    });
    let whole = |place: usize| set.networks.get(place).is_some_and(|network| ranges(*network).len() == 1);
    let mut found = Vec::new();
    let mut widest: Option<&(u128, u128, Option<usize>, String)> = None;
    for range in &all {
        match widest {
            Some(wide) if range.1 <= wide.1 => {
                if range.2.is_some_and(whole) && range.3 != wide.3 {
                    found.push((range.3.clone(), wide.3.clone()));
                }
            }
            _ => widest = Some(range),
        }
    }
    found
}

/// Where an entry is written, if it stands there once and as it is.
fn entry_span(policy: &Policy, whole: Span, entry: &str) -> Option<Span> {
    let text = policy.sources.text(whole);
    let forms = [format!("\"{entry}\""), format!("'{entry}'")];
    let mut places = forms.iter().flat_map(|form| text.match_indices(form.as_str()));
    let (at, form) = places.next()?;
    if places.next().is_some() {
        return None;
    }
    let start = whole.range().start + at;
    Some(Span::new(whole.source, start..start + form.len()))
}

/// The entry with the comma that separates it from the others.
fn with_comma(policy: &Policy, entry: Span) -> Span {
    let range = entry.range();
    let text = policy.sources.get(entry.source).map_or("", |source| source.text.as_str());
    let (before, after) = (text.get(..range.start).unwrap_or(""), text.get(range.end..).unwrap_or(""));
    let space = after.len() - after.trim_start().len();
    if after.trim_start().starts_with(',') {
        let rest = after.trim_start().get(1..).unwrap_or("");
        let blank = rest.len() - rest.trim_start_matches(' ').len();
        return Span::new(entry.source, range.start..range.end + space + 1 + blank);
    }
    let kept = before.trim_end();
    let start = if kept.ends_with(',') { kept.len() - 1 } else { range.start };
    Span::new(entry.source, start..range.end)
}
