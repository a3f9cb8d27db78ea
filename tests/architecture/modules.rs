//! The modules of a package, read from its sources as text, and the cycles among them. A child may use what its parent
//! offers; siblings, with all that is below them, must not use each other in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A module with its source and its children.
#[derive(Debug, Default)]
pub(crate) struct Module {
    source: String,
    children: BTreeMap<String, Module>,
}

impl Module {
    /// The tree of modules of files below a source folder; the crate itself is the root.
    pub(crate) fn tree(sources: &BTreeMap<PathBuf, String>) -> Self {
        let mut root = Self::default();
        for (path, text) in sources {
            let mut module = &mut root;
            for name in names(path) {
                module = module.children.entry(name).or_default();
            }
            // What tests use is not what the module needs.
            let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or(text);
            module.source.push_str(&without_comments(text));
        }
        root
    }

    fn at(&self, path: &[String]) -> Option<&Self> {
        path.iter().try_fold(self, |module, name| module.children.get(name))
    }

    /// Where a path of names leads: the deepest module on it, also through what modules offer of their children.
    fn resolve(&self, path: &[String]) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for name in path {
            let Some(here) = self.at(&found) else { break };
            if here.children.contains_key(name) {
                found.push(name.clone());
            } else {
                // An item that this module offers from below.
                let below =
                    uses(&here.source).into_iter().find(|used| used.len() > 1 && used.last() == Some(name));
                if let Some(below) =
                    below.filter(|used| used.first().is_some_and(|first| here.children.contains_key(first)))
                {
                    found.extend(below.iter().take(1).cloned());
                }
                break;
            }
        }
        found
    }

    /// Every module that this one or one below it uses, as paths from the crate.
    fn used(&self, here: &[String], root: &Self, found: &mut BTreeSet<Vec<String>>) {
        for path in uses(&self.source) {
            let path = absolute(&path, here);
            found.extend(path.map(|path| root.resolve(&path)));
        }
        for (name, child) in &self.children {
            let below: Vec<String> = here.iter().chain([name]).cloned().collect();
            child.used(&below, root, found);
        }
    }
}

/// A cycle among siblings, in words.
pub(crate) fn cycle(root: &Module) -> Option<String> {
    let mut waiting: Vec<Vec<String>> = vec![Vec::new()];
    while let Some(parent) = waiting.pop() {
        let module = root.at(&parent)?;
        let mut arrows: BTreeMap<&String, BTreeSet<String>> = BTreeMap::new();
        for (name, child) in &module.children {
            let here: Vec<String> = parent.iter().chain([name]).cloned().collect();
            let mut used = BTreeSet::new();
            child.used(&here, root, &mut used);
            let siblings = used
                .into_iter()
                .filter(|path| path.starts_with(&parent))
                .filter_map(|path| path.get(parent.len()).cloned());
            arrows.insert(name, siblings.filter(|sibling| sibling != name).collect());
            waiting.push(here);
        }
        if let Some(found) = circle(&arrows) {
            return Some(format!("{}: {found}", parent.join("::")));
        }
    }
    None
}

/// A circle of arrows: what has no arrow to something left is taken away until nothing changes.
fn circle(arrows: &BTreeMap<&String, BTreeSet<String>>) -> Option<String> {
    let mut left: BTreeSet<&String> = arrows.keys().copied().collect();
    loop {
        let before = left.len();
        let still: BTreeSet<&String> = left
            .iter()
            .copied()
            .filter(|name| arrows.get(*name).is_some_and(|to| to.iter().any(|to| left.contains(to))))
            .collect();
        left = still;
        if left.len() == before {
            break;
        }
    }
    let words: Vec<String> = left
        .iter()
        .map(|name| {
            let to = arrows.get(*name).into_iter().flatten().filter(|to| left.contains(to));
            format!("{name} → {}", to.cloned().collect::<Vec<_>>().join(", "))
        })
        .collect();
    (!words.is_empty()).then(|| words.join("; "))
}

