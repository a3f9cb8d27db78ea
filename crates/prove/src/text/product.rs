//! Several automata at once: the product of their states, made as it is explored, the shortest text first (A*). Knows
//! automata and what each must do, not where they are from.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::alphabet::{Alphabet, Class, Symbols};
use super::automaton::{DONE, FAR, State, Table};
use super::literals::Trie;

/// An automaton, and whether it must accept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'p> {
    pub(super) machine: Machine<'p>,
    pub(super) wanted: bool,
}

/// The two kinds of automata.
#[derive(Debug, Clone, Copy)]
pub(super) enum Machine<'p> {
    Trie(&'p Trie),
    Table(&'p Table),
}

impl<'p> Part<'p> {
    pub(super) fn alphabet(&self) -> &'p Alphabet {
        match self.machine {
            Machine::Trie(trie) => trie.alphabet(),
            Machine::Table(table) => table.alphabet(),
        }
    }

    pub(super) fn start(&self) -> State {
        match self.machine {
            Machine::Trie(trie) => trie.start(),
            Machine::Table(table) => table.start(),
        }
    }

    pub(super) fn step(&self, state: State, class: Class) -> State {
        match self.machine {
            Machine::Trie(trie) => trie.step(state, class),
            Machine::Table(table) => table.step(state, class),
        }
    }

    pub(super) fn distance(&self, state: State) -> u32 {
        match self.machine {
            Machine::Trie(trie) => trie.distance(state, self.wanted),
            Machine::Table(table) => table.distance(state, self.wanted),
        }
    }

    fn is_content(&self, state: State) -> bool {
        self.wanted
            == match self.machine {
                Machine::Trie(trie) => trie.accepts(state),
                Machine::Table(table) => table.accepts(state),
            }
    }

    /// Whether it must accept, and then does whatever comes after.
    pub(super) fn is_monotone(&self) -> bool {
        self.wanted
            && match self.machine {
                Machine::Trie(trie) => trie.is_monotone(),
                Machine::Table(table) => table.is_monotone(),
            }
    }
}

/// What may still be spent, in all products of one question.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    /// States of products.
    pub(super) states: usize,
    /// Steps of single automata.
    pub(super) steps: usize,
}

impl Budget {
    /// The part of this budget that one attempt may take.
    fn at_most(self, states: usize) -> Self {
        let states = states.min(self.states);
        Self { states, steps: self.steps.min(states.saturating_mul(STEPS_OF_A_STATE)) }
    }
}

/// Steps that a state may cost on average: beyond, many automata are read over many symbols, which takes too long.
pub(super) const STEPS_OF_A_STATE: usize = 150;

/// Memory that the states of one product may take.
const BYTES: usize = 512 << 20;

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// A text, as symbols, and where it leads the automata.
    Text(Vec<usize>, Vec<State>),
    /// All states were seen: there is none.
    Nothing,
    /// The budget was spent.
    TooMuch,
}

/// When a search is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// Every automaton does as it must; the text is the shortest.
    Shortest,
    /// Every automaton does as it must; the text that seems nearest is followed.
    Nearest,
    /// The last automaton is done for good.
    Last,
}

/// A state to go on from: the estimated length first, then what is nearer, then what is deeper; its place.
type Open = (u32, u32, Reverse<u32>, u32);

