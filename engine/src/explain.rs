//! Why: each condition and each exclusion as a tree, with the value that every test looked at and whether it held.
//! Decides nothing: the truth of every node is the reference's.

use crate::evaluate::{Context, Verdict, evaluate, in_scope};
use crate::event::Event;
use crate::op::{Case, Operator, Relation, TextOperator};
use crate::policy::Policy;
use crate::predicate::Predicate;
use crate::span::Span;
use crate::value::Value;

/// The whole answer for one event.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// What the policy says of the event.
    pub verdict: Verdict,
    /// Each condition of the scope, in order: its name, whether it holds, and its tests.
    pub scope: Vec<Part>,
    /// Each exclusion, in order.
    pub exclusions: Vec<Part>,
    /// The exclusion that nearly hides the event, by place: the one that lacks the fewest tests, and among those the
    /// one whose texts are nearest. None when the event is hidden, or nothing is near.
    pub nearest_miss: Option<usize>,
}

/// One condition or exclusion.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The condition's name or the exclusion's id.
    pub name: String,
    /// Whether it applies: an expired exclusion does not.
    pub active: bool,
    /// Whether it holds.
    pub holds: bool,
    /// Its tests; none for a lookback or a device condition.
    pub tree: Option<Node>,
    /// Where it is written.
    pub span: Span,
    /// How many tests would have to come out otherwise for it to hold; 0 when it holds.
    pub missing: usize,
    /// How far the values of those tests are from others on which they would, see [`distance`].
    pub distance: u32,
}

/// A node of the tree of a predicate.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Whether it holds on the event.
    pub holds: bool,
    /// Its parts; none for a test.
    pub parts: Vec<Node>,
}

/// What a node of the tree is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeKind {
    /// Every part must hold.
    All,
    /// Some part must hold.
    Any,
    /// The part must not hold.
    Not,
    /// A test that could not be understood: its text.
    Opaque(String),
    /// A test: the column, the value as a person reads it, and where the test is written.
    Test {
        /// The column's name.
        column: String,
        /// The value it looked at; empty when missing.
        value: String,
        /// The column that it is compared with, and the value of that, if a column and not a literal is.
        against: Option<(String, String)>,
        /// Where the test is written.
        span: Span,
        /// Whether `ignore_case` stands beside it.
        ignores_case: bool,
        /// How far the value is from one on which the test holds, see [`distance`].
        distance: u32,
    },
}

/// Explains the verdict on one event. Linear in the policy.
#[must_use]
pub fn explain(policy: &Policy, event: &Event<'_>, context: Context<'_>) -> Explanation {
    let verdict = evaluate(policy, event, context);
    let scope = policy
        .scope
        .iter()
        .map(|condition| {
            let tree = match &condition.kind {
                crate::policy::ConditionKind::Where(predicate) => Some(node(policy, predicate, event)),
                _ => None,
            };
            let holds = in_scope(policy, condition, event, context);
            Part {
                name: condition.name.clone(),
                active: true,
                holds,
                missing: tree.as_ref().map_or(usize::from(!holds), |tree| missing(tree, true).0),
                distance: tree.as_ref().map_or(0, |tree| missing(tree, true).1),
                tree,
                span: condition.span,
            }
        })
        .collect();
    let exclusions: Vec<Part> = policy
        .exclusions
        .iter()
        .map(|exclusion| {
            let tree = node(policy, &exclusion.predicate, event);
            Part {
                name: exclusion.id.clone(),
                active: !exclusion.is_expired(context.now),
                holds: tree.holds,
                missing: missing(&tree, true).0,
                distance: missing(&tree, true).1,
                tree: Some(tree),
                span: exclusion.span,
            }
        })
        .collect();
    let nearest_miss = match verdict {
        Verdict::Hidden(_) => None,
        _ => nearest(&exclusions),
    };
    Explanation { verdict, scope, exclusions, nearest_miss }
}

/// Above this distance, a text is another text and not a slip.
const NEAR: u32 = 350;

/// The active exclusion that is nearest, if one of its tests comes out as it should or its text is nearly there.
fn nearest(exclusions: &[Part]) -> Option<usize> {
    exclusions
        .iter()
        .enumerate()
        .filter(|(_, part)| part.active && !part.holds)
        .filter(|(_, part)| {
            part.distance <= NEAR || part.tree.as_ref().is_some_and(|tree| part.missing < tests(tree))
        })
        .min_by_key(|(_, part)| (part.missing, part.distance))
        .map(|(place, _)| place)
}

