//! Automata as tables: a row for each state, a column for each class of characters. Knows states and classes; not
//! what an automaton was made from.

use super::alphabet::{Alphabet, Class};

/// A state of an automaton; [`DONE`] and [`DEAD`] are the same for all.
pub(super) type State = u32;

/// Accepts, and so does everything after.
pub(super) const DONE: State = u32::MAX - 1;

/// Does not accept, and nothing after does.
pub(super) const DEAD: State = u32::MAX;

/// The distance to what cannot be reached.
pub(super) const FAR: u32 = u32::MAX;

/// A table.
#[derive(Debug)]
pub(super) struct Table {
    alphabet: Alphabet,
    width: usize,
    /// The next state of each class; the state's row after row.
    next: Vec<State>,
    accepting: Vec<bool>,
    start: State,
    monotone: bool,
    /// The fewest characters until it accepts, and until it does not.
    distances: [Vec<u32>; 2],
}

impl Table {
    /// From rows of so many columns; state 0 is `start`'s name for the first row. Linear in the table.
    pub(super) fn new(
        alphabet: Alphabet,
        width: usize,
        mut next: Vec<State>,
        accepting: Vec<bool>,
        mut start: State,
    ) -> Self {
        // An accepting state that only leads to done is done.
        let rows = next.chunks_exact(width.max(1)).zip(&accepting);
        let done: Vec<bool> =
            rows.map(|(row, accepts)| *accepts && row.iter().all(|state| *state == DONE)).collect();
        for state in next.iter_mut().chain([&mut start]) {
            if done.get(*state as usize).copied().unwrap_or(false) {
                *state = DONE;
            }
        }
        let monotone = accepting.iter().zip(&done).all(|(accepts, done)| !accepts || *done);
        let mut table =
            Self { alphabet, width, next, accepting, start, monotone, distances: Default::default() };
        table.distances = [true, false].map(|wanted| table.distances_to(wanted));
        table
    }

    /// Backwards from the states where it is as wanted, level by level.
    fn distances_to(&self, wanted: bool) -> Vec<u32> {
        let states = self.accepting.len();
        let goal = if wanted { DONE } else { DEAD };
        // Who leads where: counted, then filled in.
        let mut first = vec![0_u32; states + 1];
        for state in &self.next {
            if let Some(count) = first.get_mut(*state as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for count in &mut first {
            sum += *count;
            *count = sum;
        }
        let mut free = first.clone();
        let mut from = vec![0_u32; sum as usize];
        let mut distances = vec![FAR; states];
        let mut line: Vec<u32> = Vec::new();
        for ((state, row), accepts) in
            (0_u32..).zip(self.next.chunks_exact(self.width.max(1))).zip(&self.accepting)
        {
            for next in row {
                if let Some(place) = free.get_mut(*next as usize)
                    && let Some(slot) = from.get_mut(*place as usize)
                {
                    *slot = state;
                    *place += 1;
                }
            }
            if *accepts == wanted {
                set(&mut distances, state, 0);
                line.push(state);
            }
        }
        for (state, row) in (0_u32..).zip(self.next.chunks_exact(self.width.max(1))) {
            if row.contains(&goal) && distances.get(state as usize) == Some(&FAR) {
                set(&mut distances, state, 1);
                line.push(state);
            }
        }
        let mut place = 0;
        while let Some(state) = line.get(place).copied() {
            place += 1;
            let distance = distances.get(state as usize).map_or(FAR, |distance| distance.saturating_add(1));
            let bound = |at: u32| first.get(at as usize).map_or(0, |start| *start as usize);
            for before in from.get(bound(state)..bound(state + 1)).unwrap_or_default() {
                if distances.get(*before as usize).is_some_and(|known| *known > distance) {
                    set(&mut distances, *before, distance);
                    line.push(*before);
                }
            }
        }
        distances
    }

    /// How large it is.
    pub(super) fn bytes(&self) -> usize {
        self.next.len() * size_of::<State>()
    }

    /// Its classes of characters.
    pub(super) fn alphabet(&self) -> &Alphabet {
        &self.alphabet
    }

    /// Where it begins.
    pub(super) fn start(&self) -> State {
        self.start
    }

    /// Whether what it accepts it accepts however the text goes on.
    pub(super) fn is_monotone(&self) -> bool {
        self.monotone
    }

    /// One character further. Constant.
    pub(super) fn step(&self, state: State, class: Class) -> State {
        if state >= DONE {
            return state;
        }
        self.next.get(state as usize * self.width + usize::from(class)).copied().unwrap_or(DEAD)
    }

    /// Whether the text may end here.
    pub(super) fn accepts(&self, state: State) -> bool {
        state == DONE || self.accepting.get(state as usize).copied().unwrap_or(false)
    }

    /// So many characters are missing until it accepts, or until it does not; [`FAR`]: that never comes.
    pub(super) fn distance(&self, state: State, wanted: bool) -> u32 {
        match (state, wanted) {
            (DONE, true) | (DEAD, false) => 0,
            (DONE, false) | (DEAD, true) => FAR,
            _ => {
                let [to_accept, to_reject] = &self.distances;
                let distances = if wanted { to_accept } else { to_reject };
                distances.get(state as usize).copied().unwrap_or(FAR)
            }
        }
    }
}

fn set(items: &mut [u32], place: u32, value: u32) {
    if let Some(item) = items.get_mut(place as usize) {
        *item = value;
    }
}
