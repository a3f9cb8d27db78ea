//! The automaton of a list of literals under one operator: a trie for what is anchored at the start, else the automaton
//! of Aho and Corasick (1975) with its failure links. Knows the text operators' meaning, no other atoms.
//!
//! `has` and its relatives are `contains` on another spelling: write a mark wherever a term begins or ends, in the text
//! and inside the literal, and at each edge of the literal that must be a boundary. Then the literal is found as whole
//! terms exactly where its marked spelling is found in the marked text.

use std::collections::{BTreeMap, HashMap};
use std::mem::size_of;

use lownoise_engine::op::{Case, TextOperator, is_term_character};

use super::alphabet::{Alphabet, Class};
use super::automaton::{DEAD, DONE, FAR, State, Table};

/// What an operator asks of an edge of the place where a literal is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge {
    /// Nothing.
    Free,
    /// The text begins or ends there.
    Text,
    /// No term runs across.
    Term,
}

/// The edges before and behind a literal.
#[derive(Debug, Clone, Copy)]
struct Shape {
    before: Edge,
    behind: Edge,
}

impl Shape {
    fn of(operator: TextOperator) -> Self {
        let (before, behind) = match operator {
            TextOperator::Equals => (Edge::Text, Edge::Text),
            TextOperator::StartsWith => (Edge::Text, Edge::Free),
            TextOperator::EndsWith => (Edge::Free, Edge::Text),
            TextOperator::Contains => (Edge::Free, Edge::Free),
            TextOperator::Has => (Edge::Term, Edge::Term),
            TextOperator::HasPrefix => (Edge::Term, Edge::Free),
            TextOperator::HasSuffix => (Edge::Free, Edge::Term),
        };
        Self { before, behind }
    }

    fn at_start(self) -> bool {
        self.before == Edge::Text
    }

    fn at_end(self) -> bool {
        self.behind == Edge::Text
    }

    /// Whether marks between terms are read.
    fn terms(self) -> bool {
        self.before == Edge::Term || self.behind == Edge::Term
    }
}

/// The automaton. Its states are nodes; where terms count, a node and whether the last character belongs to a term.
#[derive(Debug)]
pub(super) struct Trie {
    shape: Shape,
    alphabet: Alphabet,
    /// Which classes are of term characters.
    terms: Vec<bool>,
    mark: Class,
    /// Children, the edges of one node after those of another; by class.
    edges: Vec<(Class, u32)>,
    first_edge: Vec<u32>,
    /// The longest proper suffix that is a node.
    failure: Vec<u32>,
    /// A member that ends here, or that ends at a suffix.
    found: Vec<u32>,
    /// The fewest characters until some member is found.
    remaining: Vec<u32>,
}

/// Entries of a table that is small.
const SMALL: usize = 1 << 14;

/// No member ends here.
const NOTHING: u32 = u32::MAX;

