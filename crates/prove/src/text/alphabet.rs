//! Characters as classes: what an automaton cannot tell apart is one class, and what a set of automata cannot tell
//! apart together is one symbol with one character to stand for it. So automata read whole characters, all of Unicode
//! costs no more than ASCII, and no symbol is left out. Knows characters, no operators.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use lownoise_engine::op::is_term_character;

/// A class of characters of one alphabet.
pub(super) type Class = u16;

/// The class of all characters that a [`Alphabet::of_characters`] does not name.
pub(super) const REST: Class = 0;

/// Of those, the term characters, where the alphabet tells them apart.
pub(super) const REST_TERM: Class = 1;

/// Printable ASCII, the most readable first.
const PRINTABLE: &str =
    "abcdefghijklmnopqrstuvwxyz0123456789/-_. ABCDEFGHIJKLMNOPQRSTUVWXYZ:=,+@~%#?&!;$*^|\"'`()<>[]{}\\";

/// The first code points after the ASCII and Latin-1 controls and spaces.
const BEYOND_CONTROLS: u32 = 0xa1;

/// The classes of one automaton.
#[derive(Debug, Clone)]
pub(super) struct Alphabet {
    ascii: Vec<Class>,
    /// Where another class begins: code point and class, ascending.
    steps: Vec<(u32, Class)>,
    /// Whether [`REST`] is only the delimiters, and [`REST_TERM`] the term characters.
    terms: bool,
}

impl Alphabet {
    /// These characters have these classes, all others are the rest.
    pub(super) fn of_characters(characters: &BTreeMap<char, Class>, terms: bool) -> Self {
        let mut steps = Vec::with_capacity(characters.len() * 2);
        for (character, class) in characters {
            let code = u32::from(*character);
            if steps.last().is_some_and(|(start, _)| *start == code) {
                steps.pop();
            }
            steps.extend([(code, *class), (code + 1, REST)]);
        }
        Self::new(steps, terms)
    }

    /// Classes by where they begin: code point and class, ascending.
    pub(super) fn of_steps(steps: Vec<(u32, Class)>) -> Self {
        Self::new(steps, false)
    }

    fn new(steps: Vec<(u32, Class)>, terms: bool) -> Self {
        let mut alphabet = Self { ascii: Vec::new(), steps, terms };
        alphabet.ascii = ('\0'..='\x7f').map(|character| alphabet.find(character)).collect();
        alphabet
    }

    /// The class of a character. Constant for ASCII, else logarithmic in the number of classes.
    pub(super) fn class(&self, character: char) -> Class {
        let ascii = self.ascii.get(u32::from(character) as usize);
        ascii.copied().unwrap_or_else(|| self.find(character))
    }

    fn find(&self, character: char) -> Class {
        let class = self.named(u32::from(character));
        if class == REST && self.terms && is_term_character(character) { REST_TERM } else { class }
    }

    /// The class, the term characters of the rest not told apart.
    fn named(&self, code: u32) -> Class {
        let after = self.steps.partition_point(|(start, _)| *start <= code);
        after.checked_sub(1).and_then(|place| self.steps.get(place)).map_or(REST, |(_, class)| *class)
    }
}

/// The symbols that several automata read together, the most readable first.
#[derive(Debug)]
pub(super) struct Symbols {
    characters: Vec<char>,
    /// The class of each symbol in each alphabet; the symbol's row after row.
    classes: Vec<Class>,
    width: usize,
    seen: HashSet<Vec<Class>>,
}

impl Symbols {
    /// The symbols that hold a printable ASCII character.
    pub(super) fn printable(alphabets: &[&Alphabet]) -> Self {
        let mut symbols = Self {
            characters: Vec::new(),
            classes: Vec::new(),
            width: alphabets.len(),
            seen: HashSet::new(),
        };
        for character in PRINTABLE.chars() {
            symbols.offer(character, alphabets);
        }
        symbols
    }

    /// Adds all other symbols; afterwards every character of Unicode is of one of them. True when there were any.
    /// Linear in the classes of the alphabets, times their number.
    pub(super) fn complete(&mut self, alphabets: &[&Alphabet]) -> bool {
        let before = self.len();
        let own = [0, u32::from(' '), 0x7f, BEYOND_CONTROLS];
        let steps = alphabets.iter().flat_map(|alphabet| alphabet.steps.iter().map(|(start, _)| *start));
        let starts: BTreeSet<u32> = own.into_iter().chain(steps).collect();
        let terms = alphabets.iter().any(|alphabet| alphabet.terms);
        let ends = starts.iter().skip(1).map(|start| start - 1).chain([u32::from(char::MAX)]);
        let mut segments: Vec<(u32, u32)> = starts.iter().copied().zip(ends).collect();
        // Controls last: nobody wants to read them.
        segments.sort_by_key(|(low, _)| (*low < BEYOND_CONTROLS, *low));
        for (low, high) in segments {
            if terms {
                self.offer_both(low, high, alphabets);
            } else if let Some(character) = (low..=high).find_map(char::from_u32) {
                self.offer(character, alphabets);
            }
        }
        self.len() > before
    }

    /// Offers a term character and a delimiter of a segment, where it has them. Only alphabets' classes decide, so
    /// that what is seen already is not searched for.
    fn offer_both(&mut self, low: u32, high: u32, alphabets: &[&Alphabet]) {
        for term in [true, false] {
            let row: Vec<Class> = alphabets
                .iter()
                .map(|alphabet| match alphabet.named(low) {
                    REST if alphabet.terms && term => REST_TERM,
                    class => class,
                })
                .collect();
            if !self.seen.contains(&row) {
                let mut characters = (low..=high).filter_map(char::from_u32);
                if let Some(character) = characters.find(|found| is_term_character(*found) == term) {
                    self.offer(character, alphabets);
                }
            }
        }
    }

    fn offer(&mut self, character: char, alphabets: &[&Alphabet]) {
        let row: Vec<Class> = alphabets.iter().map(|alphabet| alphabet.class(character)).collect();
        if !self.seen.contains(&row) {
            self.characters.push(character);
            self.classes.extend(&row);
            self.seen.insert(row);
        }
    }

    /// How many.
    pub(super) fn len(&self) -> usize {
        self.characters.len()
    }

    /// The character that stands for a symbol.
    pub(super) fn character(&self, symbol: usize) -> Option<char> {
        self.characters.get(symbol).copied()
    }

    /// The classes of each symbol, one for each alphabet.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[Class]> {
        self.classes.chunks_exact(self.width.max(1))
    }

    /// The classes of one symbol.
    pub(super) fn row(&self, symbol: usize) -> &[Class] {
        let start = symbol * self.width;
        self.classes.get(start..start + self.width).unwrap_or_default()
    }
}
