//! The automaton of patterns, by the DFA builder of `regex-automata`. The builder reads bytes; here a byte is a class of
//! characters that the patterns do not tell apart, not a piece of UTF-8. So Unicode classes cost what ASCII ones do.
//! Knows the meaning of patterns, no other operators.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lownoise_engine::op::Pattern;
use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::{Anchored, Input, MatchKind};
use regex_syntax::hir::{self, Hir, HirKind};

use super::alphabet::{Alphabet, Class};
use super::automaton::{DEAD, DONE, State, Table};

/// The automaton that accepts where some pattern is found; `None` when one of its stages takes more than so many bytes,
/// or when the patterns tell more than 128 classes of non-ASCII characters apart.
pub(super) fn table(patterns: &[&Pattern], bytes: usize) -> Option<Table> {
    let letters = Letters::of(patterns)?;
    let spelled =
        patterns.iter().map(|pattern| letters.spell(pattern.hir())).collect::<Option<Vec<Hir>>>()?;
    let nfa = thompson::Compiler::new()
        .configure(thompson::Config::new().utf8(false).nfa_size_limit(Some(bytes)))
        .build_from_hir(&Hir::alternation(spelled))
        .ok()?;
    let config = dense::Config::new()
        .match_kind(MatchKind::All)
        .start_kind(StartKind::Unanchored)
        .accelerate(false)
        .dfa_size_limit(Some(bytes))
        .determinize_size_limit(Some(bytes));
    let dfa = dense::Builder::new().configure(config).build_from_nfa(&nfa).ok()?;
    read(&dfa, letters)
}

/// Copies the states that can be reached. A match state of the builder is entered one step after the match.
fn read(dfa: &dense::DFA<Vec<u32>>, letters: Letters) -> Option<Table> {
    let first = dfa.start_state_forward(&Input::new("").anchored(Anchored::No)).ok()?;
    let mut names: HashMap<StateID, State> = HashMap::new();
    let mut line: Vec<StateID> = Vec::new();
    let mut name = |found: StateID, line: &mut Vec<StateID>| -> Option<State> {
        if dfa.is_match_state(found) {
            return Some(DONE);
        }
        if dfa.is_dead_state(found) {
            return Some(DEAD);
        }
        if let Some(known) = names.get(&found) {
            return Some(*known);
        }
        let next = State::try_from(line.len()).ok().filter(|next| *next < DONE)?;
        names.insert(found, next);
        line.push(found);
        Some(next)
    };
    let start = name(first, &mut line)?;
    let mut next = Vec::new();
    let mut accepting = Vec::new();
    while let Some(state) = line.get(accepting.len()).copied() {
        for letter in &letters.bytes {
            next.push(name(dfa.next_state(state, *letter), &mut line)?);
        }
        accepting.push(dfa.is_match_state(dfa.next_eoi_state(state)));
    }
    Some(Table::new(letters.alphabet, letters.bytes.len(), next, accepting, start))
}

/// The classes of characters that some patterns tell apart, and the byte that stands for each.
struct Letters {
    alphabet: Alphabet,
    bytes: Vec<u8>,
    /// The first and the last character of each stretch of one class.
    stretches: Vec<(u32, u32, Class)>,
}

impl Letters {
    fn of(patterns: &[&Pattern]) -> Option<Self> {
        let mut sets = Sets::default();
        for pattern in patterns {
            sets.read(pattern.hir())?;
        }
        let stretches = sets.stretches()?;
        let mut bytes: Vec<u8> = Vec::new();
        let mut beyond = 0x80_u8..=0xff;
        for (low, _, class) in &stretches {
            if usize::from(*class) == bytes.len() {
                // Look-around looks at bytes: a class with ASCII in it stands for itself.
                bytes.push(u8::try_from(*low).ok().filter(u8::is_ascii).or_else(|| beyond.next())?);
            }
        }
        let steps = stretches.iter().map(|(low, _, class)| (*low, *class)).collect();
        Some(Self { alphabet: Alphabet::of_steps(steps), bytes, stretches })
    }

