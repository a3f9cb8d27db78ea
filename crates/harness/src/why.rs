//! Why a verdict is not the expected one: the tests that decided, with the values that they looked at. Decides nothing.

use lownoise_engine::evaluate::Verdict;
use lownoise_engine::explain::{Explanation, Node, NodeKind, Part};
use lownoise_engine::policy::Policy;

/// The parts of a policy that decided, as indented lines: what hides the event, or which condition failed, and the
/// exclusions that a scenario named and that do not hold; where it named none, the nearest miss.
pub(crate) fn why(policy: &Policy, explanation: &Explanation, named: &[String]) -> String {
    let mut parts: Vec<&Part> = match &explanation.verdict {
        Verdict::OutOfScope(place) => explanation.scope.get(*place).into_iter().collect(),
        Verdict::Hidden(places) => {
            places.iter().filter_map(|&place| explanation.exclusions.get(place)).collect()
        }
        Verdict::Kept => Vec::new(),
    };
    let missed = explanation.exclusions.iter().filter(|exclusion| !(exclusion.active && exclusion.holds));
    parts.extend(missed.filter(|exclusion| named.contains(&exclusion.name)));
    if parts.is_empty() {
        parts.extend(explanation.nearest_miss.and_then(|place| explanation.exclusions.get(place)));
    }
    let mut lines = String::new();
    for deciding in parts {
        part(policy, deciding, &mut lines);
    }
    lines
}

fn part(policy: &Policy, part: &Part, lines: &mut String) {
    let state = match (part.active, part.holds) {
        (false, _) => "has expired",
        (true, true) => "holds",
        (true, false) => "does not hold",
    };
    lines.extend(["`", &part.name, "` ", state, "\n"]);
    if let Some(tree) = &part.tree {
        node(policy, tree, 1, lines);
    }
}

fn node(policy: &Policy, tree: &Node, depth: usize, lines: &mut String) {
    let mark = if tree.holds { '✔' } else { '✘' };
    let text = match &tree.kind {
        NodeKind::All => "all of".to_owned(),
        NodeKind::Any => "any of".to_owned(),
        NodeKind::Not => "not".to_owned(),
        NodeKind::Opaque(text) => format!("opaque: {text}  (cannot be asked, taken as {})", tree.holds),
        NodeKind::Test { column, value, against, span, .. } => {
            let written = policy.sources.text(*span).split_whitespace().collect::<Vec<_>>().join(" ");
            // An equality is written with its column, an operator inside a column's table without.
            let column =
                if written.starts_with(column.as_str()) { String::new() } else { format!("{column} ") };
            let other = against.as_ref().map(|(name, value)| format!(", {name} is \"{value}\""));
            format!("{column}{written}  (it is \"{value}\"{})", other.unwrap_or_default())
        }
    };
    lines.extend(["  ".repeat(depth), format!("{mark} {text}\n")]);
    for part in &tree.parts {
        node(policy, part, depth + 1, lines);
    }
}