/// `plan/mod.rs` and `plan.rs` are `plan`; `lib.rs` and `main.rs` are the crate.
fn names(path: &Path) -> Vec<String> {
    let stem = path.with_extension("");
    let names = stem.iter().map(|part| part.to_string_lossy().into_owned());
    names.filter(|name| !["lib", "main", "mod"].contains(&name.as_str())).collect()
}

fn without_comments(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

/// Paths from the crate's root that a path in a module means, if it begins with `crate`, `super` or `self`.
fn absolute(path: &[String], here: &[String]) -> Option<Vec<String>> {
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "crate" => Some(rest.to_vec()),
        "self" => Some(here.iter().chain(rest).cloned().collect()),
        "super" => {
            let (_, parent) = here.split_last()?;
            absolute(&["self".to_owned()].into_iter().chain(rest.iter().cloned()).collect::<Vec<_>>(), parent)
        }
        _ => None,
    }
}

/// Every path that begins with `crate::`, `super::` or `self::`, and what `use` brings in from children; lists in
/// braces are read out.
fn uses(source: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for start in ["crate::", "super::", "self::"] {
        for (place, _) in source.match_indices(start) {
            let before = source.get(..place).and_then(|before| before.chars().next_back());
            if before.is_none_or(|before| !before.is_alphanumeric() && before != '_' && before != ':') {
                read_tree(source.get(place..).unwrap_or(""), &mut Vec::new(), &mut found);
            }
        }
    }
    for (place, _) in source.match_indices("use ") {
        read_tree(source.get(place + 4..).unwrap_or(""), &mut Vec::new(), &mut found);
    }
    found
}

/// Reads one tree of a `use`, such as `crate::a::{b, c::D}`, and returns how many bytes it took.
fn read_tree(text: &str, so_far: &mut Vec<String>, found: &mut Vec<Vec<String>>) -> usize {
    let depth = so_far.len();
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or("");
        let space = rest.len() - rest.trim_start().len();
        at += space;
        let rest = text.get(at..).unwrap_or("");
        if rest.starts_with('{') {
            at += 1;
            loop {
                at += read_tree(text.get(at..).unwrap_or(""), so_far, found);
                let rest = text.get(at..).unwrap_or("");
                at += rest.len() - rest.trim_start().len();
                match text.get(at..).and_then(|rest| rest.chars().next()) {
                    Some(',') => at += 1,
                    Some('}') => {
                        at += 1;
                        break;
                    }
                    _ => break,
                }
            }
            break;
        }
        let name: String =
            rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
        if name.is_empty() {
            break;
        }
        at += name.len();
        so_far.push(name);
        if !text.get(at..).unwrap_or("").starts_with("::") {
            found.push(so_far.clone());
            break;
        }
        at += 2;
    }
    so_far.truncate(depth);
    at
}

#[test]
fn cycles_are_found() {
    let sources = |files: &[(&str, &str)]| {
        files.iter().map(|(path, text)| (PathBuf::from(path), (*text).to_owned())).collect()
    };
    let straight = sources(&[
        ("lib.rs", "mod a; mod b; pub use b::Thing;"),
        ("a.rs", "use crate::b::Thing;"),
        ("b.rs", ""),
    ]);
    assert_eq!(cycle(&Module::tree(&straight)), None);
    let round = sources(&[
        ("lib.rs", "mod a; mod b; pub use b::Thing; pub use a::Other;"),
        ("a/mod.rs", "mod inner;"),
        ("a/inner.rs", "use crate::{Thing};"),
        ("b.rs", "fn f() { super::a::g() }"),
    ]);
    assert_eq!(cycle(&Module::tree(&round)).as_deref(), Some(": a → b; b → a"));
    let below = sources(&[
        ("lib.rs", "mod a;"),
        ("a/mod.rs", "mod x; mod y;"),
        ("a/x.rs", "use super::y::Y;"),
        ("a/y.rs", "use crate::a::x;"),
    ]);
    assert_eq!(cycle(&Module::tree(&below)).as_deref(), Some("a: x → y; y → x"));
}