/// A search through the product of some automata, by their columns among the symbols.
pub(super) struct Search<'s, 'p> {
    parts: Vec<(usize, Part<'p>)>,
    symbols: &'s Symbols,
    goal: Goal,
    seen: Seen,
    open: BinaryHeap<Reverse<Open>>,
}

impl<'s, 'p> Search<'s, 'p> {
    /// Of these parts, each with its column.
    pub(super) fn new(parts: Vec<(usize, Part<'p>)>, symbols: &'s Symbols, goal: Goal) -> Self {
        let seen = Seen::new(parts.len());
        Self { parts, symbols, goal, seen, open: BinaryHeap::new() }
    }

    /// Searches from a state of each part, with at most so many states; what it spends is taken from the budget.
    pub(super) fn run(mut self, start: &[State], budget: &mut Budget, states: usize) -> Found {
        let fair = BYTES / (self.parts.len() * size_of::<State>() + SEEN_BYTES);
        let allowed = budget.at_most(states.min(fair));
        let mut left = allowed;
        let found = self.explore(start, &mut left);
        budget.states -= allowed.states - left.states;
        budget.steps -= allowed.steps - left.steps;
        found
    }

    fn explore(&mut self, start: &[State], left: &mut Budget) -> Found {
        if self.estimate(start).is_some() && !self.meet(start, None, left) {
            return Found::TooMuch;
        }
        let mut state = Vec::with_capacity(self.parts.len());
        let mut next = Vec::with_capacity(self.parts.len());
        while let Some(Reverse((_, _, Reverse(depth), place))) = self.open.pop() {
            if self.seen.depth(place) < depth {
                continue;
            }
            state.clear();
            state.extend_from_slice(self.seen.state(place));
            if self.is_over(&state) {
                return Found::Text(self.seen.way_to(place), state);
            }
            for (symbol, row) in (0_u32..).zip(self.symbols.rows()) {
                let cost = self.parts.len();
                let Some(steps) = left.steps.checked_sub(cost) else { return Found::TooMuch };
                left.steps = steps;
                next.clear();
                next.extend(self.parts.iter().zip(&state).map(|((column, part), state)| {
                    row.get(*column).map_or(*state, |class| part.step(*state, *class))
                }));
                if next != state && !self.meet(&next, Some((place, symbol)), left) {
                    return Found::TooMuch;
                }
            }
        }
        Found::Nothing
    }

    /// Takes note of a state, unless it leads nowhere or was met on a way that is no longer. False when the budget is
    /// spent.
    fn meet(&mut self, state: &[State], came: Option<(u32, u32)>, left: &mut Budget) -> bool {
        let Some((length, missing)) = self.estimate(state) else { return true };
        let depth = came.map_or(0, |(before, _)| self.seen.depth(before).saturating_add(1));
        match self.seen.note(state, came, depth) {
            Noted::Known => true,
            Noted::New(place) => {
                let Some(states) = left.states.checked_sub(1) else { return false };
                left.states = states;
                self.push(length, missing, depth, place);
                true
            }
            Noted::Shorter(place) => {
                self.push(length, missing, depth, place);
                true
            }
        }
    }

    fn push(&mut self, ahead: u32, missing: u32, depth: u32, place: u32) {
        let length = if self.goal == Goal::Nearest { missing } else { depth.saturating_add(ahead) };
        self.open.push(Reverse((length, missing, Reverse(depth), place)));
    }

    /// At least so many characters are missing, in the automaton that misses most and in all together; nothing where
    /// some automaton can no longer do as it must.
    fn estimate(&self, state: &[State]) -> Option<(u32, u32)> {
        let mut most = 0;
        let mut sum = 0_u32;
        let last = self.parts.len().saturating_sub(1);
        for (place, ((_, part), state)) in self.parts.iter().zip(state).enumerate() {
            let distance = part.distance(*state);
            if distance == FAR {
                return None;
            }
            if self.goal != Goal::Last || place == last {
                most = most.max(distance);
                sum = sum.saturating_add(distance);
            }
        }
        Some((most, sum))
    }

    fn is_over(&self, state: &[State]) -> bool {
        match self.goal {
            Goal::Last => state.last() == Some(&DONE),
            _ => self.parts.iter().zip(state).all(|((_, part), state)| part.is_content(*state)),
        }
    }
}

/// Bytes of a state beside the states of its parts: its way, its place in the table, its place in the heap.
const SEEN_BYTES: usize = 48;

/// The states met, and the shortest way to each.
struct Seen {
    width: usize,
    states: Vec<State>,
    /// Depth, state before, symbol; the start comes from itself.
    ways: Vec<(u32, u32, u32)>,
    places: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

enum Noted {
    New(u32),
    Shorter(u32),
    Known,
}

impl Seen {
    fn new(width: usize) -> Self {
        let (states, ways) = (Vec::new(), Vec::new());
        Self { width, states, ways, places: HashTable::new(), hasher: DefaultHashBuilder::default() }
    }

    fn note(&mut self, state: &[State], came: Option<(u32, u32)>, depth: u32) -> Noted {
        let (hash, states, width) = (self.hasher.hash_one(state), &self.states, self.width);
        let known = self.places.find(hash, |place| row(states, width, *place) == state).copied();
        let next = u32::try_from(self.ways.len()).unwrap_or(u32::MAX);
        let (before, symbol) = came.unwrap_or((next, 0));
        if let Some(place) = known {
            let Some(way) = self.ways.get_mut(place as usize).filter(|way| way.0 > depth) else {
                return Noted::Known;
            };
            *way = (depth, before, symbol);
            return Noted::Shorter(place);
        }
        self.states.extend_from_slice(state);
        self.ways.push((depth, before, symbol));
        let (hasher, states) = (&self.hasher, &self.states);
        self.places.insert_unique(hash, next, |place| hasher.hash_one(row(states, width, *place)));
        Noted::New(next)
    }

    fn state(&self, place: u32) -> &[State] {
        row(&self.states, self.width, place)
    }

    fn depth(&self, place: u32) -> u32 {
        self.ways.get(place as usize).map_or(0, |way| way.0)
    }

    fn way_to(&self, mut place: u32) -> Vec<usize> {
        let mut symbols = Vec::new();
        while let Some((depth, before, symbol)) = self.ways.get(place as usize).copied()
            && depth > 0
        {
            symbols.push(symbol as usize);
            place = before;
        }
        symbols.reverse();
        symbols
    }
}

fn row(states: &[State], width: usize, place: u32) -> &[State] {
    let start = place as usize * width;
    states.get(start..start + width).unwrap_or_default()
}
