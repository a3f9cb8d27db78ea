//! Why an event is kept or hidden, as a tree of tests.

use std::fmt::Write;

use lownoise_engine::evaluate::Verdict;
use lownoise_engine::explain::{Explanation, Node, NodeKind, Part};
use lownoise_engine::policy::Policy;
use lownoise_engine::span::Sources;
use serde_json::{Value, json};

use crate::{BAD, BOLD, DIM, GOOD, ODD, Style, visible};

/// The whole explanation: the verdict, the scope, each exclusion, the nearest miss.
#[must_use]
pub fn render_explanation(policy: &Policy, explanation: &Explanation, style: Style) -> String {
    let page = Page { sources: &policy.sources, style };
    let mut text = String::new();
    let verdict = verdict_line(policy, explanation, style);
    // Writing to a string cannot fail.
    let _infallible = writeln!(text, "{verdict}\n\n{}", style.paint(BOLD, "scope"));
    for part in &explanation.scope {
        page.part(&mut text, part);
    }
    if explanation.scope.is_empty() {
        text.push_str("  every event\n");
    }
    let _infallible = writeln!(text, "\n{}", style.paint(BOLD, "exclusions"));
    for part in &explanation.exclusions {
        page.part(&mut text, part);
    }
    let miss = explanation.nearest_miss.and_then(|place| explanation.exclusions.get(place));
    if let Some(miss) = miss {
        let tests = if miss.missing == 1 { "one test".to_owned() } else { format!("{} tests", miss.missing) };
        let _infallible = writeln!(text, "\nnearest miss: {} lacks {tests}:", style.paint(BOLD, &miss.name));
        for (line, _) in miss.tree.iter().flat_map(|tree| page.lacking(tree, true)) {
            let _infallible = writeln!(text, "  {line}");
        }
    }
    text
}

/// The explanation as data: the verdict, each condition and each exclusion with its tree.
#[must_use]
pub fn explanation_json(policy: &Policy, explanation: &Explanation) -> Value {
    let ids = |places: &[usize]| -> Vec<&str> {
        let found = places.iter().filter_map(|place| policy.exclusions.get(*place));
        found.map(|exclusion| exclusion.id.as_str()).collect()
    };
    let verdict = match &explanation.verdict {
        Verdict::Kept => json!({ "verdict": "kept" }),
        Verdict::OutOfScope(place) => {
            json!({ "verdict": "out of scope", "by": policy.scope.get(*place).map(|condition| condition.name.as_str()) })
        }
        Verdict::Hidden(places) => json!({ "verdict": "hidden", "by": ids(places) }),
    };
    let part = |part: &Part| {
        let (line, column) = policy.sources.line_column(part.span);
        json!({
            "name": part.name,
            "holds": part.holds,
            "active": part.active,
            "missing": part.missing,
            "file": policy.sources.get(part.span.source).map(|source| source.name.as_str()),
            "line": line,
            "column": column,
            "tests": part.tree.as_ref().map(|tree| node_json(&policy.sources, tree)),
        })
    };
    let mut whole = verdict;
    if let Value::Object(fields) = &mut whole {
        fields.insert("scope".to_owned(), explanation.scope.iter().map(part).collect());
        fields.insert("exclusions".to_owned(), explanation.exclusions.iter().map(part).collect());
        let miss = explanation.nearest_miss.map(|place| ids(&[place]).concat());
        fields.insert("nearest_miss".to_owned(), json!(miss));
    }
    whole
}

fn node_json(sources: &Sources, node: &Node) -> Value {
    let parts: Vec<Value> = node.parts.iter().map(|part| node_json(sources, part)).collect();
    match &node.kind {
        NodeKind::Test { column, value, against, span, ignores_case, .. } => {
            let test = one_line(sources.text(*span));
            let mut told = json!({ "test": test, "column": column, "value": value, "ignore_case": ignores_case, "holds": node.holds });
            if let (Value::Object(fields), Some((other, its))) = (&mut told, against) {
                fields.insert("against".to_owned(), json!({ "column": other, "value": its }));
            }
            told
        }
        NodeKind::All => json!({ "all": parts, "holds": node.holds }),
        NodeKind::Any => json!({ "any": parts, "holds": node.holds }),
        NodeKind::Not => json!({ "not": parts, "holds": node.holds }),
        NodeKind::Opaque(text) => json!({ "opaque": text, "holds": node.holds }),
    }
}

