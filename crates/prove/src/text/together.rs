//! A text on which several automata do as they must: many texts that must be found somewhere are reached one after
//! another, readable symbols are tried before all others, and only a search through all of them says that there is none.

use super::alphabet::Symbols;
use super::automaton::{FAR, State};
use super::product::{Budget, Found, Goal, Part, Search};

/// The answer for several automata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Together {
    /// On this text.
    Text(String),
    /// On none.
    Never,
    /// The budget was spent.
    TooMuch,
}

/// States in which the shortest text is searched for; beyond, any text.
const SHORTEST: usize = 20_000;

/// States in which a readable text is searched for.
const READABLE: usize = 200_000;

/// Steps that the symbols of one automaton count for.
const SYMBOL_STEPS: usize = 100;

/// States on the way from one way-point to the next.
const LEG: usize = 5_000;

/// As many automata as this that want to find something explode in the plain product.
const MANY: usize = 3;

/// Searches the product. Exponential in the number of automata at worst; the budget bounds it.
pub(super) fn together(parts: &[Part<'_>], budget: &mut Budget) -> Together {
    let start: Vec<State> = parts.iter().map(Part::start).collect();
    if parts.iter().zip(&start).any(|(part, state)| part.distance(*state) == FAR) {
        return Together::Never;
    }
    // Symbols are not free: many small products must spend the budget too.
    let Some(steps) = budget.steps.checked_sub(SYMBOL_STEPS * parts.len()) else { return Together::TooMuch };
    budget.steps = steps;
    let alphabets: Vec<_> = parts.iter().map(Part::alphabet).collect();
    let mut symbols = Symbols::printable(&alphabets);
    let readable = READABLE.min(budget.states / 4);
    let mut found = Tour { parts, symbols: &symbols }.search(&start, budget, readable);
    if !matches!(found, Found::Text(..)) {
        let added = symbols.complete(&alphabets);
        if added || found == Found::TooMuch {
            found = Tour { parts, symbols: &symbols }.search(&start, budget, usize::MAX);
        }
    }
    match found {
        Found::Text(way, _) => {
            Together::Text(way.iter().filter_map(|symbol| symbols.character(*symbol)).collect())
        }
        Found::Nothing => Together::Never,
        Found::TooMuch => Together::TooMuch,
    }
}

/// Automata and the symbols that they read.
struct Tour<'s, 'p> {
    parts: &'s [Part<'p>],
    symbols: &'s Symbols,
}

impl<'s, 'p> Tour<'s, 'p> {
    /// Way-points first, then the shortest text, then any, in so many states.
    fn search(&self, start: &[State], budget: &mut Budget, states: usize) -> Found {
        if let found @ Found::Text(..) = self.way_points(start, budget) {
            return found;
        }
        match self.all(Goal::Shortest).run(start, budget, SHORTEST.min(states)) {
            Found::TooMuch => self.all(Goal::Nearest).run(start, budget, states),
            found => found,
        }
    }

    fn all(&self, goal: Goal) -> Search<'s, 'p> {
        Search::new(self.parts.iter().copied().enumerate().collect(), self.symbols, goal)
    }

    /// Reaches what must be found one after another, the nearest first. It may miss texts that exist: it never says
    /// that there is none.
    fn way_points(&self, start: &[State], budget: &mut Budget) -> Found {
        let parts = || self.parts.iter().copied().enumerate();
        let mut targets: Vec<(usize, Part<'p>)> = parts().filter(|(_, part)| part.is_monotone()).collect();
        if targets.len() < MANY {
            return Found::TooMuch;
        }
        let base: Vec<(usize, Part<'p>)> = parts().filter(|(_, part)| !part.is_monotone()).collect();
        let mut states = start.to_vec();
        let mut way = Vec::new();
        loop {
            let missing = |(place, part): &(usize, Part<'_>)| {
                states.get(*place).map_or(0, |state| part.distance(*state))
            };
            targets.retain(|target| missing(target) > 0);
            targets.sort_by_key(missing);
            let leg = targets.iter().find_map(|target| {
                let parts: Vec<_> = base.iter().chain([target]).copied().collect();
                match self.leg(parts, &states, Goal::Last, budget) {
                    Found::Text(leg, _) => Some(leg),
                    _ => None,
                }
            });
            if let Some(leg) = leg {
                self.walk(&mut states, &leg);
                way.extend(leg);
                continue;
            }
            if !targets.is_empty() {
                return Found::TooMuch;
            }
            return match self.leg(base, &states, Goal::Shortest, budget) {
                Found::Text(leg, end) => {
                    way.extend(leg);
                    Found::Text(way, end)
                }
                Found::Nothing | Found::TooMuch => Found::TooMuch,
            };
        }
    }

    /// Leads every automaton along some symbols.
    fn walk(&self, states: &mut [State], way: &[usize]) {
        for symbol in way {
            let row = self.symbols.row(*symbol);
            for ((state, part), class) in states.iter_mut().zip(self.parts).zip(row) {
                *state = part.step(*state, *class);
            }
        }
    }

    fn leg(&self, parts: Vec<(usize, Part<'p>)>, states: &[State], goal: Goal, budget: &mut Budget) -> Found {
        let start: Vec<State> = parts.iter().filter_map(|(place, _)| states.get(*place).copied()).collect();
        Search::new(parts, self.symbols, goal).run(&start, budget, LEG)
    }
}
