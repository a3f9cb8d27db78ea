//! What one proof has cost so far, and the automata of patterns that it has made: questions about one column ask for
//! the same ones again and again. Knows limits and automata, no questions.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use lownoise_engine::op::{Case, Pattern};

use super::automaton::Table;
use super::patterns;
use crate::{Limits, Reason};

/// The limits of one question to a theory, and the books of its proof.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account<'b> {
    pub(crate) limits: Limits,
    pub(crate) books: &'b Books,
}

/// What one proof has cost, and what it has made.
#[derive(Debug, Default)]
pub(crate) struct Books {
    work: Cell<usize>,
    /// By the patterns, each as it is written.
    automata: RefCell<HashMap<Vec<(String, Case)>, Made>>,
    /// Bytes of the automata that are kept.
    kept: Cell<usize>,
}

/// Automata one of which accepts where some pattern is found, or why there are none.
type Made = Result<Rc<[Table]>, Reason>;

/// Automata are kept up to so many bytes.
const KEPT: usize = 128 << 20;

/// Bytes of an automaton that cost about what a state of a product does.
const BYTES_OF_A_STATE: usize = 64;

/// Bytes of an automaton of several patterns, for each of them and in any case; beyond, they get automata of their own.
const SHARED_BYTES: (usize, usize) = (4 << 10, 24 << 10);

impl Books {
    /// Another proof: what is made is kept, what was spent is forgotten.
    pub(crate) fn begin(&self) {
        self.work.set(0);
    }
}

impl Account<'_> {
    /// What may still be spent.
    pub(super) fn left(self) -> usize {
        self.limits.work.saturating_sub(self.books.work.get())
    }

    pub(super) fn spend(self, work: usize) {
        self.books.work.set(self.books.work.get().saturating_add(work));
    }

    /// The automata of some patterns, each of at most so many bytes.
    ///
    /// # Errors
    /// When one grows larger.
    pub(super) fn tables(self, patterns: &[&Pattern], bytes: usize) -> Made {
        let key: Vec<_> =
            patterns.iter().map(|pattern| (pattern.text().to_owned(), pattern.case())).collect();
        if let Some(known) = self.books.automata.borrow().get(&key) {
            return known.clone();
        }
        let made: Made = tables(patterns, bytes).map(Rc::from);
        let size = made.as_ref().map_or(bytes, |tables| tables.iter().map(Table::bytes).sum());
        self.spend(size / BYTES_OF_A_STATE);
        // With less room it was given up; with more it may not be.
        if bytes < self.limits.automaton_bytes && made.is_err() {
            return made;
        }
        let mut automata = self.books.automata.borrow_mut();
        let size = if made.is_ok() { size } else { 0 };
        if self.books.kept.get() + size > KEPT {
            automata.clear();
            self.books.kept.set(0);
        }
        self.books.kept.set(self.books.kept.get() + size);
        automata.insert(key, made.clone());
        made
    }
}

/// One table for all patterns when it stays small, else of halves of them, down to single ones.
fn tables(patterns: &[&Pattern], bytes: usize) -> Result<Vec<Table>, Reason> {
    if let [pattern] = patterns {
        let table = patterns::table(patterns, bytes);
        return table.map(|table| vec![table]).ok_or_else(|| Reason::Automaton(pattern.text().to_owned()));
    }
    let (each, least) = SHARED_BYTES;
    let shared = patterns.len().saturating_mul(each).max(least);
    if let Some(table) = patterns::table(patterns, bytes.min(shared)) {
        return Ok(vec![table]);
    }
    let (one, other) = patterns.split_at(patterns.len() / 2);
    let mut found = tables(one, bytes)?;
    found.extend(tables(other, bytes)?);
    Ok(found)
}
