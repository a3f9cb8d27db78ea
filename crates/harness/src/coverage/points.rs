//! The points of a predicate, and a walk that counts which of them decided on an event. Both go through the predicate in
//! the same order.

use lownoise_engine::event::{Event, OwnedEvent};
use lownoise_engine::op::{AddressSet, Comparison, Operator, Pattern};
use lownoise_engine::predicate::{Predicate, Test};
use lownoise_engine::span::{Sources, Span};

use super::{Asked, Kind, Point};

/// The points of a part: the whole of it first; a part without a predicate is one point.
pub(super) fn points(predicate: Option<&Predicate>, span: Span, sources: &Sources) -> Vec<Point> {
    let mut points = vec![point(Kind::Whole, span)];
    if let Some(predicate) = predicate {
        list(predicate, false, sources, &mut points);
    }
    points
}

fn point(kind: Kind, span: Span) -> Point {
    Point { kind, span, yes: Asked::Seen(0), no: Asked::Seen(0) }
}

fn list(predicate: &Predicate, is_branch: bool, sources: &Sources, points: &mut Vec<Point>) {
    if is_branch && has_point(predicate) {
        points.extend(predicate.span().map(|span| point(Kind::Branch, span)));
    }
    match predicate {
        Predicate::All(parts) => parts.iter().for_each(|part| list(part, false, sources, points)),
        Predicate::Any(parts) => parts.iter().for_each(|part| list(part, true, sources, points)),
        Predicate::Not(part) => list(part, false, sources, points),
        Predicate::Test(test) => {
            points.push(point(Kind::Test, test.span));
            for entry in entries(&test.operator) {
                let written = entry.text();
                let span = place(sources, test.span, &written);
                points.push(Point { kind: Kind::Entry(written), span, yes: Asked::Seen(0), no: Asked::No });
            }
        }
        Predicate::Pair(pair) => points.push(point(Kind::Test, pair.span)),
        Predicate::Opaque(_) => {}
    }
}

/// Whether a branch of an `any` is more than a test, and has tests.
fn has_point(predicate: &Predicate) -> bool {
    matches!(predicate, Predicate::All(_) | Predicate::Any(_) | Predicate::Not(_))
        && !predicate.columns().is_empty()
}

/// Counts what decided on one event.
pub(super) struct Walk<'p> {
    points: &'p mut [Point],
    at: usize,
    /// Whether some test alone decided by being false.
    pub(super) missed: bool,
}

impl<'p> Walk<'p> {
    pub(super) fn new(points: &'p mut [Point]) -> Self {
        Self { points, at: 0, missed: false }
    }

    /// The part as a whole; always the first step.
    pub(super) fn whole(&mut self, holds: bool) {
        self.missed = self.points.len() == 1 && !holds;
        self.next(true, holds);
    }

    /// A predicate on the rows of a device, of which one has to satisfy it.
    pub(super) fn rows(&mut self, predicate: &Predicate, rows: &[OwnedEvent]) {
        let start = self.at;
        for (place, row) in rows.iter().enumerate() {
            let others = rows.iter().enumerate().filter(|(at, _)| *at != place);
            let decides = others.into_iter().all(|(_, other)| !predicate.holds(&other.borrow()));
            self.at = start;
            self.predicate(predicate, row, decides);
        }
        self.missed |= rows.is_empty();
    }

    /// A predicate on an event; it decides only if what it stands in lets it.
    pub(super) fn predicate(&mut self, predicate: &Predicate, event: &OwnedEvent, decides: bool) {
        self.step(predicate, &event.borrow(), decides, false, true);
    }

    /// `wanted`: what the part as a whole would have to be for the predicate to be what makes it so.
    fn step(
        &mut self,
        predicate: &Predicate,
        event: &Event<'_>,
        decides: bool,
        is_branch: bool,
        wanted: bool,
    ) {
        if is_branch && has_point(predicate) {
            self.next(decides, predicate.holds(event));
        }
        match predicate {
            Predicate::All(parts) | Predicate::Any(parts) => {
                let any = matches!(predicate, Predicate::Any(_));
                let held: Vec<bool> = parts.iter().map(|part| part.holds(event)).collect();
                // What the others have to be for one to decide.
                let differing = held.iter().filter(|holds| **holds == any).count();
                for (part, holds) in parts.iter().zip(held) {
                    let others = differing - usize::from(holds == any);
                    self.step(part, event, decides && others == 0, any, wanted);
                }
            }
            Predicate::Not(part) => self.step(part, event, decides, false, !wanted),
            Predicate::Test(test) => self.test(test, event, decides, wanted),
            Predicate::Pair(pair) => {
                let holds = pair.holds(|column| event.value(column));
                self.missed |= decides && holds != wanted;
                self.next(decides, holds);
            }
            Predicate::Opaque(_) => {}
        }
    }

