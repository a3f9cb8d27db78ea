//! Whether letters differ by case: the one folding that every operator uses.

/// Whether `a` and `A` are the same. Only ASCII letters fold: what Kusto does beyond ASCII is not documented,
/// and engines differ there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Case {
    /// `a` and `A` differ: the default, since Linux paths and names do.
    #[default]
    Sensitive,
    /// `ignore_case = true`.
    Insensitive,
}

impl Case {
    /// Whether two texts of bytes are the same.
    #[inline]
    #[must_use]
    pub fn same(self, left: &[u8], right: &[u8]) -> bool {
        match self {
            Self::Sensitive => left == right,
            Self::Insensitive => left.eq_ignore_ascii_case(right),
        }
    }
}