impl Trie {
    /// The automaton of some literals; `None` above so many bytes. Linear in the length of all literals together, but
    /// for sorting.
    pub(super) fn new<'l>(
        operator: TextOperator,
        case: Case,
        literals: impl Iterator<Item = &'l str> + Clone,
        bytes: usize,
    ) -> Option<Self> {
        let shape = Shape::of(operator);
        let mut characters = BTreeMap::new();
        // The rest, and the term characters of the rest.
        let mut terms = vec![false, true];
        for character in literals.clone().flat_map(str::chars) {
            let folded = if case == Case::Insensitive { character.to_ascii_lowercase() } else { character };
            let next = Class::try_from(terms.len()).ok().filter(|class| *class < Class::MAX)?;
            let class = *characters.entry(folded).or_insert(next);
            if class == next {
                terms.push(is_term_character(folded));
            }
            if case == Case::Insensitive {
                characters.insert(folded.to_ascii_uppercase(), class);
            }
        }
        let alphabet = Alphabet::of_characters(&characters, shape.terms());
        let mark = Class::try_from(terms.len()).ok()?;
        let mut trie = Self {
            shape,
            alphabet,
            terms,
            mark,
            edges: Vec::new(),
            first_edge: Vec::new(),
            failure: Vec::new(),
            found: Vec::new(),
            remaining: Vec::new(),
        };
        let nodes = Nodes::new(&trie, literals, bytes)?;
        trie.link(nodes);
        Some(trie)
    }

    /// The literal as the automaton reads it, marks included.
    fn spell(&self, literal: &str) -> Vec<Class> {
        let mut spelled = Vec::with_capacity(literal.len() + 2);
        let mut before = None;
        for character in literal.chars() {
            let class = self.alphabet.class(character);
            let term = self.term(class);
            let marked = before.map_or(self.shape.before == Edge::Term && term, |before| before != term);
            if self.shape.terms() && marked {
                spelled.push(self.mark);
            }
            spelled.push(class);
            before = Some(term);
        }
        if self.shape.behind == Edge::Term && before == Some(true) {
            spelled.push(self.mark);
        }
        spelled
    }

    fn term(&self, class: Class) -> bool {
        self.terms.get(usize::from(class)).copied().unwrap_or(false)
    }

    /// Takes over the nodes of a trie: packs their edges, and finds their failure links.
    fn link(&mut self, nodes: Nodes) {
        let Nodes { mut children, ends, remaining } = nodes;
        children.sort_unstable();
        self.first_edge = vec![0; ends.len() + 1];
        for (parent, _, _) in &children {
            if let Some(count) = self.first_edge.get_mut(*parent as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for count in &mut self.first_edge {
            sum += *count;
            *count = sum;
        }
        self.edges = children.iter().map(|(_, class, child)| (*class, *child)).collect();
        self.failure = vec![0; ends.len()];
        self.found = ends;
        self.remaining = remaining;
        if !self.shape.at_start() {
            self.find_failures();
        }
    }

    fn find_failures(&mut self) {
        // The first in the line is the oldest: level by level.
        let mut line: Vec<u32> = vec![0];
        let mut next = 0;
        while let Some(node) = line.get(next).copied() {
            next += 1;
            for place in self.edge_range(node) {
                let Some((class, child)) = self.edges.get(place).copied() else { continue };
                let failure = if node == 0 { 0 } else { self.follow(self.failed(node), class) };
                set(&mut self.failure, child, failure);
                if self.member(child) == NOTHING {
                    let inherited = self.member(failure);
                    set(&mut self.found, child, inherited);
                }
                let left = self.left(child).min(self.left(failure));
                set(&mut self.remaining, child, left);
                line.push(child);
            }
        }
    }

    fn edge_range(&self, node: u32) -> std::ops::Range<usize> {
        let bound = |place: usize| self.first_edge.get(place).map_or(0, |edge| *edge as usize);
        bound(node as usize)..bound(node as usize + 1)
    }

    fn child(&self, node: u32, class: Class) -> Option<u32> {
        let edges = self.edges.get(self.edge_range(node))?;
        let place = edges.binary_search_by_key(&class, |(class, _)| *class).ok()?;
        edges.get(place).map(|(_, child)| *child)
    }

    /// The longest suffix of the node and the class that is a node.
    fn follow(&self, mut node: u32, class: Class) -> u32 {
        loop {
            match self.child(node, class) {
                Some(child) => return child,
                None if node == 0 => return 0,
                None => node = self.failed(node),
            }
        }
    }

    fn failed(&self, node: u32) -> u32 {
        self.failure.get(node as usize).copied().unwrap_or(0)
    }

    fn member(&self, node: u32) -> u32 {
        self.found.get(node as usize).copied().unwrap_or(NOTHING)
    }

    fn left(&self, node: u32) -> u32 {
        self.remaining.get(node as usize).copied().unwrap_or(FAR)
    }

    fn has_member(&self, node: u32) -> bool {
        self.member(node) != NOTHING
    }

    /// Its classes of characters.
    pub(super) fn alphabet(&self) -> &Alphabet {
        &self.alphabet
    }

    /// Where it begins.
    pub(super) fn start(&self) -> State {
        if self.has_member(0) && !self.shape.at_end() { DONE } else { 0 }
    }

    /// Whether what it accepts it accepts however the text goes on.
    pub(super) fn is_monotone(&self) -> bool {
        self.shape.behind == Edge::Free
    }

    /// One character further. Amortised constant along a text.
    pub(super) fn step(&self, state: State, class: Class) -> State {
        if state >= DONE {
            return state;
        }
        let at_end = self.shape.at_end();
        if self.shape.at_start() {
            return match self.child(state, class) {
                None => DEAD,
                Some(child) if self.has_member(child) && !at_end => DONE,
                Some(child) => child,
            };
        }
        if !self.shape.terms() {
            let node = self.follow(state, class);
            return if self.has_member(node) && !at_end { DONE } else { node };
        }
        let (mut node, term) = (state >> 1, self.term(class));
        if term != (state & 1 == 1) {
            node = self.follow(node, self.mark);
            if self.has_member(node) {
                return DONE;
            }
        }
        node = self.follow(node, class);
        if self.has_member(node) { DONE } else { node << 1 | u32::from(term) }
    }

    /// Whether the text may end here.
    pub(super) fn accepts(&self, state: State) -> bool {
        match state {
            DONE => true,
            DEAD => false,
            _ if self.shape.terms() => state & 1 == 1 && self.has_member(self.follow(state >> 1, self.mark)),
            _ => self.shape.at_end() && self.has_member(state),
        }
    }

    /// At least so many characters are missing until it accepts, or until it does not; [`FAR`]: that never comes.
    pub(super) fn distance(&self, state: State, wanted: bool) -> u32 {
        match (state, wanted) {
            (DONE, true) | (DEAD, false) => 0,
            (DONE, false) | (DEAD, true) => FAR,
            (_, true) => self.left(if self.shape.terms() { state >> 1 } else { state }),
            (_, false) if !self.accepts(state) => 0,
            // An empty literal ends every text.
            (_, false) if !self.shape.at_start() && self.has_member(0) => FAR,
            (_, false) => 1,
        }
    }

    /// The same automaton as a table, which is quicker, where the table is small.
    pub(super) fn table(&self) -> Option<Table> {
        let width = self.terms.len();
        let mut names: HashMap<State, State> = HashMap::new();
        let mut line: Vec<State> = Vec::new();
        let mut name = |state: State, line: &mut Vec<State>| {
            if state >= DONE {
                return state;
            }
            *names.entry(state).or_insert_with(|| {
                line.push(state);
                u32::try_from(line.len() - 1).unwrap_or(DEAD)
            })
        };
        let start = name(self.start(), &mut line);
        let mut next = Vec::new();
        let mut accepting = Vec::new();
        while let Some(state) = line.get(accepting.len()).copied() {
            if next.len() > SMALL {
                return None;
            }
            for class in 0..self.mark {
                next.push(name(self.step(state, class), &mut line));
            }
            accepting.push(self.accepts(state));
        }
        Some(Table::new(self.alphabet.clone(), width, next, accepting, start))
    }

    /// Whether a text is accepted. Linear in the text.
    pub(super) fn holds(&self, text: &str) -> bool {
        let classes = text.chars().map(|character| self.alphabet.class(character));
        self.accepts(classes.fold(self.start(), |state, class| self.step(state, class)))
    }

    /// The member that every text holds, given that some operator finds this literal in the text. Linear in the literal.
    pub(super) fn forced_by(&self, operator: TextOperator, literal: &str) -> Option<usize> {
        let given = Shape::of(operator);
        if (self.shape.at_start() && !given.at_start()) || (self.shape.at_end() && !given.at_end()) {
            return None;
        }
        // Where nothing is known of the character beyond, a term may run across the edge.
        let bounded_before = given.before != Edge::Free;
        let bounded_behind = given.behind != Edge::Free;
        let mut found = self.member(0);
        let mut node = 0;
        let mut before = None;
        for character in literal.chars() {
            if found != NOTHING && !self.shape.at_end() {
                break;
            }
            let class = self.alphabet.class(character);
            let term = self.term(class);
            let marked = before.map_or(bounded_before && term, |before| before != term);
            for symbol in
                [(self.shape.terms() && marked).then_some(self.mark), Some(class)].into_iter().flatten()
            {
                node =
                    if self.shape.at_start() { self.child(node, symbol)? } else { self.follow(node, symbol) };
                // Only what ends with the text counts where the end is asked for.
                found = if self.shape.at_end() || found == NOTHING { self.member(node) } else { found };
            }
            before = Some(term);
        }
        if found == NOTHING && self.shape.terms() && bounded_behind && before == Some(true) {
            found = self.member(self.follow(node, self.mark));
        }
        (found != NOTHING).then_some(found as usize)
    }
}

fn set(items: &mut [u32], place: u32, value: u32) {
    if let Some(item) = items.get_mut(place as usize) {
        *item = value;
    }
}

/// A trie while it grows.
struct Nodes {
    /// Parent, class, child.
    children: Vec<(u32, Class, u32)>,
    /// The member that ends at a node.
    ends: Vec<u32>,
    /// Characters from a node to the nearest end below it; a mark is none.
    remaining: Vec<u32>,
}

/// What one node costs, as a child with its edge and in the automaton's tables.
const NODE_BYTES: usize = size_of::<(u32, Class, u32)>() + size_of::<(Class, u32)>() + 5 * size_of::<u32>();

impl Nodes {
    /// Sorted literals share what they begin with alike, so each is added behind the one before.
    fn new<'l>(trie: &Trie, literals: impl Iterator<Item = &'l str>, bytes: usize) -> Option<Self> {
        let mut spelled: Vec<(Vec<Class>, u32)> = Vec::new();
        let mut total = 0_usize;
        for (member, literal) in literals.enumerate() {
            total = total.saturating_add(literal.len());
            if total > bytes / size_of::<Class>() {
                return None;
            }
            spelled
                .push((trie.spell(literal), u32::try_from(member).ok().filter(|member| *member < NOTHING)?));
        }
        spelled.sort_unstable();
        let mut nodes = Self { children: Vec::new(), ends: vec![NOTHING], remaining: vec![FAR] };
        let mut path: Vec<u32> = vec![0];
        let mut last: &[Class] = &[];
        for (classes, member) in &spelled {
            let shared = classes.iter().zip(last).take_while(|(one, other)| one == other).count();
            path.truncate(shared + 1);
            for class in classes.iter().skip(shared) {
                let parent = path.last().copied()?;
                let child = nodes.child(parent, *class, bytes)?;
                path.push(child);
            }
            nodes.end(&path, classes, *member, trie.mark);
            last = classes;
        }
        Some(nodes)
    }

    fn child(&mut self, parent: u32, class: Class, bytes: usize) -> Option<u32> {
        // A state is a node and one bit.
        let child = u32::try_from(self.ends.len()).ok().filter(|child| *child < DONE / 2)?;
        if self.ends.len() * NODE_BYTES > bytes {
            return None;
        }
        self.children.push((parent, class, child));
        self.ends.push(NOTHING);
        self.remaining.push(FAR);
        Some(child)
    }

    /// A member ends at the end of a path.
    fn end(&mut self, path: &[u32], classes: &[Class], member: u32, mark: Class) {
        let last = path.last().copied().unwrap_or(0);
        if self.ends.get(last as usize) == Some(&NOTHING) {
            set(&mut self.ends, last, member);
        }
        let mut left = 0;
        for (node, behind) in path.iter().rev().zip([None].into_iter().chain(classes.iter().rev().map(Some)))
        {
            left += u32::from(behind.is_some_and(|class| *class != mark));
            let Some(known) = self.remaining.get_mut(*node as usize) else { continue };
            if *known <= left && behind.is_some() {
                // What is above is as near already.
                break;
            }
            *known = left.min(*known);
        }
    }
}
