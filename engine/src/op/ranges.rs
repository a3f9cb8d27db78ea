//! Sets of numbers as inclusive ranges: ascending, without overlap, without touching.

/// Sorts ranges and joins those that touch.
pub(super) fn normalise(mut ranges: Vec<(u128, u128)>) -> Vec<(u128, u128)> {
    ranges.sort_unstable();
    let mut joined: Vec<(u128, u128)> = Vec::with_capacity(ranges.len());
    for (low, high) in ranges {
        match joined.last_mut() {
            Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
            _ => joined.push((low, high)),
        }
    }
    joined
}

/// What normalised ranges leave.
pub(super) fn complement(ranges: &[(u128, u128)]) -> Vec<(u128, u128)> {
    let mut left = Vec::with_capacity(ranges.len() + 1);
    let mut next = Some(0);
    for &(low, high) in ranges {
        if let Some(start) = next.filter(|start| *start < low) {
            left.push((start, low - 1));
        }
        next = high.checked_add(1);
    }
    left.extend(next.map(|start| (start, u128::MAX)));
    left
}

/// The first ranges without the second.
pub(super) fn minus(ranges: &[(u128, u128)], without: &[(u128, u128)]) -> Vec<(u128, u128)> {
    let outside = complement(ranges).into_iter().chain(without.iter().copied());
    complement(&normalise(outside.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_ranges() {
        assert_eq!(normalise(vec![(5, 6), (1, 2), (3, 3)]), [(1, 3), (5, 6)]);
        assert_eq!(complement(&[(0, 1), (5, u128::MAX)]), [(2, 4)]);
        assert_eq!(complement(&[]), [(0, u128::MAX)]);
        assert_eq!(minus(&[(1, 9)], &[(3, 4), (9, 12)]), [(1, 2), (5, 8)]);
    }
}
