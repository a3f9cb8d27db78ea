//! Coverage of policies by their scenarios, as text, JSON, LCOV and HTML. Decides nothing.

mod html;
mod lcov;
mod text;

use std::collections::{BTreeMap, HashMap};

use lownoise_engine::span::{Source, Span};
use lownoise_harness::{Asked, Coverage, Kind, PartCoverage, Point, PolicyCoverage, percent};
use serde_json::{Value, json};

pub use html::coverage_html;
pub use lcov::coverage_lcov;
pub use text::render_coverage;

/// A point at a line of a file; a set is a file of its own, and its points are those of all policies that use it.
struct Placed<'c> {
    /// First byte and the byte after the last, in the file.
    range: std::ops::Range<usize>,
    line: usize,
    part: &'c PartCoverage,
    point: Point,
}

/// The files of all policies, each with its points in the order of the text.
fn files(coverage: &Coverage) -> BTreeMap<&str, (&Source, Vec<Placed<'_>>)> {
    let mut files: BTreeMap<&str, (&Source, Vec<Placed<'_>>)> = BTreeMap::new();
    // A point of a set is the same in every policy by where its part stands and which of the part's points it is. Two points
    // of one policy may stand in one place, as those of `has_all` do.
    let mut known: HashMap<(&str, usize, usize), usize> = HashMap::new();
    for policy in &coverage.policies {
        let points = policy.parts().flat_map(|part| part.points.iter().enumerate().map(move |at| (part, at)));
        for (part, (place, point)) in points {
            let Some(source) = policy.policy.sources.get(point.span.source) else { continue };
            let (_, placed) = files.entry(&source.name).or_insert_with(|| (source, Vec::new()));
            let range = point.span.range();
            let key = (source.name.as_str(), part.span.range().start, place);
            let at = *known.entry(key).or_insert(placed.len());
            if let Some(same) = placed.get_mut(at) {
                same.point.yes = sum(same.point.yes, point.yes);
                same.point.no = sum(same.point.no, point.no);
            } else {
                let line = line(policy, point.span);
                placed.push(Placed { range, line, part, point: point.clone() });
            }
        }
    }
    for (_, placed) in files.values_mut() {
        placed.sort_by_key(|placed| (placed.range.start, std::cmp::Reverse(placed.range.end)));
    }
    files
}

fn sum(left: Asked, right: Asked) -> Asked {
    match (left, right) {
        (Asked::Seen(left), Asked::Seen(right)) => Asked::Seen(left + right),
        _ => left,
    }
}

fn line(policy: &PolicyCoverage, span: Span) -> usize {
    policy.policy.sources.line_column(span).0
}

/// Which outcomes of a point no scenario noticed, in words that follow what it is.
fn missing(point: &Point) -> Option<&'static str> {
    let (yes, no) = (point.yes == Asked::Seen(0), point.no == Asked::Seen(0));
    match (&point.kind, yes, no) {
        (_, false, false) => None,
        (Kind::Entry(_), ..) => Some("never decides"),
        (Kind::Whole, true, true) => Some("has neither an example nor a counterexample"),
        (Kind::Whole, true, false) => Some("has no example"),
        (Kind::Whole, false, true) => Some("has no counterexample"),
        (_, true, true) => Some("never decides, neither true nor false"),
        (_, true, false) => Some("never decides by being true"),
        (_, false, true) => Some("never decides by being false"),
    }
}

/// A share as people read it: rounded down, so that 100 means all.
fn share(counted: (usize, usize)) -> String {
    format!("{:.1} %", (percent(counted) * 10.0).floor() / 10.0)
}

/// As JSON.
#[must_use]
pub fn coverage_json(coverage: &Coverage) -> Value {
    let policies = coverage.policies.iter().map(|policy| {
        let parts =
            |parts: &[PartCoverage]| -> Value { parts.iter().map(|part| part_json(policy, part)).collect() };
        let (covered, outcomes) = policy.counted();
        json!({
            "policy": policy.policy.id,
            "covered": covered,
            "outcomes": outcomes,
            "scope": parts(&policy.scope),
            "exclusions": parts(&policy.exclusions),
        })
    });
    let (covered, outcomes) = coverage.counted();
    json!({
        "covered": covered,
        "outcomes": outcomes,
        "percent": coverage.percent(),
        "policies": policies.collect::<Value>(),
    })
}

fn part_json(policy: &PolicyCoverage, part: &PartCoverage) -> Value {
    let (covered, outcomes) = part.counted();
    let points = part.points.iter().map(|point| {
        let (kind, entry) = match &point.kind {
            Kind::Whole => ("whole", None),
            Kind::Branch => ("branch", None),
            Kind::Test => ("test", None),
            Kind::Entry(text) => ("entry", Some(text)),
        };
        let source = policy.policy.sources.get(point.span.source).map(|source| &source.name);
        let (line, column) = policy.policy.sources.line_column(point.span);
        json!({
            "kind": kind,
            "entry": entry,
            "file": source,
            "line": line,
            "column": column,
            "true": seen(point.yes),
            "false": seen(point.no),
        })
    });
    json!({
        "id": part.name,
        "covered": covered,
        "outcomes": outcomes,
        "examples": part.examples,
        "near_misses": part.near_misses,
        "points": points.collect::<Value>(),
    })
}

fn seen(asked: Asked) -> Option<usize> {
    match asked {
        Asked::Seen(times) => Some(times),
        Asked::No => None,
    }
}
