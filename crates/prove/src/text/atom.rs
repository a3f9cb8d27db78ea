//! What is asked of a text, ready to be asked quickly: literals of a kind that must not hold are one atom, since
//! ¬a ∧ ¬b = ¬(a ∨ b), and long lists are automata from the second look on. Knows the operators of text columns.

use std::cell::{Cell, OnceCell};

use lownoise_engine::op::{Case, Operator, Pattern, TextOperator};

use super::automaton::Table;
use super::literals::Trie;

/// Members and what must come out: some member holds, or none does.
#[derive(Debug)]
pub(super) struct Atom<'a> {
    /// What must come out.
    pub(super) wanted: bool,
    /// The places of the literals that it was made from.
    pub(super) places: Vec<usize>,
    /// The test.
    pub(super) test: Test<'a>,
}

/// The test of an atom.
#[derive(Debug)]
pub(super) enum Test<'a> {
    /// Compares with literals.
    Words(Box<Words<'a>>),
    /// Finds patterns: each with the place that it is from.
    Patterns(Vec<(&'a Pattern, usize)>),
}

/// Literals under one operator.
#[derive(Debug)]
pub(super) struct Words<'a> {
    pub(super) operator: TextOperator,
    pub(super) case: Case,
    /// Each with the place that it is from.
    pub(super) members: Vec<(&'a str, usize)>,
    /// Bytes that the automaton may take.
    bytes: usize,
    looks: Cell<usize>,
    trie: OnceCell<Option<Trie>>,
    table: OnceCell<Option<Table>>,
}

/// `exists` is not to be the empty text.
static EMPTY: [String; 1] = [String::new()];

/// Comparisons with single literals that cost about what an automaton of them does.
const FEW: usize = 32;

impl<'a> Atom<'a> {
    /// The atoms of literals, at the places given; what must hold comes first. `None` when one is of no text column.
    pub(super) fn of(literals: &[(&'a Operator, bool)], places: &[usize], bytes: usize) -> Option<Vec<Self>> {
        let mut atoms: Vec<Self> = Vec::new();
        for place in places.iter().copied() {
            let (operator, wanted) = literals.get(place).copied()?;
            let (wanted, test) = match operator {
                Operator::Exists => {
                    (!wanted, Test::words(TextOperator::Equals, Case::Sensitive, &EMPTY, place, bytes))
                }
                Operator::Text { operator, literals, case } => {
                    (wanted, Test::words(*operator, *case, literals, place, bytes))
                }
                Operator::Matches(patterns) => {
                    (wanted, Test::Patterns(patterns.iter().map(|pattern| (pattern, place)).collect()))
                }
                Operator::Present
                | Operator::In(_)
                | Operator::Number(_)
                | Operator::Time(_)
                | Operator::Bool(_) => return None,
            };
            let twin = atoms.iter_mut().find(|atom| !wanted && !atom.wanted && atom.test.is_like(&test));
            match twin {
                Some(atom) => {
                    atom.places.push(place);
                    atom.test.absorb(test);
                }
                None => atoms.push(Self { wanted, places: vec![place], test }),
            }
        }
        atoms.sort_by_key(|atom| !atom.wanted);
        Some(atoms)
    }

    /// Whether it comes out as wanted on a text.
    pub(super) fn comes_out(&self, text: &str) -> bool {
        self.test.holds(text) == self.wanted
    }

    /// The place of a literal that does not come out as wanted, if one does not.
    pub(super) fn spoiler(&self, text: &str) -> Option<usize> {
        if self.comes_out(text) {
            return None;
        }
        match &self.test {
            _ if self.wanted => self.places.first().copied(),
            Test::Words(words) => words.place_in(text),
            Test::Patterns(patterns) => {
                patterns.iter().find(|(pattern, _)| pattern.is_match(text)).map(|(_, place)| *place)
            }
        }
    }
}

impl<'a> Test<'a> {
    fn words(operator: TextOperator, case: Case, literals: &'a [String], place: usize, bytes: usize) -> Self {
        let members = literals.iter().map(|literal| (literal.as_str(), place)).collect();
        Self::Words(Box::new(Words {
            operator,
            case,
            members,
            bytes,
            looks: Cell::new(0),
            trie: OnceCell::new(),
            table: OnceCell::new(),
        }))
    }

    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Words(one), Self::Words(other)) => {
                one.operator == other.operator && one.case == other.case
            }
            (Self::Patterns(_), Self::Patterns(_)) => true,
            _ => false,
        }
    }

    fn absorb(&mut self, other: Self) {
        match (self, other) {
            (Self::Words(words), Self::Words(other)) => words.members.extend(other.members),
            (Self::Patterns(patterns), Self::Patterns(other)) => patterns.extend(other),
            _ => {}
        }
    }

    /// Whether some member holds.
    pub(super) fn holds(&self, text: &str) -> bool {
        match self {
            Self::Words(words) => words.holds(text),
            Self::Patterns(patterns) => patterns.iter().any(|(pattern, _)| pattern.is_match(text)),
        }
    }
}

impl<'a> Words<'a> {
    /// The automaton, made at the first call; `None` when it is too large.
    pub(super) fn trie(&self) -> Option<&Trie> {
        let literals = self.members.iter().map(|(literal, _)| *literal);
        self.trie.get_or_init(|| Trie::new(self.operator, self.case, literals, self.bytes)).as_ref()
    }

    /// The automaton as a table, made at the first call, where that is small.
    pub(super) fn table(&self) -> Option<&Table> {
        self.table.get_or_init(|| self.trie()?.table()).as_ref()
    }

    fn holds(&self, text: &str) -> bool {
        match self.at_length() {
            Some(trie) => trie.holds(text),
            None => self.member_in(text).is_some(),
        }
    }

    /// The place that a member is from that holds.
    fn place_in(&self, text: &str) -> Option<usize> {
        match self.at_length() {
            Some(_) => self.forced_by(TextOperator::Equals, text),
            None => self.member_in(text).map(|(_, place)| *place),
        }
    }

    /// The automaton, once looks at single members have cost enough.
    fn at_length(&self) -> Option<&Trie> {
        self.looks.set(self.looks.get().saturating_add(1));
        (self.members.len() > FEW && self.looks.get() > 2).then(|| self.trie()).flatten()
    }

    fn member_in(&self, text: &str) -> Option<&(&'a str, usize)> {
        self.members.iter().find(|(literal, _)| self.operator.holds(text, literal, self.case))
    }

    /// The place that a member is from which every text holds in which another operator finds a literal. It is sound for
    /// any case of the literal when this ignores case; else only for the literal as it is.
    pub(super) fn forced_by(&self, operator: TextOperator, literal: &str) -> Option<usize> {
        let member = self.trie()?.forced_by(operator, literal)?;
        self.members.get(member).map(|(_, place)| *place)
    }
}
