//! Strategy *intervals*, for anything ordered: numbers, times, addresses. The bounds of all tests cut the line into
//! pieces; over the pieces stands a binary tree, and a test is noted at the few nodes whose pieces together are its
//! range. One binary search and the way up from its piece answer all tests.
//! Exact (necessary and sufficient) for every comparison and every network.

use super::truth::{Scratch, TestId};

/// Which tests hold where on a line. Ranges are inclusive.
#[derive(Debug)]
pub(super) struct Intervals<T> {
    /// Where each piece begins, ascending; a piece reaches to the next, and before the first no test holds.
    starts: Vec<T>,
    /// The tree: the parent of node `n` is `n / 2`, the root is node 1, and a piece's leaf is its place behind as many
    /// nodes as there are pieces. For each node the end of its tests in `tests`; they begin where the node before ends.
    ends: Vec<u32>,
    tests: Vec<TestId>,
}

impl<T: Ord + Copy> Intervals<T> {
    /// `next` is the value after a value, `None` for the last. Takes n log n time and room, also where all overlap.
    pub(super) fn new(ranges: &[(T, T, TestId)], next: impl Fn(T) -> Option<T>) -> Self {
        let ranges = || ranges.iter().filter(|(low, high, _)| low <= high);
        let mut starts: Vec<T> = ranges().map(|(low, ..)| *low).collect();
        starts.extend(ranges().filter_map(|(_, high, _)| next(*high)));
        starts.sort_unstable();
        starts.dedup();
        let pieces = starts.len();
        let mut nodes: Vec<(usize, TestId)> = Vec::new();
        for (low, high, test) in ranges() {
            let mut left = starts.partition_point(|start| start < low) + pieces;
            let mut right = starts.partition_point(|start| start <= high) + pieces;
            // Ranges are taken from both sides upwards: a node that is its parent's outer child stands for itself.
            while left < right {
                if left % 2 == 1 {
                    nodes.push((left, *test));
                    left += 1;
                }
                if right % 2 == 1 {
                    right -= 1;
                    nodes.push((right, *test));
                }
                (left, right) = (left / 2, right / 2);
            }
        }
        nodes.sort_unstable();
        let end = |node: usize| nodes.partition_point(|(known, _)| *known <= node);
        let ends = (0..2 * pieces).map(|node| u32::try_from(end(node)).unwrap_or(u32::MAX)).collect();
        Self { starts, ends, tests: nodes.into_iter().map(|(_, test)| test).collect() }
    }

    /// Notes the tests that hold on a value. Logarithmic in the number of pieces, and linear in the answer.
    pub(super) fn answer(&self, value: T, scratch: &mut Scratch) {
        let Some(piece) = self.starts.partition_point(|start| *start <= value).checked_sub(1) else { return };
        let mut node = piece + self.starts.len();
        while node > 0 {
            let end = |node: usize| self.ends.get(node).map_or(0, |end| *end as usize);
            for test in self.tests.get(end(node - 1)..end(node)).unwrap_or_default() {
                scratch.hold(*test);
            }
            node /= 2;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn as_looking_at_each_range(
            ranges in proptest::collection::vec((0u8..30, 0u8..40), 0..12),
            ends_at_last: bool,
            value in 0u8..45,
        ) {
            let high = |high: u8| if ends_at_last && high > 35 { u8::MAX } else { high };
            let ranges: Vec<(u8, u8, TestId)> = ranges
                .into_iter()
                .enumerate()
                .map(|(test, (low, length))| (low, high(length), TestId::new(test)))
                .collect();
            let mut scratch = Scratch::default();
            scratch.fit(ranges.len(), 0, 0);
            scratch.next_row();
            Intervals::new(&ranges, |value| value.checked_add(1)).answer(value, &mut scratch);
            for (low, high, test) in &ranges {
                prop_assert_eq!(scratch.holds(*test), (*low..=*high).contains(&value));
            }
        }
    }

    #[test]
    fn ranges_that_all_overlap_take_little_room() {
        let ranges: Vec<(i64, i64, TestId)> =
            (0i64..10_000).enumerate().map(|(test, bound)| (bound, i64::MAX, TestId::new(test))).collect();
        let intervals = Intervals::new(&ranges, |value| value.checked_add(1));
        assert!(intervals.tests.len() <= 10_000 * 28, "two nodes for each level: {}", intervals.tests.len());
    }
}