fn node(policy: &Policy, predicate: &Predicate, event: &Event<'_>) -> Node {
    let nodes = |parts: &[Predicate]| parts.iter().map(|part| node(policy, part, event)).collect();
    let (kind, parts) = match predicate {
        Predicate::All(parts) => (NodeKind::All, nodes(parts)),
        Predicate::Any(parts) => (NodeKind::Any, nodes(parts)),
        Predicate::Not(part) => (NodeKind::Not, vec![node(policy, part, event)]),
        Predicate::Opaque(opaque) => (NodeKind::Opaque(opaque.text.clone()), Vec::new()),
        Predicate::Test(test) => {
            let column = policy.schema.name(test.column).to_owned();
            let value = event.value(test.column);
            let kind = NodeKind::Test {
                column,
                value: value.to_string(),
                against: None,
                span: test.span,
                ignores_case: test.operator.ignores_case(),
                distance: distance(&test.operator, value),
            };
            (kind, Vec::new())
        }
        Predicate::Pair(pair) => {
            let (left, right) = (event.value(pair.left), event.value(pair.right));
            let kind = NodeKind::Test {
                column: policy.schema.name(pair.left).to_owned(),
                value: left.to_string(),
                against: Some((policy.schema.name(pair.right).to_owned(), right.to_string())),
                span: pair.span,
                ignores_case: pair.relation.case() == Case::Insensitive,
                distance: match pair.relation {
                    Relation::Text { operator, case } => {
                        let literals = vec![right.text().to_owned()];
                        distance(&Operator::Text { operator, literals, case }, left)
                    }
                    Relation::Ordered(_) => 1_000,
                },
            };
            (kind, Vec::new())
        }
    };
    Node { kind, holds: predicate.holds(event), parts }
}

fn tests(node: &Node) -> usize {
    match node.kind {
        NodeKind::Test { .. } => 1,
        _ => node.parts.iter().map(tests).sum(),
    }
}

/// How many tests would have to come out otherwise for the node to be as wanted, and how far they are from it.
fn missing(node: &Node, wanted: bool) -> (usize, u32) {
    if node.holds == wanted {
        return (0, 0);
    }
    let sum = |(count, far): (usize, u32), more: (usize, u32)| {
        (count.saturating_add(more.0), far.saturating_add(more.1))
    };
    let each = node.parts.iter();
    match (&node.kind, wanted) {
        (NodeKind::Test { distance, .. }, _) => (1, *distance),
        // No value of an event makes it come out otherwise.
        (NodeKind::Opaque(_), _) => (usize::MAX, u32::MAX),
        (NodeKind::Not, _) => each.map(|part| missing(part, !wanted)).fold((0, 0), sum),
        (NodeKind::All, true) | (NodeKind::Any, false) => {
            each.map(|part| missing(part, wanted)).fold((0, 0), sum)
        }
        (NodeKind::All, false) | (NodeKind::Any, true) => {
            each.map(|part| missing(part, wanted)).min().unwrap_or((usize::MAX, u32::MAX))
        }
    }
}

/// How far a value is from one on which the test holds, in thousandths of the literal: 0 when it holds, 1 when it
/// differs by case only, 1,000 when it has nothing in common or when nearness makes no sense.
#[must_use]
pub fn distance(operator: &Operator, value: Value<'_>) -> u32 {
    let Operator::Text { operator: how, literals, case: _ } = operator else { return 1_000 };
    if operator.holds(value) {
        return 0;
    }
    let text = value.text();
    if literals.iter().any(|literal| how.holds(text, literal, Case::Insensitive)) {
        return 1;
    }
    let letters = text.chars().count();
    let part = |literal: &str| -> Option<String> {
        let length = literal.chars().count();
        match how {
            TextOperator::Equals => Some(text.to_owned()),
            TextOperator::StartsWith => Some(text.chars().take(length).collect()),
            TextOperator::EndsWith => Some(text.chars().skip(letters.saturating_sub(length)).collect()),
            _ => None,
        }
    };
    let far = |literal: &String| {
        let part = part(literal)?;
        let longest = literal.chars().count().max(part.chars().count()).max(1);
        let edits = strsim::damerau_levenshtein(&literal.to_lowercase(), &part.to_lowercase());
        u32::try_from(2 + edits * 998 / longest).ok()
    };
    literals.iter().filter_map(far).min().unwrap_or(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_of_texts() {
        let operator = |operator, literal: &str| Operator::Text {
            operator,
            literals: vec![literal.to_owned()],
            case: Case::Sensitive,
        };
        let equals = operator(TextOperator::Equals, "networkmanager");
        assert_eq!(distance(&equals, Value::Text("networkmanager")), 0);
        assert_eq!(distance(&equals, Value::Text("NetworkManager")), 1);
        assert!((2..NEAR).contains(&distance(&equals, Value::Text("networkmanger"))));
        assert!(distance(&equals, Value::Text("curl")) > NEAR);
        let prefix = operator(TextOperator::StartsWith, "/usr/lib/apt/");
        assert!(distance(&prefix, Value::Text("/usr/lib/atp/methods/http")) < NEAR);
        assert_eq!(distance(&operator(TextOperator::Contains, "x"), Value::Text("a")), 1_000);
    }
}
