//! Numbers and times: equality with any of a list, `lt`, `lte`, `gt`, `gte`, and `between`, which includes both ends.

/// What is asked of an ordered value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Comparison<T> {
    /// Equal to one of these.
    OneOf(Vec<T>),
    /// Less than.
    Lt(T),
    /// Less than or equal.
    Lte(T),
    /// Greater than.
    Gt(T),
    /// Greater than or equal.
    Gte(T),
    /// From the first to the second, both included; nothing when the first is greater.
    Between(T, T),
}

impl<T: Ord> Comparison<T> {
    /// Whether it holds on a value.
    #[must_use]
    pub fn holds(&self, value: &T) -> bool {
        match self {
            Self::OneOf(all) => all.contains(value),
            Self::Lt(bound) => value < bound,
            Self::Lte(bound) => value <= bound,
            Self::Gt(bound) => value > bound,
            Self::Gte(bound) => value >= bound,
            Self::Between(low, high) => low <= value && value <= high,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Comparison::{Between, Gt, Gte, Lt, Lte, OneOf};

    #[test]
    fn comparisons_at_their_borders() {
        let cases = [
            (OneOf(vec![5, 6]), [false, true, true, false]),
            (Lt(6), [true, true, false, false]),
            (Lte(6), [true, true, true, false]),
            (Gt(5), [false, false, true, true]),
            (Gte(5), [false, true, true, true]),
            (Between(5, 6), [false, true, true, false]),
            (Between(6, 5), [false; 4]),
        ];
        for (comparison, expected) in cases {
            assert_eq!([4, 5, 6, 7].map(|value| comparison.holds(&value)), expected, "{comparison:?}");
        }
    }
}
