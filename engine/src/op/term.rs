//! Terms: maximal runs of letters and digits, which `has` and its relatives look at.

/// Whether a character belongs to a term: Unicode letters and digits do; `_` and all else delimit.
#[must_use]
pub fn is_term_character(character: char) -> bool {
    character.is_alphanumeric()
}

/// Whether no term runs across a place in the text, given the character of the literal that touches the place:
/// a literal that itself ends in a delimiter needs no boundary there.
pub(super) fn is_boundary(edge: Option<char>, neighbour: Option<char>) -> bool {
    !(edge.is_some_and(is_term_character) && neighbour.is_some_and(is_term_character))
}
