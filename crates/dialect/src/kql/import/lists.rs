//! The lists of a query whose values are not in it, and names for them. Knows words, no meaning.

use std::collections::{HashMap, HashSet};

use lownoise_engine::policy::List;

use crate::kql::syntax::names;

/// The lists so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Lists {
    pub(super) all: Vec<List>,
    /// Every word of the query, and every name that a list was given: no list is called so.
    taken: HashSet<String>,
    /// How many lists were to be called so.
    numbers: HashMap<String, usize>,
}

impl Lists {
    /// A name like another that is no word of the text, no other list's, and nothing else. The first costs a look at the
    /// text, the others next to nothing.
    pub(super) fn free_name(&mut self, wanted: &str, text: &str, is_other: impl Fn(&str) -> bool) -> String {
        if self.taken.is_empty() {
            self.taken = names(text).map(str::to_owned).collect();
        }
        let spelled = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let wanted: String =
            wanted.chars().map(|letter| if spelled(letter) { letter } else { '_' }).collect();
        loop {
            let number = self.numbers.entry(wanted.clone()).or_default();
            *number += 1;
            let name = if *number == 1 { wanted.clone() } else { format!("{wanted}_{number}") };
            if !is_other(&name) && self.taken.insert(name.clone()) {
                return name;
            }
        }
    }
}