    /// A pattern over characters, as one over bytes. Recursion is bounded: the parser limits nesting.
    fn spell(&self, hir: &Hir) -> Option<Hir> {
        let all = |parts: &[Hir]| parts.iter().map(|part| self.spell(part)).collect::<Option<Vec<Hir>>>();
        Some(match hir.kind() {
            HirKind::Empty => Hir::empty(),
            HirKind::Look(look) => Hir::look(*look),
            HirKind::Literal(literal) => {
                let text = std::str::from_utf8(&literal.0).ok()?;
                let bytes = text.chars().map(|character| self.byte(self.alphabet.class(character)));
                Hir::literal(bytes.collect::<Option<Vec<u8>>>()?)
            }
            HirKind::Class(class) => {
                let bytes: BTreeSet<u8> = ranges(class)
                    .flat_map(|(low, high)| self.classes(low, high))
                    .map(|class| self.byte(class))
                    .collect::<Option<_>>()?;
                let ranges = bytes.into_iter().map(|byte| hir::ClassBytesRange::new(byte, byte));
                Hir::class(hir::Class::Bytes(hir::ClassBytes::new(ranges)))
            }
            HirKind::Repetition(repetition) => {
                let hir::Repetition { min, max, greedy, ref sub } = *repetition;
                Hir::repetition(hir::Repetition { min, max, greedy, sub: Box::new(self.spell(sub)?) })
            }
            HirKind::Capture(capture) => self.spell(&capture.sub)?,
            HirKind::Concat(parts) => Hir::concat(all(parts)?),
            HirKind::Alternation(parts) => Hir::alternation(all(parts)?),
        })
    }

    fn byte(&self, class: Class) -> Option<u8> {
        self.bytes.get(usize::from(class)).copied()
    }

    /// The classes between two characters, which are the edges of a set of the patterns.
    fn classes(&self, low: u32, high: u32) -> impl Iterator<Item = Class> {
        let first = self.stretches.partition_point(|(_, end, _)| *end < low);
        let inside = self.stretches.iter().skip(first).take_while(move |(start, _, _)| *start <= high);
        inside.map(|(_, _, class)| *class)
    }
}

/// The sets of characters that patterns speak of.
#[derive(Default)]
struct Sets {
    known: BTreeSet<Vec<(u32, u32)>>,
}

impl Sets {
    fn read(&mut self, hir: &Hir) -> Option<()> {
        if hir.properties().look_set().contains_word() {
            let digits_and_letters = [('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
            self.known
                .insert(digits_and_letters.map(|(low, high)| (u32::from(low), u32::from(high))).to_vec());
        }
        if !hir.properties().look_set().is_empty() {
            self.known.extend(['\n', '\r'].map(|end| vec![(u32::from(end), u32::from(end))]));
        }
        self.read_parts(hir)
    }

    fn read_parts(&mut self, hir: &Hir) -> Option<()> {
        match hir.kind() {
            HirKind::Literal(literal) => {
                let codes = std::str::from_utf8(&literal.0).ok()?.chars().map(u32::from);
                self.known.extend(codes.map(|code| vec![(code, code)]));
            }
            HirKind::Class(class) => {
                self.known.insert(ranges(class).collect());
            }
            _ => {}
        }
        hir.kind().subs().iter().try_for_each(|part| self.read_parts(part))
    }

    /// All characters, as stretches that no set tells apart; classes count up from 0. `None` above 65,535 classes.
    fn stretches(&self) -> Option<Vec<(u32, u32, Class)>> {
        // Where sets begin and end; a set is in force between the two.
        let mut edges: BTreeMap<u32, Vec<usize>> = BTreeMap::from([(0, Vec::new())]);
        for (set, ranges) in self.known.iter().enumerate() {
            for (low, high) in ranges {
                edges.entry(*low).or_default().push(set);
                edges.entry(high + 1).or_default().push(set);
            }
        }
        let last = u32::from(char::MAX);
        let ends = edges.keys().skip(1).map(|start| start - 1).chain([last]);
        let mut names: HashMap<Vec<usize>, Class> = HashMap::new();
        let mut active: BTreeSet<usize> = BTreeSet::new();
        let mut stretches = Vec::with_capacity(edges.len());
        for ((low, toggled), high) in edges.iter().zip(ends) {
            for set in toggled {
                if !active.remove(set) {
                    active.insert(*set);
                }
            }
            if *low <= last {
                let next = Class::try_from(names.len()).ok()?;
                let class = *names.entry(active.iter().copied().collect()).or_insert(next);
                stretches.push((*low, high, class));
            }
        }
        Some(stretches)
    }
}

/// The ranges of a class, as code points. Byte classes of patterns over text are ASCII.
fn ranges(class: &hir::Class) -> impl Iterator<Item = (u32, u32)> {
    let (characters, bytes) = match class {
        hir::Class::Unicode(class) => (class.ranges(), &[][..]),
        hir::Class::Bytes(class) => (&[][..], class.ranges()),
    };
    let characters = characters.iter().map(|range| (u32::from(range.start()), u32::from(range.end())));
    characters.chain(bytes.iter().map(|range| (u32::from(range.start()), u32::from(range.end()))))
}
