//! Conditions as selections with names, and the expression over them. Knows no tests.

use std::fmt::Write as _;

use super::test::{Entry, Out};
use super::yaml::key;

/// A selection: any of its maps.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Selection {
    pub(super) name: String,
    pub(super) maps: Vec<Vec<Entry>>,
}

/// Words that a selection cannot be called by, or that mean something else in a filter.
const RESERVED: [&str; 12] =
    ["and", "or", "not", "of", "them", "all", "any", "rules", "condition", "timeframe", "null", "true"];

/// The names that are taken.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: Vec<String>,
}

impl Names {
    /// A name of letters, digits and underscores, once.
    pub(super) fn take(&mut self, wanted: &str) -> String {
        let plain =
            |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' };
        let mut name: String = wanted.chars().map(plain).collect();
        if !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) || RESERVED.contains(&name.as_str())
        {
            name = format!("x_{name}");
        }
        let mut free = name.clone();
        let mut count = 1;
        while self.taken.contains(&free) {
            count += 1;
            free = format!("{name}_{count}");
        }
        self.taken.push(free.clone());
        free
    }
}

/// Simplifies: maps that must all hold are one, as far as no key is there twice.
pub(super) fn simplified(out: Out) -> Out {
    match out {
        Out::Map(_) => out,
        Out::Not(inner) => simplified(*inner).not(),
        Out::Any(parts) => {
            let mut kept = Vec::new();
            for part in parts.into_iter().map(simplified) {
                match part {
                    Out::Any(inner) => kept.extend(inner),
                    other => kept.push(other),
                }
            }
            joined(kept, Out::Any)
        }
        Out::All(parts) => {
            let mut whole: Vec<Entry> = Vec::new();
            let mut rest = Vec::new();
            let mut waiting: Vec<Out> = parts.into_iter().map(simplified).rev().collect();
            while let Some(part) = waiting.pop() {
                match part {
                    Out::All(inner) => waiting.extend(inner.into_iter().rev()),
                    Out::Map(entries) => match with(&whole, &entries) {
                        Some(both) => whole = both,
                        None => rest.push(Out::Map(entries)),
                    },
                    other => rest.push(other),
                }
            }
            if !whole.is_empty() {
                rest.insert(0, Out::Map(whole));
            }
            joined(rest, Out::All)
        }
    }
}

fn joined(mut parts: Vec<Out>, kind: impl Fn(Vec<Out>) -> Out) -> Out {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            parts.extend(last);
            kind(parts)
        }
    }
}

/// Both maps as one. Two single values of one key are `|all` of them.
fn with(whole: &[Entry], more: &[Entry]) -> Option<Vec<Entry>> {
    let mut both = whole.to_vec();
    for entry in more {
        let all = format!("{}|all", entry.key);
        if let Some(several) = both.iter_mut().find(|known| known.key == all) {
            let [only] = entry.values.as_slice() else { return None };
            several.values.push(only.clone());
            continue;
        }
        let Some(known) = both.iter_mut().find(|known| known.key == entry.key) else {
            both.push(entry.clone());
            continue;
        };
        let ([_], [other]) = (known.values.as_slice(), entry.values.as_slice()) else { return None };
        if known.values.contains(other) {
            continue;
        }
        if !["|contains", "|startswith", "|endswith", "|cased", "|re"]
            .iter()
            .any(|end| known.key.ends_with(end))
        {
            return None;
        }
        known.values.push(other.clone());
        known.key = all;
    }
    Some(both)
}

/// The selections of a condition, all called after one name, and the expression over them.
pub(super) fn named(out: &Out, name: &str, names: &mut Names, selections: &mut Vec<Selection>) -> String {
    let mut maps = Vec::new();
    let (expression, _) = expression(out, &mut maps);
    let single = maps.len() == 1;
    let taken: Vec<String> = (1..=maps.len())
        .map(|place| names.take(&if single { name.to_owned() } else { format!("{name}_{place}") }))
        .collect();
    let selected = maps.into_iter().zip(&taken);
    selections.extend(selected.map(|(maps, name)| Selection { name: name.clone(), maps }));
    // Places are written as `{n}`, which no expression holds otherwise.
    let mut text = expression;
    for (place, name) in taken.iter().enumerate() {
        text = text.replace(&format!("{{{place}}}"), name);
    }
    text
}

/// An expression over places, and whether it needs parentheses beside `and`.
fn expression(out: &Out, maps: &mut Vec<Vec<Vec<Entry>>>) -> (String, bool) {
    let mut place = |found: Vec<Vec<Entry>>| {
        let known = maps.iter().position(|known| *known == found);
        let place = known.unwrap_or_else(|| {
            maps.push(found);
            maps.len() - 1
        });
        (format!("{{{place}}}"), false)
    };
    match out {
        Out::Map(entries) => place(vec![entries.clone()]),
        Out::Any(parts) if parts.iter().all(|part| matches!(part, Out::Map(_))) => place(
            parts
                .iter()
                .filter_map(|part| if let Out::Map(map) = part { Some(map.clone()) } else { None })
                .collect(),
        ),
        Out::Not(inner) => {
            let (inner, _) = expression(inner, maps);
            (format!("not ({inner})"), false)
        }
        Out::All(parts) | Out::Any(parts) => {
            let word = if matches!(out, Out::All(_)) { " and " } else { " or " };
            let parts: Vec<String> = parts
                .iter()
                .map(|part| {
                    let (part, several) = expression(part, maps);
                    if several { format!("({part})") } else { part }
                })
                .collect();
            (parts.join(word), true)
        }
    }
}

/// A selection as YAML, below `filter`.
pub(super) fn written(selection: &Selection) -> String {
    let mut out = format!("    {}:\n", key(&selection.name));
    let list = selection.maps.len() > 1;
    for map in &selection.maps {
        for (place, entry) in map.iter().enumerate() {
            let lead = match (list, place) {
                (false, _) => "        ",
                (true, 0) => "        - ",
                (true, _) => "          ",
            };
            let _infallible = write!(out, "{lead}{}:", key(&entry.key));
            if let [only] = entry.values.as_slice() {
                let _infallible = writeln!(out, " {only}");
            } else {
                out.push('\n');
                let indent = " ".repeat(lead.len() + 4);
                for value in &entry.values {
                    let _infallible = writeln!(out, "{indent}- {value}");
                }
            }
        }
    }
    out
}