fn verdict_line(policy: &Policy, explanation: &Explanation, style: Style) -> String {
    match &explanation.verdict {
        Verdict::Kept => style.paint(GOOD, "kept"),
        Verdict::OutOfScope(place) => {
            let name = policy.scope.get(*place).map_or("", |condition| &condition.name);
            format!("{} by {name}", style.paint(ODD, "out of scope"))
        }
        Verdict::Hidden(places) => {
            let ids = places
                .iter()
                .filter_map(|place| policy.exclusions.get(*place))
                .map(|exclusion| exclusion.id.as_str());
            format!("{} by {}", style.paint(BAD, "hidden"), ids.collect::<Vec<_>>().join(", "))
        }
    }
}

struct Page<'p> {
    sources: &'p Sources,
    style: Style,
}

impl Page<'_> {
    fn part(&self, text: &mut String, part: &Part) {
        let place =
            self.style.paint(DIM, &format!("{}:{}", self.file(part), self.sources.line_column(part.span).0));
        let expired =
            if part.active { String::new() } else { self.style.paint(ODD, " (expired: hides nothing)") };
        let name = self.style.paint(BOLD, &part.name);
        let _infallible = writeln!(text, "  {} {name}{expired}  {place}", self.mark(part.holds));
        match &part.tree {
            Some(tree) => self.node(text, tree, 2),
            None => {
                let _infallible = writeln!(text, "      {}", one_line(self.sources.text(part.span)));
            }
        }
    }

    fn node(&self, text: &mut String, node: &Node, depth: usize) {
        let indent = "  ".repeat(depth + 1);
        let mark = self.mark(node.holds);
        let _infallible = match &node.kind {
            NodeKind::Test { .. } => {
                writeln!(text, "{indent}{mark} {}", self.test(node))
            }
            NodeKind::All => writeln!(text, "{indent}{mark} all of"),
            NodeKind::Any => writeln!(text, "{indent}{mark} any of"),
            NodeKind::Not => writeln!(text, "{indent}{mark} not"),
            NodeKind::Opaque(opaque) => {
                writeln!(
                    text,
                    "{indent}{mark} opaque: {}  (cannot be asked, taken as {})",
                    visible(opaque),
                    node.holds
                )
            }
        };
        for part in &node.parts {
            self.node(text, part, depth + 1);
        }
    }

    /// The test as written, the value that it looked at, and what nearly made it hold.
    fn test(&self, node: &Node) -> String {
        let NodeKind::Test { column, value, against, span, ignores_case, distance } = &node.kind else {
            return String::new();
        };
        let written = one_line(self.sources.text(*span));
        let named = if written.starts_with(column) { written } else { format!("{column} {written}") };
        let folding = if *ignores_case { ", ignoring case" } else { "" };
        let said = |value: &str| {
            if value.is_empty() { "missing".to_owned() } else { format!("`{}`", visible(value)) }
        };
        let other = against.as_ref().map(|(name, value)| format!(", {name} is {}", said(value)));
        let value = said(value) + &other.unwrap_or_default();
        let slip =
            if *distance == 1 { self.style.paint(ODD, "  differs by case only") } else { String::new() };
        format!("{named}{folding}  {}{slip}", self.style.paint(DIM, &format!("is {value}")))
    }

    /// The tests that would have to come out otherwise.
    fn lacking(&self, node: &Node, wanted: bool) -> Vec<(String, u32)> {
        if node.holds == wanted {
            return Vec::new();
        }
        match &node.kind {
            NodeKind::Test { distance, .. } => {
                let test = self.test(node);
                vec![(if wanted { test } else { format!("not {test}") }, *distance)]
            }
            NodeKind::Not => node.parts.iter().flat_map(|part| self.lacking(part, !wanted)).collect(),
            NodeKind::Opaque(text) => vec![(format!("opaque: {}", visible(text)), u32::MAX)],
            NodeKind::All | NodeKind::Any => {
                let parts: Vec<Vec<(String, u32)>> =
                    node.parts.iter().map(|part| self.lacking(part, wanted)).collect();
                if (node.kind == NodeKind::All) == wanted {
                    parts.concat()
                } else {
                    parts.into_iter().min_by_key(|part| (part.len(), far(part))).unwrap_or_default()
                }
            }
        }
    }

    fn mark(&self, holds: bool) -> String {
        if holds { self.style.paint(GOOD, "✔") } else { self.style.paint(BAD, "✘") }
    }

    fn file(&self, part: &Part) -> &str {
        self.sources.get(part.span.source).map_or("", |source| &source.name)
    }
}

/// How far some tests are from coming out otherwise, together.
fn far(tests: &[(String, u32)]) -> u32 {
    tests.iter().fold(0, |sum, (_, distance)| sum.saturating_add(*distance))
}

/// A condition may be written over several lines.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