    fn test(&mut self, test: &Test, event: &Event<'_>, decides: bool, wanted: bool) {
        let holds = test.operator.holds(event.value(test.column));
        self.missed |= decides && holds != wanted;
        self.next(decides, holds);
        let entries = entries(&test.operator);
        // Only an entry that alone makes the test true decides.
        let held: Vec<bool> = if decides && holds {
            entries.iter().map(|entry| entry.0.holds(event.value(test.column))).collect()
        } else {
            vec![false; entries.len()]
        };
        let alone = held.iter().filter(|holds| **holds).count() == 1;
        for holds in held {
            self.next(alone && holds, true);
        }
    }

    /// Counts at the next point.
    fn next(&mut self, decides: bool, holds: bool) {
        if let (true, Some(point)) = (decides, self.points.get_mut(self.at)) {
            if holds { point.yes.count() } else { point.no.count() }
        }
        self.at += 1;
    }
}

/// One entry of a list, as a test of its own.
struct Entry(Operator);

impl Entry {
    /// As it is written, without quotes.
    fn text(&self) -> String {
        match &self.0 {
            Operator::Text { literals, .. } => literals.concat(),
            Operator::Matches(patterns) => patterns.iter().map(Pattern::text).collect(),
            Operator::In(set) => {
                let networks = set.networks.iter().map(|network| {
                    let whole = if network.is_ipv4() { 32 } else { 128 };
                    if network.prefix() == whole { network.ip().to_string() } else { network.to_string() }
                });
                networks.chain(set.classes.iter().map(|class| class.name().to_owned())).collect()
            }
            Operator::Number(Comparison::OneOf(numbers)) => numbers.iter().map(ToString::to_string).collect(),
            Operator::Time(Comparison::OneOf(times)) => times.iter().map(ToString::to_string).collect(),
            _ => String::new(),
        }
    }
}

/// The entries of a test's list; none unless there are several.
fn entries(operator: &Operator) -> Vec<Entry> {
    let all: Vec<Operator> = match operator {
        Operator::Text { operator, literals, case } => literals
            .iter()
            .map(|literal| Operator::Text {
                operator: *operator,
                literals: vec![literal.clone()],
                case: *case,
            })
            .collect(),
        Operator::Matches(patterns) => {
            patterns.iter().map(|pattern| Operator::Matches(vec![pattern.clone()])).collect()
        }
        Operator::In(set) => {
            let network = |network| AddressSet { networks: vec![network], classes: Vec::new() };
            let class = |class| AddressSet { networks: Vec::new(), classes: vec![class] };
            let networks = set.networks.iter().copied().map(network);
            networks.chain(set.classes.iter().copied().map(class)).map(Operator::In).collect()
        }
        Operator::Number(Comparison::OneOf(numbers)) => {
            numbers.iter().map(|number| Operator::Number(Comparison::OneOf(vec![*number]))).collect()
        }
        Operator::Time(Comparison::OneOf(times)) => {
            times.iter().map(|time| Operator::Time(Comparison::OneOf(vec![*time]))).collect()
        }
        _ => Vec::new(),
    };
    if all.len() > 1 { all.into_iter().map(Entry).collect() } else { Vec::new() }
}

/// Where an entry is written in the text of its test; the whole test where it is spelled otherwise there.
fn place(sources: &Sources, test: Span, entry: &str) -> Span {
    let whole = sources.text(test);
    // Without quotes it is a number, which must not be a part of a longer one, or of the column's name.
    let stands_alone = |start: usize, length: usize| {
        let before = whole.get(..start).and_then(|text| text.chars().next_back());
        let after = whole.get(start + length..).and_then(|text| text.chars().next());
        ![before, after].into_iter().flatten().any(|letter| letter.is_alphanumeric() || letter == '.')
    };
    let quoted = ["\"", "'", ""].map(|quote| format!("{quote}{entry}{quote}"));
    let found = quoted.iter().find_map(|written| {
        let mut places = whole.match_indices(written.as_str()).map(|(start, _)| start);
        Some((places.find(|start| stands_alone(*start, written.len()))?, written.len()))
    });
    found.map_or(test, |(start, length)| {
        let start = test.range().start + start;
        Span::new(test.source, start..start + length)
    })
}
