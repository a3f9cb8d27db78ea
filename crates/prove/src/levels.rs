//! Sets of decision levels: which choices a conflict rests on.

/// A set of small numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Levels(Vec<u64>);

impl Levels {
    pub(crate) fn insert(&mut self, level: u32) {
        let (word, bit) = place(level);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(bits) = self.0.get_mut(word) {
            *bits |= bit;
        }
    }

    pub(crate) fn remove(&mut self, level: u32) {
        let (word, bit) = place(level);
        if let Some(bits) = self.0.get_mut(word) {
            *bits &= !bit;
        }
    }

    pub(crate) fn contains(&self, level: u32) -> bool {
        let (word, bit) = place(level);
        self.0.get(word).is_some_and(|bits| bits & bit != 0)
    }

    pub(crate) fn extend(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (bits, more) in self.0.iter_mut().zip(&other.0) {
            *bits |= more;
        }
    }

    /// All levels up to one.
    pub(crate) fn up_to(level: u32) -> Self {
        let mut levels = Self::default();
        (0..=level).for_each(|level| levels.insert(level));
        levels
    }
}

fn place(level: u32) -> (usize, u64) {
    ((level / 64) as usize, 1 << (level % 64))
}
