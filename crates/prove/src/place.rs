//! A thing where it stands, as a key: this one, not one that is equal. Quick to compare, whatever it is.

use std::hash::{Hash, Hasher};

#[derive(Debug)]
pub(crate) struct Place<'p, T>(pub(crate) &'p T);

impl<T> PartialEq for Place<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl<T> Eq for Place<'_, T> {}

impl<T> Hash for Place<'_, T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::ptr::hash(self.0, state);
    }
}
