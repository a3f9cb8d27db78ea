//! Ids that are readable, and each once. Knows no policies.

use std::collections::HashMap;

/// How long an id becomes, in characters.
pub(crate) const LONGEST: usize = 40;

/// The ids that are taken.
#[derive(Debug, Default)]
pub(crate) struct Names {
    taken: HashMap<String, usize>,
}

impl Names {
    /// This id, or one with a number behind it.
    pub(crate) fn unique(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        // Whether a number makes it new has to be looked up too: `a-2` may be written in the query.
        while let Some(count) = self.taken.get_mut(&name) {
            *count += 1;
            name = format!("{wanted}-{count}");
            if !self.taken.contains_key(&name) {
                break;
            }
            wanted.clone_into(&mut name);
        }
        self.taken.insert(name.clone(), 1);
        name
    }
}

/// Small letters and digits, with hyphens between.
pub(crate) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for letter in text.chars().take(4 * LONGEST) {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter.to_ascii_lowercase());
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_readable_and_unique() {
        assert_eq!(slug("/usr/lib/apt/"), "usr-lib-apt");
        let mut names = Names::default();
        let found: Vec<String> = ["a", "a-2", "a", "a", "b"].iter().map(|name| names.unique(name)).collect();
        assert_eq!(found, ["a", "a-2", "a-3", "a-4", "b"]);
    }
}
