//! Why: each condition and each exclusion as a tree, with the value that every test looked at and whether it held.
//! Decides nothing: the truth of every node is the reference's.

use crate::evaluate::{Context, Verdict, evaluate, in_scope};
use crate::event::Event;
use crate::policy::Policy;
use crate::predicate::Predicate;
use crate::span::Span;

/// The whole answer for one event.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// What the policy says of the event.
    pub verdict: Verdict,
    /// Each condition of the scope, in order: its name, whether it holds, and its tests.
    pub scope: Vec<Part>,
    /// Each exclusion, in order.
    pub exclusions: Vec<Part>,
    /// The exclusion that hides the event least barely: the one that lacks the fewest tests, by place; none when the
    /// event is hidden or nothing is near (every exclusion lacks all of its tests).
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
    /// A test: the column, the value as a person reads it, and where the test is written.
    Test {
        /// The column's name.
        column: String,
        /// The value it looked at; empty when missing.
        value: String,
        /// Where the test is written.
        span: Span,
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
                missing: tree.as_ref().map_or(usize::from(!holds), |tree| missing(tree, true)),
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
                missing: missing(&tree, true),
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

/// The active exclusion that lacks the fewest tests, if at least one of its tests comes out as it should.
fn nearest(exclusions: &[Part]) -> Option<usize> {
    exclusions
        .iter()
        .enumerate()
        .filter(|(_, part)| part.active && !part.holds)
        .filter(|(_, part)| part.tree.as_ref().is_some_and(|tree| part.missing < tests(tree)))
        .min_by_key(|(_, part)| part.missing)
        .map(|(place, _)| place)
}

fn node(policy: &Policy, predicate: &Predicate, event: &Event<'_>) -> Node {
    let nodes = |parts: &[Predicate]| parts.iter().map(|part| node(policy, part, event)).collect();
    let (kind, parts) = match predicate {
        Predicate::All(parts) => (NodeKind::All, nodes(parts)),
        Predicate::Any(parts) => (NodeKind::Any, nodes(parts)),
        Predicate::Not(part) => (NodeKind::Not, vec![node(policy, part, event)]),
        Predicate::Test(test) => {
            let column = policy.schema.name(test.column).to_owned();
            let value = event.value(test.column).to_string();
            (NodeKind::Test { column, value, span: test.span }, Vec::new())
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

/// How many tests would have to come out otherwise for the node to be as wanted.
fn missing(node: &Node, wanted: bool) -> usize {
    if node.holds == wanted {
        return 0;
    }
    let each = node.parts.iter().map(|part| missing(part, wanted));
    match (&node.kind, wanted) {
        (NodeKind::Test { .. }, _) => 1,
        (NodeKind::Not, _) => {
            node.parts.iter().map(|part| missing(part, !wanted)).fold(0, usize::saturating_add)
        }
        (NodeKind::All, true) | (NodeKind::Any, false) => each.fold(0, usize::saturating_add),
        (NodeKind::All, false) | (NodeKind::Any, true) => each.min().unwrap_or(usize::MAX),
    }
}
