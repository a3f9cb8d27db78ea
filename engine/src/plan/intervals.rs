//! Strategy *intervals*, for anything ordered: numbers, times, addresses. The bounds of all tests cut the line into
//! pieces, and each piece knows its tests: one binary search answers them all.
//! Exact (necessary and sufficient) for every comparison and every network.

use super::truth::{Scratch, TestId};

/// Which tests hold where on a line. Ranges are inclusive.
#[derive(Debug)]
pub(super) struct Intervals<T> {
    /// Where each piece begins, ascending; a piece reaches to the next.
    starts: Vec<T>,
    /// The tests of each piece.
    tests: Vec<Vec<TestId>>,
}

impl<T: Ord + Copy> Intervals<T> {
    /// `next` is the value after a value, `None` for the last.
    pub(super) fn new(ranges: &[(T, T, TestId)], next: impl Fn(T) -> Option<T>) -> Self {
        let mut edges: Vec<(T, bool, TestId)> = Vec::with_capacity(ranges.len() * 2);
        for (low, high, test) in ranges.iter().filter(|(low, high, _)| low <= high) {
            edges.push((*low, true, *test));
            edges.extend(next(*high).map(|after| (after, false, *test)));
        }
        edges.sort_unstable_by_key(|(place, begins, test)| (*place, *begins, *test));
        let mut intervals = Self { starts: Vec::new(), tests: Vec::new() };
        let mut open: Vec<TestId> = Vec::new();
        let mut edges = edges.into_iter().peekable();
        while let Some((place, begins, test)) = edges.next() {
            if begins {
                open.push(test);
            } else if let Some(at) = open.iter().position(|known| *known == test) {
                open.swap_remove(at);
            }
            if edges.peek().is_none_or(|(following, _, _)| *following != place) {
                intervals.starts.push(place);
                intervals.tests.push(open.clone());
            }
        }
        intervals
    }

    /// Notes the tests that hold on a value. Logarithmic in the number of pieces.
    pub(super) fn answer(&self, value: T, scratch: &mut Scratch) {
        let piece = self.starts.partition_point(|start| *start <= value).checked_sub(1);
        for test in piece.and_then(|piece| self.tests.get(piece)).into_iter().flatten() {
            scratch.hold(*test);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }
}
